"""From content to a document in one language: sections made of plain blocks, the same for PDF and web page.

Belongs here: which facts are said, in what order, with which words. How a block looks is the business of the template
(`template/dossier.typ`) and of `html.py`.

blocks.py     what a document is made of
front.py      the first page
conduct.py    conditions, rulebook, deposits
accounts.py   rows: the account, what was left out, corrections
checks.py     the checks
results.py    categories, marks, titles
reservations.py  what the bailiff reserves
closing.py    second computation, changes, glossary, signature
witnessed.py  seals, the draw and what was found
claims.py     what laureates may print
"""

from orchestration.dossier.compose import (
    accounts,
    checks,
    claims,
    closing,
    conduct,
    front,
    reservations,
    results,
    witnessed,
)
from orchestration.dossier.model import Content
from orchestration.typesetting import Document, Section
from orchestration.words import Words, short

SECTIONS = (
    ("conditions", conduct.conditions),
    ("rules", conduct.rules),
    ("custody", conduct.custody),
    ("rows", accounts.rows),
    ("checks", checks.checks),
    ("left", accounts.left_out),
    ("results", results.results),
    ("recount", closing.recount),
    ("seals", witnessed.seals),
    ("draw", witnessed.draws),
    ("changes", closing.changed),
    ("reservations", reservations.reservations),
    ("claims", claims.claims),
    ("glossary", closing.glossary),
)
"""Key of the title and maker of the blocks, in order."""

PARTS = {key: number for number, (key, _) in enumerate(SECTIONS, 1)}
"""The number of each section, by which the first page names it."""


def compose(content: Content, lang: str) -> Document:
    """The whole dossier in `fr`, `en` or `ar`. Raises ValueError for another language."""
    words, digests = Words(lang, PARTS), content.inputs.digests
    return Document(
        lang=lang,
        title=words("doc.title"),
        name=content.inputs.rulebook.title.of(lang),
        edition=words("doc.edition", edition=content.inputs.edition),
        running=words("doc.running", edition=content.inputs.edition),
        page=words("doc.page", page="{page}", pages="{pages}"),
        prints=words("doc.prints", results=short(digests.results), custody=short(digests.custody_head)),
        contents=words("doc.contents"),
        demonstration=words("doc.demonstration") if content.demonstration else None,
        front=front.front(content, words),
        sections=tuple(Section(key, words(f"{key}.title"), tuple(make(content, words))) for key, make in SECTIONS),
        signature=Section("signature", words("signature.title"), tuple(closing.signature(content, words))),
        boxes=tuple(words("signature.box", number=str(n)) for n in range(1, content.required + 1)),
        tips=tuple(words("signature.tip", number=str(n)) for n in range(1, content.required + 1)),
    )
