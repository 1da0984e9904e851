"""Where every row went: the account that closes, what was left out and why, what was corrected.

Belongs here: sections 4 and 6.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from orchestration.dossier.build import LISTED_PER_REASON
from orchestration.dossier.model import Content, CorrectionFact, FileAccount, LeftOut
from orchestration.typesetting import (
    Block,
    Cell,
    code,
    digest,
    facts,
    figure,
    heading,
    note,
    paragraph,
    parts_bar,
    picture,
    strong,
    table,
    text,
)
from orchestration.words import Words, day, number

PER_LINE = 3
"""Rows left out that are printed side by side."""

MANY_OF_A_FILE = 8
"""From so many rows of one file on, they are printed side by side."""

PARTS = ("counted", "excluded", "set_aside")


def rows(content: Content, words: Words) -> Iterator[Block]:
    """Received = counted + excluded + set aside: by source as a picture, by file, by reason."""
    accounts, lang = content.inputs.accounts, words.lang
    yield paragraph(words("rows.intro"))
    yield heading(words("rows.by_source"))
    sources = _sums(accounts)
    lines = [_source_line(source, sums, f"s{n}", words) for n, (source, sums) in enumerate(sources)]
    total = tuple(sum(sums[part] for _, sums in sources) for part in range(3))
    names = ("source", "received", *PARTS, "picture")
    yield table(
        words("rows.by_source"),
        [(words(f"rows.{name}"), width) for name, width in zip(names, (2, 1, 1, 1, 1, 0), strict=True)],
        [*lines, _line(strong(words("rows.total")), total, "total", words)],
        total=True,
    )
    yield note(words("rows.legend"))
    yield heading(words("rows.by_reason"))
    reasons = sorted(content.inputs.reasons, key=lambda r: (r.source, r.outcome, -r.rows, r.reason))
    columns = [
        (words(f"rows.{name}"), width) for name, width in (("source", 2), ("treatment", 2), ("reason", 5), ("rows", 1))
    ]
    yield table(
        words("rows.by_reason"),
        columns,
        [
            (
                text(words.code("source", r.source)),
                text(words.code("treatment", r.outcome)),
                text(words.code("reason", r.reason)),
                figure(number(r.rows, lang)),
            )
            for r in reasons
        ],
    )
    yield heading(words("rows.by_file"))
    yield table(
        words("rows.by_file"),
        [(words(f"rows.{name}"), width) for name, width in (("file", 4), ("received", 1), *((p, 1) for p in PARTS))],
        [
            (code(a.file), *(figure(number(value, lang)) for value in (a.received, a.counted, a.excluded, a.set_aside)))
            for a in sorted(accounts, key=lambda a: a.file)
        ],
    )


def _sums(accounts: Iterable[FileAccount]) -> list[tuple[str, tuple[int, ...]]]:
    """Sums of the three parts for each source, in order of source."""
    ordered = sorted(accounts, key=lambda account: account.source)
    groups = ((source, list(group)) for source, group in groupby(ordered, key=lambda account: account.source))
    return [(source, tuple(sum(getattr(a, part) for a in group) for part in PARTS)) for source, group in groups]


def _source_line(source: str, sums: tuple[int, ...], name: str, words: Words) -> tuple[Cell, ...]:
    return _line(text(words.code("source", source)), sums, name, words)


def _line(label: Cell, sums: tuple[int, ...], name: str, words: Words) -> tuple[Cell, ...]:
    lang, received = words.lang, sum(sums)
    shown = {part: number(value, lang) for part, value in zip(PARTS, sums, strict=True)}
    alt = words("rows.alt", received=number(received, lang), **shown)
    return (
        label,
        figure(number(received, lang)),
        *(figure(value) for value in shown.values()),
        picture(parts_bar(sums, name=name), alt),
    )


def left_out(content: Content, words: Words) -> Iterator[Block]:
    """Rows set aside and rows excluded, one by one by reason; then the corrections, one by one."""
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
    if content.not_listed:
        counts = {"limit": LISTED_PER_REASON, "count": content.not_listed}
        yield note(words("left.more_note", **{k: number(v, words.lang) for k, v in counts.items()}))
    if content.inputs.annex_sha256:
        yield facts([(words("left.annex"), digest(content.inputs.annex_sha256))])
    yield heading(words("left.corrections"))
    if not content.inputs.corrections:
        yield paragraph(words("left.corrections_none"))
        return
    yield paragraph(words("left.corrections_intro"))
    for correction in content.inputs.corrections:
        yield from _correction(correction, words)


def _by_reason(rows: list[LeftOut], content: Content, words: Words) -> Iterator[Block]:
    totals = {(r.source, r.outcome, r.reason): r.rows for r in content.inputs.reasons}
    for (source, outcome, reason), group in groupby(rows, key=lambda r: (r.source, r.outcome, r.reason)):
        members = list(group)
        count = max(totals.get((source, outcome, reason), 0), len(members))
        names = {"source": words.code("source", source), "reason": words.code("reason", reason)}
        title = words("left.heading", **names, count=number(count, words.lang))
        yield heading(title, 3)
        yield from _listing(title, members, words)
        if count > len(members):
            shown = {"shown": number(len(members), words.lang), "count": number(count, words.lang)}
            yield note(words("left.more", **shown))


def _listing(title: str, members: list[LeftOut], words: Words) -> Iterator[Block]:
    """Few rows of many files: one table that names the file; many rows of a file: side by side, file by file."""
    files = [(file, list(rows)) for file, rows in groupby(members, key=lambda r: r.file)]
    if len(members) < MANY_OF_A_FILE * len(files):
        columns = {"file": 4.0, "line": 1.0, "key": 4.0}
        lines = [(code(row.file), *_place(row, words)) for row in members]
        yield table(title, [(words(f"left.{name}"), width) for name, width in columns.items()], lines)
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
    columns = [(words("left.line"), 1.0), (words("left.key"), 3.2)] * (width // 2)
    return table(caption, columns, [cells[start : start + width] for start in range(0, len(cells), width)])


def _place(row: LeftOut, words: Words) -> tuple[Cell, Cell]:
    key = code(row.key or words("doc.nothing"))
    return figure(number(row.line, words.lang)), {**key, "under": row.column} if row.column else key


def _correction(correction: CorrectionFact, words: Words) -> Iterator[Block]:
    yield heading(words("left.correction", id=correction.id), 3)
    where = words(
        "left.where_text",
        file=correction.file,
        line=words("doc.nothing") if correction.line is None else number(correction.line, words.lang),
        key=correction.key,
        column=correction.column,
    )
    yield facts(
        [
            (words("left.where"), text(where)),
            (words("left.before"), code(correction.expect or words("doc.nothing"))),
            (words("left.after"), code(correction.value or words("doc.nothing"))),
            (words("left.why"), text(words.data(correction.reason))),
            (words("left.who"), text(words("left.who_text", by=correction.by, on=day(correction.on, words.lang)))),
        ]
    )
