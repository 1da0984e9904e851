"""Setting rows aside: rules in order, repeats and conflicts under one key, the quarantine, the accounts.

Belongs here: what all sources share. The rules themselves stand beside their source (`sources/`). A source hands over
a *typed* relation: `file_no, line`, its columns as text under their names, and what the rules ask for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from orchestration.intake.landing import LandedFile
from orchestration.intake.patterns import in_range, is_row_id
from orchestration.intake.scratch import unpacked
from orchestration.storage import literal

NOT_UTF8 = r"\\\\x[89a-f][0-9a-f]"
"""A byte that is no UTF-8, as `csv_rows.shown` writes it and JSON keeps it."""
ENCODED_OTHERWISE = "the line is not UTF-8 (Windows-1252 perhaps): save the file as CSV UTF-8"
NO_ROW = "the line made no row"
OF_A_RANGE = "is not a whole number from {low} to {high}"


@dataclass(frozen=True)
class Rule:
    """A row for which `when` (SQL) holds is set aside; an empty `when` is judged over several rows, elsewhere.

    `column_sql` names the column when it depends on the row.
    `detail` is a sentence about the column; it never repeats the cell. Its French is in `words/details`.
    """

    reason: str
    column: str | None
    detail: str
    when: str
    column_sql: str = "NULL"


DUPLICATE = Rule("duplicate_row", None, "an equal row of the same id was kept", "")
CONFLICT = Rule("conflicting_rows", None, "rows of the same id differ: nobody can tell which is true", "")
SUSPECT = "hash({}) IN (SELECT print FROM suspect)"
"""Whether a key may stand twice; see `find_suspects`."""
AT_ONCE = 25_000_000
"""Hashes that are put in order at once, in bounded memory."""


def find_suspects(con: duckdb.DuckDBPyConnection, key: str, keys: str) -> None:
    """Put the hashes of keys that may stand twice in `keys` (SQL: a relation) into the temporary table `suspect`.

    Putting hashes in order shows the equal ones for half of what grouping them takes. Of many, those of one range after
    another.
    """
    prints = f"SELECT hash({key}) AS print FROM {keys} AS keyed WHERE {key} <> ''"
    (rows,) = con.execute(f"SELECT count(*) FROM {keys} AS keyed").fetchone() or (0,)
    con.execute("CREATE OR REPLACE TEMP TABLE suspect (print UBIGINT)")
    equal = "SELECT print FROM (SELECT print, lag(print) OVER (ORDER BY print) AS before FROM {}) WHERE print = before"
    shares = rows // AT_ONCE + 1
    if shares == 1:
        con.execute(f"INSERT INTO suspect {equal.format(f'({prints})')}")
        return
    with unpacked(con):
        con.execute(f"CREATE TABLE scratch.print AS {prints}")
    bounds = [2**64 * place // shares for place in range(shares + 1)]
    for least, above in pairwise(bounds):
        share = f"(SELECT print FROM scratch.print WHERE print BETWEEN {least} AND {above - 1})"
        con.execute(f"INSERT INTO suspect {equal.format(share)}")
    con.execute("DROP TABLE scratch.print")


class Sieve:
    """The rows of one source that are set aside: `scratch.aside_<source>`, one line a row, its first rule."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str, rules: Sequence[Rule]) -> None:
        self.con = con
        self.source = source
        self.rules = tuple(rules)
        self.rejected = f"scratch.aside_{source}"
        con.execute(f"CREATE TABLE {self.rejected} (file_no INTEGER, line BIGINT, rule SMALLINT, column_name VARCHAR)")

    def judge(self, typed: str) -> None:
        """Set aside each row by the first rule that holds for it."""
        cases = " ".join(f"WHEN {rule.when} THEN {place}" for place, rule in enumerate(self.rules) if rule.when)
        names = " ".join(f"WHEN {place} THEN {rule.column_sql}" for place, rule in enumerate(self.rules))
        self.con.execute(
            f"INSERT INTO {self.rejected} SELECT file_no, line, rule, CASE rule {names} END "
            f"FROM (SELECT *, CASE {cases} END AS rule FROM {typed} AS typed) WHERE rule IS NOT NULL"
        )

    def judge_repeats(self, typed: str, key: str, same: str) -> None:
        """Of rows that are equal under one key keep the first by file and line; rows that differ are all set aside.

        `same` (SQL) is the text of all known columns. A row with a defect of its own keeps its own reason but takes
        part in the comparison. The hash only finds the few suspects among many; it decides nothing.
        """
        find_suspects(self.con, key, typed)
        self.add(
            f"""
            WITH compared AS (
                SELECT file_no, line, {key} AS name, {same} AS same
                FROM {typed} AS typed WHERE {key} <> '' AND {SUSPECT.format(key)}
            ),
            judged AS (
                SELECT
                    file_no, line,
                    min(same) OVER (PARTITION BY name) <> max(same) OVER (PARTITION BY name) AS differs,
                    row_number() OVER (PARTITION BY name ORDER BY file_no, line) AS place
                FROM compared
            )
            SELECT
                file_no, line,
                CASE WHEN differs THEN {self.rules.index(CONFLICT)} ELSE {self.rules.index(DUPLICATE)} END
            FROM judged WHERE differs OR place > 1"""
        )

    def add(self, query: str) -> None:
        """Set aside the rows `file_no, line, rule` of a query, where they have no defect of their own."""
        self.con.execute(
            f"INSERT INTO {self.rejected} SELECT f.file_no, f.line, f.rule, NULL "
            f"FROM ({query}) AS f(file_no, line, rule) "
            f"WHERE NOT EXISTS (SELECT 1 FROM {self.rejected} AS a WHERE a.file_no = f.file_no AND a.line = f.line)"
        )

    def set_aside(self, rule: Rule, rows: str) -> None:
        """Set aside the rows (SQL: what follows FROM, with `file_no, line`) that have no defect yet, by one rule."""
        self.add(f"SELECT file_no, line, {self.rules.index(rule)} FROM {rows}")

    def accepted(self, typed: str) -> str:
        """SQL: the rows of the typed relation that were not set aside, with their file's path as `file`."""
        return (
            f"(SELECT typed.*, paths.path AS file FROM {typed} AS typed JOIN scratch.file AS paths USING (file_no) "
            f"ANTI JOIN {self.rejected} USING (file_no, line))"
        )

    def quarantine(self, files: Sequence[LandedFile], key: str) -> None:
        """Write the rows set aside, whole, to `intake.quarantine`. `key` is the source's key column."""
        affected = set(self.con.execute(f"SELECT DISTINCT file_no FROM {self.rejected}").fetchall())
        for file in files:
            if (file.number,) in affected:
                self._quarantine_rows(file, file.cell(key))
            if file.unreadable:
                self._quarantine_lines(file)

    def _quarantine_rows(self, file: LandedFile, key: str) -> None:
        cell = f"l.{key}"
        whole, names = file.whole("l.")
        rules = list(enumerate(self.rules))
        reasons = " ".join(f"WHEN {place} THEN {literal(rule.reason)}" for place, rule in rules)
        columns = " ".join(f"WHEN {place} THEN {literal(rule.column)}" for place, rule in rules if rule.column)
        details = " ".join(f"WHEN {place} THEN {literal(rule.detail)}" for place, rule in rules)
        self.con.execute(
            f"""
            INSERT INTO intake.quarantine
            SELECT
                ?, ?, a.line, CASE WHEN {is_row_id(cell)} THEN {cell} END, CASE a.rule {reasons} END,
                coalesce(a.column_name, CASE a.rule {columns} END), CASE a.rule {details} END,
                coalesce(o.raw, {whole})
            FROM {self.rejected} AS a
            JOIN {file.table} AS l ON l.line = a.line
            LEFT JOIN scratch.original AS o ON o.file_no = a.file_no AND o.line = a.line
            WHERE a.file_no = {file.number}
            ORDER BY a.line""",
            [self.source, file.path, *names],
        )

    def _quarantine_lines(self, file: LandedFile) -> None:
        self.con.execute(
            "INSERT INTO intake.quarantine SELECT ?, ?, line, NULL, 'unreadable_row', NULL, "
            f"CASE WHEN regexp_matches(raw, {literal(NOT_UTF8)}) THEN ? ELSE ? END, raw "
            f"FROM scratch.unreadable WHERE file_no = {file.number} ORDER BY line",
            [self.source, file.path, ENCODED_OTHERWISE, NO_ROW],
        )

    def account(self, files: Sequence[LandedFile], table: str) -> None:
        """Enter rows read, accepted and quarantined of each file, each counted where it lies; they must close."""
        for file in files:
            accepted = self._count(f"SELECT count(*) FROM {table} WHERE file = ?", file.path)
            set_aside = self._count("SELECT count(*) FROM intake.quarantine WHERE file = ?", file.path)
            read = file.rows + file.unreadable
            if read != accepted + set_aside:
                raise AssertionError(f"{file.path}: {read} rows read, {accepted} accepted, {set_aside} quarantined")
            self.con.execute(
                "INSERT INTO intake.row_account VALUES (?, ?, ?, ?, ?)",
                [file.path, self.source, read, accepted, set_aside],
            )

    def _count(self, query: str, path: str) -> int:
        (count,) = self.con.execute(query, [path]).fetchone() or (0,)
        return int(count)


def malformed(column: str, when: str, detail: str) -> Rule:
    """A rule about the form of one column."""
    return Rule("malformed_value", column, detail, when)


def whole(column: str, low: int, high: int) -> Rule:
    """The rule of a whole number within bounds; it may be empty."""
    unlike = f"{column} <> '' AND NOT {in_range(column, low, high)}"
    return malformed(column, unlike, OF_A_RANGE.format(low=low, high=high))


def known_as(column: str, unknown: str, reason: str, where: str) -> tuple[Rule, Rule]:
    """The rules of a reference: an empty one is malformed; one that is `unknown` (SQL) has a reason of its own."""
    return malformed(column, f"{column} = ''", "is empty"), Rule(reason, column, f"is not in {where}", unknown)


def moment(column: str, optional: str = "false") -> tuple[Rule, Rule]:
    """The rules of a time (see `times.Clock.with_times`); it may be empty where `optional` (SQL) holds."""
    given = f"NOT ({column} = '' AND {optional})"
    return (
        malformed(column, f"{given} AND NOT {column}_written", "is not a time of ISO 8601"),
        malformed(column, f"{given} AND {column}_utc IS NULL", "is a local time that the clocks skipped"),
    )
