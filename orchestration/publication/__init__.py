"""Publication: from a signed dossier to a release, from releases to what BI tools and the public read.

publish.py    looks at everything again, asks the gate, makes the release
build.py content.py    the release's folder, complete or absent
proof.py      every release verified before it is shown
warehouse.py fill.py   the published warehouse and Parquet   place.py compare.py   their folder, swapped in one step
ddl.py        a table with its keys and descriptions
analytics.py  schema analytics: what dbt makes of the published tables   dims.py   what its codes mean
palmares.py palmares_page.py palmares_text.py palmares_words/    the public pages, their JSON and index
public.py     one edition as the public may know it: what other rooms show of it
cards.py cards.typ     pictures of the laureates, to be shared
workbook.py   the published tables as a workbook      postgres.py   the same in a PostgreSQL server
history.py    titles over the editions       revocations.py   what was said against a release since
dictionary.py docs/data-dictionary.md, in French too      lineage.py   what a table is made from, down to the criterion

Does not belong here: what a release is, byte by byte (`release`); whether it may be made (`gate`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from orchestration.publication.place import LOCK as RELEASES_LOCK
from orchestration.publication.revocations import ReleaseStanding, notices, standings_of
from orchestration.publication.warehouse import is_shown, publish_warehouse, strangers

if TYPE_CHECKING:
    from orchestration.publication.palmares_page import Page, elected, held_before
    from orchestration.publication.palmares_text import PALMARES_WORDS, alphabetical, amount, in_print, shown_mark
    from orchestration.publication.postgres import copy_to_postgres, server_named
    from orchestration.publication.public import public_page
    from orchestration.publication.workbook import export_workbook

__all__ = [
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
    **dict.fromkeys(("Page", "elected", "held_before"), "palmares_page"),
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
