"""What follows within the results is derived as the recount derives it, whatever the rulebook says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.recount import read_rules, recount
from orchestration.verify.outcomes import KEYS, check_outcomes
from orchestration.verify.tables import Rows
from orchestration.verify.verdict import Findings
from tests.fixtures.tiny import TinyEdition


def _text(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def recounted(edition: TinyEdition, raw: Path) -> dict[str, Rows]:
    """The results of an edition as texts, as a release holds them."""
    found = recount(edition.write(raw), {})
    return {name: [{key: _text(value) for key, value in row.items()} for row in found.tables[name]] for name in KEYS}


def same_tests(edition: TinyEdition, first: str, second: str) -> None:
    """Give a candidate the ratings, answers and number of votes of another."""
    for rows in edition.audits.values():
        of_first = [row for row in rows if row["candidate_id"] == first and not row["rechecks"]]
        of_second = [row for row in rows if row["candidate_id"] == second and not row["rechecks"]]
        for one, other in zip(of_first, of_second, strict=True):
            kept = {key: other[key] for key in ("test_id", "candidate_id", "started_at", "ended_at", "evidence_sha256")}
            other.update(one | kept)
    assert edition.survey is not None and edition.votes is not None
    answers = [row for row in edition.survey if row["candidate_id"] == first]
    for row, answer in zip((row for row in edition.survey if row["candidate_id"] == second), answers, strict=True):
        row.update({key: answer[key] for key in ("satisfaction", "recommendation", "effort")})
    votes = [row for row in edition.votes if row["candidate_id"] == first]
    spare = len(votes) - sum(row["candidate_id"] == second for row in edition.votes)
    for row in votes[: spare // 2]:
        row["candidate_id"] = second


def _audits_only(edition: TinyEdition) -> None:
    edition.audits_only()


def _no_audits(edition: TinyEdition) -> None:
    edition.rulebook["components"] = {"audit": 0, "survey": 7000, "vote": 3000}


def _too_few(edition: TinyEdition) -> None:
    edition.withdraw("bahia-hotels")


def _too_low(edition: TinyEdition) -> None:
    edition.rulebook["eligibility"]["min_mark"] = "19.90"


def _of_category(edition: TinyEdition) -> None:
    edition.rulebook["vote"]["mark"] = "share_of_category"


def _no_votes(edition: TinyEdition) -> None:
    assert edition.votes is not None
    edition.votes = [row for row in edition.votes if row["category_id"] == "banks"]


def _tie(edition: TinyEdition) -> None:
    same_tests(edition, "atlas-hotels", "bahia-hotels")


def _tie_without_award(edition: TinyEdition) -> None:
    _tie(edition)
    edition.rulebook["unresolved_tie"] = "no_award"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda edition: None, "elected"),
        (_audits_only, "elected"),
        (_no_audits, "elected"),
        (_too_few, "no_award_too_few_candidates"),
        (_too_low, "no_award_min_mark"),
        (_of_category, "elected"),
        (_no_votes, "elected"),
        (_tie, "joint"),
        (_tie_without_award, "no_award_tie"),
    ],
)
def test_the_derivation_agrees_with_the_recount(
    tmp_path: Path, change: Callable[[TinyEdition], None], outcome: str
) -> None:
    edition = TinyEdition()
    edition.rulebook["survey"].pop("raking")
    edition.targets = None
    change(edition)
    tables = recounted(edition, tmp_path)
    findings = Findings()
    check_outcomes(tables, read_rules(tmp_path / "2026" / "rulebook.yml"), findings)
    assert findings.items == []
    outcomes = {row["category_id"]: row["outcome"] for row in tables["category_outcome"]}
    assert outcomes["hotels"] == outcome


def test_a_missing_and_an_extra_row_are_named(tmp_path: Path) -> None:
    edition = TinyEdition()
    edition.rulebook["survey"].pop("raking")
    edition.targets = None
    tables = recounted(edition, tmp_path)
    rules = read_rules(tmp_path / "2026" / "rulebook.yml")
    survey = [row for row in tables["fct_component_mark"] if row["component"] == "survey"]
    tables["fct_component_mark"].remove(survey[0])
    tables["laureates"].append({**tables["laureates"][1], "candidate_id": "cedre-hotels"})
    findings = Findings()
    check_outcomes(tables, rules, findings)
    said = {one.message for one in findings.items}
    assert "atlas-banks/survey: a row is missing" in said
    assert "hotels/cedre-hotels: a row has no reason to be" in said


def test_without_its_tables_nothing_is_derived(tmp_path: Path) -> None:
    findings = Findings()
    edition = TinyEdition()
    edition.write(tmp_path)
    check_outcomes({}, read_rules(tmp_path / "2026" / "rulebook.yml"), findings)
    assert findings.items == []
