"""A rulebook is accepted whole or refused with everything that is wrong with it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestration.errors import InputError
from orchestration.rulebook import Rulebook, load_rulebook, parse_rulebook
from orchestration.rulebook.loading import MAX_SHOWN, _hint, judge, key_path
from orchestration.rulebook.sections import COMPONENTS, Components
from orchestration.storage.strictyaml import Document
from orchestration.words import Sentence, in_language, told
from tests.fixtures.tiny import TinyEdition, to_yaml

Rules = dict[str, Any]


def read(rules: Any, edition: str | None = None) -> Rulebook:
    return parse_rulebook(to_yaml(rules), "rulebook.yml", edition)


def refusal(rules: Any, edition: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(rules, edition)
    assert caught.value.where == "rulebook.yml" and caught.value.mend
    return caught.value.what


@pytest.fixture
def rules(tiny: TinyEdition) -> Rules:
    return tiny.rulebook


def at(rules: Rules, path: str) -> tuple[Any, Any]:
    """The container and the key that a path like `categories.0.id` names."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = rules
    for part in parents:
        place = place[part]
    return place, last


def put(rules: Rules, path: str, value: Any) -> None:
    place, last = at(rules, path)
    place[last] = value


def drop(rules: Rules, path: str) -> None:
    place, last = at(rules, path)
    del place[last]


def test_a_whole_rulebook_is_read_into_values_of_their_types(rules: Rules) -> None:
    rulebook = read(rules, "2026")
    assert rulebook.min_mark_micro == 12_500_000
    assert rulebook.fieldwork.start == date(2025, 9, 1) and rulebook.fieldwork.holds(date(2025, 10, 31))
    assert not rulebook.fieldwork.holds(date(2025, 11, 1))
    assert rulebook.zone.key == "Africa/Casablanca" and rulebook.zone is rulebook.zone
    assert [criterion.id for criterion in rulebook.grid_of("email")] == ["delay", "solution", "tone"]
    assert [rulebook.weight_of(name) for name in ("audit", "survey", "vote")] == [7000, 2000, 1000]
    assert rulebook.uses("survey")
    assert rulebook.vote is not None and rulebook.vote.window.opens == datetime(2025, 10, 1, 8, tzinfo=UTC)
    assert rulebook.survey is not None and rulebook.survey.raking is not None
    assert rulebook.survey.raking.tolerance == Decimal("0.000001")
    assert [rulebook.categories[0].label.of(lang) for lang in ("fr", "en", "ar")] == ["Hôtels", "Hotels", "فنادق"]
    assert rulebook.title.of("ar") == rulebook.title.fr


def test_a_rulebook_never_changes_after_reading(rules: Rules) -> None:
    with pytest.raises(ValidationError):
        read(rules).components.audit = 1  # type: ignore[misc]


def test_a_file_is_read_and_must_be_the_editions(tmp_path: Path, tiny: TinyEdition) -> None:
    path = tiny.write(tmp_path) / "rulebook.yml"
    assert load_rulebook(path, "2026").edition == "2026"
    with pytest.raises(InputError, match=r"edition: '2026' is not the edition of this folder; right: \"2027\""):
        load_rulebook(path, "2027")


def test_dates_may_stand_without_quotes(rules: Rules) -> None:
    text = to_yaml(rules).decode().replace("'2025-09-01'", "2025-09-01")
    assert "start: 2025-09-01\n" in text
    assert parse_rulebook(text.encode(), "rulebook.yml").fieldwork.start == date(2025, 9, 1)


@pytest.mark.parametrize("edition", ["2026", "2015-lounges", "2026-a-9"])
def test_an_edition_id_is_a_year_and_words(rules: Rules, edition: str) -> None:
    rules["edition"] = edition
    assert read(rules, edition).edition == edition


def test_sections_of_a_component_without_weight_may_be_absent(tiny: TinyEdition) -> None:
    rulebook = read(tiny.audits_only().rulebook)
    assert rulebook.survey is None and rulebook.vote is None and not rulebook.uses("vote")


def test_without_audits_there_may_be_no_channels(rules: Rules) -> None:
    rules["components"] = {"audit": 0, "survey": 9000, "vote": 1000}
    rules["tie_break"] = ["survey"]
    for section in ("channels", "grids", "independence"):
        del rules[section]
    rulebook = read(rules)
    assert rulebook.channels == {} and rulebook.independence is None and not rulebook.uses("audit")


def test_a_key_on_a_component_without_weight_may_stand_in_tie_break(tiny: TinyEdition) -> None:
    assert "vote" in read(tiny.audits_only().rulebook).tie_break


