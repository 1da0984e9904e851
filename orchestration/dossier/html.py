"""The dossier as one web page: no server, no network, no script; the same blocks as the PDF.

Belongs here: blocks as HTML. Everything that is text is escaped; the only markup is written here and in `charts.py`.
"""

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from orchestration.dossier.compose import compose
from orchestration.dossier.model import Content
from orchestration.release import keywords
from orchestration.typesetting import Block, Cell, Document, Section
from orchestration.words import Words

CSS = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may fetch nothing and run nothing, whatever stands in it."""


def render_html(content: Content, lang: str = "fr") -> bytes:
    """The dossier as one accessible page in `fr`, `en` or `ar`. Equal content gives equal bytes."""
    document = compose(content, lang)
    marks = ", ".join(keywords(content.inputs.edition, content.inputs.digests, content.inputs.annex_sha256))
    return "\n".join(_page(document, marks, Words(lang))).encode()


def _page(document: Document, marks: str, words: Words) -> Iterator[str]:
    title = escape(f"{document.title} – {document.name} – {document.edition}")
    parts = [*document.sections, document.signature]
    yield "<!DOCTYPE html>"
    yield f'<html lang="{document.lang}" dir="{document.direction}">'
    yield f'<head>\n<meta charset="utf-8">\n<title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f'<meta name="keywords" content="{escape(marks)}">'
    yield f"<style>\n{CSS.read_text(encoding='utf-8')}</style>\n</head>\n<body>"
    yield f'<a class="skip" href="#content">{escape(words("doc.skip"))}</a>'
    if document.demonstration:
        yield f'<p class="demonstration">{escape(document.demonstration)}</p>'
    yield f'<header>\n<h1>{escape(document.title)}</h1>\n<p class="edition">{escape(document.name)} – '
    yield f'{escape(document.edition)}</p>\n</header>\n<main id="content">'
    yield from map(_block, document.front)
    yield f'<nav aria-labelledby="contents">\n<h2 id="contents">{escape(document.contents)}</h2>\n<ol>'
    yield from (f'<li><a href="#{part.key}">{escape(part.title)}</a></li>' for part in parts)
    yield "</ol>\n</nav>"
    for number, part in enumerate(parts, 1):
        yield from _section(part, number)
    yield f"</main>\n<footer><p>{escape(document.prints)}</p></footer>\n</body>\n</html>\n"


def _section(part: Section, number: int) -> Iterator[str]:
    yield f'<section aria-labelledby="{part.key}">\n<h2 id="{part.key}">{number}. {escape(part.title)}</h2>'
    yield from map(_block, part.blocks)
    yield "</section>"


def _block(block: Block) -> str:
    return BLOCKS[block["kind"]](block)


def _heading(block: Block) -> str:
    tag = f"h{block['level'] + 1}"
    return f"<{tag}>{escape(block['text'])}</{tag}>"


def _panel(block: Block) -> str:
    items = "\n".join(f"<li>{escape(item)}</li>" for item in block["items"])
    return f'<section class="panel">\n<h2>{escape(block["title"])}</h2>\n<ul>\n{items}\n</ul>\n</section>'


def _facts(block: Block) -> str:
    rows = "\n".join(f"<div><dt>{escape(row['name'])}</dt><dd>{_cell(row['cell'])}</dd></div>" for row in block["rows"])
    return f"<dl>\n{rows}\n</dl>"


def _table(block: Block) -> str:
    caption = escape(block["caption"])
    rows, last = block["rows"], len(block["rows"]) - 1
    numeric = [bool(rows) and all(_is_number(row[at]) for row in rows) for at in range(len(block["columns"]))]
    heads = "".join(
        f'<th scope="col"{_class(number)}>{escape(column["text"])}</th>'
        for column, number in zip(block["columns"], numeric, strict=True)
    )
    lines = []
    for at, row in enumerate(rows):
        cells = "".join(f"<td{_class(number)}>{_cell(cell)}</td>" for cell, number in zip(row, numeric, strict=True))
        lines.append(f'<tr class="total">{cells}</tr>' if block["total"] and at == last else f"<tr>{cells}</tr>")
    body = "\n".join(lines)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">\n<table>\n'
        f'<caption class="only-read">{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _class(number: bool) -> str:
    return ' class="number"' if number else ""


def _is_number(cell: Cell) -> bool:
    return cell["kind"] in ("figure", "strongfigure")


def _cell(cell: Cell) -> str:
    told = escape(cell["text"])
    under = f'<span class="under">{escape(cell["under"])}</span>' if "under" in cell else ""
    if cell["kind"] in ("code", "digest"):
        return f'<code dir="ltr">{told}</code>{under}'
    if cell["kind"] in ("strong", "strongfigure"):
        return f"<strong>{told}</strong>{under}"
    if cell["kind"] == "picture":
        return cell["svg"].replace("<svg ", f'<svg role="img" aria-label="{told}" ', 1)
    return told + under


BLOCKS: dict[str, Callable[[Block], str]] = {
    "heading": _heading,
    "paragraph": lambda block: f"<p>{escape(block['text'])}</p>",
    "note": lambda block: f'<p class="note">{escape(block["text"])}</p>',
    "callout": lambda block: f'<p class="callout">{escape(block["text"])}</p>',
    "panel": _panel,
    "facts": _facts,
    "table": _table,
}
"""How each kind of block is written."""
