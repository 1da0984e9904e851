"""Journeys, visitors, observed effort and contests in a candidate's report: its own, worked by hand."""

from dataclasses import replace
from math import sqrt
from statistics import variance

import pytest

from orchestration.report.compose import compose
from orchestration.report.experience import ContestLine, Experience, Gap, SegmentLine, experience_of
from orchestration.report.facts import report_of
from orchestration.report.load import Published
from orchestration.report.model import CandidateReport, EffortLine
from orchestration.rulebook import Rulebook
from tests.fixtures.dossier_ground import rulebook
from tests.fixtures.dossier_states import CONTESTED
from tests.unit.report.report_ground import texts, told

WEIGHTS = {"phone": 3, "visit": 1}


def tried(persona: str, channel: str, mark: int | None, counted: str = "true") -> dict[str, str | None]:
    return {
        "persona": persona,
        "channel": channel,
        "counted": counted,
        "mark_micro": None if mark is None else str(mark * 1_000_000),
    }


def segment(name: str, value: str, tests: int, mark: int) -> dict[str, str | None]:
    return {"segment": name, "value": value, "tests": str(tests), "mark_micro": str(mark * 1_000_000)}


PERSONAS = [segment("persona", "visitor", 4, 12), segment("persona", "resident", 4, 15)]
TESTS = [
    *(tried("visitor", "phone", mark) for mark in (10, 14)),
    *(tried("visitor", "visit", mark) for mark in (11, 13)),
    *(tried("resident", "phone", mark) for mark in (14, 16)),
    tried("resident", "phone", 1, counted="false"),
]


def test_the_sale_is_told_from_before_to_after_and_only_what_there_is() -> None:
    rows = [segment("scenario", "after_sale", 3, 10), segment("scenario", "before_sale", 2, 14), *PERSONAS]
    found = experience_of([], rows, observed=None, contests=[], weights=WEIGHTS)
    assert found.scenarios == (SegmentLine("before_sale", 2, 14_000_000), SegmentLine("after_sale", 3, 10_000_000))
    assert (found.journeys, found.observed, found.contests) == (0, {}, ())


def test_the_gap_has_the_interval_of_two_weighted_means() -> None:
    gap = experience_of(TESTS, PERSONAS, observed=None, contests=[], weights=WEIGHTS).gap
    assert gap and gap.difference == -3_000_000
    visitor = (9 * variance([10, 14]) / 2 + 1 * variance([11, 13]) / 2) / 16
    resident = variance([14, 16]) / 2
    assert gap.half_width == pytest.approx(1.96 * sqrt(visitor + resident) * 1_000_000, abs=1)


def test_a_channel_with_a_single_test_gives_no_interval_and_one_persona_alone_no_gap() -> None:
    lonely = [*TESTS, tried("visitor", "web", 12)]
    gap = experience_of(lonely, PERSONAS, observed=None, contests=[], weights=WEIGHTS).gap
    assert gap and gap.half_width is None
    bare = experience_of([], PERSONAS, observed=None, contests=[], weights=WEIGHTS).gap
    assert bare and bare.half_width is None
    assert experience_of(TESTS, PERSONAS[:1], observed=None, contests=[], weights=WEIGHTS).gap is None


def test_observed_effort_has_only_the_facts_that_a_journey_says() -> None:
    row = {"journeys": "8", "repeated_share": "0.2500", "redirected_share": None, "travelled_share": "0.0000",
           "contradicted_share": None, "resolved_share": "1.0000"}  # fmt: skip
    found = experience_of([], [], observed=row, contests=[], weights=WEIGHTS)
    assert found.journeys == 8
    assert found.observed == {"repeated_share": 2500, "travelled_share": 0, "resolved_share": 10_000}


def test_contests_are_told_as_they_stand() -> None:
    row = {"contest_id": "K1", "test_id": "T1", "opened_on": "2030-11-18", "ground": "wrong_facts", "decision": None,
           "decided_on": None}  # fmt: skip
    assert experience_of([], [], observed=None, contests=[row], weights=WEIGHTS).contests == (
        ContestLine("K1", "T1", opened_on="2030-11-18", ground="wrong_facts", decision=None, decided_on=None),
    )


# --- in words --------------------------------------------------------------------------------------------------------


FULL = Experience(
    scenarios=(SegmentLine("before_sale", 2, 14_000_000), SegmentLine("sale", 3, 12_340_000)),
    gap=Gap(SegmentLine("visitor", 4, 12_000_000), SegmentLine("resident", 6, 15_000_000), 1_000_000),
    journeys=8,
    observed={"repeated_share": 2500, "resolved_share": 10_000},
    contests=(
        ContestLine(
            "K1", "T1", opened_on="2030-11-18", ground="wrong_facts", decision="rejected", decided_on="2030-11-20"
        ),
        ContestLine("K2", "T2", opened_on="2030-11-19", ground="other", decision=None, decided_on=None),
    ),
)