def test_optional_parts_may_be_absent(rules: Rules) -> None:
    for path in ("survey.raking", "vote.burst", "independence.conflicts", "title.en"):
        drop(rules, path)
    rules["tie_break"] = []
    rulebook = read(rules)
    assert rulebook.vote is not None and rulebook.vote.burst is None
    assert rulebook.independence is not None and rulebook.independence.conflicts == ()


BANDS: list[dict[str, Any]] = [{"below": "20", "points": 4}, {"below": "60.5", "points": 1}, {"points": 0}]


def fuller(rules: Rules) -> Rules:
    """Rules with every part that may be absent: plans by value, a measured criterion, contests, names of firms."""
    rules["channels"]["phone"]["planned_by"] = {"persona": {"visitor": 3, "resident": 1}, "city": {"Fès": 4}}
    rules["grids"]["phone"][1]["measured"] = {"unit": "second", "bands": [dict(band) for band in BANDS]}
    rules["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    rules["field_firms"] = {"tissouk-mesure": "Tissouk Mesure"}
    return rules


def test_plans_measures_contests_and_firms_are_read(rules: Rules) -> None:
    rulebook = read(fuller(rules))
    plan = rulebook.channels["phone"].planned_by
    assert plan is not None and plan.columns == {"persona": {"visitor": 3, "resident": 1}, "city": {"Fès": 4}}
    measured = rulebook.grid_of("phone")[1].measured
    assert measured is not None and measured.unit == "second"
    assert [(band.below, band.points) for band in measured.bands] == [(20, 4), (Decimal("60.5"), 1), (None, 0)]
    contest = rulebook.contest
    assert contest is not None and (contest.opens, contest.closes) == (date(2025, 11, 17), date(2025, 11, 28))
    assert contest.holds(contest.opens) and contest.holds(contest.closes) and not contest.holds(date(2025, 11, 29))
    assert rulebook.field_firms == {"tissouk-mesure": "Tissouk Mesure"}


def test_a_rulebook_without_them_plans_measures_and_contests_nothing(rules: Rules) -> None:
    rulebook = read(rules)
    assert rulebook.contest is None and rulebook.field_firms == {}
    assert rulebook.channels["phone"].planned_by is None and rulebook.grid_of("phone")[1].measured is None


def test_one_band_without_a_bound_is_enough_and_points_may_rise(rules: Rules) -> None:
    measured = {"unit": "minute", "bands": [{"points": 2}]}
    fuller(rules)["grids"]["phone"][1]["measured"] = measured
    read(rules)
    measured["bands"] = [{"below": "0", "points": 0}, {"below": "0.001", "points": 4}, {"below": None, "points": 2}]
    read(rules)


MEASURED = "grids.phone.1.measured"
BAND = "grids.phone[1].measured.bands"
PLAN = "channels.phone.planned_by"
FULLER_WRONG: list[tuple[str, Any, str, str]] = [
    (PLAN, {}, f"{PLAN}: the plan is empty", "{persona: {visitor: 3}}"),
    (PLAN, ["persona"], f"{PLAN}: a list is not a section", "keys and values"),
    (f"{PLAN}.operator", {"partner": 1}, f"{PLAN}.operator: the key is unknown", "remove it"),
    (f"{PLAN}.persona", {}, f"{PLAN}.persona: the plan is empty", "{visitor: 3}"),
    (f"{PLAN}.persona", 3, f"{PLAN}.persona: 3 is not a section", "keys and values"),
    (f"{PLAN}.persona", {"visitor": 0}, f"{PLAN}.persona.visitor: 0 is out of bounds", "from 1"),
    (f"{PLAN}.persona", {"visitor": "3"}, f"{PLAN}.persona.visitor: '3' is not a whole number", "without quotes"),
    (f"{PLAN}.persona", {"visitor": 3, "resident": 2}, f"{PLAN}.persona: the tests of its values add up to 5", "4 at"),
    (f"{PLAN}.persona", {"from abroad": 1}, f"{PLAN}.persona.from abroad: 'from abroad'", "first a letter"),
    (f"{PLAN}.language", {"français": 1}, f"{PLAN}.language.français: 'français'", "first a letter"),
    (f"{PLAN}.city", {"": 1}, "'' is not a name", "a letter or digit first"),
    (f"{PLAN}.city", {" Fès": 1}, "' Fès' is not a name", "a letter or digit first"),
    (f"{PLAN}.site", {"x" * 61: 1}, "is not a name", "1 to 60"),
    (f"{PLAN}.site", {"a\u202eb": 1}, "is not a name", "printable"),
    (f"{PLAN}.site", {"²": 1}, "is not a name", "a letter or digit first"),
    (f"{MEASURED}", {}, "grids.phone[1].measured.unit: the key is missing", "unit: second"),
    (f"{MEASURED}.unit", "m²", "grids.phone[1].measured.unit: 'm²'", "first a letter"),
    (f"{MEASURED}.unit", 1, "grids.phone[1].measured.unit: 1 is not text", "in quotes"),
    (f"{MEASURED}.bands", [], f"{BAND}: the list is empty", "points"),
    (f"{MEASURED}.bands", "20", f"{BAND}: this is not a list", "a list"),
    (f"{MEASURED}.bands", BANDS[:2], f"{BAND}[1].below: a value of 60.5 or more has no band", "without below"),
    (
        f"{MEASURED}.bands",
        [{"points": 1}, {"points": 0}],
        f"{BAND}[0]: the band has no below",
        "all bands but the last",
    ),
    (f"{MEASURED}.bands", [BANDS[1], BANDS[0], BANDS[2]], f"{BAND}[1].below: 20 does not rise above 60.5", "more than"),
    (
        f"{MEASURED}.bands",
        [{"below": "20", "points": 1}, {"below": "20.000", "points": 1}, {"points": 0}],
        f"{BAND}[1].below: 20.000 does not rise above 20",
        "more than 20",
    ),
    (f"{MEASURED}.bands.0.below", 20, f"{BAND}[0].below: 20 is not text", "in quotes"),
    (f"{MEASURED}.bands.0.below", "20,5", f"{BAND}[0].below: '20,5' is not such a number", "with a point"),
    (f"{MEASURED}.bands.0.below", "-1", f"{BAND}[0].below: '-1' is not such a number", "1 to 6 digits"),
    (f"{MEASURED}.bands.0.below", "1.0005", f"{BAND}[0].below: '1.0005'", "1 to 3 decimals"),
    (f"{MEASURED}.bands.0.points", 5, f"{BAND}[0].points: 5 points are more than the criterion's max", "from 0 to 4"),
    (f"{MEASURED}.bands.0.points", -1, f"{BAND}[0].points: -1 is out of bounds", "from 0"),
    (f"{MEASURED}.bands.0.points", "4", f"{BAND}[0].points: '4' is not a whole number", "without quotes"),
    (f"{MEASURED}.bands.0.colour", 4, f"{BAND}[0].colour: the key is unknown", "remove it"),
    ("contest", {}, "contest.opens: the key is missing", "opens: 2025-11-17"),
    ("contest.closes", "2025-11-16", "contest: it closes on 2025-11-16, before it opens on 2025-11-17", "on or before"),
    ("contest.opens", "2025-11-17T09:00:00", "contest.opens: '2025-11-17T09:00:00' is not a date", "2025-08-25"),
    ("contest.fee", 100, "contest.fee: the key is unknown", "remove it"),
    ("field_firms", ["a"], "field_firms: a list is not a section", "keys and values"),
    ("field_firms", {"../a": "A"}, "field_firms.../a: '../a' is not well formed", "letters, digits"),
    ("field_firms", {"a": ""}, "field_firms.a: '' is not such text", "1 to 300"),
    ("contests", {}, "contests: the key is unknown", "perhaps contest"),
    *(
        ("grids.phone.0.id", column, f"grids.phone[0].id: '{column}' is already a column", "none of test_id")
        for column in ("site", "City", "persona", "operator", "journey_id", "step", "repeated", "RESOLVED")
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "what", "right"), FULLER_WRONG, ids=[f"{w[0]}={w[1]!r}"[:60] for w in FULLER_WRONG]
)
def test_a_wrong_part_that_may_be_absent_is_told_with_its_key(
    rules: Rules, path: str, value: Any, what: str, right: str
) -> None:
    put(fuller(rules), path, value)
    lines = [line for line in refusal(rules).splitlines() if what in line]
    assert lines and any(right in line.partition("; right: ")[2] for line in lines)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-10-01T09:00:00Z", "2025-10-01T09:00:00"),
        ("2025-10-01 09:00+01", "2025-10-01T08:00:00"),
        ("2025-10-01T09:00:00+0100", "2025-10-01T08:00:00"),
        ("2025-10-01T09:00:00.25-02:30", "2025-10-01T11:30:00.25"),
        ("2025-10-01T09:00:00", "2025-10-01T08:00:00"),  # local time of Africa/Casablanca
        ("2025-02-23T02:30:00", "2025-02-23T01:30:00"),  # happened twice (Ramadan): the first
        ("2025-10-01T09:00:00+14:00", "2025-09-30T19:00:00"),
    ],
)
def test_times_are_instants(rules: Rules, written: str, instant: str) -> None:
    rules["vote"]["window"]["opens"] = written
    vote = read(rules).vote
    assert vote is not None and vote.window.opens == datetime.fromisoformat(instant).replace(tzinfo=UTC)


