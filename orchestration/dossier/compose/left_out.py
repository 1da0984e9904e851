"""Rows left out, one by one by reason, and the account of each file.

Belongs here: the annex on rows. Their sums stand in the body (`accounts.py`).
"""

from collections.abc import Iterator
from itertools import groupby

from orchestration.dossier.build import LISTED_PER_REASON
from orchestration.dossier.model import Content, LeftOut
from orchestration.typesetting import Block, Cell, code, digest, facts, figure, heading, note, paragraph, table, text
from orchestration.words import Words, number

PER_LINE = 3
"""Rows left out that are printed side by side."""

MANY_OF_A_FILE = 8
"""From so many rows of one file on, they are printed side by side."""


def left_out(content: Content, words: Words) -> Iterator[Block]:
    """Rows set aside and rows excluded, one by one by reason; then the account of each file."""
    yield paragraph(words("left.intro"))
    for outcome, title, nothing in (
        ("quarantined", "left.set_aside", "left.none_set_aside"),
        ("excluded", "left.excluded", "left.none_excluded"),
    ):
        yield heading(words(title))
        chosen = [row for row in content.listed if row.outcome == outcome]
        if not chosen:
            yield paragraph(words(nothing))
        yield from _by_reason(chosen, content, words)
    beside = "_beside" if content.inputs.annex is None else ""
    if content.not_listed:
        yield note(words(f"left.more_note{beside}", limit=LISTED_PER_REASON, count=content.not_listed))
    if content.inputs.annex_sha256:
        yield facts([(words(f"left.annex{beside}"), digest(content.inputs.annex_sha256))])
    yield from _files(content, words)


def _files(content: Content, words: Words) -> Iterator[Block]:
    lang = words.lang
    yield heading(words("rows.by_file"))
    yield table(
        words("rows.by_file"),
        words.named("rows", file=4, received=1, counted=1, excluded=1, set_aside=1),
        [
            (code(a.file), *(figure(number(value, lang)) for value in (a.received, a.counted, a.excluded, a.set_aside)))
            for a in sorted(content.inputs.accounts, key=lambda a: a.file)
        ],
    )


def _by_reason(rows: list[LeftOut], content: Content, words: Words) -> Iterator[Block]:
    totals = {(r.source, r.outcome, r.reason): r.rows for r in content.inputs.reasons}
    for (source, outcome, reason), group in groupby(rows, key=lambda r: (r.source, r.outcome, r.reason)):
        members = list(group)
        count = max(totals.get((source, outcome, reason), 0), len(members))
        names = {"source": words.code("source", source), "reason": words.code("reason", reason)}
        title = words("left.heading", **names, count=count)
        yield heading(title, 3)
        yield from _listing(title, members, words)
        if count > len(members):
            yield note(words("left.more", shown=len(members), count=count))


def _listing(title: str, members: list[LeftOut], words: Words) -> Iterator[Block]:
    """Few rows of many files: one table that names the file; many rows of a file: side by side, file by file."""
    files = [(file, list(rows)) for file, rows in groupby(members, key=lambda r: r.file)]
    if len(members) < MANY_OF_A_FILE * len(files):
        heads = words.named("left", file=4.0, line=1.0, key=3.0, column=2.0)
        if not any(row.column for row in members):
            heads.pop()
        lines = [
            (code(row.file), *_line_and_key(row, words), code(row.column or words("doc.nothing")))[: len(heads)]
            for row in members
        ]
        yield table(title, heads, lines)
        return
    for file, rows in files:
        name = words("left.in_file", file=file)
        yield note(name, sticky=True)
        yield _side_by_side(f"{title}, {name}", rows, words)


def _side_by_side(caption: str, rows: list[LeftOut], words: Words) -> Block:
    """Line and key of each row, several to a line of the table."""
    cells = [cell for row in rows for cell in _place(row, words)]
    width = 2 * min(PER_LINE, len(rows))
    cells += [text("")] * (-len(cells) % width)
    heads = words.named("left", line=1.0, key=3.2) * (width // 2)
    return table(caption, heads, [cells[start : start + width] for start in range(0, len(cells), width)])


def _place(row: LeftOut, words: Words) -> tuple[Cell, Cell]:
    line, key = _line_and_key(row, words)
    return line, {**key, "under": row.column} if row.column else key


def _line_and_key(row: LeftOut, words: Words) -> tuple[Cell, Cell]:
    return figure(number(row.line, words.lang)), code(row.key or words("doc.nothing"))
