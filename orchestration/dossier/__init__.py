"""The dossier: what the bailiff reads and signs (SPEC 7).

model.py        the facts, without words or layout (results_model.py)
build.py        from gathered facts to content
robustness.py   margins against noise, false tests         changes.py    what differs from the last dossier
typography.py   numbers, dates, fingerprints as text       words/        the sentences, in fr, en, ar
compose/        content into blocks of one language        charts.py     small pictures without words
pdf.py          blocks into PDF (template/, fonts/)        html.py       the same blocks into one web page
marks.py        what the PDF says of itself                load.py       gathering the facts
public.py       the palmarès whose fingerprint it bears
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from orchestration.dossier.on_record import signers_on_record
from orchestration.dossier.register import Dossier, dossier_identity, latest_dossier, signed_files
from orchestration.dossier.signers import Signers, signers_of, unread_sentence
from orchestration.release import read_marks

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
    "read_marks",
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