def test_a_time_without_offset_needs_the_rulebooks_zone(rules: Rules) -> None:
    rules["vote"]["window"]["opens"] = "2025-10-01T09:00:00"
    with pytest.raises(ValidationError, match="has no offset"):
        Rulebook.model_validate(rules)


WRONG: list[tuple[str, Any, str, str]] = [
    # path, value, what the message must say, what it must say would be right
    ("edition", 2026, "edition: 2026 is not text", "in quotes"),
    ("edition", "26", "edition: '26' is not well formed", "a year"),
    ("edition", "2026/../2025", "edition: '2026/../2025'", "a year"),
    ("edition", "2026\n", "edition: '2026\\n'", "a year"),
    ("title", "Élu", "title: 'Élu' is not a section", "keys and values"),
    ("title.fr", "", "title.fr: '' is not such text", "1 to 300"),
    ("title.fr", " Élu", "title.fr: ' Élu' is not such text", "without blanks"),
    ("title.fr", "a\x1b[2J", "title.fr:", "one line"),
    ("title.fr", "x" * 301, "…", "1 to 300"),
    ("title.en", 12, "title.en: 12 is not text", "in quotes"),
    ("organiser", None, "organiser: nothing is not text", "in quotes"),
    ("organiser", "=1+1", "organiser: '=1+1' begins as a formula", "a word or a number first"),
    ("title.fr", "\uff1dSOMME(A1)", "title.fr: '\uff1dSOMME(A1)' begins as a formula", "a word or a number first"),
    ("categories.0.label.fr", "-Hôtels", "categories[0].label.fr: '-Hôtels' begins as a formula", "a word"),
    ("categories.0.label.ar", "@فنادق", "categories[0].label.ar: '@فنادق' begins as a formula", "a word"),
    ("title.en", "Award\u202e2026", "title.en: 'Award\\u202e2026' is not such text", "printable"),
    ("categories.0.label.fr", "Hô\u200btels", "categories[0].label.fr: 'Hô\\u200btels' is not such text", "printable"),
    ("field_firms", {"a": "\u2067A"}, "field_firms.a: '\\u2067A' is not such text", "printable"),
    ("timezone", "Mars/Base", "timezone: Mars/Base is not a known", "Africa/Casablanca"),
    ("timezone", "Africa", "timezone: 'Africa' is not a time zone", "Africa/Casablanca"),
    ("timezone", "../../etc/passwd", "is not a time zone", "Africa/Casablanca"),
    ("timezone", "localtime", "is not a time zone", "Africa/Casablanca"),
    ("timezone", 1, "timezone: 1 is not a time zone", "Africa/Casablanca"),
    ("fieldwork.start", "2025-13-01", "fieldwork.start: 2025-13-01 is not in the calendar", "2025-08-25"),
    ("fieldwork.start", "01/09/2025", "fieldwork.start: '01/09/2025' is not a date", "2025-08-25"),
    ("fieldwork.start", "9999-01-01", "fieldwork.start: 9999-01-01 is out of bounds", "1900 to 2199"),
    ("fieldwork.end", "2025-08-31", "fieldwork: it ends on 2025-08-31, before", "start on or before end"),
    ("components.audit", 7001, "components: the weights add up to 10001", "10000"),
    ("components.audit", "7000", "components.audit: '7000' is not a whole number", "without quotes"),
    ("components.audit", True, "components.audit: true is not a whole number", "without quotes"),
    ("components.audit", 7000.0, "components.audit: 7000.0 is not a whole number", "0 to 10000"),
    ("components.audit", -1, "components.audit: -1 is out of bounds", "0 to 10000"),
    ("components", [7000, 2000, 1000], "components: a list is not a section", "keys and values"),
    ("eligibility.min_mark", 12.5, "eligibility.min_mark: 12.5 is not text", "in quotes"),
    ("eligibility.min_mark", "12,50", "eligibility.min_mark: '12,50' is not such a number", "with a point"),
    ("eligibility.min_mark", "20.01", "eligibility.min_mark: '20.01'", "0 to 20"),
    ("eligibility.min_mark", "-1", "eligibility.min_mark: '-1'", "0 to 20"),
    ("eligibility.min_mark", "12.1234567", "eligibility.min_mark:", "at most 6 decimals"),
    ("eligibility.min_mark", "1e1", "eligibility.min_mark: '1e1'", "0 to 20"),
    ("eligibility.min_mark", "١٢", "eligibility.min_mark: '١٢'", "0 to 20"),
    ("eligibility.min_candidates", 0, "eligibility.min_candidates: 0 is out of bounds", "from 1"),
    ("eligibility.min_completion", 10001, "eligibility.min_completion: 10001 is out of bounds", "0 to 10000"),
    ("tie_break", "audit", "tie_break: this is not a list", "a list"),
    ("tie_break", ["audit", "channel:fax"], "tie_break[1]: 'channel:fax' separates nothing known", "channel:phone"),
    ("tie_break", ["chance"], "tie_break[0]: 'chance' separates nothing known", "audit, survey, vote"),
    ("tie_break", ["audit", "audit"], "tie_break: 'audit' stands twice", "once"),
    ("tie_break", [1], "tie_break[0]: 1 is not text", "in quotes"),
    ("unresolved_tie", "lots", "unresolved_tie: 'lots' is not one of", "joint or no_award"),
    ("unresolved_tie", True, "unresolved_tie: true is not one of", "joint or no_award"),
    ("quarantine.max_share", "2%", "quarantine.max_share: '2%'", "0 to 10000"),
    ("categories", [], "categories: the list is empty", "one item at least"),
    ("categories", None, "categories: this is not a list", "a list"),
    ("categories.0", "hotels", "categories[0]: 'hotels' is not a section", "keys and values"),
    ("categories.1.id", "hotels", "categories: the id 'hotels' stands twice", "another id"),
    ("categories.0.id", "<b>", "categories[0].id: '<b>' is not well formed", "letters, digits"),
    ("categories.0.id", "../x", "categories[0].id: '../x' is not well formed", "letters, digits"),
    ("categories.0.label.fr", None, "categories[0].label.fr: nothing is not text", "in quotes"),
    ("channels.phone.grid", "fax", "channels.phone.grid: there is no grid 'fax'", "one of phone, email"),
    ("channels.phone.weight", 0, "channels.phone.weight: 0 is out of bounds", "from 1"),
    ("channels.phone.planned_tests", 0, "channels.phone.planned_tests: 0 is out of bounds", "from 1"),
    ("channels.phone.unanswered", "ignore", "channels.phone.unanswered: 'ignore'", "zero or exclude"),
    ("channels", {}, "channels: the section is missing or empty", "components.audit is 7000"),
    ("channels", "phone", "channels: 'phone' is not a section", "keys and values"),
    ("grids", {}, "channels.phone.grid: there is no grid 'phone'", "the id of a grid under grids"),
    ("grids.phone", [], "grids.phone: the list is empty", "one item at least"),
    ("grids.phone.1.id", "Greeting", "grids.phone: the id 'greeting' stands twice", "whatever its case"),
    ("grids.phone.0.id", "outcome", "grids.phone[0].id: 'outcome' is already a column", "none of test_id"),
    ("grids.phone.0.id", "Field_Firm", "grids.phone[0].id: 'Field_Firm' is already a column", "none of"),
    ("grids.phone.0.weight", 0, "grids.phone[0].weight: 0 is out of bounds", "from 1"),
    ("grids.phone.0.max", 0, "grids.phone[0].max: 0 is out of bounds", "1 to 1000"),
    ("survey", None, "survey: the section is missing or empty", "components.survey is 2000"),
    ("survey.window.start", "2025-12-01", "survey.window: it ends on 2025-11-30, before", "start on or before"),
    ("survey.weights", {"satisfaction": 0, "recommendation": 0, "effort": 0}, "survey.weights: all three", "above 0"),
    ("survey.keep", "best", "survey.keep: 'best'", "first or last"),
    ("survey.min_respondents", -1, "survey.min_respondents: -1 is out of bounds", "from 0"),
    ("survey.raking.variables", [], "survey.raking.variables: the list is empty", "[gender"),
    ("survey.raking.variables", list("abcdefghijk"), "survey.raking.variables: the list is too long", "at most 10"),
    ("survey.raking.variables", ["gender", "Gender"], "survey.raking: variables: gender stands twice", "once"),
    ("survey.raking.variables", ["Effort"], "survey.raking: variables: Effort is a column", "profile"),
    ("survey.raking.max_weight", 5, "survey.raking.max_weight: 5 is not text", "in quotes"),
    ("survey.raking.max_weight", "0.5", "survey.raking.max_weight: '0.5'", "from 1 to 1000"),
    ("survey.raking.tolerance", "0", "survey.raking.tolerance: '0'", "from 0.000000000001"),
    ("vote", None, "vote: the section is missing or empty", "components.vote is 1000"),
    ("vote.window.opens", "2025-11-01T00:00:00Z", "vote.window: it closes before it opens", "opens before closes"),
    ("vote.window.opens", "yesterday", "vote.window.opens: 'yesterday' is not a time", "+01:00"),
    ("vote.window.opens", "2025-10-01T24:00:00Z", "vote.window.opens: '2025-10-01T24:00:00Z'", "+01:00"),
    ("vote.window.opens", "2025-10-01T23:59:60Z", "vote.window.opens:", "+01:00"),
    ("vote.window.opens", "2025-10-01T09:00:00+15:00", "vote.window.opens:", "+01:00"),
    ("vote.window.opens", "2025-02-30T09:00:00Z", "vote.window.opens: 2025-02-30 is not in the calendar", "a date"),
    ("vote.window.opens", "2025-04-06T02:30:00", "vote.window.opens: 2025-04-06T02:30:00 never happened", "+01:00"),
    ("vote.one_per", [], "vote.one_per: the list is empty", "[voter_key, category_id]"),
    ("vote.one_per", ["voter"], "vote.one_per[0]: 'voter' is not one of", "voter_key"),
    ("vote.one_per", ["vote_id"], "vote.one_per[0]: 'vote_id' is not one of", "voter_key"),
    ("vote.one_per", ["voter_key", "voter_key"], "vote: one_per: voter_key stands twice", "once"),
    ("vote.mark", "share", "vote.mark: 'share'", "share_of_leader or share_of_category"),
    ("vote.burst.max_per_ip_hour", 0, "vote.burst.max_per_ip_hour: 0 is out of bounds", "from 1"),
    ("vote.burst.action", "delete", "vote.burst.action: 'delete'", "exclude or flag"),
    ("independence", None, "independence: the section is missing", "components.audit is 7000"),
    ("independence.conflicts.0.company_id", "a b", "independence.conflicts[0].company_id: 'a b'", "letters"),
    ("independence.conflicts.0.shopper_id", "../x", "independence.conflicts[0].shopper_id: '../x'", "letters"),
    (
        "independence.conflicts",
        [{"shopper_id": "S1", "company_id": "a"}] * 2,
        "independence: conflicts: S1 / a stands twice",
        "once",
    ),
    ("bailiff.signers", [], "bailiff.signers: the list is empty", "[bailiff.pem]"),
    ("bailiff.signers", ["keys/bailiff.pem"], "bailiff.signers[0]: 'keys/bailiff.pem'", "plain name"),
    ("bailiff.signers", ["..pem"], "bailiff.signers[0]: '..pem'", "plain name"),
    ("bailiff.signers", ["bailiff.p12"], "bailiff.signers[0]: 'bailiff.p12'", "ending .pem"),
    ("bailiff.signers", ["a.pem", "a.pem"], "bailiff: signers: a.pem stands twice", "once"),
    ("bailiff.required", 2, "bailiff: required: 2 signatures of 1 signers", "at most as many"),
    ("bailiff.required", 0, "bailiff.required: 0 is out of bounds", "from 1"),
]


