"""Declared against recomputed: every kind of difference is seen, and agreement is silent."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from orchestration.recount import Difference, ManyRows, Recount, compare
from orchestration.recount.comparison import KEYS, PUBLISHED_LATER, VOUCHED_ELSEWHERE
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import as_declared, count_again, full
from tests.unit.recount.test_tables import COLUMNS

Tables = dict[str, list[dict[str, str | None]]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Recount:
    """An edition in which every table has a row."""
    return count_again(full(TinyEdition()), tmp_path_factory.mktemp("compare"))


def test_what_was_recounted_agrees_with_itself(found: Recount) -> None:
    declared = as_declared(found)
    assert compare(found, declared) == []
    assert compare(found, {name: rows[::-1] for name, rows in declared.items()}) == []
    assert compare(found, {name: rows for name, rows in declared.items() if name not in PUBLISHED_LATER}) == []


@pytest.mark.parametrize("table", KEYS)
@pytest.mark.parametrize("change", [lambda text: f"{text or ''}0", lambda text: "" if text is None else None])
def test_each_published_column_of_each_table_is_compared(
    found: Recount, table: str, change: Callable[[str | None], str | None]
) -> None:
    assert found.tables[table], "a table without rows compares nothing"
    for column in found.tables[table][0]:
        declared = as_declared(found)
        changed = declared[table][0]
        changed[column] = change(changed[column])
        differences = compare(found, declared)
        if column in KEYS[table]:
            assert [(one.column, one.declared, one.recomputed) for one in differences] == [
                ("", "row", None),
                ("", None, "row"),
            ]
        else:
            (one,) = differences
            assert (one.table, one.column) == (table, column)
            assert one.declared != one.recomputed


@pytest.mark.parametrize("table", COLUMNS)
def test_whoever_vouches_for_a_published_column_is_known(found: Recount, table: str) -> None:
    """Each published column is made here, or the constant names who else vouches for it, and then only."""
    made = set(found.tables[table][0]) if table in found.tables else set()
    elsewhere = {column for column in COLUMNS[table] if {table, f"{table}.{column}"} & VOUCHED_ELSEWHERE.keys()}
    assert made | elsewhere == set(COLUMNS[table])
    assert made & elsewhere <= {"weight_micro"}, "stored by the first computation, tied to its targets by the second"


def test_an_empty_text_is_no_null(found: Recount) -> None:
    declared = as_declared(found)
    declared["fct_ranking"][0]["reason"] = ""
    assert compare(found, declared) == [
        Difference("fct_ranking", "atlas-banks", column="reason", declared='""', recomputed="")
    ]


def test_keys_of_several_parts_are_not_run_together(found: Recount) -> None:
    declared = as_declared(found)
    row = declared["fct_measure"][0]
    row["candidate_id"], row["channel"] = f"{row['candidate_id']}/{row['channel']}", ""
    assert len(compare(found, declared)) == 2


def test_a_table_or_a_column_that_nobody_vouches_for_is_a_difference(found: Recount) -> None:
    declared = as_declared(found)
    declared["quality_check"] = [{"check_id": "x"}]
    declared["dim_edition"][0] |= {"release": "1", "signed_by": "N. N."}
    assert compare(found, declared) == []
    declared["fct_rumour"] = [{"edition": "2026"}]
    declared["fct_effort"][0]["mood"] = "bad"
    assert compare(found, declared) == [
        Difference("fct_effort", "", column="mood", declared="column", recomputed=None),
        Difference("fct_rumour", "", column="", declared="1 rows", recomputed=None),
    ]


def drop_row(tables: Tables) -> None:
    tables["fct_ranking"].pop()


def add_row(tables: Tables) -> None:
    tables["fct_ranking"].append({**tables["fct_ranking"][0], "candidate_id": "ghost"})


def double_row(tables: Tables) -> None:
    tables["fct_ranking"].append(dict(tables["fct_ranking"][0]))


def drop_column(tables: Tables) -> None:
    del tables["fct_ranking"][0]["margin_micro"]


def drop_table(tables: Tables) -> None:
    del tables["fct_ranking"]


def empty_table(tables: Tables) -> None:
    tables["category_outcome"].clear()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (drop_row, [Difference("fct_ranking", "cedre-banks", column="", declared=None, recomputed="row")]),
        (add_row, [Difference("fct_ranking", "ghost", column="", declared="row", recomputed=None)]),
        (double_row, [Difference("fct_ranking", "atlas-banks", column="", declared="row", recomputed="row, once")]),
        (drop_table, [Difference("fct_ranking", "", column="", declared=None, recomputed="4 rows")]),
        (
            empty_table,
            [
                Difference("category_outcome", "banks", column="", declared=None, recomputed="row"),
                Difference("category_outcome", "hotels", column="", declared=None, recomputed="row"),
            ],
        ),
    ],
)
def test_rows_and_tables_that_are_missing_or_too_many(
    found: Recount, fault: Callable[[Tables], None], expected: list[Difference]
) -> None:
    declared = as_declared(found)
    fault(declared)
    assert compare(found, declared) == expected


def test_a_column_that_is_missing_is_no_empty_field(found: Recount) -> None:
    declared = as_declared(found)
    drop_column(declared)
    (one,) = compare(found, declared)
    assert (one.column, one.declared) == ("margin_micro", None)


def _in_columns(rows: list[dict[str, str | None]]) -> ManyRows:
    return ManyRows.of_text(list(rows[0]), [tuple(row.values()) for row in rows])


def _changed(rows: list[dict[str, str | None]], column: str, text: str | None) -> list[dict[str, str | None]]:
    return [rows[0], {**rows[1], column: text}, *rows[2:]]


CHANGES: dict[str, Callable[[list[dict[str, str | None]]], list[dict[str, str | None]]]] = {
    "nothing": lambda rows: rows,
    "another order": lambda rows: rows[::-1],
    "another cell": lambda rows: _changed(rows, list(rows[0])[-1], "777"),
    "no cell": lambda rows: _changed(rows, list(rows[0])[-1], None),
    "an empty cell": lambda rows: _changed(rows, list(rows[0])[2], ""),
    "a row less": lambda rows: rows[1:],
    "a row twice": lambda rows: [*rows, rows[0]],
    "a row twice, once otherwise": lambda rows: [*rows, {**rows[0], list(rows[0])[-1]: "777"}],
    "a row more": lambda rows: [*rows, {**rows[0], list(rows[0])[1]: "nobody"}],
    "a column less": lambda rows: [{name: row[name] for name in list(row)[:-1]} for row in rows],
    "a column more": lambda rows: [{**row, "extra": "1"} for row in rows],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("table", ["fct_test_mark", "fct_survey_weight"])
def test_tables_kept_as_columns_are_compared_as_rows_are(
    found: Recount,
    table: str,
    change: Callable[[list[dict[str, str | None]]], list[dict[str, str | None]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("orchestration.recount.comparison.AT_ONCE", 7)
    declared = as_declared(found)
    rows = change(declared[table])
    assert len(rows) > 14, "several blocks"
    by_rows = compare(found, {**declared, table: rows})
    assert isinstance(found.tables[table], ManyRows)
    assert compare(found, {**declared, table: _in_columns(rows)}) == by_rows
    assert (by_rows == []) == (rows in (declared[table], declared[table][::-1]))


def test_a_weight_that_both_lack_is_a_difference_however_tables_are_kept(found: Recount) -> None:
    bare = found.tables["fct_survey_weight"]
    assert isinstance(bare, ManyRows)
    weightless = ManyRows(bare.frame.with_columns(weight_micro=pl.lit(None, pl.Int64)))
    without = replace(found, tables={**found.tables, "fct_survey_weight": weightless}, uneven={})
    declared = as_declared(without)
    by_rows = compare(without, declared)
    assert {one.recomputed for one in by_rows} == {"no weight is stored for this respondent"}
    assert compare(without, {**declared, "fct_survey_weight": _in_columns(declared["fct_survey_weight"])}) == by_rows


def test_texts_come_by_any_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.recount.evidence.AT_ONCE", 2)
    rows = [(str(number), None) for number in range(5)]
    assert [tuple(row.values()) for row in ManyRows.of_text(["key", "cell"], iter(rows))] == rows
    assert len(ManyRows.of_text(["key"], [])) == 0
