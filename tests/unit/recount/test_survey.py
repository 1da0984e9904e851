"""The survey: which responses count, the keep rule, raking weights and the effort profile."""

from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from orchestration.recount import CannotRecount, compare, recount
from orchestration.recount.rules import QUESTIONS
from tests.fixtures.tiny import Row, TinyEdition
from tests.unit.recount.recount_ground import as_declared, count_again, quarantined, raked, row, used, without_raking


def response(tiny: TinyEdition, respondent: str) -> Row:
    return next(one for one in tiny.survey or [] if one["respondent_id"] == respondent)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"respondent_id": ""}, "malformed_value"),
        ({"candidate_id": "nobody"}, "unknown_candidate"),
        ({"answered_at": "yesterday"}, "malformed_value"),
        ({"answered_at": "2025-10-31T23:59:59"}, "outside_window"),
        ({"answered_at": "2025-12-01T00:00"}, "outside_window"),
        ({"satisfaction": "11"}, "malformed_value"),
        ({"effort": "0"}, "malformed_value"),
        ({"effort": "8"}, "malformed_value"),
        ({"recommendation": "NA"}, "malformed_value"),
        ({"satisfaction": "", "recommendation": "", "effort": ""}, "no_answer"),
        ({"contacts": "many"}, "malformed_value"),
        ({"resolved": "2"}, "malformed_value"),
        ({"repeated": "true"}, "malformed_value"),
        ({"gender": ""}, "unknown_profile_value"),
        ({"region": "Sahara"}, "unknown_profile_value"),
    ],
)
def test_a_response_that_cannot_be_used_is_set_aside(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, str], reason: str
) -> None:
    weights = raked(tiny)
    response(tiny, "R001").update(cells)
    found = count_again(tiny, tmp_path, weights)
    assert quarantined(found, "survey") == {reason: 1}
    assert row(found, "fct_component_mark", candidate_id="atlas-hotels", component="survey")["observations"] == 7


@pytest.mark.parametrize(
    "cells",
    [
        {"satisfaction": "", "recommendation": ""},
        {"contacts": "", "repeated": "", "redirected": "", "travelled": "", "contradicted": "", "resolved": ""},
        {"answered_at": "2025-11-01T00:00"},
        {"answered_at": "2025-11-30T23:59:59.999999"},
        {"satisfaction": "010"},
    ],
)
def test_a_response_at_the_edge_of_what_is_allowed_is_accepted(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, str]
) -> None:
    response(tiny, "R001").update(cells)
    assert quarantined(count_again(tiny, tmp_path), "survey") == {}


def test_typed_facts_may_be_true_and_false(tmp_path: Path, tiny: TinyEdition) -> None:
    base = count_again(tiny, tmp_path)
    assert count_again(tiny, tmp_path, survey="parquet").tables == base.tables


@pytest.mark.parametrize(
    ("keep", "first", "second", "kept"),
    [
        ("last", {"answered_at": "2025-11-05T10:00"}, {"answered_at": "2025-11-05T10:00:00.1"}, "second"),
        ("first", {"answered_at": "2025-11-05T10:00"}, {"answered_at": "2025-11-05T10:00:00.1"}, "first"),
        ("last", {"answered_at": "2025-11-05T10:00+01:00"}, {"answered_at": "2025-11-05T09:30Z"}, "second"),
        ("last", {"satisfaction": "9"}, {"satisfaction": "10"}, "second"),
        ("last", {"satisfaction": "0"}, {"satisfaction": ""}, "first"),
        ("first", {"satisfaction": "0"}, {"satisfaction": ""}, "second"),
        ("last", {"recommendation": "9"}, {"recommendation": "10"}, "second"),
        ("last", {"effort": "2"}, {"effort": "1"}, "first"),
        ("last", {"contacts": "10"}, {"contacts": "9"}, "first"),
        ("last", {"resolved": "0"}, {"resolved": ""}, "first"),
    ],
)
def test_of_several_responses_one_is_kept(
    tmp_path: Path, tiny: TinyEdition, keep: str, first: Row, second: Row, kept: str
) -> None:
    tiny = without_raking(tiny)
    tiny.rulebook["survey"]["keep"] = keep
    original = response(tiny, "R001")
    original["answered_at"] = "2025-11-05T10:00"
    pair = {"first": {**original, **first}, "second": {**original, **second}}
    others = [one for one in tiny.survey or [] if one["respondent_id"] != "R001"]
    alone, both = tiny.copy(), tiny.copy()
    alone.survey = [*others, pair[kept]]
    both.survey = [pair["second"], *others, pair["first"]]
    found = count_again(both, tmp_path)
    assert used(found, "survey") == {"superseded_response": 1}
    assert found.tables == count_again(alone, tmp_path).tables