@pytest.mark.parametrize(("path", "value", "what", "right"), WRONG, ids=[f"{w[0]}={w[1]!r}"[:60] for w in WRONG])
def test_a_wrong_value_is_told_with_its_key_and_what_would_be_right(
    rules: Rules, path: str, value: Any, what: str, right: str
) -> None:
    put(rules, path, value)
    lines = [line for line in refusal(rules).splitlines() if what in line]
    assert lines and any(right in line.partition("; right: ")[2] for line in lines)


def _paths(value: Any, path: str = "") -> list[str]:
    """The paths of all keys of all sections."""
    if isinstance(value, dict):
        found = []
        for key, inner in value.items():
            here = f"{path}.{key}".lstrip(".")
            found += [here, *_paths(inner, here)]
        return found
    if isinstance(value, list):
        return [found for number, inner in enumerate(value) for found in _paths(inner, f"{path}.{number}")]
    return []


OPTIONAL = ("title.en", "survey.raking", "vote.burst", "independence.conflicts")
NAMED = ("channels.phone", "channels.email", "grids.phone", "grids.email")
EVERY_KEY = [
    path
    for path in _paths(TinyEdition().rulebook)
    if path not in (*OPTIONAL, *NAMED) and not path.endswith(("label.en", "label.ar"))
]


