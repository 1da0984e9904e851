"""From content to a document in one language: parts made of plain blocks, the same for PDF and web page.

front.py                  the first page
elected.py why.py         who is elected; the rule that decided, with its figures
conduct.py                the rulebook, and who may sign
deposits.py               who deposited what; the register
accounts.py left_out.py   the account of rows; rows left out, one by one
checks.py measures.py     what is not conform, every check; what one expected and observed
leaving.py                withdrawals that came late
recount.py                the second computation
contests.py               corrections and contests
witnessed.py              seals, draws, reservations
changes.py                since the last dossier and release
signature.py              the act that is signed
results.py                marks, category by category
claims.py                 what laureates may print
closing.py                glossary, conditions
minutes.py                a model of the bailiff's own act

Belongs here: which facts are said, in what order, with which words. How a block looks is the business of the template
(`dossier/dossier.typ`) and of `dossier/html.py`. The body answers on at most ten pages (SPEC 7); all else is annexed.
"""

from collections.abc import Iterator

from orchestration.dossier.compose import (
    accounts,
    changes,
    checks,
    claims,
    closing,
    conduct,
    contests,
    deposits,
    elected,
    front,
    left_out,
    minutes,
    recount,
    results,
    signature,
    witnessed,
)
from orchestration.dossier.model import Content
from orchestration.typesetting import Document, Section
from orchestration.words import Words, short

SECTIONS = (
    ("elected", elected.elected),
    ("rules", conduct.rules),
    ("custody", deposits.suppliers),
    ("rows", accounts.rows),
    ("unlike", checks.unlike),
    ("contests", contests.counts),
    ("witnessed", witnessed.witnessed),
    ("changes", changes.changed),
)
"""The body: key of the title and maker of the blocks, in order; the signature ends it."""

ANNEXES = (
    ("glossary", closing.glossary),
    ("results", results.results),
    ("claims", claims.claims),
    ("checks", checks.checks),
    ("left", left_out.left_out),
    ("altered", contests.one_by_one),
    ("files", deposits.files),
    ("recount", recount.recount),
    ("draw", witnessed.drawn),
    ("conditions", closing.conditions),
    ("minutes", minutes.minutes),
)
"""What follows the signature in the same file, in order."""

PARTS = (
    {key: str(number) for number, (key, _) in enumerate(SECTIONS, 1)}
    | {"signature": str(len(SECTIONS) + 1)}
    | {key: chr(ord("A") + number) for number, (key, _) in enumerate(ANNEXES)}
)
"""The number of each part and the letter of each annex, by which sentences name them."""


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
        front=tuple(front.front(content, words)),
        sections=tuple(_parts(SECTIONS, content, words)),
        signature=next(_parts((("signature", signature.signature),), content, words)),
        boxes=tuple(words("signature.box", number=str(n)) for n in range(1, content.required + 1)),
        tips=tuple(words("signature.tip", number=str(n)) for n in range(1, content.required + 1)),
        annexes=tuple(_parts(ANNEXES, content, words)),
    )


def _parts(makers: tuple[tuple[str, closing.Maker], ...], content: Content, words: Words) -> Iterator[Section]:
    for key, make in makers:
        yield Section(key, words(f"{key}.title"), tuple(make(content, words)), PARTS[key])
