"""Publication: from a signed dossier to a release, from releases to what BI tools and the public read.

publish.py                          looks at everything again, asks the gate, makes the release
content.py build.py                 the release's folder: what goes into it; complete or absent
revocations.py                      which releases still stand
proof.py                            every release verified before it is shown
place.py compare.py                 the folder that readers open, swapped in one step; whether it holds what was made
ddl.py                              a table with its keys and descriptions
history.py                          titles over the editions
analytics.py dims.py                schema analytics: what dbt makes of the published tables; what its codes mean
fill.py warehouse.py                the published warehouse and Parquet
palmares_text.py palmares_page.py   marks and names as the palmarès writes them; its pages
palmares.py palmares_words/         pages, signed JSON and index as files; the words of pages
cards.py cards.typ                  pictures of the laureates, to be shared
public.py                           one edition as the public may know it: what other rooms show of it
workbook.py postgres.py             the published tables as a workbook; the same in a PostgreSQL server
lineage.py dictionary.py            what a table is made from, down to the criterion; the data dictionary, en and fr

Does not belong here: what a release is, byte by byte (`release`); whether it may be made (`gate`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from orchestration.publication.place import LOCK as RELEASES_LOCK
from orchestration.publication.revocations import ReleaseStanding, notices, standings_of
from orchestration.publication.warehouse import is_shown, publish_warehouse, strangers

if TYPE_CHECKING:
    from orchestration.publication.palmares_page import COUNTS, DECISIONS, Page, elected, held_before
    from orchestration.publication.palmares_text import PALMARES_WORDS, alphabetical, amount, in_print, shown_mark
    from orchestration.publication.postgres import copy_to_postgres, server_named
    from orchestration.publication.public import public_page
    from orchestration.publication.workbook import export_workbook

__all__ = [
    "COUNTS",
    "DECISIONS",
    "PALMARES_WORDS",
    "RELEASES_LOCK",
    "Page",
    "ReleaseStanding",
    "alphabetical",
    "amount",
    "copy_to_postgres",
    "elected",
    "export_workbook",
    "held_before",
    "in_print",
    "is_shown",
    "notices",
    "public_page",
    "publish_warehouse",
    "server_named",
    "shown_mark",
    "standings_of",
    "strangers",
]


_LATER = {
    **dict.fromkeys(("COUNTS", "DECISIONS", "Page", "elected", "held_before"), "palmares_page"),
    **dict.fromkeys(("PALMARES_WORDS", "alphabetical", "amount", "in_print", "shown_mark"), "palmares_text"),
    **dict.fromkeys(("copy_to_postgres", "server_named"), "postgres"),
    "export_workbook": "workbook",
    "public_page": "public",
}
"""What is shown to people is loaded when somebody asks for it: most commands only ask what stands."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