@pytest.mark.parametrize("path", EVERY_KEY)
def test_a_missing_key_is_told_with_an_example(rules: Rules, path: str) -> None:
    drop(rules, path)
    what = refusal(rules)
    dotted = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".")).lstrip(".")
    assert f"{dotted}: the key is missing" in what or f"{dotted}: the section is missing" in what


@pytest.mark.parametrize("section", ["", *(p for p in _paths(TinyEdition().rulebook) if p.count(".") <= 3)])
def test_an_unknown_key_is_refused_wherever_it_stands(rules: Rules, section: str) -> None:
    place: Any = rules
    for part in section.split(".") if section else []:
        place = place[int(part) if part.isdigit() else part]
    if not isinstance(place, dict) or section in ("channels", "grids"):
        return  # a value, or a mapping whose keys the organiser chooses
    place["colour"] = "red"
    dotted = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in section.split(".") if part)
    assert f"{dotted}.colour: the key is unknown; right: remove it".lstrip(".") in refusal(rules)


def test_a_misspelt_key_is_recognised(rules: Rules) -> None:
    rules["eligibility"]["min_candidate"] = rules["eligibility"].pop("min_candidates")
    what = refusal(rules)
    assert "eligibility.min_candidate: the key is unknown; right: perhaps min_candidates" in what
    assert "eligibility.min_candidates: the key is missing; right: min_candidates: 2" in what


