"""Gathering the facts of a dossier from a really scored edition, its custody log and its evidence."""

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from expectations.registry import all_checks
from orchestration.dossier import build_content, render_html
from orchestration.dossier.changes import snapshot
from orchestration.dossier.load import load_inputs
from orchestration.dossier.model import Earlier, Inputs
from orchestration.dossier.register import SNAPSHOT, Dossier, files_beside
from orchestration.errors import PalmaresError
from orchestration.evidence.bodies import CheckResult, Outcome
from orchestration.evidence.records import Fingerprints
from orchestration.recount import compare, recount
from orchestration.release import ANNEX_CSV
from orchestration.run import Now, Run, results_as_text
from orchestration.scoring.model import RecountFact
from orchestration.scoring.recounting import (
    remember,
    remembered,
    summarise,
)
from orchestration.settings import Settings
from orchestration.storage.files import sha256_file, write_atomic
from orchestration.storage.warehouse import connect
from tests.fixtures.records import enter
from tests.integration.conftest import Scored


@pytest.fixture
def run(scored_tiny: Scored, tmp_path: Path) -> Run:
    """The scored edition in a state folder of the test's own."""
    settings = Settings(tmp_path / "home", scored_tiny.settings.raw)
    settings.work_db("2026").parent.mkdir(parents=True)
    shutil.copy(scored_tiny.work_db, settings.work_db("2026"))
    return Run(settings, "2026", "run-7")


def record(run: Run, outcomes: dict[str, Outcome] | None = None) -> Fingerprints:
    """Evidence for every check: passed, or as told."""
    current = Now(run).scored
    results = []
    for spec in all_checks():
        outcome = (outcomes or {}).get(spec.id, "passed")
        failing = 2 if outcome == "failed" else 0
        results.append(
            CheckResult(
                spec.id,
                outcome,
                spec.expected,
                observed="0",
                failing_count=failing,
                failing_keys=("K1", "K2")[:failing],
            )
        )
    run.log.append_all(results, fingerprints=current, run_id=run.run_id)
    return current


def results(run: Run) -> Mapping[str, Sequence[Mapping[str, str | None]]]:
    with connect(run.settings.work_db(run.edition), read_only=True, threads=1) as con:
        return results_as_text(con)


def gathered(run: Run, current: Fingerprints, folder: Path, previous: Dossier | None = None) -> Inputs:
    return load_inputs(run, run.log.records(), current, folder, previous=previous)


def test_every_fact_of_the_edition_is_gathered_and_adds_up(run: Run, tmp_path: Path) -> None:
    current = record(run)
    facts = gathered(run, current, tmp_path / "out")
    content = build_content(facts)
    assert facts.digests.results == current.results_sha256
    assert facts.digests.custody_head == current.custody_head
    assert [d.seq for d in facts.deposits] == list(range(1, len(facts.deposits) + 1))
    assert {a.source for a in facts.accounts} == {"candidates", "audits", "survey", "votes"}
    assert [c.category_id for c in content.categories] == [c.id for c in run.rulebook.categories]
    for category in content.categories:
        assert [c.rank for c in category.ranked] == sorted(c.rank or 0 for c in category.ranked)
        for candidate in category.ranked:
            assert {c.component for c in candidate.components} == {"audit", "survey", "vote"}
            assert all(len(c.test_marks) == c.counted for c in candidate.channels)
            assert candidate.low is not None and candidate.high is not None
    assert facts.conditions.run_id == "run-7"
    assert facts.conditions.started_at <= facts.conditions.ended_at
    assert facts.signers[0].demonstration
    assert render_html(content)


def test_every_row_left_out_is_counted_listed_and_in_the_annex(run: Run, tmp_path: Path) -> None:
    facts = gathered(run, record(run), tmp_path / "out")
    with (tmp_path / "out" / ANNEX_CSV).open(encoding="utf-8", newline="") as stream:
        annex = list(csv.DictReader(stream))
    assert len(annex) == sum(reason.rows for reason in facts.reasons) == len(facts.left_out) > 0
    assert facts.annex_sha256 == sha256_file(tmp_path / "out" / ANNEX_CSV)
    assert {(r["source"], r["reason"], r["key"]) for r in annex} == {
        (r.source, r.reason, r.key) for r in facts.left_out
    }


def test_a_key_that_looks_like_personal_data_is_not_shown(run: Run, tmp_path: Path) -> None:
    with connect(run.settings.work_db("2026")) as con:
        con.execute("UPDATE intake.test SET test_id = 'someone@example.org' WHERE rechecks IS NOT NULL AND line < 30")
        con.execute(
            "INSERT INTO intake.quarantine VALUES ('audits','a.csv',9,'+212600112233','malformed_value',NULL,'','{}')"
        )
    facts = gathered(run, record(run), tmp_path / "out")
    hidden = next(row for row in facts.left_out if row.file == "a.csv")
    assert hidden.key == ""
    assert not any("@" in row.key or "+212" in row.key for row in facts.left_out)


def test_the_annex_holds_no_personal_data_and_nothing_that_a_spreadsheet_would_run(run: Run, tmp_path: Path) -> None:
    hostile = ["=cmd|' /C calc'!A0", "@sum(1)", "-2+3", "\uff1d1", "'=1", "+x", "someone@example.org", "+212600112233"]
    with connect(run.settings.work_db("2026")) as con:
        con.executemany(
            "INSERT INTO intake.quarantine VALUES ('audits','a.csv',?,?,'malformed_value',NULL,'','{}')",
            [(line, key) for line, key in enumerate([*hostile, "T-1"], 1)],
        )
    gathered(run, record(run), tmp_path / "out")
    with (tmp_path / "out" / ANNEX_CSV).open(encoding="utf-8", newline="") as stream:
        shown = {int(row["line"]): row["key"] for row in csv.DictReader(stream) if row["file"] == "a.csv"}
    assert [shown[line] for line in range(1, 10)] == [*(f"'{key}" for key in hostile[:6]), "", "", "T-1"]


