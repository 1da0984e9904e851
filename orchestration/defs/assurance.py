"""The two assets that judge, each with its checks: what was received, and what was computed.

Every registered check is an asset check of its own, by edition; what it found is in the evidence too.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from expectations import gate_file, spec_of
from orchestration.assurance import judging as assurance
from orchestration.defs.accounts import table
from orchestration.defs.environment import NEEDED
from orchestration.defs.links import link, quarantine_link
from orchestration.defs.partitions import POOL, check_by_edition, editions
from orchestration.defs.runs import current_run
from orchestration.defs.skipping import skipped, standing
from orchestration.defs.sources import ACCOUNT, ENGINEERS
from orchestration.evidence import CheckResult, CheckSpec
from orchestration.release import DIGESTED
from orchestration.run import Now, Run
from orchestration.storage import canonical_json, sha256_bytes

MARTS = [table.name for table in DIGESTED]
"""The tables of SPEC 8 that dbt makes: what is judged, and what the digest covers."""

ACCOUNTS = ["int_row_outcome", "int_test"]
"""Tables behind them that the checks of scoring read too."""


CONSEQUENCE = {
    "blocking": "Blocking: no dossier is made while it fails.",
    "warning": "Warning: the dossier is signed once its acceptance, with a reason and a name, is entered.",
    "info": "Info: only told.",
}


def check_name(check_id: str) -> str:
    """An id as Dagster wants it: the dot becomes two underscores."""
    return check_id.replace(".", "__")


def check_specs(gate: str, asset: str) -> list[dg.AssetCheckSpec]:
    """An asset check, by edition, for each registered check of the gate.

    None has Dagster's own flag `blocking`: that would hold within one run only, and stop it before the other gate
    has judged. What blocks is decided from the evidence, when the dossier and the release are due.
    """
    return [
        check_by_edition(check_name(spec.id), asset=asset, description=f"{spec.en} {CONSEQUENCE[spec.severity]}")
        for spec in gate_file(gate).specs
    ]


def as_asset_checks(
    specs: Sequence[CheckSpec], results: Sequence[CheckResult], found_by: Mapping[str, str] | None = None
) -> Iterator[dg.AssetCheckResult]:
    """Results as Dagster shows them: red for blocking, amber for a warning, green for what passed or has no object.

    `found_by`: of results that stand, the run that found each.
    """
    by_id = {result.check_id: result for result in results}
    for spec in specs:
        result = by_id.get(spec.id)
        if result is None:
            yield dg.AssetCheckResult(
                passed=True, check_name=check_name(spec.id), description="its component is not in use"
            )
            continue
        shown = _shown(spec, result)
        if found_by:
            shown["metadata"]["found by run"] = dg.MetadataValue.dagster_run(found_by[spec.id])
        yield dg.AssetCheckResult(check_name=check_name(spec.id), **shown)


def evaluated_before(results: Sequence[CheckResult], gate: str, edition: str) -> Iterator[dg.AssetCheckEvaluation]:
    """Results of a gate that were found before its asset had its turn, and that stop the run: they are its checks all
    the same, and stand red beside those that nobody could evaluate any more."""
    for result in results:
        yield dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(f"assurance_{gate}"),
            check_name=check_name(result.check_id),
            partition=edition,
            **_shown(spec_of(result.check_id), result),
        )


def by_number(key: str) -> list[tuple[int, str]]:
    """An order in which line 6 of a file stands before line 18."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split("([0-9]+)", key)]


def _shown(spec: CheckSpec, result: CheckResult) -> dict[str, Any]:
    serious = spec.severity == "blocking" or result.outcome == "error"
    return {
        "passed": result.outcome in ("passed", "not_applicable"),
        "severity": dg.AssetCheckSeverity.ERROR if serious else dg.AssetCheckSeverity.WARN,
        "metadata": {
            "expected": dg.MetadataValue.text(result.expected),
            "observed": dg.MetadataValue.text(result.observed),
            "failing rows": dg.MetadataValue.int(result.failing_count),
            "failing keys": dg.MetadataValue.text("\n".join(sorted(result.failing_keys, key=by_number)) or "–"),
            "remedy": dg.MetadataValue.text(spec.remedy_en),
        },
    }


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED,
    group_name="assurance",
    kinds={"greatexpectations"},
    owners=ENGINEERS,
    deps=[ACCOUNT],
    check_specs=check_specs("intake", "assurance_intake"),
    description="The gate “intake”: custody, formats, keys, windows, quotas, shoppers, survey, votes, personal data.",
)
def assurance_intake(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Judges what was received and records the evidence; what blocks is said when the dossier is due."""
    with current_run(context) as run:
        yield from _judged(run, "intake", assurance.check_intake)


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED,
    group_name="assurance",
    kinds={"greatexpectations", "python"},
    owners=ENGINEERS,
    deps=[ACCOUNT, *(dg.AssetKey(name) for name in (*MARTS, *ACCOUNTS))],
    check_specs=check_specs("scoring", "assurance_scoring"),
    pool=POOL,
    description="The gate “scoring”: bounds, row accounting, weights, ranks, dbt's tests, and the independent recount.",
)
def assurance_scoring(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Recounts from the deposits, judges the marks and records the evidence."""
    with current_run(context) as run:
        yield from _judged(run, "scoring", assurance.check_scoring)


def _judged(
    run: Run, gate: str, check: Callable[[Now], Sequence[CheckResult]]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """What a gate's checks find now; or, where it stands, what they found: the evidence speaks of these very rows."""
    kept, found_by = skipped(run.run_id, "checks", tell=gate == "scoring"), {}
    if kept:
        records = [state.record for state in standing(run.run_id).standing if state.spec.gate == gate and state.record]
        results: Sequence[CheckResult] = [record.body for record in records]
        found_by = {record.body.check_id: record.run_id for record in records}
    else:
        results = check(Now(run))
    # What was found, and no run's id: who comes after is stale only when something else was found.
    version = dg.DataVersion(sha256_bytes(canonical_json([(r.check_id, r.outcome, r.observed) for r in results])))
    yield dg.MaterializeResult(metadata=_summary(results, run) | kept, data_version=version)
    yield from as_asset_checks(gate_file(gate).specs, results, found_by)


def _summary(results: Sequence[CheckResult], run: Run) -> dict[str, Any]:
    """How many checks ended how, those that did not pass by name, and the pages for engineers."""
    rows = [(r.check_id, r.outcome, r.expected, r.observed) for r in results if r.outcome in ("failed", "error")]
    return {
        **{outcome: sum(r.outcome == outcome for r in results) for outcome in ("passed", "failed", "error")},
        "did not pass": table(("check", "outcome", "expected", "observed"), rows),
        "Data Docs": dg.MetadataValue.path(run.settings.data_docs(run.edition) / "index.html"),
        "open Data Docs": link(run.settings, run.settings.data_docs(run.edition)),
        "open the rows set aside": quarantine_link(run.edition),
    }
