"""Checks written in Python: custody, the recount, dbt's own tests, comparison with the last edition, the sign-off.

Belongs here: pure functions from plain findings to results. Who gathers the findings is `gates.py`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from expectations.registry import all_checks, spec_of
from orchestration.evidence import (
    MAX_KEYS,
    CheckResult,
    CheckStanding,
    DossierRecord,
    Fingerprints,
    Record,
    Seal,
    Selection,
    SignoffFacts,
    first_dossier,
    in_force,
    objections_to,
    read_draws,
    read_seals,
    unkept,
)

if TYPE_CHECKING:
    from orchestration.custody import CustodyReport

_COMPLETE = frozenset({"file_missing", "file_unlisted", "file_not_ordinary", "folder_unreadable", "deposit_unfinished"})
_UNCHANGED = frozenset({"file_changed"})
MODELS_BUILT = "scoring.models_built"
SKEW = timedelta(minutes=10)
"""By how much the clocks of the bailiff and of this house may differ."""
HALF, TWICE = 50, 200
"""Percent of the last edition's numbers between which an edition is comparable: categories come and go, but an
award that halves or doubles has lost or doubled a file."""
ALWAYS = ("dim_candidate", "dim_category", "fct_component_mark", "fct_ranking", "category_outcome")
"""Tables that no edition leaves empty."""


def outcome(
    check_id: str, failing: Iterable[str], *, observed: str = "", expected: str | None = None, looked_at: int = 1
) -> CheckResult:
    """A result from the keys that fail. Nothing looked at (`looked_at` 0) never passes (SPEC 6)."""
    spec, keys = spec_of(check_id), sorted(failing)
    if not looked_at:
        return CheckResult(check_id, "failed", "> 0", "0")
    shown = observed or f"{len(keys)} / {looked_at}"
    state = "failed" if keys else "passed"
    return CheckResult(check_id, state, expected or spec.expected, shown, len(keys), tuple(keys[:MAX_KEYS]))


def custody_results(report: "CustodyReport") -> list[CheckResult]:
    """The three checks of custody (SPEC 3), from an audit. A code that is not known counts against the log."""
    by_check: dict[str, list[str]] = {"chained": [], "complete": [], "unchanged": []}
    for problem in report.problems:
        part = "unchanged" if problem.code in _UNCHANGED else "complete" if problem.code in _COMPLETE else "chained"
        place = problem.path or (f"deposits.jsonl:{problem.seq}" if problem.seq else "deposits.jsonl")
        by_check[part].append(f"{place} [{problem.code}]")
    looked_at = len(report.deposits)
    return [
        # A log without a line is its own problem; the other two have then looked at nothing, and say so.
        outcome(f"intake.custody_{part}", keys, looked_at=looked_at or len(keys))
        for part, keys in by_check.items()
    ]


def log_extends_result(report: "CustodyReport", records: Sequence[Record]) -> CheckResult:
    """Every custody head that evidence was ever tied to must still stand in the log's chain."""
    standing = {deposit.previous for deposit in report.deposits} | {report.head}
    seen = {record.fingerprints.custody_head for record in records if record.fingerprints}
    lost = [head[:16] for head in seen - standing]
    found, due = f"{len(seen & standing)} / {len(seen)}", f"{len(seen)} / {len(seen)}"
    return outcome("intake.log_extends", lost, observed=found, expected=due)


def files_ended_result(last_aside: Iterable[str], unended: Collection[str], looked_at: int) -> CheckResult:
    """Files that stop in the middle of a line: no end of line behind the last, and that line was set aside.

    Many programs write no end behind the last line; then the line itself is whole.
    """
    return outcome("intake.files_ended", set(last_aside) & set(unended), looked_at=looked_at)


def names_distinct_result(pairs: Iterable[str], looked_at: int) -> CheckResult:
    """Companies whose names differ and look alike, two by two; `looked_at` names were compared."""
    return outcome("intake.company_names_distinct", pairs, looked_at=looked_at)