def test_a_correction_is_shown_with_the_line_of_its_row(run: Run, tmp_path: Path) -> None:
    with connect(run.settings.work_db("2026")) as con:
        file, line, key = con.execute("SELECT file, line, test_id FROM intake.test ORDER BY test_id").fetchall()[0]
        con.executemany(
            "INSERT INTO intake.correction VALUES (?, ?, ?, ?, ?, ?, 'Relecture', 'A. Alami', '2025-12-01', 2, NULL)",
            [("C1", file, key, "tone", "2", None), ("C2", "survey/x.csv", "R-1", "effort", None, "3")],
        )
    first, second = gathered(run, record(run), tmp_path / "out").corrections
    assert (first.line, first.value, first.on) == (line, "", "2025-12-01")
    assert (second.line, second.expect) == (None, "")


def test_checks_are_shown_as_they_stand_now(run: Run, tmp_path: Path) -> None:
    warning = next(spec.id for spec in all_checks() if spec.severity == "warning" and spec.gate == "intake")
    absent = next(spec.id for spec in all_checks() if spec.optional and spec.gate == "intake")
    current = record(run, {warning: "failed", absent: "not_applicable"})
    enter(run.log, "acceptance", {"check_id": warning, "reason": "Vu", "by": "A. Alami"}, fingerprints=current)
    checks = {check.id: check for check in gathered(run, current, tmp_path / "out").checks}
    assert checks[warning].outcome == "failed" and checks[warning].failing_keys == ("K1", "K2")
    assert checks[warning].acceptance and checks[warning].acceptance.by == "A. Alami"
    assert checks[absent].outcome == "not_applicable"
    assert {check.gate for check in checks.values()} == {"intake", "scoring"}


def test_a_check_that_was_not_run_is_not_taken_for_passed(run: Run, tmp_path: Path) -> None:
    current = Now(run).scored
    spec = all_checks()[0]
    run.log.append_all([CheckResult(spec.id, "passed", "0", "0")], fingerprints=current, run_id=run.run_id)
    outcomes = {check.id: check.outcome for check in gathered(run, current, tmp_path / "out").checks}
    assert outcomes[spec.id] == "passed"
    assert set(outcomes.values()) == {"passed", "error"}


def test_without_results_there_are_no_facts(run: Run, tmp_path: Path) -> None:
    with pytest.raises(PalmaresError, match="no results"):
        load_inputs(run, (), Now(run).received, tmp_path)


def test_the_recount_is_told_only_for_exactly_these_results(run: Run, tmp_path: Path) -> None:
    current, tables = record(run), results(run)
    assert gathered(run, current, tmp_path / "out").recount == RecountFact()
    weights = {str(row["respondent_id"]): int(row["weight_micro"] or 0) for row in tables["fct_survey_weight"]}
    counted = recount(run.raw, weights)
    fact = summarise(counted, tables, compare(counted, tables))
    assert not fact.differences and all(table.differences == 0 for table in fact.tables)
    assert {final.declared == final.recomputed for final in fact.finals} == {True}
    remember(run.settings.recount_summary(run.edition), current, fact)
    assert gathered(run, current, tmp_path / "out").recount == fact
    other = Fingerprints(
        current.custody_head, "0" * 64, current.code_sha256, current.results_sha256, intake_sha256=None
    )
    assert remembered(run.settings.recount_summary(run.edition), other) is None


def test_a_mark_that_was_changed_shows_in_the_recount(run: Run) -> None:
    tables = {name: list(rows) for name, rows in results(run).items()}
    weights = {str(row["respondent_id"]): int(row["weight_micro"] or 0) for row in tables["fct_survey_weight"]}
    row = tables["fct_ranking"][0]
    tables["fct_ranking"][0] = {**row, "final_micro": str(int(row["final_micro"] or 0) + 1)}
    del tables["fct_channel_mark"][0]
    counted = recount(run.raw, weights)
    fact = summarise(counted, tables, compare(counted, tables))
    by_table = {table.table: table.differences for table in fact.tables}
    assert by_table["fct_ranking"] == 1 and by_table["fct_channel_mark"] == 1
    changed = next(final for final in fact.finals if final.candidate_id == row["candidate_id"])
    assert (changed.declared or 0) - (changed.recomputed or 0) == 1


def test_what_changed_since_the_last_dossier_is_found_beside_it(run: Run, tmp_path: Path) -> None:
    current = record(run)
    first = gathered(run, current, tmp_path / "first")
    before = snapshot(first)
    before["outcome"][run.rulebook.categories[0].id] = "no_award_tie"
    kept = tmp_path / "first" / SNAPSHOT
    write_atomic(kept, json.dumps(before).encode())
    of_first = Dossier("1" * 64, kept.parent, "2" * 64, files_beside(kept.parent))
    second = build_content(gathered(run, current, tmp_path / "second", of_first))
    assert [change.kind for change in second.changes] == ["outcome"]
    for data in (json.dumps(snapshot(first)).encode(), b"{", None):  # changed, cut short, gone
        kept.unlink(missing_ok=True)
        if data is not None:
            write_atomic(kept, data)
        lost = gathered(run, current, tmp_path / "third", of_first)
        assert lost.previous == Earlier(None) and build_content(lost).changes == ()