def test_a_channel_with_an_impossible_name_is_refused(rules: Rules) -> None:
    rules["channels"]["a b"] = rules["channels"]["phone"]
    assert "channels.a b: 'a b' is not well formed" in refusal(rules)


def test_all_problems_are_told_at_once_with_their_lines(rules: Rules) -> None:
    rules["components"]["audit"] = 6999
    rules["channels"]["phone"]["grid"] = "fax"
    rules["grids"]["email"][2]["max"] = "four"
    rules["tie_break"].append("channel:fax")
    del rules["organiser"]
    rules["bailiff"]["seal"] = "red"
    text = to_yaml(rules).decode().splitlines()
    what = refusal(rules, "2027")
    assert what.startswith("7 problems in the rulebook\n")
    told = what.splitlines()[1:]
    assert len(told) == 7
    numbers = [int(line.split(",")[0].removeprefix("  line ")) for line in told]
    assert numbers == sorted(numbers)
    assert text[numbers[-1] - 1].strip() == "seal: red"


def test_one_problem_is_told_in_the_singular(rules: Rules) -> None:
    rules["organiser"] = 7
    assert refusal(rules).startswith("1 problem in the rulebook\n")


def test_a_flood_of_problems_is_cut_and_counted(rules: Rules) -> None:
    rules["categories"] = [{"id": f"c{n}", "sector": "private", "label": {"fr": n}} for n in range(300)]
    assert refusal(rules).endswith(f"and {300 - MAX_SHOWN} more")


