"""Every column of every published table, edited in the working warehouse, is caught by name: table, key and column.

Belongs here: the list is the catalogue's own, so that a column added tomorrow is edited too. What only a release has
(`dim_edition` in part, `quality_check`) is edited in a release: `tests/fixtures/release_attacks.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from benchmarks.compiled import Compiled
from expectations import own
from orchestration.intake.sources import weights
from orchestration.recount import Difference, Recount, compare, recount
from orchestration.recount.canonical import cell_text
from orchestration.recount.comparison import KEYS, VOUCHED_ELSEWHERE, Declared
from orchestration.release import DIGESTED, OUTSIDE_DIGEST, TABLES, Column, Table
from orchestration.release.canonical import table_rows
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.storage import connect
from tests.fixtures.tiny import TinyEdition
from tests.integration.intake_ground import take_in
from tests.unit.recount.recount_ground import full

CHANGED = {
    "VARCHAR": "coalesce({0}, '') || 'x'",
    "BOOLEAN": "NOT coalesce({0}, false)",
    "DATE": "CAST(coalesce({0}, DATE '2025-09-01') + 1 AS DATE)",
    "TIMESTAMP": "coalesce({0}, TIMESTAMP '2025-09-01 10:00:00') + INTERVAL 1 SECOND",
    "DECIMAL": "coalesce({0}, 0) + 0.01",
}
"""What is put in the place of a cell, by the beginning of its column's type; a whole number becomes the next one."""


@dataclass(frozen=True)
class Scored:
    """An edition with everything that it may have: its warehouse, its tables as text, and the one recount."""

    con: duckdb.DuckDBPyConnection
    rulebook: Rulebook
    declared: Declared
    counted: Recount

    def differences(self, table: Table) -> list[Difference]:
        """What the recount has otherwise, now that a table was edited."""
        return compare(self.counted, {**self.declared, table.name: as_text(self.con, table)})

    @property
    def first_weight(self) -> str:
        """The respondent whose weight stands first."""
        return str(self.con.execute("SELECT respondent_id FROM marts.fct_survey_weight").fetchall()[0][0])


def as_text(con: duckdb.DuckDBPyConnection, table: Table) -> list[dict[str, str | None]]:
    return [dict(zip(table.names, row, strict=True)) for row in table_rows(con, table)]


@pytest.fixture(scope="module")
def scored(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scored]:
    edition = full(TinyEdition())
    taken = take_in(edition, tmp_path_factory.mktemp("columns"))
    assert taken.report.problems == ()
    stored = dict(taken.rows("SELECT respondent_id, weight_micro FROM intake.survey_weight"))
    taken.con.close()
    raw = taken.settings.edition_raw(edition.edition)
    with connect(taken.settings.work_db(edition.edition)) as con:
        compiled.run(con)
        declared = {table.name: as_text(con, table) for table in DIGESTED}
        made = Scored(con, load_rulebook(raw / "rulebook.yml"), declared, recount(raw, stored))
        assert compare(made.counted, declared) == [] and all(declared.values()), (
            "nothing is wrong before, none is empty"
        )
        yield made


@pytest.fixture
def edited(scored: Scored, request: pytest.FixtureRequest) -> Iterator[Scored]:
    """The same; what a test does to its table (otherwise that of the weights) is taken back."""
    given = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    place = f"marts.{given.get('table', TABLES['fct_survey_weight']).name}"
    # No transaction: rows are read through a connection of their own, which sees only what was committed.
    scored.con.execute(f"CREATE OR REPLACE TEMP TABLE kept AS FROM {place}")
    yield scored
    scored.con.execute(f"DELETE FROM {place}; INSERT INTO {place} FROM kept")


def edit(con: duckdb.DuckDBPyConnection, table: Table, column: Column) -> dict[str, str | None]:
    """Put another value into a column of the first row; returns that row as it was, as text."""
    before = as_text(con, table)
    place = f"marts.{table.name}"
    (kind,) = [row[1] for row in con.execute(f"DESCRIBE {place}").fetchall() if row[0] == column.name]
    value = next((sql for name, sql in CHANGED.items() if str(kind).startswith(name)), "coalesce({0}, 0) + 1")
    con.execute(
        f"UPDATE {place} SET {column.name} = {value.format(column.name)} WHERE rowid = (SELECT min(rowid) FROM {place})"
    )
    gone = [row for row in before if row not in as_text(con, table)]
    assert len(gone) == 1, "one row is another now"
    return gone[0]


