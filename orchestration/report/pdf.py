"""A report as a PDF: tagged PDF/A-2a, the same bytes for the same facts.

Belongs here: feeding the template. Page, fonts and the look of blocks are `typesetting`'s.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.dossier import MARGIN
from orchestration.report.compose import Document, compose
from orchestration.report.model import CandidateReport
from orchestration.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")


def render_pdf(report: CandidateReport, lang: str = "fr") -> bytes:
    """The report in `fr`, `en` or `ar`. Its date is that of the release: the only clock that a report knows."""
    at = datetime.fromisoformat(report.release.published_at)
    return typeset(TEMPLATE, _data(compose(report, lang), report), at)


def _data(document: Document, report: CandidateReport) -> dict[str, Any]:
    """The template's data: the document as it is, and what the layout needs."""
    release = report.release
    return {
        **vars(document),
        "title": f"{document.title} – {document.company}",
        "heading": document.title,
        "organiser": report.rulebook.organiser,
        "keywords": [
            f"edition={release.edition}",
            f"release={release.number}",
            f"candidate={report.candidate_id}",
            f"results-sha256={release.results_sha256}",
        ],
        "margin": MARGIN,
        "sections": [{"title": section.title, "blocks": section.blocks} for section in document.sections],
    }
