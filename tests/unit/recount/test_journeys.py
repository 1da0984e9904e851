"""Journeys and observed effort: which tests make one, and what each of its columns is."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.recount import Recount
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import contest, contested, count_again, row


@pytest.fixture
def tiny() -> TinyEdition:
    """Audits alone. Atlas-hotels' J: T001 (phone, 1 September), T005 (phone, 5 September), T017 (e-mail, 23rd)."""
    edition = TinyEdition().audits_only()
    for step, test_id in enumerate(("T001", "T005", "T017"), start=1):
        edition.test(test_id).update(journey_id="J", step=str(step))
    return edition


def journeys(found: Recount) -> dict[str, dict[str, Any]]:
    return {str(one["journey_id"]): dict(one) for one in found.tables["fct_journey"]}


def test_a_journey_of_three_steps(tmp_path: Path, tiny: TinyEdition) -> None:
    assert journeys(count_again(tiny, tmp_path))["J"] == {
        "edition": "2026",
        "journey_id": "J",
        "candidate_id": "atlas-hotels",
        "persona": None,
        "steps": 3,
        "channels": 2,
        "started_at": "2025-09-01T08:00:00Z",
        "ended_at": "2025-09-23T12:08:00Z",
        **dict.fromkeys(("repeated", "redirected", "travelled", "contradicted", "resolved")),
    }


@pytest.mark.parametrize(
    ("answers", "value"),
    [(("", "", ""), None), (("0", "", ""), 0), (("0", "0", "0"), 0), (("", "1", "0"), 1), (("1", "", "0"), 1)],
)
@pytest.mark.parametrize("fact", ["repeated", "redirected", "travelled", "contradicted"])
def test_a_fact_of_a_journey_is_true_when_any_step_says_so(
    tmp_path: Path, tiny: TinyEdition, fact: str, answers: tuple[str, ...], value: int | None
) -> None:
    for test_id, answer in zip(("T001", "T005", "T017"), answers, strict=True):
        tiny.test(test_id)[fact] = answer
    told = journeys(count_again(tiny, tmp_path))["J"]
    assert told[fact] == value
    facts = ("repeated", "redirected", "travelled", "contradicted", "resolved")
    assert {told[other] for other in facts if other != fact} == {None}


@pytest.mark.parametrize(
    ("answers", "value"),
    [(("1", "1", "0"), 0), (("0", "1", ""), 1), (("1", "0", ""), 0), (("1", "", ""), 1), (("", "", ""), None)],
)
def test_it_is_resolved_as_the_highest_step_says_that_says_anything(
    tmp_path: Path, tiny: TinyEdition, answers: tuple[str, ...], value: int | None
) -> None:
    for test_id, answer in zip(("T001", "T005", "T017"), answers, strict=True):
        tiny.test(test_id)["resolved"] = answer
    tiny.test("T001")["step"], tiny.test("T017")["step"] = "1", "999"
    assert journeys(count_again(tiny, tmp_path))["J"]["resolved"] == value


def test_the_highest_step_is_so_by_its_number_not_by_its_time_or_text(tmp_path: Path, tiny: TinyEdition) -> None:
    for test_id, step, answer in (("T001", "10", "1"), ("T005", "9", "0"), ("T017", "2", "0")):
        tiny.test(test_id).update(step=step, resolved=answer)
    assert journeys(count_again(tiny, tmp_path))["J"]["resolved"] == 1


@pytest.mark.parametrize(
    ("personas", "value"),
    [
        (("visitor", "visitor", "visitor"), "visitor"),
        (("visitor", "", ""), "visitor"),
        (("visitor", "resident", ""), None),
        (("", "", ""), None),
    ],
)
def test_the_persona_is_the_only_one_that_the_steps_bear(
    tmp_path: Path, tiny: TinyEdition, personas: tuple[str, ...], value: str | None
) -> None:
    for test_id, persona in zip(("T001", "T005", "T017"), personas, strict=True):
        tiny.test(test_id)["persona"] = persona
    assert journeys(count_again(tiny, tmp_path))["J"]["persona"] == value


