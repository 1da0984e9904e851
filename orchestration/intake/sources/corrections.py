"""corrections.yml (SPEC 3.5): cells of landed text put right before they are typed.

Belongs here: reading the list strictly, matching exactly one row, keeping the row as it was received. A correction
that does not match is a problem, not a quarantine: somebody meant something that is not there.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.errors import InputError
from orchestration.intake import personal
from orchestration.intake.landing import LandedFile, Landing
from orchestration.intake.patterns import ID, ROW_ID
from orchestration.intake.problems import FileProblem
from orchestration.intake.say import say
from orchestration.storage import load_document

FIELDS = ("id", "file", "key", "column", "expect", "value", "reason", "by", "on")
CONTEST = "contest"
"""The one key that may be absent: the contest by which an entrant asked for the correction."""

KEYS = {"candidates": "candidate_id", "audits": "test_id", "survey": "respondent_id", "votes": "vote_id"}
FILE = "corrections.yml"


@dataclass(frozen=True)
class Correction:
    """One entry of the list; `key` as columns and values, `label` as shown."""

    id: str
    file: str
    key: dict[str, str] | str
    column: str
    expect: str
    value: str
    reason: str
    by: str
    on: date
    line: int
    contest: str | None = None

    @property
    def label(self) -> str:
        """The key as one text."""
        return self.key if isinstance(self.key, str) else ", ".join(f"{name}={self.key[name]}" for name in self.key)

    @property
    def columns(self) -> set[str]:
        """The columns that it names."""
        return {self.column, *([] if isinstance(self.key, str) else self.key)}


def read(path: Path, landing: Landing) -> list[Correction]:
    """The entries of a list, in its order; those that are not well formed become problems."""
    try:
        document = load_document(path)
    except InputError as error:
        mend = error.mend or say("correction_malformed.mend")
        landing.problems.add("correction_malformed.file", FILE, error=error.what, mend=mend)
        return []
    entries = document.value if isinstance(document.value, list) else []
    if document.value is not None and not isinstance(document.value, list):
        landing.problems.add("correction_malformed.list", FILE, 1, fields=", ".join(FIELDS))
    corrections: list[Correction] = []
    for place, entry in enumerate(entries):
        line = document.line_of((place,))
        try:
            correction = _entry(entry, line)
            if any(correction.id == other.id for other in corrections):
                raise FileProblem("correction_malformed.id_twice", line, id=correction.id)
            corrections.append(correction)
        except FileProblem as problem:
            landing.problems.of_file(FILE, problem)
    return corrections


def _entry(entry: Any, line: int) -> Correction:
    """One entry, or FileProblem with what is wrong; no cell is repeated."""

    def wrong(word: str, **values: str) -> FileProblem:
        return FileProblem(f"correction_malformed.{word}", line, **values)

    if not isinstance(entry, dict) or set(entry) - {CONTEST} != set(FIELDS):
        raise wrong("keys", fields=", ".join(FIELDS), contest=CONTEST)
    texts = {name: _text(entry[name], name, line) for name in entry if name != "key"}
    key = entry["key"]
    where = (
        {str(name): _text(value, "key", line) for name, value in key.items()}
        if isinstance(key, dict)
        else _text(key, "key", line)
    )
    if empty := [name for name in ("id", "file", "column", "reason", "by") if not texts[name].strip()]:
        raise wrong("empty", names=", ".join(empty))
    if not where:
        raise wrong("key_empty")
    if not re.fullmatch(ID, texts["id"]):
        raise wrong("id")
    if CONTEST in texts and (not re.fullmatch(ROW_ID, texts[CONTEST]) or ".." in texts[CONTEST]):
        raise wrong("contest")
    if texts["expect"] == texts["value"]:
        raise wrong("same")
    if any(
        personal.looks_personal(text)
        for text in (*texts.values(), *((*where, *where.values()) if isinstance(where, dict) else [where]))
    ):
        raise wrong("personal")
    try:
        on = date.fromisoformat(texts.pop("on"))
    except ValueError:
        raise wrong("day") from None
    return Correction(key=where, on=on, line=line, **texts)


def _text(value: Any, name: str, line: int) -> str:
    """A scalar as the text that stands in the file; nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise FileProblem("correction_malformed.scalar", line, name=name)
    return str(value)


