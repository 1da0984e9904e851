"""Declared against recomputed: every kind of difference is seen, and agreement is silent."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.recount import CannotRecount, Difference, Recount, compare, read_results, read_survey_weights
from orchestration.recount.compare import ALSO, KEYS, cell
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import as_declared, count_again, write_results

Tables = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Recount:
    return count_again(TinyEdition(), tmp_path_factory.mktemp("compare"))


def test_what_was_recounted_agrees_with_itself(found: Recount) -> None:
    declared = as_declared(found)
    assert compare(found, declared) == []
    assert compare(found, {name: rows[::-1] for name, rows in declared.items()}) == []
    assert compare(found, {name: declared[name] for name in KEYS}) == []
    for rows in declared.values():
        for one in rows:
            one["claim_fr"] = "whatever the first computation says beside"
    assert compare(found, declared) == []


@pytest.mark.parametrize("table", [*KEYS, *ALSO])
def test_each_cell_of_each_table_is_compared(found: Recount, table: str) -> None:
    key = (KEYS | ALSO)[table]
    for column in found.tables[table][0]:
        declared = as_declared(found)
        changed = declared[table][0]
        changed[column] += "0"
        differences = compare(found, declared)
        if column in key:
            assert [(one.column, one.declared, one.recomputed) for one in differences] == [
                ("", "row", None),
                ("", None, "row"),
            ]
        else:
            (one,) = differences
            assert (one.table, one.column) == (table, column)
            assert one.declared == f"{one.recomputed}0"


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
        (drop_row, [Difference("fct_ranking", "cedre-banks", "", None, "row")]),
        (add_row, [Difference("fct_ranking", "ghost", "", "row", None)]),
        (double_row, [Difference("fct_ranking", "atlas-banks", "", "row", "row, once")]),
        (drop_table, [Difference("fct_ranking", "", "", None, "4 rows")]),
        (
            empty_table,
            [
                Difference("category_outcome", "banks", "", None, "row"),
                Difference("category_outcome", "hotels", "", None, "row"),
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


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "true"), (False, "false"), (-3, "-3"), ("x", "x"), (0, "0")]
)
def test_a_cell_as_the_canonical_csv_writes_it(value: str | int | bool | None, text: str) -> None:
    assert cell(value) == text


def test_results_are_read_from_their_folder(found: Recount, tmp_path: Path) -> None:
    folder = write_results(as_declared(found), tmp_path)
    assert compare(found, read_results(folder)) == []
    weights = read_survey_weights(folder / "fct_survey_weight.csv")
    assert weights == {one["respondent_id"]: one["weight_micro"] for one in found.tables["fct_survey_weight"]}


@pytest.mark.parametrize("data", [b"a,b\n1\n", b'a,b\n"1,2\n', b"a,\xff\n", b""])
def test_a_table_that_is_not_canonical_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "fct_ranking.csv").write_bytes(data)
    with pytest.raises(CannotRecount, match=r"fct_ranking\.csv"):
        read_results(tmp_path)


@pytest.mark.parametrize("line", ["2026,,1", "2026,R1,-1", "2026,R1,1.5", "2026,R1,", "2026,R1,٣", "2026,R0,1"])
def test_weights_that_are_no_weights_are_refused(tmp_path: Path, line: str) -> None:
    place = tmp_path / "w.csv"
    place.write_text(f"edition,respondent_id,weight_micro\n2026,R0,1000000\n{line}\n")
    with pytest.raises(CannotRecount, match="line 3"):
        read_survey_weights(place)