def test_it_ends_with_the_last_end_or_the_start_of_a_test_without_one(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T001")["ended_at"] = "2025-10-30T09:00:00.9"
    assert journeys(count_again(tiny, tmp_path))["J"]["ended_at"] == "2025-10-30T08:00:00Z"
    tiny.test("T017").update(outcome="unanswered", started_at="2025-10-30T10:00", ended_at="")
    assert journeys(count_again(tiny, tmp_path))["J"]["ended_at"] == "2025-10-30T09:00:00Z"


@pytest.mark.parametrize(
    "change",
    [
        {"candidate_id": "bahia-hotels"},  # a journey across two candidates
        {"step": "2"},  # T005's step
        {"step": "02"},
        {"step": ""},
    ],
)
def test_what_is_no_journey_has_no_row(tmp_path: Path, tiny: TinyEdition, change: dict[str, str]) -> None:
    tiny.test("T017").update(change)
    found = count_again(tiny, tmp_path)
    assert journeys(found) == {}
    assert len(found.tables["fct_test_mark"]) == 28


@pytest.mark.parametrize("change", [{"outcome": "aborted"}, {"rechecks": "T001"}, {"shopper_id": "S09"}, {}])
def test_only_tests_that_were_carried_out_are_steps(tmp_path: Path, tiny: TinyEdition, change: dict[str, str]) -> None:
    """What spoils the journey stops doing so once its test is not carried out."""
    tiny.rulebook["independence"]["conflicts"] = [{"shopper_id": "S09", "company_id": "bahia"}]
    tiny.test("T018").update(journey_id="J", step="3", **change)
    edition = tiny if change else contested(tiny, contest("C", "T018", "excluded", candidate_id="bahia-hotels"))
    assert journeys(count_again(edition, tmp_path))["J"]["steps"] == 3
    edition = contested(tiny, contest("C", "T018", "rejected", candidate_id="bahia-hotels"))
    assert ("J" in journeys(count_again(edition, tmp_path))) == bool(change)


def test_an_unanswered_test_is_carried_out_though_its_channel_leaves_it_out(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T005")["outcome"] = "unanswered"
    found = count_again(tiny, tmp_path)
    assert row(found, "fct_test_mark", test_id="T005")["exclusion_reason"] == "unanswered"
    assert journeys(found)["J"]["steps"] == 3


def test_a_withdrawn_candidate_has_journeys_and_no_observed_effort(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.withdraw("atlas-hotels")
    found = count_again(tiny, tmp_path)
    assert journeys(found)["J"]["steps"] == 3
    assert [one["candidate_id"] for one in found.tables["fct_observed_effort"]] == [
        *("atlas-banks", "bahia-hotels", "cedre-banks"),
    ]
    tiny.test("T005")["shopper_id"] = "S09"  # in conflict: no step, though the exclusion shown is the withdrawal
    tiny.rulebook["independence"]["conflicts"] = [{"shopper_id": "S09", "company_id": "atlas"}]
    assert journeys(count_again(tiny, tmp_path))["J"]["steps"] == 2


def test_observed_effort_is_of_the_journeys_that_say_anything(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T001").update(repeated="1", redirected="0")
    tiny.test("T009").update(journey_id="K", step="1", repeated="0", redirected="0", resolved="1")
    tiny.test("T013").update(journey_id="L", step="4", repeated="0", redirected="0", resolved="1")
    tiny.test("T021").update(journey_id="L", step="5", resolved="0")
    found = count_again(tiny, tmp_path)
    assert row(found, "fct_observed_effort", candidate_id="atlas-hotels") == {
        "edition": "2026",
        "candidate_id": "atlas-hotels",
        "journeys": 3,
        "steps_mean": "2.00",  # (3 + 1 + 2) / 3
        "repeated_share": "0.3333",
        "redirected_share": "0.0000",
        "travelled_share": None,
        "contradicted_share": None,
        "resolved_share": "0.5000",  # of the two that say anything
    }
    assert row(found, "fct_observed_effort", candidate_id="cedre-banks") == {
        "edition": "2026",
        "candidate_id": "cedre-banks",
        "journeys": 0,
        **dict.fromkeys(("steps_mean", "repeated_share", "redirected_share", "travelled_share")),
        **dict.fromkeys(("contradicted_share", "resolved_share")),
    }


def test_means_and_shares_are_rounded_half_up(tmp_path: Path, tiny: TinyEdition) -> None:
    """Eight journeys of nine steps: 1.125 and 1/8 stand on the edge of two places."""
    for test_id in ("T001", "T005", "T009", "T013", "T017", "T021"):
        tiny.test(test_id).update(journey_id=f"J{test_id}", step="1", travelled=str(int(test_id == "T001")))
    extra = [{**tiny.test("T001"), "test_id": f"X{n}", "started_at": f"2025-10-0{n}T09:00"} for n in (1, 2, 3)]
    for test, journey, step in zip(extra, ("JX1", "JX2", "JX2"), ("1", "1", "2"), strict=True):
        test.update(journey_id=journey, step=step, ended_at="2025-10-31T10:00", travelled="0")
    tiny.audits["north/phone"] += extra
    told = row(count_again(tiny, tmp_path), "fct_observed_effort", candidate_id="atlas-hotels")
    assert (told["journeys"], told["steps_mean"], told["travelled_share"]) == (8, "1.13", "0.1250")


def test_the_same_from_every_format(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T001").update(repeated="1", city="Fès", operator="Partenaire & Cie")
    base = count_again(tiny, tmp_path)
    for form in ("xlsx", "parquet"):
        again = count_again(tiny, tmp_path, audits=form)
        assert again.tables == base.tables
