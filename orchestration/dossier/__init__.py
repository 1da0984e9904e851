"""The dossier: what the bailiff reads and signs (SPEC 7).

model.py                  what it says, as plain facts: no words, no layout
claims.py seals.py        the sentences that laureates may print; whether each seal holds
rows.py withdrawn.py      facts of the working warehouse; what a late withdrawal changed
public.py                 the palmarès whose fingerprint it bears
load.py                   gathering the facts
changes.py build.py       what differs from the last dossier; from gathered facts to content
compose/                  content into blocks of one language
pdf.py html.py            the blocks into PDF; the same into one web page
register.py               which dossier is the current one, and where it lies
make.py                   the step that makes it, or keeps the one that says the same
signers.py on_record.py   who has signed and who must; those of a published dossier
handed_back.py            what there is to notice: new deposits, documents handed back

Belongs here: what a dossier says, when one is made, who has signed it. Does not belong here: marks, margins and what
decided (`scoring`), the words of documents (`words/shared/`), the look of blocks (`typesetting`), whether a signature
counts (`signoff`), what it permits (`gate`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from orchestration.dossier.on_record import signers_on_record
from orchestration.dossier.register import Dossier, dossier_identity, latest_dossier, signed_files
from orchestration.dossier.signers import Signers, signers_of, unread_sentence

if TYPE_CHECKING:
    from orchestration.dossier.build import build_content
    from orchestration.dossier.compose.why import tie_key
    from orchestration.dossier.html import render_html
    from orchestration.dossier.pdf import MARGIN, render_pdf
    from orchestration.dossier.public import edition_facts

__all__ = [
    "MARGIN",
    "Dossier",
    "Signers",
    "build_content",
    "dossier_identity",
    "edition_facts",
    "latest_dossier",
    "render_html",
    "render_pdf",
    "signed_files",
    "signers_of",
    "signers_on_record",
    "tie_key",
    "unread_sentence",
]


_LATER = {
    "MARGIN": "pdf",
    "build_content": "build",
    "edition_facts": "public",
    "render_html": "html",
    "render_pdf": "pdf",
    "tie_key": "compose.why",
}
"""What makes a dossier is loaded when somebody asks for it: most commands only look for the one that stands."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
