"""Checks in Python, from plain findings: each passes, fails, and never passes on nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from expectations import own
from expectations.registry import all_checks, spec_of
from orchestration.assurance.gathering import model_names, versions_of
from orchestration.custody import CustodyProblem, CustodyReport, Deposit, audit
from orchestration.evidence.bodies import CheckResult
from orchestration.evidence.draws import Selection
from orchestration.evidence.fingerprints import intake_sha256
from orchestration.evidence.records import (
    Fingerprints,
    Record,
)
from orchestration.evidence.standing import CheckStanding, SignoffFacts
from orchestration.storage import GENESIS
from orchestration.storage.warehouse import connect
from tests.fixtures.records import record
from tests.fixtures.tiny import TinyEdition

HEAD = "a" * 64
NOW = Fingerprints(HEAD, "b" * 64, code_sha256="c" * 64, results_sha256="d" * 64, intake_sha256="e" * 64)
DOSSIER = "f" * 64


def _deposit(seq: int, path: str = "candidates.csv", previous: str = GENESIS, stored: Path = Path("x")) -> Deposit:
    at = "2025-09-15T10:00:00+01:00"
    return Deposit(
        seq,
        path,
        sha256="0" * 64,
        bytes=1,
        supplier="S",
        received_at=at,
        received_by="N",
        replaces=None,
        previous=previous,
        current=True,
        stored=stored,
    )


def _report(*problems: CustodyProblem, deposits: int = 2) -> CustodyReport:
    return CustodyReport(tuple(_deposit(n + 1) for n in range(deposits)), HEAD, problems)


def _record(seq: int, kind: str, body: dict, prints: Fingerprints | None = NOW) -> Record:
    return record(seq, kind, at="2026-01-01T00:00:00Z", run_id="r", fingerprints=prints, body=body)


def _outcomes(results: Sequence[CheckResult]) -> dict[str, str]:
    return {result.check_id.partition(".")[2]: result.outcome for result in results}


def test_custody_without_problems_passes() -> None:
    assert set(_outcomes(own.custody_results(_report())).values()) == {"passed"}


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("chain_broken", "custody_chained"),
        ("log_torn", "custody_chained"),
        ("a_code_of_the_future", "custody_chained"),
        ("file_missing", "custody_complete"),
        ("file_unlisted", "custody_complete"),
        ("file_changed", "custody_unchanged"),
    ],
)
def test_a_problem_of_custody_fails_its_check(code: str, check: str) -> None:
    results = own.custody_results(_report(CustodyProblem(code, "audits/x.csv", 4, "…")))
    assert [name for name, outcome in _outcomes(results).items() if outcome == "failed"] == [check]
    failed = next(result for result in results if result.outcome == "failed")
    assert failed.failing_keys == (f"audits/x.csv [{code}]",)


def test_problems_without_a_path_are_named_by_line() -> None:
    [chained, *_] = own.custody_results(
        _report(CustodyProblem("seq_wrong", None, 4, "…"), CustodyProblem("log_empty", None, None, "…"))
    )
    assert chained.failing_keys == ("deposits.jsonl [log_empty]", "deposits.jsonl:4 [seq_wrong]")


def test_no_deposit_at_all_never_passes() -> None:
    assert set(_outcomes(own.custody_results(_report(deposits=0))).values()) == {"failed"}
    lost = own.custody_results(_report(CustodyProblem("log_missing", "deposits.jsonl", None, "…"), deposits=0))
    assert set(_outcomes(lost).values()) == {"failed"}


def test_every_code_of_custody_has_its_check(tmp_path: Path, tiny: TinyEdition) -> None:
    folder = tiny.write(tmp_path)
    assert set(_outcomes(own.custody_results(audit(folder))).values()) == {"passed"}
    (folder / "candidates.csv").write_bytes(b"other")
    (folder / "audits" / "stray.csv").write_bytes(b"x")
    (folder / "deposits.jsonl").write_bytes((folder / "deposits.jsonl").read_bytes()[:-30])
    assert set(_outcomes(own.custody_results(audit(folder))).values()) == {"failed"}


def test_a_log_that_lost_a_line_does_not_extend_the_one_seen_before(tmp_path: Path, tiny: TinyEdition) -> None:
    report = audit(tiny.write(tmp_path))
    heads = [deposit.previous for deposit in report.deposits[1:]] + [report.head]
    seen = [
        _record(n + 1, "run", {"recount_sha256": "4" * 64}, Fingerprints(head, "b" * 64, "c" * 64))
        for n, head in enumerate(heads)
    ]
    assert own.log_extends_result(report, seen).outcome == "passed"
    assert own.log_extends_result(report, []).outcome == "passed"
    assert own.log_extends_result(report, [_record(1, "run", {"recount_sha256": "4" * 64}, None)]).outcome == "passed"
    forked = [*seen, _record(9, "run", {"recount_sha256": "4" * 64}, Fingerprints("9" * 64, "b" * 64, "c" * 64))]
    result = own.log_extends_result(report, forked)
    assert (result.outcome, result.failing_keys) == ("failed", ("9" * 16,))
    assert result.observed == f"{len(heads)} / {len(heads) + 1}"


START = date(2025, 9, 1)


@pytest.mark.parametrize(
    ("received", "content", "changes"),
    [
        (date(2025, 9, 1), {"a": "hotels", "b": "banks"}, []),
        (date(2025, 9, 1), {"a": "banks", "b": "banks"}, ["candidates.csv a: hotels → banks"]),
        (date(2025, 8, 31), {"a": "banks", "b": "banks"}, []),
        (date(2025, 9, 1), {"a": "hotels"}, ["candidates.csv b: banks → –"]),
        (date(2025, 9, 1), {"a": "hotels", "b": "banks", "c": "banks"}, ["candidates.csv c: – → banks"]),
    ],
)
def test_a_category_that_changes_during_fieldwork_is_named(received: date, content: dict, changes: list[str]) -> None:
    versions = [
        own.Version(date(2025, 8, 1), "candidates.csv", {"a": "hotels", "b": "banks"}),
        own.Version(date(2025, 10, 1), "rulebook.yml", {"hotels": "hotels"}),
        own.Version(received, "candidates.csv", content),
    ]
    assert list(own.categories_stable_result(versions, START).failing_keys) == changes


def test_no_list_of_candidates_at_all_is_not_stable() -> None:
    assert own.categories_stable_result([], START).outcome == "failed"


def test_versions_are_read_from_custody_and_unreadable_ones_left_out(tmp_path: Path, tiny: TinyEdition) -> None:
    deposits = audit(tiny.write(tmp_path, delimiter=";", bom=True)).deposits
    versions = {version.path: version for version in versions_of(deposits)}
    assert versions["candidates.csv"].content["atlas-hotels"] == "hotels"
    assert versions["rulebook.yml"].content == {"hotels": "hotels", "banks": "banks"}
    assert versions["rulebook.yml"].received == date(2025, 8, 15)
    for name, data in {"empty": b"", "bytes": b"\xff\xfe", "columns": b"a,b\n1,2\n", "list": b"[1]"}.items():
        path = tmp_path / name
        path.write_bytes(data)
        for source in ("candidates.csv", "rulebook.yml"):
            found = versions_of([_deposit(1, source, stored=path)])
            assert all(version.content == {} for version in found)
    assert versions_of([_deposit(1, "rulebook.yml", stored=tmp_path / "absent")]) == []


@dataclass(frozen=True)
class _Difference:
    table: str
    key: str
    column: str


ROWS = dict.fromkeys(own.ALWAYS, 3)
FILES = {"candidates.csv": (3, 3, 0)}


def test_a_recount_that_agrees_passes() -> None:
    results = own.recount_results([], ROWS, ROWS, (FILES, FILES))
    assert _outcomes(results) == {"recount_agrees": "passed", "recount_complete": "passed"}


def test_a_difference_of_the_recount_is_named() -> None:
    found = [_Difference("fct_ranking", "C1", "final_micro"), _Difference("laureates", "", "")]
    [agrees, _] = own.recount_results(found, ROWS, ROWS, (FILES, FILES))
    assert agrees.failing_keys == ("fct_ranking C1 final_micro", "laureates")


@pytest.mark.parametrize(
    ("declared", "recomputed", "accounts", "key"),
    [
        (ROWS | {"fct_ranking": 0}, ROWS | {"fct_ranking": 0}, (FILES, FILES), "fct_ranking 0"),
        (ROWS | {"fct_ranking": 2}, ROWS, (FILES, FILES), "fct_ranking 3 / 2"),
        (ROWS, ROWS, (FILES, {"candidates.csv": (3, 2, 1)}), "candidates.csv (3, 3, 0) / (3, 2, 1)"),
        (ROWS, ROWS, (FILES, {}), "candidates.csv (3, 3, 0) / –"),
    ],
)
def test_a_recount_of_less_than_all_is_noticed(declared: dict, recomputed: dict, accounts: tuple, key: str) -> None:
    [_, complete] = own.recount_results([], declared, recomputed, accounts)
    assert complete.outcome == "failed"
    assert key in complete.failing_keys


def test_a_recount_that_could_not_be_made_or_found_nothing_never_passes() -> None:
    failed = own.recount_results([], {}, recomputed={}, accounts=({}, {}), error="deposits.jsonl: not there")
    assert {(r.outcome, r.observed) for r in failed} == {("error", "deposits.jsonl: not there")}
    assert set(_outcomes(own.recount_results([], {}, {}, ({}, {}))).values()) == {"failed"}


def _dbt(status: str = "pass", *, model: str = "success", **changes: object) -> tuple[dict, dict]:
    nodes: dict[str, Any] = {"model.palmares.fct_ranking": {"resource_type": "model", "name": "fct_ranking"}}
    results: list[Any] = [{"unique_id": "model.palmares.fct_ranking", "status": model}]
    for check in own.dbt_checks():
        if check != own.MODELS_BUILT:
            key = f"test.palmares.{check}"
            nodes[key] = {"resource_type": "test", "name": key, "config": {"meta": {"check": check}}}
            results.append({"unique_id": key, "status": status, **changes})
    return {"nodes": nodes}, {"results": results}


def test_dbt_tests_that_all_passed_pass() -> None:
    assert set(_outcomes(own.dbt_results(*_dbt(), {"fct_ranking"})).values()) == {"passed"}


@pytest.mark.parametrize("status", ["warn", "fail", "error", "skipped", "runtime error"])
def test_a_dbt_test_that_did_anything_but_pass_failed(status: str) -> None:
    results = own.dbt_results(*_dbt(status, failures=3), {"fct_ranking"})
    outcomes = _outcomes(results)
    assert outcomes.pop("models_built") == "passed"
    assert set(outcomes.values()) == {"failed"}
    assert results[1].failing_keys[0].endswith("[3]")


def test_a_dbt_test_that_did_not_run_failed() -> None:
    manifest, run = _dbt()
    run["results"] = run["results"][:1]
    results = own.dbt_results(manifest, run, {"fct_ranking"})
    assert {key for r in results[1:] for key in r.failing_keys if not key.endswith("[not run]")} == set()
    assert {r.outcome for r in results[1:]} == {"failed"}


def test_a_model_that_was_not_built_is_named() -> None:
    assert own.dbt_results(*_dbt(model="error"), {"fct_ranking"})[0].failing_keys == ("fct_ranking [not built]",)
    assert own.dbt_results(*_dbt(), {"fct_ranking", "laureates"})[0].failing_keys == ("laureates [not built]",)
    assert own.dbt_results(*_dbt(), set())[0].outcome == "failed"
    assert {"fct_ranking", "laureates", "category_outcome"} <= model_names()
    assert not {"company_title", "criterion_trend"} & model_names(), "made from what is published, after the gate"


def test_a_dbt_test_of_an_unknown_check_is_refused() -> None:
    with pytest.raises(ValueError, match="not registered"):
        own.data_test_results([("scoring.nothing_known", "t", None)])


def test_a_dbt_check_without_a_test_looked_at_nothing() -> None:
    assert {result.outcome for result in own.data_test_results([])} == {"failed"}


@pytest.mark.parametrize(
    ("current", "outcome"),
    [({"tests phone": 50}, "passed"), ({"tests phone": 200}, "passed"), ({"tests phone": 49}, "failed"),
     ({"tests phone": 201}, "failed"), ({}, "failed")],
)  # fmt: skip
def test_an_edition_is_compared_with_the_last_one(current: dict[str, int], outcome: str) -> None:
    assert own.magnitude_result(current, {"tests phone": 100, "vote": 0}).outcome == outcome
    assert own.magnitude_result(current, None).outcome == "not_applicable"


SIGNED = SignoffFacts(DOSSIER, frozenset({"1" * 64}), 1)
RECORDS = (_record(1, "dossier", {"dossier_sha256": DOSSIER, "identity": "1" * 64}),)
WARNING = spec_of("intake.tests_apart")
FAILED: Any = _record(
    1,
    "check",
    asdict(CheckResult(WARNING.id, "failed", expected="0", observed="1", failing_count=1, failing_keys=("T1",))),
)
FINE = [CheckStanding(WARNING, "passed")]


def _publication(**changes: object) -> dict[str, str]:
    arguments = {"report": _report(), "current": NOW, "signoff": SIGNED, "records": RECORDS, "standings": FINE}
    return _outcomes(own.publication_results(**{**arguments, **changes}))  # type: ignore[arg-type]


def _failing(**changes: object) -> set[str]:
    return {name for name, outcome in _publication(**changes).items() if outcome != "passed"}


def test_a_signed_and_unchanged_edition_may_be_published() -> None:
    assert _failing() == set()


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"report": _report(CustodyProblem("file_changed", "x", 1, "…"))}, {"deposits_unchanged"}),
        ({"report": CustodyReport((_deposit(1),), "8" * 64, ())}, {"deposits_unchanged"}),
        ({"report": _report(deposits=0)}, {"deposits_unchanged"}),
        ({"current": Fingerprints("8" * 64, *["b" * 64, "c" * 64, "d" * 64, "e" * 64])}, {"deposits_unchanged"}),
        (
            {
                "current": Fingerprints(
                    HEAD, "b" * 64, code_sha256="c" * 64, results_sha256="8" * 64, intake_sha256="e" * 64
                )
            },
            {"results_unchanged"},
        ),
        (
            {
                "current": Fingerprints(
                    HEAD, "b" * 64, code_sha256="8" * 64, results_sha256="d" * 64, intake_sha256="e" * 64
                )
            },
            {"results_unchanged"},
        ),
        (
            {
                "current": Fingerprints(
                    HEAD, "b" * 64, code_sha256="c" * 64, results_sha256=None, intake_sha256="e" * 64
                )
            },
            {"results_unchanged"},
        ),
        ({"signoff": SignoffFacts(DOSSIER, frozenset(), 1)}, {"signoff_valid"}),
        ({"signoff": SignoffFacts(DOSSIER, frozenset(), 0, ("cut short",))}, {"signoff_valid"}),
        (
            {"signoff": SignoffFacts("7" * 64, SIGNED.signers, 1)},
            {"signoff_valid", "deposits_unchanged", "results_unchanged"},
        ),
        ({"standings": [CheckStanding(WARNING, "failed", FAILED)]}, {"warnings_accepted"}),
        ({"standings": []}, {"warnings_accepted"}),
    ],
)
def test_whatever_is_not_as_signed_is_named(changes: dict, failing: set[str]) -> None:
    assert _failing(**changes) == failing


MADE = datetime.fromisoformat(RECORDS[0].at)
JUDGED = MADE + timedelta(days=3)


@pytest.mark.parametrize(
    ("minutes", "after", "dated"),
    [
        # minutes after the dossier was made, or after the signature was looked at
        (-11, MADE, False), (-10, MADE, True), (0, MADE, True), (60, MADE, True),
        (0, JUDGED, True), (10, JUDGED, True), (11, JUDGED, False),
        (-60 * 24 * 365, MADE, False), (60 * 24 * 365, JUDGED, False),
    ],
)  # fmt: skip
def test_a_signature_dated_before_its_dossier_or_in_the_future_is_told(
    minutes: int, after: datetime, dated: bool
) -> None:
    right = ("2" * 64, MADE + timedelta(hours=1))
    one = ("1" * 64, after + timedelta(minutes=minutes))
    facts = SignoffFacts(DOSSIER, SIGNED.signers, 1, dated=(right, one), judged_at=JUDGED)
    assert _failing(signoff=facts) == (set() if dated else {"signature_dated"})
    (result,) = (
        result
        for result in own.publication_results(_report(), NOW, signoff=facts, records=RECORDS, standings=FINE)
        if result.check_id == "publication.signature_dated"
    )
    named = () if dated else (f"11111111 {one[1]:%Y-%m-%dT%H:%M:%SZ}",)
    assert (result.failing_keys, result.observed) == (named, f"{len(named)} / 2")


@pytest.mark.parametrize("kind", ["refusal", "revocation"])
def test_an_objection_of_the_bailiff_is_named(kind: str) -> None:
    body = {"dossier_sha256": DOSSIER, "reason": "no", "by": "Bailiff"}
    assert _failing(records=(*RECORDS, _record(2, kind, body))) == {"objections_absent"}
    earlier = {**body, "dossier_sha256": "8" * 64}
    dossier = _record(2, "dossier", {"dossier_sha256": DOSSIER, "identity": "1" * 64})
    assert _failing(records=(_record(1, kind, earlier), dossier)) == set()


@pytest.mark.parametrize(
    ("raked", "outcome"),
    [
        ({"R1": 1_000_001}, "failed"),
        ({"R1": 1_000_000, "R2": 1_000_000}, "failed"),
        ("the profiles are gone", "error"),
        (None, "not_applicable"),
    ],
)
def test_weights_are_those_that_raking_makes_again(raked: dict[str, int] | str | None, outcome: str) -> None:
    stored = [{"respondent_id": "R1", "weight_micro": "1000000"}]
    assert own.raking_result(stored, raked).outcome == outcome


def _witnessed() -> list[Record]:
    """Seals that hold, and a draw whose only test was found conform."""
    seal = {"by": "Me", "corrects": None}
    draw = {"seed": "46132", "size": 1, "close_at_most": 1, "tests": ["T1"], "whole": {}}
    drawn = _record(3, "draw", draw)
    found = {"draw": drawn.sha256, "seed": "46132", "by": "Me", "corrects": None, "outcomes": {"T1": "conform"}}
    return [
        _record(1, "seal", {**seal, "stage": "collection", "fingerprint": HEAD, "number": 1}),
        _record(2, "seal", {**seal, "stage": "results", "fingerprint": "d" * 64, "number": 2}),
        drawn,
        _record(4, "trace", {**found, "sheet_sha256": "0" * 64}),
    ]


def test_every_python_check_can_pass() -> None:
    results = [
        own.seals_kept_result(_report(), _witnessed()),
        own.results_seal_kept_result(_witnessed(), "d" * 64),
        own.draws_repeated_result(_witnessed(), {"46132": Selection(("T1",), {})}),
        own.traces_conform_result(_witnessed()),
        *own.custody_results(_report()),
        own.log_extends_result(_report(), []),
        own.categories_stable_result([own.Version(START, "candidates.csv", {})], START),
        own.outcome("intake.withdrawals_timely", [], looked_at=4),
        own.outcome("intake.files_ended", []),
        own.outcome("intake.company_names_distinct", [], looked_at=4),
        own.outcome("intake.signers_impersonal", []),
        *own.recount_results([], ROWS, ROWS, (FILES, FILES)),
        *own.dbt_results(*_dbt(), {"fct_ranking"}),
        own.magnitude_result({"vote": 1}, {"vote": 1}),
        own.raking_result([{"respondent_id": "R1", "weight_micro": "1000000"}], {"R1": 1_000_000}),
        *own.publication_results(_report(), NOW, signoff=SIGNED, records=RECORDS, standings=FINE),
    ]
    assert {result.outcome for result in results} == {"passed"}
    assert {result.check_id for result in results} == {spec.id for spec in all_checks() if spec.kind != "gx"}


def test_rows_taken_in_have_one_fingerprint_until_one_changes() -> None:
    with connect(":memory:") as con:
        con.execute('CREATE SCHEMA intake; CREATE SCHEMA rulebook; CREATE TABLE intake.vote ("a""b" VARCHAR, n INT)')
        empty = intake_sha256(con)
        con.execute("INSERT INTO intake.vote VALUES ('x', 1), ('y', NULL), ('y', NULL)")
        rows = intake_sha256(con)
        con.execute("DELETE FROM intake.vote; INSERT INTO intake.vote VALUES ('y', NULL), ('x', 1), ('y', NULL)")
        assert intake_sha256(con) == rows != empty
        con.execute("UPDATE intake.vote SET n = 2 WHERE n = 1")
        changed = intake_sha256(con)
        con.execute("CREATE TABLE rulebook.vote (n INT)")
        assert len({rows, changed, intake_sha256(con)}) == 3