def apply(landing: Landing, corrections: list[Correction], unread: set[str]) -> None:
    """Put the cells right, in the order of the list, and fill `intake.correction`.

    `unread` are the current deposits of components with weight 0, and files refused for a problem of their own:
    corrections of them wait.
    """
    done: list[tuple[Correction, int]] = []
    with _set_apart(landing, corrections) as tables:
        for correction in corrections:
            if correction.file in unread:
                continue
            file = landing.by_path(correction.file)
            if file is None or file.source == "contests":
                # Entrants' contests are theirs: a clerk deposits a new version, and does not correct it.
                _problem(landing, correction, "correction_file.unknown")
            elif (where := _where(correction, file)) is None or correction.column not in file.header:
                _problem(landing, correction, "correction_column.unknown")
            elif line := _apply_one(landing, file, table=tables[file.path], correction=correction, where=where):
                done.append((correction, line))
    _record(landing.con, done)


@contextmanager
def _set_apart(landing: Landing, corrections: Iterable[Correction]) -> Iterator[dict[str, str]]:
    """The rows that any correction means, in a small table for each file, by path, as long as they are corrected: to
    look through the file for each correction takes the square of its size. Each row is kept as it was received."""
    con = landing.con
    wanted: dict[str, dict[tuple[str, ...], list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for correction in corrections:
        file = landing.by_path(correction.file)
        if file is not None and (where := _where(correction, file)) is not None:
            wanted[file.path][tuple(sorted(where))].append(where)
    tables: dict[str, str] = {}
    for file in landing.files:
        if file.path not in wanted:
            continue
        table = tables[file.path] = f"scratch.corrected_{file.number}"
        meant, values = [], []
        for names, places in wanted[file.path].items():
            texts = ", ".join("unnest(?::VARCHAR[])" for _ in names)
            meant.append(f"({', '.join(map(file.cell, names))}) IN (SELECT {texts})")
            values += [[where[name] for where in places] for name in names]
        rows = f"FROM {file.table} WHERE {' OR '.join(meant)}"
        con.execute(f"CREATE TABLE {table} AS SELECT * {rows}", values)
        con.execute(f"DELETE {rows}", values)
        whole, columns = file.whole()
        con.execute(f"INSERT INTO scratch.original SELECT ?, line, {whole} FROM {table}", [file.number, *columns])
    yield tables
    for file in landing.files:
        if file.path in tables:
            table = tables[file.path]
            con.execute(f"INSERT INTO {file.table} SELECT * FROM {table}; DROP TABLE {table}")


def _where(correction: Correction, file: LandedFile) -> dict[str, str] | None:
    """Columns and values that find the row; None when a column is not there."""
    if isinstance(correction.key, str):
        column = KEYS.get(file.source)
        return {column: correction.key} if column in file.header and column is not None else None
    return correction.key if all(name in file.header for name in correction.key) else None


def _apply_one(
    landing: Landing, file: LandedFile, table: str, correction: Correction, where: dict[str, str]
) -> int | None:
    """Correct the one row that is meant, in the table in which the file's rows stand; its line, or None."""
    con = landing.con
    match = " AND ".join(f"{file.cell(name)} = ?" for name in where)
    cell = file.cell(correction.column)
    rows = con.execute(
        f"SELECT line, {cell} FROM {table} WHERE {match} ORDER BY line LIMIT 2", list(where.values())
    ).fetchall()
    if not rows:
        _problem(landing, correction, "correction_no_row.none")
        return None
    if len(rows) > 1:
        _problem(landing, correction, "correction_several_rows.several")
        return None
    line = int(rows[0][0])
    if rows[0][1] != correction.expect:
        _problem(landing, correction, "correction_unexpected.other", row=line)
        return None
    con.execute(f"UPDATE {table} SET {cell} = ? WHERE line = ?", [correction.value, line])
    return line


def _record(con: duckdb.DuckDBPyConnection, done: Iterable[tuple[Correction, int]]) -> None:
    """Fill `intake.correction` with the corrections that were made, each with the line of its row."""
    rows = [
        (
            correction.id,
            correction.file,
            correction.label,
            correction.column,
            correction.expect,
            correction.value,
            correction.reason,
            correction.by,
            correction.on,
            line,
            correction.contest,
        )
        for correction, line in done
    ]
    if rows:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        con.register("made", pa.table(columns, names=[f"c{place}" for place in range(len(columns))]))
        con.execute("INSERT INTO intake.correction SELECT * FROM made")
        con.unregister("made")


def _problem(landing: Landing, correction: Correction, key: str, **values: object) -> None:
    landing.problems.add(key, correction.file, correction.line, correction.column, id=correction.id, **values)
