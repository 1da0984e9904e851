"""The workshop of all documents: blocks, small pictures, Typst, Jinja.

Belongs here: what several documents share. Does not belong here: what a document says (`dossier`, `report`, `draw`),
words, numbers and dates (`words`).

blocks.py         what a document is made of     charts.py   pictures without words     printed.py   signs of print
pdf.py template/ fonts/   from blocks to PDF/A   pages.py   from a template to a web page
"""

from orchestration.typesetting.blocks import (
    Block,
    Cell,
    Document,
    Section,
    blank,
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
    said,
    strong,
    table,
    text,
)
from orchestration.typesetting.charts import against, interval, parts_bar, timeline
from orchestration.typesetting.fonts import FONTS, legible
from orchestration.typesetting.pages import web_page
from orchestration.typesetting.pdf import pictures, typeset
from orchestration.typesetting.printed import AsGiven, printed

__all__ = [
    "FONTS",
    "AsGiven",
    "Block",
    "Cell",
    "Document",
    "Section",
    "against",
    "blank",
    "callout",
    "code",
    "digest",
    "facts",
    "figure",
    "heading",
    "interval",
    "legible",
    "note",
    "panel",
    "paragraph",
    "parts_bar",
    "picture",
    "pictures",
    "printed",
    "said",
    "strong",
    "table",
    "text",
    "timeline",
    "typeset",
    "web_page",
]
