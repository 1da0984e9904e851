"""The workshop of all documents: words, numbers and dates in three languages, blocks, small pictures, Typst.

Belongs here: what several documents share. Does not belong here: what a document says (`dossier`, `report`, `draw`).

words.py words/   the catalogues       typography.py   numbers, dates, fingerprints as text
blocks.py         what a document is made of     charts.py   pictures without words
pdf.py template/ fonts/   from blocks to PDF/A
"""

from orchestration.typesetting.blocks import (
    Block,
    Cell,
    Document,
    Section,
    callout,
    code,
    digest,
    facts,
    figure,
    heading,
    note,
    panel,
    paragraph,
    picture,
    strong,
    table,
    text,
)
from orchestration.typesetting.charts import against, interval, parts_bar, timeline
from orchestration.typesetting.fonts import FONTS, legible
from orchestration.typesetting.pdf import typeset
from orchestration.typesetting.typography import (
    LANGUAGES,
    NBSP,
    day,
    hundredths,
    mark,
    micropoints,
    moment,
    number,
    percent,
    short,
    size,
)
from orchestration.typesetting.words import END, LEFT_TO_RIGHT, SHARED_WORDS, Words

__all__ = [
    "END",
    "FONTS",
    "LANGUAGES",
    "LEFT_TO_RIGHT",
    "NBSP",
    "SHARED_WORDS",
    "Block",
    "Cell",
    "Document",
    "Section",
    "Words",
    "against",
    "callout",
    "code",
    "day",
    "digest",
    "facts",
    "figure",
    "heading",
    "hundredths",
    "interval",
    "legible",
    "mark",
    "micropoints",
    "moment",
    "note",
    "number",
    "panel",
    "paragraph",
    "parts_bar",
    "percent",
    "picture",
    "short",
    "size",
    "strong",
    "table",
    "text",
    "timeline",
    "typeset",
]
