"""A report as a PDF: tagged PDF/A-2a, the same bytes for the same facts.

Belongs here: feeding the template. Page, fonts and the look of blocks are the dossier's.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.dossier.fonts import FOLDER as FONTS
from orchestration.dossier.fonts import legible
from orchestration.dossier.pdf import MARGIN, STANDARD
from orchestration.report.compose import Document, compose
from orchestration.report.model import Report

ROOT = Path(__file__).parent.parent
TEMPLATE = Path(__file__).parent / "template" / "report.typ"


def render_pdf(report: Report, lang: str = "fr") -> bytes:
    """The report in `fr`, `en` or `ar`. Its date is that of the release: the only clock that a report knows."""
    import typst

    at = datetime.fromisoformat(report.release.published_at.replace("Z", "+00:00"))
    data = json.dumps(legible(_data(compose(report, lang), report, at)), ensure_ascii=False, sort_keys=True)
    pdf: bytes = typst.compile(
        TEMPLATE,
        root=ROOT,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[STANDARD],
        sys_inputs={"document": data},
        timestamp=int(at.timestamp()),
    )
    return pdf


def _data(document: Document, report: Report, at: datetime) -> dict[str, Any]:
    """The template's data: the document's blocks as they are, and what the layout needs."""
    moment, release = at.astimezone(UTC), report.release
    return {
        "lang": document.lang,
        "direction": document.direction,
        "title": f"{document.title} – {document.company}",
        "heading": document.title,
        "company": document.company,
        "category": document.category,
        "name": document.name,
        "edition": document.edition,
        "organiser": report.rulebook.organiser,
        "running": document.running,
        "page": document.page,
        "prints": document.prints,
        "contents": document.contents,
        "demonstration": document.demonstration,
        "keywords": [
            f"edition={release.edition}",
            f"release={release.number}",
            f"candidate={report.candidate_id}",
            f"results-sha256={release.results_sha256}",
        ],
        "date": [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second],
        "margin": MARGIN,
        "figures": document.figures,
        "front": document.front,
        "sections": [{"title": section.title, "blocks": section.blocks} for section in document.sections],
    }