def signers_impersonal_result(attributes: Iterable[str], looked_at: int) -> CheckResult:
    """Certificates that tell more of their holder than his act does: file and attribute, never the value."""
    return outcome("intake.signers_impersonal", attributes, looked_at=looked_at)


def withdrawals_timely_result(late: Iterable[str], looked_at: int) -> CheckResult:
    """Withdrawals that came, or became known, when the data was there; `looked_at` candidates are listed."""
    return outcome("intake.withdrawals_timely", late, looked_at=looked_at)


@dataclass(frozen=True)
class Version:
    """One deposited version of the candidates or of the rulebook: candidate to category, or category to itself."""

    received: date
    path: str
    content: Mapping[str, str]


def categories_stable_result(versions: Sequence[Version], fieldwork_start: date) -> CheckResult:
    """Candidates or categories that differ between two versions, the later received after fieldwork began.

    `versions` in order of deposit. A status that changes (a withdrawal) is no change of category.
    """
    changed = []
    latest: dict[str, Version] = {}
    for version in versions:
        before = latest.get(version.path)
        if before is not None and version.received >= fieldwork_start:
            for key in sorted(before.content.keys() | version.content.keys()):
                old, new = before.content.get(key, "–"), version.content.get(key, "–")
                if old != new:
                    changed.append(f"{version.path} {key}: {old} → {new}")
        latest[version.path] = version
    return outcome("intake.categories_stable", changed, looked_at=len(versions))


Accounts = Mapping[str, tuple[int, int, int]]
"""Rows read, accepted and quarantined, by file."""


def recount_results(
    differences: Collection[Any],
    declared: Mapping[str, int],
    recomputed: Mapping[str, int],
    accounts: tuple[Accounts, Accounts],
    error: str | None = None,
) -> list[CheckResult]:
    """The two checks of the recount.

    `differences` have `table`, `key` and `column`; `declared` and `recomputed` count rows by table; `accounts` are
    those of the first computation and of the recount; `error` says why the recount could not be made.
    """
    if error is not None:
        spec = spec_of("scoring.recount_agrees")
        failed = CheckResult(spec.id, "error", spec.expected, error)
        return [failed, CheckResult("scoring.recount_complete", "error", "0", error)]
    keys = [" ".join(part for part in (d.table, d.key, d.column) if part) for d in differences]
    rows = sum(recomputed.values())
    gaps = [f"{table} 0" for table in ALWAYS if not declared.get(table) or not recomputed.get(table)]
    gaps += [f"{t} {n} / {declared[t]}" for t, n in recomputed.items() if t in declared and declared[t] != n]
    first, second = accounts
    gaps += [
        f"{file} {first.get(file, '–')} / {second.get(file, '–')}"
        for file in sorted(first.keys() | second.keys())
        if first.get(file) != second.get(file)
    ]
    observed = f"{len(set(recomputed) & set(declared))} tables, {len(second)} files"
    expected = f"{len(declared)} tables, {len(first)} files"
    return [
        outcome("scoring.recount_agrees", keys, looked_at=rows),
        outcome("scoring.recount_complete", gaps, observed=observed, expected=expected, looked_at=rows),
    ]


def dbt_results(
    manifest: Mapping[str, Any], run_results: Mapping[str, Any], models: Collection[str]
) -> list[CheckResult]:
    """dbt's own account of a build, check by check: `manifest.json` and `run_results.json`.

    Every model in `models` must have been built. Every data test of the manifest must have run and found nothing; it
    says in `meta` of which registered check it is a part. A test that only warned failed too: whether that matters
    is for the gate to say, not for dbt.
    """
    status = {item["unique_id"]: item for item in run_results["results"]}
    built = {
        node["name"]
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and key in status and status[key]["status"] == "success"
    }
    tests = []
    for key, node in manifest["nodes"].items():
        if node["resource_type"] == "test":
            found = status.get(key, {"status": "not run"})
            failed = None if found["status"] == "pass" else f"[{found.get('failures') or found['status']}]"
            tests.append((node["config"]["meta"]["check"], node["name"], failed))
    missing = [f"{name} [not built]" for name in set(models) - built]
    done, due = f"{len(built & set(models))} / {len(models)}", f"{len(models)} / {len(models)}"
    built_all = outcome(MODELS_BUILT, missing, observed=done, expected=due, looked_at=len(models))
    return [built_all, *data_test_results(tests)]