def test_what_is_answered_must_weigh_something(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny = without_raking(tiny)
    tiny.rulebook["survey"]["weights"] = {"satisfaction": 5000, "recommendation": 0, "effort": 5000}
    original = response(tiny, "R001")
    later = {**original, "answered_at": "2025-11-30T10:00", "satisfaction": "", "effort": ""}
    tiny.survey = [*(tiny.survey or []), later]
    found = count_again(tiny, tmp_path)
    assert used(found, "survey") == {"superseded_response": 1, "no_weighted_answer": 1}
    assert row(found, "fct_component_mark", candidate_id="atlas-hotels", component="survey")["observations"] == 7


def test_responses_on_a_withdrawn_candidate_are_excluded_and_still_weighted(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.withdraw("atlas-hotels")
    found = count_again(tiny, tmp_path)
    assert used(found, "survey") == {"withdrawn": 8}
    assert len(found.tables["fct_survey_weight"]) == 32


def test_a_respondent_with_two_profiles_is_set_aside_whole(tmp_path: Path, tiny: TinyEdition) -> None:
    weights = raked(tiny)
    other = {**response(tiny, "R001"), "candidate_id": "bahia-hotels", "gender": "m"}
    tiny.survey = [*(tiny.survey or []), other]
    found = count_again(tiny, tmp_path, weights)
    assert quarantined(found, "survey") == {"contradictory_profile": 2}
    other["satisfaction"] = "11"  # this row is none, so nothing contradicts the first
    assert quarantined(count_again(tiny, tmp_path, weights), "survey") == {"malformed_value": 1}


def test_weights_weigh_the_mark_and_reproduce_the_targets(tmp_path: Path, tiny: TinyEdition) -> None:
    weights = raked(tiny)
    found = count_again(tiny, tmp_path, weights)
    total = Fraction(0)
    for one in tiny.survey or []:
        if one["candidate_id"] == "atlas-hotels":
            satisfaction, recommendation, effort = (int(one[name]) for name in QUESTIONS)
            share = Fraction(5 * satisfaction + 2 * recommendation, 100) + Fraction(3 * (effort - 1), 60)
            total += weights[one["respondent_id"]] * floor(20_000_000 * share + Fraction(1, 2))
    eight = sum(weights[f"R{number:03d}"] for number in range(1, 9))
    mark = row(found, "fct_component_mark", candidate_id="atlas-hotels", component="survey")["mark_micro"]
    assert mark == floor(total / eight + Fraction(1, 2))
    assert len(found.residuals) == 4 and all(one.within and one.reached == one.target for one in found.residuals)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"R001": None}, "weight_micro"),
        ({"R001": 5_000_000}, "share"),
        ({name: 0 for name in (f"R{n:03d}" for n in range(1, 33))}, "share"),
    ],
)
def test_weights_that_miss_a_respondent_or_a_target_are_differences(
    tmp_path: Path, tiny: TinyEdition, change: dict[str, int | None], column: str
) -> None:
    weights = {name: weight for name, weight in {**raked(tiny), **change}.items() if weight is not None}
    found = count_again(tiny, tmp_path, weights)
    assert column in {one.column for one in compare(found, as_declared(found))}


def test_raking_cannot_be_recounted_without_its_weights(tmp_path: Path, tiny: TinyEdition) -> None:
    with pytest.raises(CannotRecount, match="fct_survey_weight"):
        recount(tiny.write(tmp_path))


@pytest.mark.parametrize("weight", [10**12 + 1, -(10**12) - 1, 10**40])
def test_what_is_too_large_to_be_a_weight_stops_the_recount(tmp_path: Path, tiny: TinyEdition, weight: int) -> None:
    with pytest.raises(CannotRecount, match="fct_survey_weight: a weight above"):
        count_again(tiny, tmp_path, raked(tiny) | {"R001": weight})


def test_without_raking_each_respondent_weighs_one(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(without_raking(tiny), tmp_path)
    assert {one["weight_micro"] for one in found.tables["fct_survey_weight"]} == {1_000_000}
    assert found.residuals == ()


@pytest.mark.parametrize(
    ("cells", "named"),
    [({"share": "half"}, "share"), ({"value": "m"}, "twice"), ({"variable": "age"}, None)],
)
def test_targets_that_cannot_be_used(tmp_path: Path, tiny: TinyEdition, cells: Row, named: str | None) -> None:
    assert tiny.targets
    tiny.targets[0].update(cells)
    if named:
        with pytest.raises(CannotRecount, match=named):
            count_again(tiny, tmp_path)
    else:
        assert quarantined(count_again(tiny, tmp_path), "survey") == {"unknown_profile_value": 16}
    tiny.targets = None
    with pytest.raises(CannotRecount, match="no share is given"):
        count_again(tiny, tmp_path)
    tiny.extra = {"survey/targets.csv": b"variable,value,share\ngender,f\n"}
    with pytest.raises(CannotRecount, match="cannot be read"):
        count_again(tiny, tmp_path)


def test_the_effort_profile_is_weighted_and_rounded_once(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny = without_raking(tiny)
    for number, one in enumerate(one for one in tiny.survey or [] if one["candidate_id"] == "atlas-hotels"):
        one.update(
            recommendation=str((10, 9, 8, 6, 0, 0, 7, 8)[number]), satisfaction=str((8, 10, 7, 0, 9, 8, 1, 2)[number])
        )
        one.update(
            contacts=str(1 + (number == 0)), effort="7" if number else "2", travelled="", repeated=str(number % 2)
        )
    line = row(count_again(tiny, tmp_path), "fct_effort", candidate_id="atlas-hotels")
    assert line == {
        **line,
        "responses": 8,
        "contacts_mean": "1.13",  # 9/8, half up
        "repeated_share": "0.5000",
        "travelled_share": None,
        "ces": "6.38",  # 51/8
        "nps": "-12.50",  # 2 promoters, 3 detractors of 8
        "csat": "50.00",
    }


def test_a_candidate_without_responses_has_an_empty_profile_and_no_survey_mark(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    weights = raked(tiny)
    tiny.survey = [one for one in tiny.survey or [] if one["candidate_id"] != "atlas-hotels"]
    found = count_again(tiny, tmp_path, weights)
    line = row(found, "fct_effort", candidate_id="atlas-hotels")
    assert line["responses"] == 0 and line["nps"] is None and line["contacts_mean"] is None
    assert row(found, "fct_component_mark", candidate_id="atlas-hotels", component="survey")["mark_micro"] is None
    assert row(found, "fct_ranking", candidate_id="atlas-hotels")["final_micro"] is None