@pytest.fixture(scope="module")
def report(published: Published) -> CandidateReport:
    """The report of a ranked candidate."""
    return next(one for key in published.candidates if (one := report_of(published, key)).marks is not None)


def contested() -> Rulebook:
    return rulebook(**CONTESTED)


def shown(report: CandidateReport, experience: Experience, book: Rulebook | None = None, lang: str = "fr") -> str:
    marks = report.marks
    assert marks is not None
    effort = (EffortLine("repeated_share", 4000, None),)
    given = replace(report, experience=experience, marks=replace(marks, effort=effort))
    if book is not None:
        given = replace(given, rulebook=replace_contest(report.rulebook, book))
    parts = {part.key: part for part in compose(given, lang).sections}
    return "\n".join(texts([parts["journeys"], parts["contested"]])).replace("\xa0", " ")


def replace_contest(own: Rulebook, other: Rulebook) -> Rulebook:
    return own.model_copy(update={"contest": other.contest})


def test_the_report_puts_declared_beside_observed_and_says_the_gap(report: CandidateReport) -> None:
    text = shown(report, FULL, contested())
    assert "avant la vente\n2\n14,00" in text and "vente\n3\n12,34" in text
    assert "Visiteur : 12,00 (4 tests) ; résident : 15,00 (6 tests)." in text.replace("\u202f", " ")
    assert "Écart : −3,00" in text and "de −4,00 à −2,00" in text and "L’écart dépasse ce que" in text
    assert "Ont dû se répéter\n40,0 %\n25,0 %" in text
    assert "Ont vu leur demande résolue\n–\n100,0 %" in text
    assert "Contestations reçues de votre part : 2." in text
    assert "rejetée, 20 nov. 2030" in text and "sans décision" in text and "faits inexacts" in text


def test_each_state_has_its_own_sentence(report: CandidateReport) -> None:
    nothing = shown(report, Experience(), contested())
    for words in ("à quel moment", "à la fois sur un visiteur", "Aucun parcours", "Vous n’avez contesté aucun test"):
        assert words in nothing
    assert "ne prévoit pas de contestation" in shown(report, Experience())
    assert FULL.gap is not None
    unclear = shown(report, replace(FULL, gap=replace(FULL.gap, half_width=4_000_000)))
    assert "L’écart ne dépasse pas" in unclear and "de −7,00 à +1,00" in unclear
    alone = shown(report, replace(FULL, gap=replace(FULL.gap, half_width=None)))
    assert "l’intervalle ne peut pas être dit" in alone and "95 %" not in alone.split("Effort déclaré")[0]


def test_every_language_has_every_sentence(report: CandidateReport) -> None:
    for experience in (FULL, Experience()):
        lines = {lang: len(shown(report, experience, contested(), lang).split("\n")) for lang in ("fr", "en", "ar")}
        assert len(set(lines.values())) == 1


def test_nothing_of_another_candidate_s_journeys_or_contests_is_told(published: Published) -> None:
    """Rows of all others are put into the tables under marks that nobody else could have: none is printed."""
    tables = {name: list(rows) for name, rows in published.tables.items()}
    keys = published.candidates
    own = next(key for key in keys if report_of(published, key).marks is not None)
    strangers = [key for key in keys if key != own]
    published.__dict__["tables"] = tables
    try:
        before = report_of(published, own)
        for number, key in enumerate(strangers):
            tables["fct_segment_mark"] = [
                *tables["fct_segment_mark"],
                {"candidate_id": key, "segment": "scenario", "value": "sale", "tests": "77", "mark_micro": "7770000"},
                {"candidate_id": key, "segment": "persona", "value": "visitor", "tests": "77", "mark_micro": "7770000"},
            ]
            tables["fct_contest"] = [
                *tables["fct_contest"],
                {"candidate_id": key, "contest_id": f"STRANGE-{number}", "test_id": f"FOREIGN-{number}",
                 "opened_on": "2030-11-18", "ground": "other", "decision": "excluded", "decided_on": "2030-11-19"},
            ]  # fmt: skip
        after = report_of(published, own)
        assert after == before
        assert "STRANGE" not in told(after) and "FOREIGN" not in told(after) and "7,77" not in told(after)
        assert report_of(published, strangers[0]).experience != before.experience
    finally:
        del published.__dict__["tables"]
