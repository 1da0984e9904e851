"""Where every row went: the account that closes, by source and by reason.

Belongs here: the part on rows. The rows themselves are annexed (`left_out.py`).
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from orchestration.dossier.model import Content, FileAccount
from orchestration.typesetting import (
    Block,
    Cell,
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
from orchestration.words import Words, number

PARTS = ("counted", "excluded", "set_aside")


def rows(content: Content, words: Words) -> Iterator[Block]:
    """Received = counted + excluded + set aside: by source as a picture, and by reason."""
    accounts, lang = content.inputs.accounts, words.lang
    yield paragraph(words("rows.intro"))
    yield heading(words("rows.by_source"))
    sources = _sums(accounts)
    lines = [
        _line(text(words.code("source", source)), sums, f"s{n}", words) for n, (source, sums) in enumerate(sources)
    ]
    total = tuple(sum(sums[part] for _, sums in sources) for part in range(3))
    yield table(
        words("rows.by_source"),
        words.named("rows", source=2, received=1, counted=1, excluded=1, set_aside=1, picture=0),
        [*lines, _line(strong(words("rows.total")), total, "total", words)],
        total=True,
    )
    yield note(words("rows.legend"))
    yield heading(words("rows.by_reason"))
    reasons = sorted(content.inputs.reasons, key=lambda r: (r.source, r.outcome, -r.rows, r.reason))
    yield table(
        words("rows.by_reason"),
        words.named("rows", source=2, treatment=2, reason=5, rows=1),
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


def _sums(accounts: Iterable[FileAccount]) -> list[tuple[str, tuple[int, ...]]]:
    """Sums of the three parts for each source, in order of source."""
    ordered = sorted(accounts, key=lambda account: account.source)
    groups = ((source, list(group)) for source, group in groupby(ordered, key=lambda account: account.source))
    return [(source, tuple(sum(getattr(a, part) for a in group) for part in PARTS)) for source, group in groups]


def _line(label: Cell, sums: tuple[int, ...], name: str, words: Words) -> tuple[Cell, ...]:
    received = sum(sums)
    alt = words("rows.alt", received=received, **dict(zip(PARTS, sums, strict=True)))
    return (
        label,
        *(figure(number(rows, words.lang)) for rows in (received, *sums)),
        picture(parts_bar(sums, name=name), alt),
    )
