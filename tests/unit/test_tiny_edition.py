"""The tiny edition is what it promises: clean, whole, and without anything that a careful reader would suspect."""

from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.custody import audit, source_of
from orchestration.rulebook import load_rulebook
from tests.fixtures.tiny import TinyEdition

FORMS = [
    {},
    {"delimiter": ";", "bom": True},
    {"audits": "xlsx", "votes": "csv.gz"},
    {"audits": "parquet", "survey": "parquet", "votes": "parquet"},
    {"votes": "ndjson"},
    {"votes": "ndjson.gz"},
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_way_of_writing_it_passes_custody_and_the_rulebook(tmp_path: Path, form: dict[str, str]) -> None:
    folder = TinyEdition().write(tmp_path, **form)
    report = audit(folder)
    assert report.problems == ()
    sources = {source_of(deposit.path) for deposit in report.current}
    assert sources == {"rulebook", "candidates", "audits", "survey", "targets", "votes", "certificate"}
    assert load_rulebook(folder / "rulebook.yml", edition="2026").edition == "2026"


def test_it_is_written_the_same_each_time(tmp_path: Path) -> None:
    first, second = TinyEdition().write(tmp_path / "a"), TinyEdition().write(tmp_path / "b")
    assert (first / "deposits.jsonl").read_bytes() == (second / "deposits.jsonl").read_bytes()


def test_with_audits_alone_it_has_no_survey_and_no_vote(tmp_path: Path) -> None:
    folder = TinyEdition().audits_only().write(tmp_path)
    assert not (folder / "survey").exists() and not (folder / "votes").exists()
    assert not load_rulebook(folder / "rulebook.yml").uses("vote")


def test_every_planned_test_was_made_and_rechecks_meet_the_quota(tiny: TinyEdition) -> None:
    made = Counter((row["candidate_id"], row["channel"]) for row in tiny.tests() if not row["rechecks"])
    planned = {name: channel["planned_tests"] for name, channel in tiny.rulebook["channels"].items()}
    assert made == {(row["candidate_id"], name): number for row in tiny.candidates for name, number in planned.items()}
    for firm in ("north", "south"):
        rows = [row for name, found in tiny.audits.items() if name.startswith(firm) for row in found]
        assert sum(bool(row["rechecks"]) for row in rows) * 10_000 >= 1000 * len(rows)
    assert len({row["test_id"] for row in tiny.tests()}) == len({row["evidence_sha256"] for row in tiny.tests()}) == 28


def test_a_recheck_is_made_by_another_shopper_on_the_same_candidate(tiny: TinyEdition) -> None:
    for row in tiny.tests():
        if row["rechecks"]:
            original = tiny.test(row["rechecks"])
            assert original["candidate_id"] == row["candidate_id"] and original["shopper_id"] != row["shopper_id"]
            assert tiny.file_of(row["test_id"]) == tiny.file_of(row["rechecks"])
            assert original["outcome"] == "completed"


def test_no_shopper_is_suspicious(tiny: TinyEdition) -> None:
    by_shopper = defaultdict(list)
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tiny.tests():
        by_shopper[row["shopper_id"]].append(row)
        shares[row["candidate_id"]][row["shopper_id"]] += 1
        assert (row["shopper_id"], row["candidate_id"]) != ("S04", "cedre-banks"), "a conflict of the rulebook"
        start, end = datetime.fromisoformat(row["started_at"]), datetime.fromisoformat(row["ended_at"])
        assert start.weekday() < 5 and start.hour >= 9 and end.hour < 19 and start.date() == end.date()
    for counts in shares.values():
        assert max(counts.values()) * 4 <= sum(counts.values()), "max_shopper_share"
    for rows in by_shopper.values():
        days = [row["started_at"][:10] for row in rows]
        assert len(set(days)) == len(days), "two tests on one day"
        fixed = {"test_id", "candidate_id", "scenario", "language", "shopper_id", "started_at", "ended_at", "outcome"}
        vectors = [tuple(v for k, v in row.items() if k not in fixed | {"evidence_sha256", "rechecks"}) for row in rows]
        assert len(set(vectors)) == len(vectors), "the same ratings twice"


def test_votes_are_spread_and_each_is_somebody_elses(tiny: TinyEdition) -> None:
    assert tiny.votes is not None
    for column in ("vote_id", "voter_key", "cast_at", "ip_hash"):
        assert len({row[column] for row in tiny.votes}) == len(tiny.votes) == 40
    assert Counter(row["category_id"] for row in tiny.votes) == {"hotels": 20, "banks": 20}
