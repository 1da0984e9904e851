"""Tests of shoppers: which are set aside, which are excluded, and what each is worth."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.recount import CannotRecount, blocks, grids, moments, rows, tablefiles
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import count_again, measured, quarantined, row, used


def changed(tiny: TinyEdition, test_id: str, /, **cells: str) -> TinyEdition:
    tiny.audits_only().test(test_id).update(cells)
    tiny.rulebook["channels"]["phone"]["unanswered"] = "zero"
    tiny.rulebook["channels"]["email"]["unanswered"] = "exclude"
    return tiny


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"test_id": "T 1"}, "malformed_value"),
        ({"test_id": ""}, "malformed_value"),
        ({"candidate_id": "nobody"}, "unknown_candidate"),
        ({"candidate_id": ""}, "malformed_value"),
        ({"channel": "fax"}, "unknown_channel"),
        ({"scenario": "later"}, "malformed_value"),
        ({"language": ""}, "malformed_value"),
        ({"shopper_id": "=cmd"}, "malformed_value"),
        ({"started_at": ""}, "malformed_value"),
        ({"ended_at": ""}, "malformed_value"),
        ({"started_at": "2025-08-31T23:59:59"}, "outside_window"),
        ({"started_at": "2025-10-31T23:59", "ended_at": "2025-11-01T00:00"}, "outside_window"),
        ({"started_at": "2025-09-02T12:00", "ended_at": "2025-09-02T11:59:59"}, "impossible_times"),
        ({"outcome": "done"}, "malformed_value"),
        ({"greeting": "5"}, "malformed_value"),
        ({"greeting": "-0"}, "malformed_value"),
        ({"greeting": "٣"}, "malformed_value"),
        ({"greeting": "1e0"}, "malformed_value"),
        ({"greeting": "NA", "solution": "", "courtesy": "NA", "follow_up": ""}, "no_applicable_criterion"),
        ({"evidence_sha256": "abc"}, "malformed_value"),
        ({"rechecks": "../T002"}, "malformed_value"),
        ({"outcome": "aborted", "greeting": "9"}, "malformed_value"),
        ({"site": "=cmd"}, "malformed_value"),
        ({"site": " Agdal"}, "malformed_value"),
        ({"city": "x" * 61}, "malformed_value"),
        ({"city": "Fès\u202e"}, "malformed_value"),
        ({"persona": "a visitor"}, "malformed_value"),
        ({"persona": "é"}, "malformed_value"),
        ({"operator": "-"}, "malformed_value"),
        ({"journey_id": "J 1", "step": "1"}, "malformed_value"),
        ({"journey_id": "J1", "step": "0"}, "malformed_value"),
        ({"journey_id": "J1", "step": "1000"}, "malformed_value"),
        ({"journey_id": "J1", "step": "1.5"}, "malformed_value"),
        ({"step": "1"}, "malformed_value"),  # a step of no journey
        ({"repeated": "2"}, "malformed_value"),
        ({"redirected": "NA"}, "malformed_value"),
        ({"travelled": "yes"}, "malformed_value"),
        ({"contradicted": "true"}, "malformed_value"),
        ({"resolved": " 1"}, "malformed_value"),
    ],
)
def test_a_test_that_cannot_be_used_is_set_aside(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, str], reason: str
) -> None:
    found = count_again(changed(tiny, "T001", **cells), tmp_path)
    assert quarantined(found, "audits") == {reason: 1}
    assert row(found, "fct_channel_mark", candidate_id="atlas-hotels", channel="phone")["counted_tests"] == 3
    assert len(found.tables["fct_test_mark"]) == 27


@pytest.mark.parametrize(
    "cells",
    [
        {"started_at": "2025-09-01T00:00", "ended_at": "2025-09-01T00:00"},
        {"started_at": "2025-10-31T23:59:59.9", "ended_at": "2025-10-31T23:59:59.999999"},
        {"started_at": "2025-08-31T23:00:00Z"},  # local midnight of the first day
        {"evidence_sha256": ""},
        {"evidence_sha256": "AB" * 32},
        {"greeting": "NA", "solution": "", "courtesy": "NA", "follow_up": "0"},
        {"greeting": "004"},
        {"site": "x" * 60, "city": "٣ مارس", "operator": "Élite (partenaire)", "persona": "v-1_x"},
        {"site": "", "city": "", "operator": "", "persona": "", "journey_id": "", "step": "", "repeated": ""},
        {"journey_id": "J:1/x", "step": "999"},
        {"journey_id": "J1", "step": "001"},
        {"journey_id": "J1"},  # a part of it, though nobody knows which
        {"repeated": "0", "redirected": "1", "travelled": "00", "contradicted": "01", "resolved": ""},
    ],
)
def test_a_test_at_the_edge_of_what_is_allowed_is_accepted(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, str]
) -> None:
    assert quarantined(count_again(changed(tiny, "T001", **cells), tmp_path), "audits") == {}


def test_an_unanswered_test_needs_no_end(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(changed(tiny, "T001", outcome="unanswered", ended_at=""), tmp_path)
    assert row(found, "fct_test_mark", test_id="T001")["mark_micro"] == 0


@pytest.mark.parametrize(
    ("change", "counted", "reason", "mark"),
    [
        ({}, True, None, 17_000_000),  # 20 · (1·4 + 2·4 + 1·4 + 1·1) / 20
        ({"courtesy": "NA"}, True, None, 16_250_000),  # 20 · (4 + 8 + 1) / 16
        ({"rechecks": "T002"}, False, "recheck", 17_000_000),
        ({"rechecks": "unheard_of"}, False, "recheck", 17_000_000),
        ({"outcome": "aborted"}, False, "aborted", None),
        ({"outcome": "unanswered"}, True, None, 0),
        ({"outcome": "aborted", "rechecks": "T002"}, False, "recheck", None),
    ],
)
def test_what_an_accepted_test_is_worth(
    tmp_path: Path, tiny: TinyEdition, change: dict[str, str], counted: bool, reason: str | None, mark: int | None
) -> None:
    ratings = {"greeting": "4", "solution": "4", "courtesy": "4", "follow_up": "1"}
    edition = changed(tiny, "T001", **{**ratings, **change})
    found = row(count_again(edition, tmp_path), "fct_test_mark", test_id="T001")
    assert (found["counted"], found["exclusion_reason"], found["mark_micro"]) == (counted, reason, mark)


def test_an_unanswered_test_is_left_out_where_its_channel_says_so(tmp_path: Path, tiny: TinyEdition) -> None:
    test_id = tiny.audits["north/email"][0]["test_id"]
    found = count_again(changed(tiny, test_id, outcome="unanswered"), tmp_path)
    line = row(found, "fct_test_mark", test_id=test_id)
    assert (line["counted"], line["exclusion_reason"], line["mark_micro"]) == (False, "unanswered", None)


def test_the_first_reason_that_holds_excludes(tmp_path: Path, tiny: TinyEdition) -> None:
    one = tiny.test("T004")
    assert one["candidate_id"] == "cedre-banks"
    one.update(shopper_id="S04", rechecks="T008", outcome="aborted")
    assert used(count_again(tiny.audits_only(), tmp_path), "audits")["conflict"] == 1
    tiny.withdraw("cedre-banks")
    excluded = used(count_again(tiny, tmp_path), "audits")
    assert "conflict" not in excluded and excluded["withdrawn"] == 6


def test_a_test_deposited_twice_counts_once_and_two_versions_of_it_never(tmp_path: Path, tiny: TinyEdition) -> None:
    base = count_again(tiny.audits_only(), tmp_path)
    twin = {**tiny.test("T001"), "greeting": "04", "started_at": tiny.test("T001")["started_at"] + "+01:00"}
    tiny.audits["north/again"] = [twin]
    found = count_again(tiny, tmp_path)
    assert quarantined(found, "audits") == {"duplicate_row": 1}
    assert found.tables == base.tables
    twin["scenario"] = "after_sale"
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"conflicting_rows": 2}
    twin["scenario"] = "?"
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"conflicting_rows": 1, "malformed_value": 1}


def test_the_same_test_from_two_firms_differs(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.audits["south/again"] = [dict(tiny.audits_only().test("T001"))]
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"conflicting_rows": 2}


@pytest.mark.parametrize("column", ["site", "city", "persona", "operator", "journey_id", "step", "resolved"])
def test_rows_that_differ_in_an_optional_column_alone_differ(tmp_path: Path, tiny: TinyEdition, column: str) -> None:
    first = tiny.audits_only().test("T001")
    first.update(journey_id="J1", step="1", site="Agdal", city="Rabat", persona="visitor", operator="A", resolved="1")
    tiny.audits["north/again"] = [{**first, "step": "01"}]
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"duplicate_row": 1}
    tiny.audits["north/again"] = [{**first, column: "2" if column == "step" else "0" if column == "resolved" else "Bb"}]
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"conflicting_rows": 2}


def spelled(*cells: str) -> st.SearchStrategy[str]:
    return st.sampled_from(cells)


AGAIN = st.fixed_dictionaries(
    {
        "file": spelled("north/email", "north/again", "south/again"),
        "test_id": spelled("K", "K", "L", "T017", "", "a..b"),
        "started_at": spelled("2025-10-01T09:00", "2025-10-01 08:00:00.0Z", "2025-10-01T09:00:01", "soon"),
        "ended_at": spelled("2025-10-01T10:00", "2025-10-01T09:00Z", "", "later"),
        "evidence_sha256": spelled("", "a" * 64, "A" * 64, "a"),
        "solution": spelled("1", "01", "", "NA", "9", "1.0"),
        "delay": spelled("19.9", "019.900", "", "NA", "19.901", "1e1"),
        "city": spelled("Rabat", "", "=R"),
    }
)


ZONE = ZoneInfo("Africa/Casablanca")


def one_by_one(file: str, line: int, cells: dict[str, str]) -> SimpleNamespace:
    """A row of e-mail tests by itself: each cell as its value, or else as its text, and whether one is malformed."""
    values = {
        "started_at": moments.instant(cells["started_at"], ZONE),
        "ended_at": moments.instant(cells["ended_at"], ZONE),
        "solution": rows.number(cells["solution"], 0, 4),
        "delay": grids.thousandths(cells["delay"]),
    }
    empty = {name for name in ("solution", "delay") if cells[name] in ("", "NA")}
    malformed = any(value is None and name not in empty for name, value in values.items())
    malformed |= cells["evidence_sha256"] == "a" or cells["city"] == "=R" or cells["test_id"] in ("", "a..b")
    told = [None if name in empty else cells[name] if value is None else value for name, value in values.items()]
    known = (*told, cells["evidence_sha256"], cells["city"], file.partition("/")[0])
    reason = "malformed_value" if malformed else None
    return SimpleNamespace(file=file, line=line, key=cells["test_id"], known=known, reason=reason)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(AGAIN, min_size=1, max_size=8))
def test_rows_that_share_an_id_are_settled_as_one_by_one(
    tmp_path: Path, tiny: TinyEdition, again: list[dict[str, str]]
) -> None:
    edition = measured(tiny.copy().audits_only())
    base = {**edition.test("T017"), "city": "", "tone": "3"}
    for cells in again:
        line = base | {name: text for name, text in cells.items() if name != "file"}
        edition.audits.setdefault(cells["file"], []).append(line)
    emails = {file: lines for file, lines in edition.audits.items() if not file.endswith("phone")}
    read = [
        one_by_one(file, number, {"city": "", **cells})
        for file, lines in emails.items()
        for number, cells in enumerate(lines)
    ]
    rows.settle_repeats(read)
    found = quarantined(count_again(edition, tmp_path), "audits")
    assert found == dict(Counter(line.reason for line in read if line.reason))


def test_a_file_that_is_read_in_parts_is_judged_as_one(
    tmp_path: Path, tiny: TinyEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tiny.audits_only().audits["north/phone"]
    tiny.audits["north/phone"] = [
        *({**lines[0], "test_id": f"X{number}", "channel": "fax"} for number in range(3)),  # no channel is known yet
        *lines,
        dict(lines[0]),
    ]
    base = count_again(tiny, tmp_path)
    assert quarantined(base, "audits") == {"duplicate_row": 1, "unknown_channel": 3}
    monkeypatch.setattr(blocks, "BLOCK", 100)
    monkeypatch.setattr(tablefiles, "PARQUET_ROWS", 2)
    for form in ("csv", "parquet"):
        found = count_again(tiny, tmp_path, audits=form)
        assert found.tables == base.tables and quarantined(found, "audits") == quarantined(base, "audits")


def test_the_heaviest_grid_that_can_be_written_is_added_up_exactly(tmp_path: Path, tiny: TinyEdition) -> None:
    grid = tiny.audits_only().rulebook["grids"]["phone"]
    grid += [{**grid[0], "id": f"more{number}"} for number in range(8)]
    for line in grid:
        line.update(weight=999_999_999, max=999_999_999)
    for test in tiny.tests():
        if test["channel"] == "phone":
            test.update({line["id"]: "999999998" for line in grid})
    found = row(count_again(tiny, tmp_path), "fct_test_mark", test_id="T001")
    assert found["mark_micro"] == 20_000_000  # 20 000 000 · 999 999 998 / 999 999 999, half up


def test_measured_values_are_compared_as_numbers(tmp_path: Path, tiny: TinyEdition) -> None:
    first = measured(tiny.audits_only()).test("T017")
    for one, other, reason in (
        ("19.9", "019.900", {"duplicate_row": 1}),
        ("NA", "", {"duplicate_row": 1}),
        ("19.9", "19.901", {"conflicting_rows": 2}),  # of one band, and still not the same test
        ("19.9", "1e1", {"conflicting_rows": 1, "malformed_value": 1}),
    ):
        first["delay"] = one
        tiny.audits["north/again"] = [{**first, "delay": other}]
        assert quarantined(count_again(tiny, tmp_path), "audits") == reason


@pytest.mark.parametrize("cell", ["-1", "1.", "1.2345", "1000000", "1e2", "na", "1,5", "٣"])
def test_a_measured_cell_is_a_number_empty_or_na(tmp_path: Path, tiny: TinyEdition, cell: str) -> None:
    measured(tiny.audits_only()).test("T017")["delay"] = cell
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"malformed_value": 1}


def test_a_completed_test_in_which_no_criterion_applies_is_set_aside_measured_or_not(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    measured(tiny.audits_only()).test("T017").update(delay="NA", solution="", tone="NA")
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"no_applicable_criterion": 1}
    tiny.test("T017")["delay"] = "5000"  # no point, and yet it applies
    found = count_again(tiny, tmp_path)
    assert row(found, "fct_test_mark", test_id="T017")["mark_micro"] == 0


def test_the_optional_columns_change_no_mark(tmp_path: Path, tiny: TinyEdition) -> None:
    base = count_again(tiny.audits_only(), tmp_path)
    for number, test in enumerate(tiny.tests()):
        test.update(city="Fès", site="Nord", persona="resident", operator="A", journey_id=f"J{number}", step="1")
        test.update(dict.fromkeys(("repeated", "redirected", "travelled", "contradicted", "resolved"), "1"))
    found = count_again(tiny, tmp_path)
    for table in ("fct_criterion", "fct_channel_mark", "fct_component_mark", "fct_ranking", "laureates"):
        assert found.tables[table] == base.tables[table]


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_true_and_false_are_facts_in_a_typed_file(tmp_path: Path, tiny: TinyEdition, form: str) -> None:
    """Written by hand: the clean edition's writer knows texts and whole numbers only."""
    rows = tiny.audits_only().audits.pop("north/phone")
    columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["resolved"] = [True, False] * 5
    columns |= {"journey_id": [f"J{number}" for number in range(10)], "step": [1.0] * 10}
    place = tmp_path / f"typed.{form}"
    if form == "parquet":
        pl.DataFrame(columns).write_parquet(place)
    else:
        book = openpyxl.Workbook()
        for line in (list(columns), *zip(*columns.values(), strict=True)):
            book.active.append(line)
        book.save(place)
    tiny.extra[f"audits/north/phone.{form}"] = place.read_bytes()
    found = count_again(tiny, tmp_path)
    assert quarantined(found, "audits") == {}
    told = {one["journey_id"]: one["resolved"] for one in found.tables["fct_journey"]}
    assert (told["J0"], told["J1"]) == (1, 0)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_file_holds_one_channel(tmp_path: Path, tiny: TinyEdition, form: str) -> None:
    tiny.audits_only().test("T001")["channel"] = "email"
    with pytest.raises(CannotRecount, match="several channels"):
        count_again(tiny, tmp_path, audits=form)


def test_a_file_must_have_every_criterion_of_its_channel(tmp_path: Path, tiny: TinyEdition) -> None:
    for line in tiny.audits_only().audits["north/phone"]:
        del line["greeting"]
    with pytest.raises(CannotRecount, match="greeting is missing"):
        count_again(tiny, tmp_path)


def test_a_file_whose_channel_nobody_knows_is_set_aside_row_by_row(tmp_path: Path, tiny: TinyEdition) -> None:
    for line in tiny.audits_only().audits["north/phone"]:
        line["channel"] = "fax"
    assert quarantined(count_again(tiny, tmp_path), "audits") == {"unknown_channel": 10}


def test_criteria_are_summed_over_counted_completed_tests(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(tiny.audits_only(), tmp_path)
    line: dict[str, Any] = row(
        found, "fct_criterion", candidate_id="atlas-hotels", channel="phone", criterion_id="follow_up"
    )
    assert (line["ratings"], line["rating_sum"], line["rating_max_sum"], line["family"]) == (3, 11, 12, "follow_up")
    assert len(found.tables["fct_criterion"]) == 4 * 7
