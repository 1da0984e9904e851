"""Checks of scoring in Python: the recount, dbt's own tests, comparison with the last edition, the weights made again.

Belongs here: pure functions from plain findings to results. Who gathers the findings is `assurance`'s.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from expectations.own.outcome import outcome
from expectations.registry import all_checks, spec_of
from expectations.sql import in_error
from orchestration.evidence import CheckResult

MODELS_BUILT = "scoring.models_built"
RECOUNT_AGREES = "scoring.recount_agrees"
HALF, TWICE = 50, 200
"""Percent of the last edition's numbers between which an edition is comparable: categories come and go, but an
award that halves or doubles has lost or doubled a file."""
ALWAYS = ("dim_candidate", "dim_category", "fct_component_mark", "fct_ranking", "category_outcome")
"""Tables that no edition leaves empty."""
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
        return [in_error(spec_of(check), error) for check in (RECOUNT_AGREES, "scoring.recount_complete")]
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
        outcome(RECOUNT_AGREES, keys, looked_at=rows),
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
            result = status.get(key, {"status": "not run"})
            failed = None if result["status"] == "pass" else f"[{result.get('failures') or result['status']}]"
            tests.append((node["config"]["meta"]["check"], node["name"], failed))
    missing = [f"{name} [not built]" for name in set(models) - built]
    done, expected = f"{len(built & set(models))} / {len(models)}", f"{len(models)} / {len(models)}"
    built_all = outcome(MODELS_BUILT, missing, observed=done, expected=expected, looked_at=len(models))
    return [built_all, *data_test_results(tests)]


def data_test_results(tests: Iterable[tuple[str, str, str | None]]) -> list[CheckResult]:
    """Results of the registered checks of kind dbt (but for `MODELS_BUILT`), from their data tests.

    `tests` are (check, test, None or what was found). A check without a test has looked at nothing and fails; a test
    of a check that is not registered raises ValueError.
    """
    failing: dict[str, list[str]] = {check: [] for check in dbt_checks()}
    number = Counter[str]()
    for check, test, failure in tests:
        if check not in failing:
            raise ValueError(f"the dbt test {test} names the check {check}, which is not registered")
        number[check] += 1
        failing[check] += [] if failure is None else [f"{test} {failure}"]
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
        return in_error(spec, raked)
    stored = {str(row["respondent_id"]): row["weight_micro"] for row in declared}
    odd = [key for key in stored.keys() | raked.keys() if stored.get(key) != str(raked.get(key))]
    return outcome(spec.id, odd, looked_at=len(stored))
