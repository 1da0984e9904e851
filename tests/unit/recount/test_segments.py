"""Segment marks and measured values, worked by hand on the tiny edition."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from orchestration.recount import marks
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import contest, contested, count_again, measured, row

WHERE = {"candidate_id": "atlas-hotels"}


@pytest.fixture
def tiny() -> TinyEdition:
    """The clean edition, audits alone: phone weighs 6000, e-mail 4000."""
    return TinyEdition().audits_only()


def test_a_segment_is_marked_by_the_audit_formula_over_its_own_tests(tmp_path: Path, tiny: TinyEdition) -> None:
    for test_id in ("T001", "T005", "T017"):
        tiny.test(test_id)["city"] = "Rabat"
    found = count_again(tiny, tmp_path)
    own = {test_id: row(found, "fct_test_mark", test_id=test_id)["mark_micro"] for test_id in ("T001", "T005", "T017")}
    # T001: 20·(4 + 2·3 + 4 + 3)/20, T005: 20·(3 + 2·4 + 4)/16, T017: 20·(2 + 2·3 + 4)/14
    assert own == {"T001": 17_000_000, "T005": 18_750_000, "T017": 17_142_857}
    # phone ⌊35 750 000 / 2⌉ = 17 875 000; ⌊(6000·17 875 000 + 4000·17 142 857) / 10 000⌉ = 17 582 142.8
    assert row(found, "fct_segment_mark", **WHERE, segment="city", value="Rabat") == {
        "edition": "2026",
        "candidate_id": "atlas-hotels",
        "segment": "city",
        "value": "Rabat",
        "tests": 3,
        "mark_micro": 17_582_143,
        "mark": "17.58",
    }


def test_channels_without_a_test_of_the_segment_are_left_out(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T017")["operator"] = "Partner"
    found = count_again(tiny, tmp_path)
    assert row(found, "fct_segment_mark", **WHERE, segment="operator", value="Partner")["mark_micro"] == 17_142_857


def test_a_candidate_has_a_row_for_each_value_that_its_counted_tests_bear(tmp_path: Path, tiny: TinyEdition) -> None:
    for name, test_id in (("site", "T001"), ("city", "T005"), ("persona", "T009"), ("operator", "T013")):
        tiny.test(test_id)[name] = f"x-{name}"
    tiny.test("T025")["city"] = "Oujda"  # a re-check
    tiny.test("T021")["city"] = "Safi"  # excluded below
    found = count_again(contested(tiny, contest("C", "T021", "excluded")), tmp_path)
    rows = [
        (one["segment"], one["value"], one["tests"])
        for one in found.tables["fct_segment_mark"]
        if one["candidate_id"] == "atlas-hotels"
    ]
    assert rows == [
        ("city", "x-city", 1),
        ("language", "ar", 1),
        ("language", "darija", 1),
        ("language", "en", 1),
        ("language", "fr", 2),
        ("operator", "x-operator", 1),
        ("persona", "x-persona", 1),
        ("scenario", "after_sale", 1),
        ("scenario", "before_sale", 2),
        ("scenario", "sale", 2),
        ("site", "x-site", 1),
    ]


def test_values_are_told_apart_as_they_are_written(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T001")["city"], tiny.test("T005")["city"], tiny.test("T009")["city"] = "Fès", "Fes", "fès"
    found = count_again(tiny, tmp_path)
    cities = [one["value"] for one in found.tables["fct_segment_mark"] if one["segment"] == "city"]
    assert cities == ["Fes", "Fès", "fès"]


def test_withdrawn_candidates_have_no_segments_and_no_measures(tmp_path: Path, tiny: TinyEdition) -> None:
    measured(tiny).withdraw("atlas-hotels")
    found = count_again(tiny, tmp_path)
    for table in ("fct_segment_mark", "fct_measure"):
        assert {one["candidate_id"] for one in found.tables[table]} == {"bahia-hotels", "atlas-banks", "cedre-banks"}


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [
        ([7], 7, 7),
        ([1, 2], 1, 2),
        ([1, 2, 3], 2, 3),
        ([5, 5, 5, 9], 5, 9),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 12)), 6, 10),
        (list(range(1, 101)), 50, 90),
    ],
)
def test_the_nearest_rank_is_always_a_value(values: list[int], median: int, p90: int) -> None:
    assert (marks.nearest_rank(Counter(values), 1, 2), marks.nearest_rank(Counter(values), 9, 10)) == (median, p90)
    assert marks.nearest_rank(Counter(values), 1, 1) == max(values)


def test_a_measured_criterion_is_rated_by_its_band_and_its_values_are_published(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    measured(tiny)
    tiny.test("T017")["delay"], tiny.test("T021")["delay"] = "60.5", "12.075"
    found = count_again(tiny, tmp_path)
    key = {**WHERE, "channel": "email", "criterion_id": "delay"}
    assert row(found, "fct_measure", **key) == {
        "edition": "2026",
        **key,
        "unit": "minute",
        "tests": 2,
        "median": 12_075,
        "p90": 60_500,
    }
    # 60.5 does not stay below 60.5: one point of two; 12.075 does: both
    told = row(found, "fct_criterion", **key)
    assert (told["ratings"], told["rating_sum"], told["rating_max_sum"]) == (2, 3, 4)
    assert row(found, "fct_test_mark", test_id="T017")["mark_micro"] == 15_714_286  # 20·(1 + 2·3 + 4)/14
    assert {(one["channel"], one["criterion_id"]) for one in found.tables["fct_measure"]} == {("email", "delay")}


@pytest.mark.parametrize("empty", ["", "NA"])
def test_an_empty_cell_is_no_value_and_no_value_is_no_row(tmp_path: Path, tiny: TinyEdition, empty: str) -> None:
    measured(tiny)
    tiny.test("T017")["delay"] = tiny.test("T021")["delay"] = empty
    found = count_again(tiny, tmp_path)
    assert [one["candidate_id"] for one in found.tables["fct_measure"]] == [
        *("atlas-banks", "bahia-hotels", "cedre-banks"),
    ]
    assert row(found, "fct_test_mark", test_id="T017")["mark_micro"] == 16_666_667  # 20·(2·3 + 4)/12


@pytest.mark.parametrize("change", [{"outcome": "unanswered"}, {"outcome": "aborted"}, {"rechecks": "T021"}])
def test_only_counted_and_completed_tests_are_measured(
    tmp_path: Path, tiny: TinyEdition, change: dict[str, Any]
) -> None:
    measured(tiny).test("T017").update(change)
    found = count_again(tiny, tmp_path)
    assert row(found, "fct_measure", **WHERE)["tests"] == 1