def data_test_results(tests: Iterable[tuple[str, str, str | None]]) -> list[CheckResult]:
    """Results of the registered checks of kind dbt (but for `MODELS_BUILT`), from their data tests.

    `tests` are (check, test, None or what was found). A check without a test has looked at nothing and fails; a test
    of a check that is not registered raises ValueError.
    """
    failing: dict[str, list[str]] = {check: [] for check in dbt_checks()}
    number = Counter[str]()
    for check, test, found in tests:
        if check not in failing:
            raise ValueError(f"the dbt test {test} names the check {check}, which is not registered")
        number[check] += 1
        failing[check] += [] if found is None else [f"{test} {found}"]
    return [outcome(c, keys, looked_at=number[c]) for c, keys in failing.items() if c != MODELS_BUILT]


def dbt_checks() -> tuple[str, ...]:
    """Ids of the registered checks that the dbt project evaluates."""
    return tuple(spec.id for spec in all_checks() if spec.kind == "dbt")


def magnitude_result(current: Mapping[str, int], previous: Mapping[str, int] | None) -> CheckResult:
    """Numbers of rows against those of the organiser's last edition; None where there is none."""
    spec = spec_of("scoring.magnitude_plausible")
    if previous is None:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    odd = [
        f"{name} {current.get(name, 0)} / {before}"
        for name, before in sorted(previous.items())
        if before and not HALF * before <= 100 * current.get(name, 0) <= TWICE * before
    ]
    return outcome(spec.id, odd, looked_at=len(previous))


def raking_result(declared: Iterable[Mapping[str, str | None]], raked: Mapping[str, int] | str | None) -> CheckResult:
    """The published weights (rows of fct_survey_weight) against those made again from the profiles.

    Many weights reproduce the same margins: that they do says nothing of who bears which. `raked` is None without
    raking, or the sentence that says why the weights could not be made.
    """
    spec = spec_of("scoring.raking_repeated")
    if raked is None:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    if isinstance(raked, str):
        return CheckResult(spec.id, "error", spec.expected, raked)
    stored = {str(row["respondent_id"]): row["weight_micro"] for row in declared}
    odd = [key for key in stored.keys() | raked.keys() if stored.get(key) != str(raked.get(key))]
    return outcome(spec.id, odd, looked_at=len(stored))


def misdated(signoff: SignoffFacts, dossier: DossierRecord | None) -> list[str]:
    """Signatures with a time that cannot be: before the dossier that they sign, or after they were looked at.

    The clocks of two machines may differ by `SKEW`. Each is named by its certificate and its time.
    """
    made = datetime.fromisoformat(dossier.at) if dossier else None
    return [
        f"{certificate[:8]} {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for certificate, at in signoff.dated
        if (made and at < made - SKEW) or (signoff.judged_at and at > signoff.judged_at + SKEW)
    ]