def test_a_refusal_is_told_whole_in_french(rules: Rules) -> None:
    rules["eligibility"]["min_mark"] = "25"
    rules["eligibility"]["min_candidate"] = rules["eligibility"].pop("min_candidates")
    rules["components"]["audit"] = 6999
    rules["unresolved_tie"] = None
    with pytest.raises(InputError) as caught:
        read(rules)
    assert in_language(told(caught.value), "fr").replace("\u00a0", " ").replace("\u202f", " ").splitlines() == [
        "rulebook.yml : 5 problèmes dans le règlement",
        "  ligne 10, components : les poids font ensemble 9999 ; il faut : des poids qui font ensemble 10000"
        " points de base",
        "  ligne 14, eligibility.min_candidates : la clé manque ; il faut : min_candidates: 2",
        "  ligne 15, eligibility.min_mark : '25' n’est pas un tel nombre ; il faut : un nombre entre guillemets de 0"
        ' à 20.00, avec un point et au plus 6 décimales, comme "20.00"',
        "  ligne 17, eligibility.min_candidate : la clé est inconnue ; il faut : peut-être min_candidates ;"
        " sinon l’ôter",
        "  ligne 23, unresolved_tie : une valeur vide n’est pas un des mots admis ; il faut : joint ou no_award",
        "  Remède : corriger le fichier et le déposer de nouveau (« palmares deposit … --replaces »)",
    ]


