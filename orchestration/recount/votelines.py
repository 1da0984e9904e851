"""Vote files, piece by piece, as columns of text: nothing here holds a vote file in Python rows.

Belongs here: CSV, NDJSON (both also gzipped) and Parquet to frames of the seven columns of SPEC 3.4, and of those that
a correction names, an absent value being "". Does not belong here: what a value may be (`votes`). One idea serves both
text formats: lines that need no care are cut by columns at once; the few that do (quotes, escapes, another order of
keys) go one by one through `csvtext` or `json`.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.recount import csvcolumns
from orchestration.recount.blocks import Blocks, Seen, lines, of_file
from orchestration.recount.csvcolumns import Piece
from orchestration.recount.readers import check_header
from orchestration.recount.tablefiles import UNREADABLE, Wanted, parquet, unreadable
from orchestration.recount.typedcells import plain_number, texts

COLUMNS = ("vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash")

PARQUET_ROWS = 250_000
"""Rows read at once."""


def pieces(place: Path, path: str, named: Collection[str], seen: Seen) -> Iterator[Piece]:
    """Read one vote deposit. Raises CannotRecount if it is unreadable as a whole or lacks a column.

    Columns of `named` are read too, where the file has them.
    """
    if path.endswith(".parquet"):
        return _parquet(place, path, named, seen)
    if path.endswith((".ndjson", ".ndjson.gz")):
        return _ndjson(path, of_file(place, path, seen), [*COLUMNS, *(name for name in named if name not in COLUMNS)])
    return _csv(path, of_file(place, path, seen), named)


def _csv(path: str, blocks: Blocks, named: Collection[str]) -> Iterator[Piece]:
    form, behind = csvcolumns.header_of(path, blocks, required=COLUMNS, used=COLUMNS, named=named)
    return csvcolumns.pieces(form, behind)


def _ndjson(path: str, blocks: Blocks, columns: Sequence[str]) -> Iterator[Piece]:
    """`columns` are those that some line must have: by keys alone nobody can tell a column that is not there from one
    that is empty."""
    shown = {f"cell_{place}": name for place, name in enumerate(columns)}  # a column may be named `line`
    keys: tuple[str, ...] = ()
    present: set[str] = set()
    rows = 0
    for number, block in blocks:
        frame = lines(number, block)
        keys = keys or _plain_keys(frame)
        pattern = _line_pattern(keys)
        groups = frame["text"].str.extract_groups(pattern).struct
        cells = (groups.field(str(keys.index(name) + 1)) if name in keys else pl.lit("") for name in columns)
        plain = groups.field("1").is_not_null()
        good = frame.select("line", **dict(zip(shown, cells, strict=True)))
        special: list[tuple[int, dict[str, str] | None]] = []
        if not plain.all():  # to copy the many for the sake of a few takes as long as to read them
            good = good.filter(plain)
            special = [(line, _json_cells(text)) for line, text in frame.filter(~plain).iter_rows()]
        read = [(line, *(cells.get(name, "") for name in columns)) for line, cells in special if cells is not None]
        if len(good):
            present.update(keys)
        present.update(*(cells for _, cells in special if cells is not None))
        rows += len(good) + len(read)
        if read:
            good = pl.concat([good, pl.DataFrame(read, schema=good.schema, orient="row")]).sort("line")
        yield good["line"], good.drop("line").rename(shown), len(special) - len(read)
    if rows:
        check_header(path, sorted(present.intersection(columns)), columns)


def _plain_keys(frame: pl.DataFrame) -> tuple[str, ...]:
    """The order of keys of the first line that holds plain keys and text alone; empty if there is none."""
    for text in frame["text"].drop_nulls().head(100):
        cells = _json_cells(text)
        if cells and all(re.fullmatch(r"[A-Za-z0-9_]+", key) for key in cells):
            return tuple(cells)
    return ()


def _line_pattern(keys: Sequence[str]) -> str:
    """Matches a whole line that holds just these keys in this order, each with text that needs no unescaping."""
    members = (rf'"{key}"[ \t]*:[ \t]*"([^"\\\x00-\x1f]*)"' for key in keys)
    body = r"[ \t]*,[ \t]*".join(members) if keys else "()never"
    return rf"\A[ \t]*\{{[ \t]*{body}[ \t]*\}}[ \t]*\z"


def _json_cells(text: str | None) -> dict[str, str] | None:
    """One line of NDJSON as text cells; None if it is no object, names a key twice or holds what is not UTF-8."""
    if text is None:
        return None
    try:
        members = json.loads(
            text,
            object_pairs_hook=_Members,
            parse_int=plain_number,
            parse_float=plain_number,
            parse_constant=_no_constant,
        )
        if not isinstance(members, _Members) or len(dict(members)) < len(members):
            return None
        cells = {key: _json_text(value) for key, value in members}
        json.dumps(cells, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return cells


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object as written, so that a key that stands twice is seen."""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parquet(place: Path, path: str, named: Collection[str], seen: Seen) -> Iterator[Piece]:
    size = place.stat().st_size
    try:
        _, lazy, rows = parquet(place, path, Wanted(COLUMNS, COLUMNS, named))
        for start in range(0, rows, PARQUET_ROWS):
            part = pl.DataFrame([texts(column) for column in lazy.slice(start, PARQUET_ROWS).collect()])
            seen(size * min(start + PARQUET_ROWS, rows) // rows)
            numbers = pl.int_range(start + 1, start + 1 + len(part), eager=True, dtype=pl.Int64).alias("line")
            yield numbers, part, 0
    except UNREADABLE as error:
        raise unreadable(path, error) from error
