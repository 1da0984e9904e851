"""Corrections (SPEC 3.5): a cell of a deposit that reads otherwise than it was received.

Belongs here: reading the list and applying it to received text, before any cell is judged. Each correction must meet
exactly one row whose value is the expected one; anything else stops the recount.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.recount import yamltext
from orchestration.recount.deposits import source_of
from orchestration.recount.errors import CannotRecount
from orchestration.recount.readers import Table, repeated

KEYS = {"audits": "test_id", "votes": "vote_id", "candidates": "candidate_id", "survey": "respondent_id"}


@dataclass(frozen=True)
class Correction:
    """One corrected cell: in `file`, the row whose columns have the values of `where`, from `expect` to `value`."""

    id: str
    file: str
    where: tuple[tuple[str, str], ...]
    column: str
    expect: str
    value: str


class Corrections:
    """All corrections of an edition, counting the rows that each one met."""

    def __init__(self, corrections: list[Correction]) -> None:
        self.corrections = corrections
        self.met: Counter[str] = Counter()
        self.unexpected: set[str] = set()

    def of(self, path: str) -> list[Correction]:
        """The corrections of one file, in the order of the list."""
        return [correction for correction in self.corrections if correction.file == path]

    def apply(self, table: Table) -> Table:
        """The table with its corrections applied, one after the other."""
        for correction in self.of(table.path):
            for _, row in table.rows:
                if all(row.get(column) == value for column, value in correction.where):
                    self.note(correction, 1, row.get(correction.column) == correction.expect)
                    if row.get(correction.column) == correction.expect:
                        row[correction.column] = correction.value
        return table

    def mend(self, frame: pl.DataFrame, path: str, columns: Collection[str]) -> pl.DataFrame:
        """The same for a piece of a file as columns of text, of which `columns` may be named; null: not in the file."""
        for correction in self.of(path):
            column = correction.column
            if {column, *(name for name, _ in correction.where)} <= set(columns):
                cells = _cells(frame, column)
                named = (_cells(frame, name).eq_missing(value) for name, value in correction.where)
                here = reduce(and_, named)
                met = cells.filter(here)
                if len(met):
                    self.note(correction, len(met), bool(met.eq_missing(correction.expect).all()))
                    mended = pl.Series("cell", [correction.value], pl.String).new_from_index(0, len(frame))
                    hit = here & cells.eq_missing(correction.expect)
                    frame = frame.with_columns(mended.zip_with(hit, cells).alias(column))
        return frame

    def named(self, path: str) -> list[str]:
        """The columns that the corrections of one file name."""
        return sorted(
            {
                name
                for correction in self.of(path)
                for name in (correction.column, *(name for name, _ in correction.where))
            }
        )

    def note(self, correction: Correction, rows: int, expected: bool) -> None:
        """Record that a correction met so many rows and whether they held the expected value."""
        self.met[correction.id] += rows
        if not expected:
            self.unexpected.add(correction.id)

    def check(self, unread: Collection[str]) -> None:
        """Raise CannotRecount for each correction that did not meet exactly one row with the expected value.

        `unread` are the current files of components that are not in use: corrections of them wait.
        """
        problems = []
        for correction in self.corrections:
            if correction.file in unread:
                continue
            where, met = f"corrections.yml {correction.id}", self.met[correction.id]
            if met != 1:
                problems.append(f"{where}: meets {met} rows of {correction.file}, not one")
            elif correction.id in self.unexpected:
                problems.append(f"{where}: {correction.column} does not hold the expected value")
        if problems:
            raise CannotRecount(problems)


def read_corrections(place: Path | None) -> Corrections:
    """Read `corrections.yml` (none: no corrections). Raises CannotRecount for an entry that is not understood."""
    entries = (yamltext.load(place) if place else None) or []
    if not isinstance(entries, list):
        raise CannotRecount("corrections.yml: a list of corrections is expected")
    corrections = [_correction(entry, number) for number, entry in enumerate(entries, start=1)]
    if twice := repeated([correction.id for correction in corrections]):
        raise CannotRecount(f"corrections.yml: ids that stand twice: {', '.join(sorted(twice))[:200]}")
    return Corrections(corrections)


def _correction(entry: Any, number: int) -> Correction:
    where = f"corrections.yml entry {number}"
    if not isinstance(entry, dict):
        raise CannotRecount(f"{where}: a map of id, file, key, column, expect, value is expected")
    values = {name: entry.get(name) for name in ("id", "file", "column", "expect", "value")}
    if any(isinstance(value, list | dict) for value in values.values()):
        raise CannotRecount(f"{where}: id, file, column, expect and value are single values")
    missing = [name for name in ("id", "file", "column") if not values[name]]
    key = entry.get("key")
    if missing or not key or isinstance(key, list):
        raise CannotRecount(f"{where}: {', '.join(missing) or 'key'} is missing")
    source = source_of(str(values["file"]))
    if not isinstance(key, dict):
        if source not in KEYS:
            raise CannotRecount(f"{where}: rows of this file have no single key; give a map of column to value")
        key = {KEYS[source]: key}
    texts = {name: str(value or "") for name, value in values.items()}
    return Correction(where=tuple((str(column), str(value or "")) for column, value in key.items()), **texts)


def _cells(frame: pl.DataFrame, column: str) -> pl.Series:
    """A column under another name: wherever Polars takes one for an expression, `*` and `^…$` stand for others."""
    return frame.get_column(column).alias("cell")