ANYTHING: list[Any] = [None, [], {}, "x", 1, True, [[]], [{}], {"x": {}}, [None], {"phone": None}]
ENGLISH = re.compile(r"\b(the|is|are|not|of|with|like|remove|perhaps|more|right|problems?|keys?)\b")


def french(rules: Rules) -> list[str]:
    """What is refused in these rules, in French."""
    try:
        judge(Document(rules, {}), "rulebook.yml", "2026")
    except InputError as error:
        what, mend = error.what, error.mend
    else:
        return []
    assert isinstance(what, Sentence) and isinstance(mend, Sentence)
    return what.fr.splitlines()


def broken() -> Iterator[Rules]:
    """Rules in which each key is missing, is followed by one that is none, or holds what it cannot."""
    for path in EVERY_KEY:
        without = TinyEdition().rulebook
        drop(without, path)
        yield without
        added = TinyEdition().rulebook
        place, last = at(added, path)
        if isinstance(place, dict):
            place |= {f"{last}s": 1, "zzz": 1}
            yield added
        for value in ANYTHING:
            changed = TinyEdition().rulebook
            put(changed, path, value)
            yield changed
    for path, value, *_ in WRONG:
        wrong = TinyEdition().rulebook
        put(wrong, path, value)
        yield wrong
    for path, value, *_ in FULLER_WRONG:
        wrong = fuller(TinyEdition().rulebook)
        put(wrong, path, value)
        yield wrong


def test_no_finding_about_any_key_has_english_in_its_french() -> None:
    told = {line for rules in broken() for line in french(rules)}
    assert len(told) > 500
    for line in told:
        assert re.fullmatch(
            r"\d+ problèmes? dans le règlement"
            r"|  ligne \d+, .+\u00a0: .+\u202f; il faut\u00a0: .+|  et \d+ autres",
            line,
        ), line
        assert not ENGLISH.search(re.sub(r"'[^']*'", "", line)), line


@pytest.mark.parametrize("rules", [[], "text", 12, None])
def test_what_is_no_mapping_is_no_rulebook(rules: Any) -> None:
    assert "not a rulebook" in refusal(rules)


@pytest.mark.parametrize("value", ANYTHING, ids=str)
def test_a_wrong_type_anywhere_ends_in_findings_and_never_in_a_crash(value: Any) -> None:
    for path in EVERY_KEY:
        changed = TinyEdition().rulebook
        put(changed, path, value)
        told = "accepted"
        try:
            judge(Document(changed, {}), "rulebook.yml")
        except InputError as error:
            told = error.what
        assert told == "accepted" or "in the rulebook" in told


def test_a_key_path_is_written_as_people_write_it() -> None:
    assert key_path(("grids", "phone", 3, "max")) == "grids.phone[3].max"
    assert key_path(()) == "(top)"


@given(st.integers(0, 20_000_000))
def test_a_minimum_mark_is_exact_to_the_micropoint(micro: int) -> None:
    rules = TinyEdition().rulebook
    rules["eligibility"]["min_mark"] = f"{micro // 1_000_000}.{micro % 1_000_000:06d}"
    assert Rulebook.model_validate(rules).min_mark_micro == micro


@given(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000)))
def test_components_are_accepted_if_and_only_if_they_make_one_whole(weights: tuple[int, int, int]) -> None:
    components = dict(zip(COMPONENTS, weights, strict=True))
    if sum(weights) == 10_000:
        assert Components.model_validate(components).audit == weights[0]
    else:
        with pytest.raises(ValidationError):
            Components.model_validate(components)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_components_that_make_one_whole_are_accepted(audit: int, survey: int) -> None:
    audit = min(audit, 10_000 - survey)
    vote = 10_000 - audit - survey
    assert Components(audit=audit, survey=survey, vote=vote).vote == vote


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (("min_mark",), "perhaps eligibility.min_mark; else remove it"),
        (("eligibility", "min_candidate"), "perhaps min_candidates; else remove it"),
        (("channels", "phone", "wieght"), "perhaps weight; else remove it"),
        (("grids", "phone", 3, "maxx"), "perhaps max; else remove it"),
        (("vote", "window", "start"), "remove it; the keys here are opens, closes"),
        (("categories", 0, "label", "a"), "remove it; the keys here are fr, en, ar"),
        (("zzz",), "remove it"),
    ],
)
def test_an_unknown_key_is_told_where_it_belongs_and_never_a_far_one(path: tuple[str | int, ...], hint: str) -> None:
    assert _hint(path) == hint
