"""What a document is made of: a few kinds of blocks and cells, as plain data for both renderers.

Belongs here: shapes. A text is always text: no block holds markup of any kind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.typesetting.printed import AsGiven
from orchestration.words import NBSP

Block = dict[str, Any]
Cell = dict[str, str]


@dataclass(frozen=True)
class Section:
    """A part: the key of its title (also its anchor), its title, its blocks, the number or letter before its title."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    label: str = ""


@dataclass(frozen=True)
class Document:
    """A dossier in one language. `boxes` are the captions of the signature boxes, `tips` their spoken names; `annexes`
    follow the signature."""

    lang: str
    title: str
    name: str
    edition: str
    running: str
    page: str
    prints: str
    contents: str
    demonstration: str | None
    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    signature: Section
    boxes: tuple[str, ...]
    tips: tuple[str, ...]
    annexes: tuple[Section, ...] = ()


def text(value: str) -> Cell:
    """Plain words."""
    return {"kind": "text", "text": value}


def text_in(value: str, lang: str) -> Cell:
    """A whole text of a language of its own, in its own direction: an Arabic sentence in a French document."""
    return {"kind": "text", "text": value, "lang": lang}


def strong(value: str) -> Cell:
    """Words that stand out."""
    return {"kind": "strong", "text": value}


def figure(value: str) -> Cell:
    """A number, set to the end of its column."""
    return {"kind": "figure", "text": value}


def code(value: str) -> Cell:
    """A file name, an identifier: letters left to right in any language."""
    return {"kind": "code", "text": AsGiven(value)}


def digest(value: str) -> Cell:
    """A fingerprint in groups of four, on one line or on two halves."""
    groups = [value[start : start + 4] for start in range(0, len(value), 4)]
    halves = (groups[: len(groups) // 2], groups[len(groups) // 2 :])
    return {"kind": "digest", "text": AsGiven(" ".join(NBSP.join(half) for half in halves))}


def picture(svg: str, alt: str) -> Cell:
    """A small picture without words, with what it shows in words."""
    return {"kind": "picture", "svg": svg, "text": alt}


def blank(value: str) -> Cell:
    """A place that is left to a hand: a rule, and in small type what is to be written there."""
    return {"kind": "blank", "text": value}


def heading(value: str, level: int = 2) -> Block:
    """A heading inside a section; level 1 is the section's own."""
    return {"kind": "heading", "level": level, "text": value}


def paragraph(value: str, *, sticky: bool = False) -> Block:
    """A paragraph; a sticky one stays on the page of what follows it."""
    return {"kind": "paragraph", "text": value, "sticky": sticky}


def note(value: str, *, sticky: bool = False) -> Block:
    """A paragraph in smaller type: how to read what stands beside it."""
    return {"kind": "note", "text": value, "sticky": sticky}


def callout(value: str) -> Block:
    """A framed sentence that must not be overlooked."""
    return {"kind": "callout", "text": value}


def panel(title: str, items: Iterable[str]) -> Block:
    """A titled frame of sentences: the three questions of the first page."""
    return {"kind": "panel", "title": title, "items": list(items)}


def facts(rows: Iterable[tuple[str, Cell]]) -> Block:
    """Names and values."""
    return {"kind": "facts", "rows": [{"name": name, "cell": cell} for name, cell in rows]}


def table(
    caption: str,
    columns: Sequence[tuple[str, float]],
    rows: Iterable[Sequence[Cell]],
    *,
    total: bool = False,
    sticky: bool = False,
) -> Block:
    """A table: its caption (read aloud, not printed), columns with relative widths (0: as wide as its content).

    A column of figures is set to its end; a cell left empty does not change that. `total` sets the last row apart; a
    sticky table stays on the page of what follows it. Raises ValueError for a row of another length.
    """
    lines = [list(row) for row in rows]
    if any(len(row) != len(columns) for row in lines):
        raise ValueError(f"{caption}: a row has not {len(columns)} cells")
    heads = [
        {"text": label, "width": width, "number": _is_number([line[at] for line in lines])}
        for at, (label, width) in enumerate(columns)
    ]
    return {"kind": "table", "caption": caption, "columns": heads, "rows": lines, "total": total, "sticky": sticky}


def _is_number(cells: Sequence[Cell]) -> bool:
    shown = [cell["kind"] for cell in cells if cell["text"]]
    return bool(shown) and set(shown) <= {"figure", "strongfigure"}