def test_every_published_table_is_edited_here_or_in_a_release() -> None:
    assert {table.name for table in DIGESTED} | set(OUTSIDE_DIGEST) == set(TABLES)
    assert {table.name for table in DIGESTED} == set(KEYS) - {"dim_edition"}
    elsewhere = {name.partition(".")[0] for name in VOUCHED_ELSEWHERE}
    assert elsewhere == {*OUTSIDE_DIGEST, "fct_survey_weight"}


@pytest.mark.parametrize(
    ("table", "column"),
    [pytest.param(table, column, id=f"{table.name}.{column.name}") for table in DIGESTED for column in table.columns],
)
def test_a_cell_edited_before_the_checks_is_named_by_table_key_and_column(
    edited: Scored, table: Table, column: Column
) -> None:
    was = edit(edited.con, table, column)
    found = edited.differences(table)
    key = "/".join(was[name] or "" for name in KEYS[table.name])
    named = {(one.table, one.key, one.column) for one in found}
    if column.name in KEYS[table.name]:  # the row is another's now: its own is missing, and one is there too many
        assert {(table.name, key, "")} < named and {name for name, _, _ in named} == {table.name}
    else:
        assert named == {(table.name, key, column.name)}
    agrees, _ = own.recount_results(found, {}, {table.name: 1}, ({}, {}))
    assert agrees.outcome == "failed" and any(said.startswith(f"{table.name} {key}") for said in agrees.failing_keys)


@pytest.mark.parametrize("table", DIGESTED, ids=lambda table: table.name)
def test_a_row_that_is_gone_and_a_row_too_many_are_named(edited: Scored, table: Table) -> None:
    place = f"marts.{table.name}"
    before = as_text(edited.con, table)
    edited.con.execute(f"DELETE FROM {place} WHERE rowid = (SELECT min(rowid) FROM {place})")
    (gone,) = [row for row in before if row not in as_text(edited.con, table)]
    key = "/".join(gone[name] or "" for name in KEYS[table.name])
    assert (table.name, key, "") in {(one.table, one.key, one.column) for one in edited.differences(table)}


def test_a_weight_that_the_recount_takes_as_stored_is_named_by_who_makes_it_again(edited: Scored) -> None:
    """The recount is given the stored weights, so one that was edited would agree with itself."""
    edited.con.execute(
        "UPDATE marts.fct_survey_weight SET weight_micro = weight_micro + 1"
        " WHERE rowid = (SELECT min(rowid) FROM marts.fct_survey_weight)"
    )
    rows = as_text(edited.con, TABLES["fct_survey_weight"])
    result = own.raking_result(rows, weights.again(edited.con, edited.rulebook))
    assert (result.outcome, result.failing_keys) == ("failed", (edited.first_weight,))


@pytest.mark.parametrize(
    "column", [one.name for one in TABLES["dim_edition"].columns if f"dim_edition.{one.name}" not in VOUCHED_ELSEWHERE]
)
def test_a_cell_of_the_edition_is_counted_again_from_the_deposits(scored: Scored, column: str) -> None:
    (row,) = scored.counted.tables["dim_edition"]
    true = {name: cell_text(value) for name, value in row.items()}
    assert compare(scored.counted, {**scored.declared, "dim_edition": [true]}) == []
    found = compare(scored.counted, {**scored.declared, "dim_edition": [{**true, column: f"{true[column]}x"}]})
    assert {(one.table, one.column) for one in found} == {("dim_edition", "" if column == "edition" else column)}


def test_the_warehouse_that_is_edited_is_a_file_of_its_own(scored: Scored, tmp_path: Path) -> None:
    """What one test edits no other test sees."""
    assert {table.name: as_text(scored.con, table) for table in DIGESTED} == scored.declared
