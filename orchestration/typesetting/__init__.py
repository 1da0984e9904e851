"""The workshop of all documents: blocks, small pictures, Typst, Jinja.

printed.py                signs of print
blocks.py                 what a document is made of
charts.py                 pictures without words
pdf.py template/ fonts/   from blocks to PDF/A
pages.py                  from a template to a web page
updates.py fields.py      pyHanko's writer, without clock or chance; forms in a PDF

Belongs here: what several documents share. Does not belong here: what a document says (`dossier`, `report`, `draw`),
words, numbers and dates (`words`).
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
    strong,
    table,
    text,
    text_in,
)
from orchestration.typesetting.charts import against, interval, parts_bar, timeline
from orchestration.typesetting.fields import (
    ChoiceField,
    TextField,
    filled,
    fixed_writer,
    name_parts,
    place_name,
    places,
    take_place,
    with_form,
)
from orchestration.typesetting.fonts import FONTS, legible
from orchestration.typesetting.pages import web_page
from orchestration.typesetting.pdf import pictures, typeset
from orchestration.typesetting.printed import AsGiven, printed

__all__ = [
    "FONTS",
    "AsGiven",
    "Block",
    "Cell",
    "ChoiceField",
    "Document",
    "Section",
    "TextField",
    "against",
    "blank",
    "callout",
    "code",
    "digest",
    "facts",
    "figure",
    "filled",
    "fixed_writer",
    "heading",
    "interval",
    "legible",
    "name_parts",
    "note",
    "panel",
    "paragraph",
    "parts_bar",
    "picture",
    "pictures",
    "place_name",
    "places",
    "printed",
    "strong",
    "table",
    "take_place",
    "text",
    "text_in",
    "timeline",
    "typeset",
    "web_page",
    "with_form",
]