def publication_results(
    report: "CustodyReport",
    current: Fingerprints,
    signoff: SignoffFacts,
    records: Sequence[Record],
    found: Iterable[CheckStanding],
) -> list[CheckResult]:
    """The Python checks of publication, from what is true now.

    `found` are the standings of the checks of intake and scoring *as they were when the dossier was made*.
    """
    dossier = first_dossier(records, signoff.dossier_sha256)
    signed = dossier.fingerprints if dossier else None
    deposits = [f"{problem.path or 'deposits.jsonl'} [{problem.code}]" for problem in report.problems]
    if signed is None or not signed.custody_head == current.custody_head == report.head:
        deposits.append("custody_head")
    others = ("results_sha256", "rulebook_sha256", "code_sha256", "intake_sha256")
    results = [name for name in others if signed is None or getattr(signed, name) != getattr(current, name)]
    results += ["results_sha256"] if current.results_sha256 is None and signed is not None else []
    objections = [f"{record.kind} {record.body.by}" for record in objections_to(records, signoff.dossier_sha256)]
    missing = [] if len(signoff.signers) >= max(1, signoff.required) and dossier else [*signoff.problems, "–"]
    standings = list(found)
    return [
        outcome("publication.deposits_unchanged", deposits, looked_at=len(report.deposits)),
        outcome("publication.results_unchanged", results),
        outcome(
            "publication.signoff_valid",
            missing,
            expected=f"≥ {max(1, signoff.required)}",
            observed=str(len(signoff.signers)),
        ),
        outcome(
            "publication.signature_dated",
            dates := misdated(signoff, dossier),
            observed=f"{len(dates)} / {len(signoff.dated)}",
        ),
        outcome("publication.objections_absent", objections),
        outcome(
            "publication.warnings_accepted", [s.spec.id for s in standings if s.open_warning], looked_at=len(standings)
        ),
    ]


def seals_kept_result(report: "CustodyReport", records: Sequence[Record]) -> CheckResult:
    """The rulebook and the collection, where they were sealed, against an audit of custody made just now."""
    rules = next((d.sha256 for d in report.deposits if d.current and d.source == "rulebook"), None)
    return _kept("intake.seals_kept", records, {"rules": rules, "collection": report.head})


def results_seal_kept_result(records: Sequence[Record], results_sha256: str | None) -> CheckResult:
    """The results, where they were sealed, against their digest now."""
    return _kept("scoring.results_seal_kept", records, {"results": results_sha256})


def traces_conform_result(records: Sequence[Record]) -> CheckResult:
    """Every test that dice chose was traced and found conform, in every draw of the edition, whatever came after.

    A draw on results that were replaced since still counts: what was found once is never forgotten by depositing anew.
    """
    spec = spec_of("scoring.traces_conform")
    draws = read_draws(records)
    if not draws:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    failing = [f"{draw.seed} [open] {len(draw.all_tests)}" for draw in draws if not draw.traced]
    failing += [f"{draw.seed} {test} [{found}]" for draw in draws for test, found in draw.odd]
    conform = sum(found == "conform" for draw in draws for found in draw.outcomes.values())
    total = sum(len(draw.all_tests) for draw in draws)
    return outcome(spec.id, failing, expected=f"{total} / {total}", observed=f"{conform} / {total}")


def draws_repeated_result(records: Sequence[Record], redrawn: Mapping[str, Selection]) -> CheckResult:
    """The lists that stand in the evidence against those drawn again, by seed.

    `redrawn` holds every draw of the results as they are now; the tests of earlier results may be gone, so a draw of
    those is not judged here.
    """
    spec = spec_of("scoring.draws_repeated")
    judged = [draw for draw in read_draws(records) if draw.seed in redrawn]
    if not judged:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    other = [
        f"{draw.seed} {len(set(draw.all_tests) - set(redrawn[draw.seed].all_tests))} / {len(draw.all_tests)}"
        for draw in judged
        if (draw.tests, draw.whole) != (redrawn[draw.seed].tests, redrawn[draw.seed].whole)
    ]
    return outcome(spec.id, other, looked_at=len(judged))


def _kept(check_id: str, records: Sequence[Record], now: dict[str, str | None]) -> CheckResult:
    spec = spec_of(check_id)
    judged = [seal for stage, seal in in_force(read_seals(records)).items() if stage in now]
    if not judged:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    lost = [_told(seal, now[seal.stage]) for seal in unkept(judged, now)]
    total = len(judged)
    return outcome(
        spec.id, lost, expected=f"{total} / {total}", observed=f"{total - len(lost)} / {total}", looked_at=total
    )


def _told(seal: Seal, now: str | None) -> str:
    return f"{seal.stage} [{seal.number}] {seal.fingerprint[:8]} → {(now or '–')[:8]}"
