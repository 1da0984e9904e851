"""All checks of the three gates, gathered on a real edition, recorded, and the decision that follows."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.compiled import Compiled
from expectations import own
from expectations.registry import all_checks
from orchestration import custody
from orchestration.assurance import gathering as gates
from orchestration.evidence.bodies import CheckResult
from orchestration.evidence.fingerprints import intake_sha256
from orchestration.evidence.log import EvidenceLog
from orchestration.evidence.records import Fingerprints
from orchestration.evidence.standing import SignoffFacts
from orchestration.gate.decision import Decision, decide, decide_dossier
from orchestration.recount import recount
from orchestration.release.canonical import compute_digest, table_rows
from orchestration.release.catalogue import DIGESTED
from orchestration.rulebook import Window
from orchestration.storage.files import sha256_file
from orchestration.storage.warehouse import connect
from tests.fixtures.records import enter
from tests.integration.conftest import Scored

ALL = frozenset({"audit", "survey", "vote"})
FIELDWORK = Window.model_validate({"start": "2025-09-01", "end": "2025-10-31"})
DOSSIER = "f" * 64
CODE = "c" * 64  # a constant: sources may be edited while tests run


class Edition:
    """A copy of the scored edition with its evidence, step by step as a run goes."""

    def __init__(self, scored: Scored, folder: Path) -> None:
        self.raw = shutil.copytree(scored.settings.raw / "2026", folder / "raw" / "2026")
        self.work = Path(shutil.copyfile(scored.work_db, folder / "work.duckdb"))
        self.log = EvidenceLog(folder / "evidence" / "2026.jsonl")
        self.signers = frozenset({"1" * 64})
        self.run_results = folder / "dbt" / "run_results.json"
        self.run_results.parent.mkdir()
        shutil.copyfile(scored.manifest, folder / "dbt" / "manifest.json")
        compiled = Compiled.from_manifest(scored.manifest)
        with connect(self.work, read_only=True, threads=1) as con:
            self.run_results.write_text(json.dumps(compiled.run_results(compiled.failures(con))), "utf-8")

    def now(self, *, results: bool = True) -> Fingerprints:
        with connect(self.work, read_only=True, threads=1) as con:
            return Fingerprints(
                custody.custody_head(self.raw),
                sha256_file(self.raw / "rulebook.yml"),
                code_sha256=CODE,
                results_sha256=compute_digest(con, self.raw / "rulebook.yml") if results else None,
                intake_sha256=intake_sha256(con),
            )

    def check_intake(self) -> list[CheckResult]:
        report = custody.audit(self.raw)
        results = gates.intake_checks(
            self.work, ALL, report, fieldwork=FIELDWORK, records=self.log.records(), run=gates.straight
        )
        self.log.append_all(results, fingerprints=self.now(results=False), run_id="run")
        return results

    def check_scoring(self, published: Path | None = None) -> list[CheckResult]:
        with connect(self.work, read_only=True, threads=1) as con:
            tables = {
                table.name: [dict(zip(table.names, row, strict=True)) for row in table_rows(con, table)]
                for table in DIGESTED
            }
            weights = {str(row["respondent_id"]): int(row["weight_micro"] or 0) for row in tables["fct_survey_weight"]}
            compared = gates.comparison_checks(con, ALL, gates.Beside(tables, recount(self.raw, weights)))
        results = gates.scoring_checks(
            self.work,
            ALL,
            twice=gates.Twice(compared, results_sha256=self.now().results_sha256),
            run_results=self.run_results,
            records=self.log.records(),
            run=gates.straight,
            published=published,
        )
        self.log.append_all(results, fingerprints=self.now(), run_id="run")
        return results

    def make_dossier(self) -> Decision:
        decision = decide_dossier(all_checks(), self.log.records(), self.now(), ALL)
        if decision.allowed:
            enter(self.log, "dossier", {"dossier_sha256": DOSSIER, "identity": "1" * 64}, fingerprints=self.now())
        return decision

    def publish(self) -> Decision:
        signoff = SignoffFacts(DOSSIER, self.signers, 1)
        report = custody.audit(self.raw)
        results = gates.publication_checks(
            self.work, ALL, report, current=self.now(), signoff=signoff, records=self.log.records(), run=gates.straight
        )
        self.log.append_all(results, fingerprints=self.now(), run_id="publish")
        return decide(all_checks(), self.log.records(), current=self.now(), signoff=signoff, uses=ALL)

    def edit(self, sql: str) -> None:
        with connect(self.work, threads=1) as con:
            con.execute(sql)


@pytest.fixture
def edition(scored_tiny: Scored, tmp_path: Path) -> Edition:
    return Edition(scored_tiny, tmp_path)


def _failed(results: list[CheckResult]) -> dict[str, tuple[str, ...]]:
    severity = {spec.id: spec.severity for spec in all_checks()}
    return {
        r.check_id: r.failing_keys
        for r in results
        if r.outcome not in ("passed", "not_applicable") and severity[r.check_id] != "info"
    }


def test_a_clean_edition_goes_through_all_gates(edition: Edition) -> None:
    assert _failed(edition.check_intake()) == {}
    assert _failed(edition.check_scoring()) == {}
    assert edition.make_dossier().reasons == ()
    assert edition.publish().reasons == ()


def test_a_gate_answers_for_every_registered_check_in_order(edition: Edition) -> None:
    results = [*edition.check_intake(), *edition.check_scoring()]
    assert [r.check_id for r in results] == [spec.id for spec in all_checks() if spec.gate != "publication"]


def test_publication_alone_says_what_is_missing(edition: Edition) -> None:
    codes = [reason.code for reason in edition.publish().reasons]
    assert codes.count("gate_not_run") == 2
    assert "dossier_unrecorded" in codes


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda e: (e.raw / "candidates.csv").write_bytes(b"x"), "candidates.csv [file_changed]"),
        (lambda e: e.edit("UPDATE marts.fct_ranking SET final_micro = final_micro + 1"), "the results"),
        (lambda e: e.edit("DELETE FROM intake.vote WHERE vote_id = 'V001'"), "the rows that were read"),
        (lambda e: e.edit("INSERT INTO intake.quarantine SELECT 'votes', 'f', 1, 'k', 'r', 'c', 'd', '{}'"), "rows"),
        (lambda e: setattr(e, "signers", frozenset()), "Valid signatures of the current dossier: 0 / 1"),
        (
            lambda e: enter(e.log, "revocation", {"dossier_sha256": DOSSIER, "reason": "an error", "by": "B"}),
            "revoked (B",
        ),
    ],
)
def test_what_is_changed_after_the_dossier_refuses(edition: Edition, tamper: Callable, words: str) -> None:
    edition.check_intake()
    edition.check_scoring()
    assert edition.make_dossier().allowed
    tamper(edition)
    decision = edition.publish()
    assert not decision.allowed
    assert words in "\n".join(reason.text() for reason in decision.reasons)


def test_a_mark_edited_before_the_checks_is_found_by_the_recount(edition: Edition) -> None:
    edition.check_intake()
    edition.edit(
        "UPDATE marts.fct_test_mark SET mark_micro = mark_micro + 10000, mark = mark + 0.01 WHERE test_id = 'T001'"
    )
    failed = _failed(edition.check_scoring())
    assert failed["scoring.recount_agrees"] == ("fct_test_mark T001 mark", "fct_test_mark T001 mark_micro")
    assert not edition.make_dossier().allowed


def test_a_warning_waits_for_an_acceptance_before_the_dossier(edition: Edition) -> None:
    edition.edit("UPDATE intake.test SET evidence_sha256 = repeat('a', 64) WHERE test_id IN ('T001', 'T002')")
    assert _failed(edition.check_intake()) == {"intake.evidence_unique": ("T001 = T002",)}
    edition.check_scoring()
    assert edition.make_dossier().allowed
    assert {r.code for r in edition.publish().reasons} == {"warning_open", "check_failed"}
    body = {"check_id": "intake.evidence_unique", "reason": "one call tested two offers", "by": "Clerk"}
    enter(edition.log, "acceptance", body, fingerprints=edition.now())
    assert {r.code for r in edition.publish().reasons} == {"warning_accepted_late", "check_failed"}


def test_an_accepted_warning_passes(edition: Edition) -> None:
    edition.edit("UPDATE intake.test SET evidence_sha256 = repeat('a', 64) WHERE test_id IN ('T001', 'T002')")
    edition.check_intake()
    edition.check_scoring()
    body = {"check_id": "intake.evidence_unique", "reason": "one call tested two offers", "by": "Clerk"}
    enter(edition.log, "acceptance", body, fingerprints=edition.now())
    assert edition.make_dossier().allowed
    assert edition.publish().reasons == ()


def test_what_dbt_left_must_be_readable(edition: Edition) -> None:
    edition.run_results.write_text("{", "utf-8")
    results = {result.check_id: result for result in edition.check_scoring()}
    assert results["scoring.models_built"].outcome == results["scoring.keys_unique"].outcome == "error"
    edition.run_results.unlink()
    assert {r.check_id for r in edition.check_scoring() if r.outcome == "error"} == set(own.dbt_checks())


def test_a_recount_that_cannot_be_made_is_an_error(edition: Edition) -> None:
    with connect(edition.work, read_only=True, threads=1) as con:
        nothing = gates.Twice(gates.comparison_checks(con, ALL, gates.Beside({}, "no log")))
    results = gates.scoring_checks(
        edition.work, ALL, twice=nothing, run_results=edition.run_results, records=(), run=gates.straight
    )
    errors = {result.check_id: result.observed for result in results if result.outcome == "error"}
    assert errors == {"scoring.recount_agrees": "no log", "scoring.recount_complete": "no log"}


def test_a_check_without_an_answer_is_an_error_and_an_unknown_answer_is_refused(edition: Edition) -> None:
    report = custody.audit(edition.raw)

    def lazy(path: Path, gate: str, uses: frozenset[str]) -> list[CheckResult]:
        return []

    results = gates.intake_checks(edition.work, ALL, report, fieldwork=FIELDWORK, records=(), run=lazy)
    assert {r.outcome for r in results if r.check_id == "intake.tests_valid"} == {"error"}

    def inventive(path: Path, gate: str, uses: frozenset[str]) -> list[CheckResult]:
        return [CheckResult("intake.moon_full", "passed", "0", "0")]

    with pytest.raises(ValueError, match=r"intake\.moon_full"):
        gates.intake_checks(edition.work, ALL, report, fieldwork=FIELDWORK, records=(), run=inventive)


def _published(path: Path, edition: str, organiser: str, candidates: int) -> Path:
    with connect(path, threads=1) as con:
        con.execute("CREATE TABLE dim_edition AS SELECT ? AS edition, ? AS organiser", [edition, organiser])
        con.execute(
            "CREATE TABLE dim_candidate AS SELECT ? AS edition, i AS candidate_id, "
            "CASE WHEN i < ? THEN 'entered' ELSE 'withdrawn' END AS status FROM range(100) AS r(i)",
            [edition, candidates],
        )
        con.execute(
            "CREATE TABLE fct_test_mark AS SELECT ? AS edition, 'phone' AS channel, i < 20 AS counted "
            "FROM range(1000) AS r(i)",
            [edition],
        )
        con.execute(
            "CREATE TABLE fct_component_mark AS SELECT ? AS edition, 'vote' AS component, 40 AS observations", [edition]
        )
    return path


@pytest.mark.parametrize(
    ("edition_id", "organiser", "candidates", "outcome"),
    [
        ("2025", "Baromètre Service Client Maroc", 5, "passed"),
        ("2025", "Baromètre Service Client Maroc", 9, "failed"),
        ("2025", "Someone else", 9, "not_applicable"),
        ("2027", "Baromètre Service Client Maroc", 9, "not_applicable"),
    ],
)
def test_numbers_are_compared_with_the_same_organisers_last_edition(
    edition: Edition, tmp_path: Path, edition_id: str, organiser: str, candidates: int, outcome: str
) -> None:
    published = _published(tmp_path / "published.duckdb", edition_id, organiser, candidates)
    [result] = [r for r in edition.check_scoring(published) if r.check_id == "scoring.magnitude_plausible"]
    assert result.outcome == outcome
    if outcome == "failed":
        assert result.failing_keys == ("candidates 4 / 9",)


def test_both_runners_give_the_same_gate(edition: Edition, tmp_path: Path) -> None:
    docs = tmp_path / "data_docs"
    assert gates.through_gx(docs)(edition.work, "publication", ALL) == gates.straight(edition.work, "publication", ALL)
    assert (docs / "index.html").is_file()
