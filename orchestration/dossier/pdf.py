"""The dossier as a PDF: tagged PDF/A-3a and PDF/UA-1, the same bytes for the same content, signature fields prepared,
the list of all rows left out attached.

Belongs here: feeding the template, the geometry of the signature boxes, what the file says of itself. Reading that
back needs no Typst: `release/dossier_keywords.py`.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from orchestration.dossier.compose import compose
from orchestration.dossier.model import Content
from orchestration.release import ANNEX_CSV
from orchestration.signoff import FIELD, Box, prepare
from orchestration.typesetting import Document, typeset
from orchestration.words import Words

TEMPLATE = Path(__file__).with_name("dossier.typ")

PAGE_HEIGHT = 841.89
MARGIN = 57
BOX_WIDTH, BOX_HEIGHT, BOX_GAP = 232, 62, 14
BOXES_TOP, BOXES_PER_ROW, MOST_BOXES = 530, 2, 6
"""Signature boxes on the page of the act, in points from its top left corner; further signers get invisible fields."""
SIGNATURE = "signature"


def render_pdf(content: Content, lang: str = "fr") -> bytes:
    """The unsigned dossier with its empty signature fields, in `fr`, `en` or `ar`.

    Equal content gives equal bytes, on any machine: fonts are shipped, the only clock is the end of the computation.
    """
    document = compose(content, lang)
    annex = content.inputs.annex
    at = datetime.fromisoformat(content.inputs.conditions.ended_at)
    pdf = typeset(TEMPLATE, _data(document, content), at, annex if annex is None else annex.decode())
    page = part_pages(pdf)[SIGNATURE]
    shown = [_field_box(number, page) for number in range(min(content.required, MOST_BOXES))]
    return prepare(pdf, content.required, [*shown, *[None] * (content.required - len(shown))], document.tips)


def _data(document: Document, content: Content) -> dict[str, Any]:
    """The template's data: the document as it is, and what the layout needs."""
    return {
        **vars(document),
        "organiser": content.inputs.rulebook.organiser,
        "keywords": content.keywords,
        "attachment": {"name": ANNEX_CSV, "words": Words(document.lang)("left.attached")},
        "margin": MARGIN,
        "sections": [vars(section) for section in document.sections],
        "signature": vars(document.signature),
        "annexes": [vars(section) for section in document.annexes],
        "boxes": [
            {**_place(number), "caption": caption, "field": FIELD.format(number + 1)}
            for number, caption in enumerate(document.boxes[:MOST_BOXES])
        ],
    }


def _place(number: int) -> dict[str, int]:
    """Where the box of a signer (from 0) stands on the page."""
    row, column = divmod(number, BOXES_PER_ROW)
    return {
        "left": MARGIN + column * (BOX_WIDTH + BOX_GAP),
        "top": BOXES_TOP + row * (BOX_HEIGHT + BOX_GAP),
        "width": BOX_WIDTH,
        "height": BOX_HEIGHT,
    }


def part_pages(pdf: bytes) -> dict[str, int]:
    """On which page (from 0) each part of a dossier begins, by its key: the named destinations of the file."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(pdf))
    pages = {reader.find_page_for_modification(n)[0].reference: n for n in range(int(reader.root["/Pages"]["/Count"]))}
    names = reader.root["/Names"]["/Dests"]["/Names"]  # key, place, key, place …
    return {str(names[n]): pages[names[n + 1].raw_get(0).reference] for n in range(0, len(names), 2)}


def _field_box(number: int, page: int) -> Box:
    """The same box as a signature field, below its caption, counted from the lower left corner."""
    place = _place(number)
    left, top = place["left"], PAGE_HEIGHT - place["top"] - 14
    return Box(
        page, left + 3, bottom=round(top - place["height"] + 16), right=left + place["width"] - 3, top=round(top)
    )
