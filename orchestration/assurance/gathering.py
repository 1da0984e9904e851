"""All checks of one gate, gathered: SQL through Great Expectations (or straight), Python checks from findings.

Belongs here: reading the findings that `expectations.own` judges, and making sure that every registered check answers.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from expectations import all_checks, in_error, own, run_sql_checks, spec_of
from orchestration.assurance.looked_at import (
    files_ended,
    names_distinct,
    signers_impersonal,
    withdrawals_timely,
)
from orchestration.errors import PalmaresError
from orchestration.evidence import (
    BEFORE_SIGNATURE,
    CheckResult,
    Fingerprints,
    Record,
    SignoffFacts,
    first_dossier,
    standings,
)
from orchestration.intake import candidate_rows
from orchestration.settings import PROJECT_DIR
from orchestration.storage import connect, read_file, strictyaml

if TYPE_CHECKING:
    import duckdb

    from orchestration.custody import CustodyReport, Deposit
    from orchestration.evidence import Selection
    from orchestration.recount import Difference, Recount
    from orchestration.rulebook import Window

Runner = Callable[[Path, str, frozenset[str]], list[CheckResult]]
"""Runs the SQL checks of a gate on a working warehouse."""


def through_gx(docs: Path | None = None) -> Runner:
    """Run SQL checks as Great Expectations suites, imported late: it costs seconds.

    `docs` is the edition's folder of Data Docs (`<home>/data_docs/<edition>`), each gate in a folder of its own.
    """

    def run(db_path: Path, gate: str, uses: frozenset[str]) -> list[CheckResult]:
        from expectations.suite import run_suite

        return run_suite(db_path, gate, uses, docs / gate if docs else None)

    return run


def straight(db_path: Path, gate: str, uses: frozenset[str]) -> list[CheckResult]:
    """Run the same SQL straight through DuckDB."""
    with connect(db_path, read_only=True) as con:
        return run_sql_checks(con, gate, uses)


def intake_checks(
    db_path: Path,
    uses: frozenset[str],
    report: "CustodyReport",
    fieldwork: "Window",
    records: Sequence[Record],
    run: Runner,
) -> list[CheckResult]:
    """Every check of the gate "intake". `report` is the audit of custody, `records` the evidence so far."""
    with connect(db_path, read_only=True) as con:  # closed before the suites open the file with settings of their own
        taken_in = [
            withdrawals_timely(con, report.deposits, fieldwork),
            files_ended(con, report.deposits),
            names_distinct(con),
        ]
    results = [
        *own.custody_results(report),
        own.log_extends_result(report, records),
        own.categories_stable_result(versions_of(report.deposits), fieldwork.start),
        own.seals_kept_result(report, records),
        signers_impersonal(report.deposits),
        *taken_in,
        *run(db_path, "intake", uses),
    ]
    return _complete(results, "intake", uses)


@dataclass(frozen=True)
class Beside:
    """The results, and those that were made a second time: held no longer than it takes to lay them side by side."""

    tables: Mapping[str, Sequence[Mapping[str, str | None]]]
    """The canonical results as text (`run.results_as_text`)."""
    recounted: "Recount | str"
    """The recount, or the sentence that says why there is none."""
    raked: Mapping[str, int] | str | None = None
    """The survey weights made again (None without raking), or the sentence that says why they could not be."""

    @cached_property
    def differences(self) -> list["Difference"]:
        """All on which the recount and the tables disagree; none without a recount."""
        from orchestration.recount import compare

        return [] if isinstance(self.recounted, str) else compare(self.recounted, self.tables)


@dataclass(frozen=True)
class Twice:
    """What came of making all results a second time."""

    compared: Sequence[CheckResult]
    """The checks of recount and raking (`comparison_checks`)."""
    redrawn: Mapping[str, "Selection"] = field(default_factory=dict)
    """The draws of these results, drawn once more, by seed."""
    results_sha256: str | None = None


def comparison_checks(con: "duckdb.DuckDBPyConnection", uses: frozenset[str], beside: Beside) -> list[CheckResult]:
    """The checks that the results, made a second time, are the same; `con` is the working warehouse."""
    results = _recount_results(con, beside)
    if "survey" in uses:
        results.append(own.raking_result(beside.tables.get("fct_survey_weight", ()), beside.raked))
    return results


def scoring_checks(
    db_path: Path,
    uses: frozenset[str],
    twice: Twice,
    run_results: Path,
    records: Sequence[Record],
    *,
    run: Runner,
    published: Path | None = None,
) -> list[CheckResult]:
    """Every check of the gate "scoring".

    `run_results` is dbt's file of that name, with its manifest beside it; `records` the evidence so far; `published`
    the published warehouse, if any.
    """
    with connect(db_path, read_only=True) as con:
        sized = magnitude(con, published)
    built = said_by_dbt(run_results)
    witnessed = [
        own.results_seal_kept_result(records, twice.results_sha256),
        own.draws_repeated_result(records, twice.redrawn),
        own.traces_conform_result(records),
    ]
    results = [*twice.compared, sized, *built, *witnessed, *run(db_path, "scoring", uses)]
    return _complete(results, "scoring", uses)


def said_by_dbt(run_results: Path) -> list[CheckResult]:
    """What dbt says that it built and tested; every check of it is in error when that cannot be read."""
    try:
        manifest = json.loads(read_file(run_results.with_name("manifest.json")))
        return own.dbt_results(manifest, json.loads(read_file(run_results)), model_names())
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [in_error(spec_of(check), error) for check in own.dbt_checks()]


def publication_checks(
    db_path: Path,
    uses: frozenset[str],
    report: "CustodyReport",
    current: Fingerprints,
    signoff: SignoffFacts,
    records: Sequence[Record],
    run: Runner,
) -> list[CheckResult]:
    """Every check of the gate "publication", from an audit of custody and a judgement of sign-offs made just now."""
    dossier = first_dossier(records, signoff.dossier_sha256)
    made_at = dossier.seq if dossier else None
    # Outcomes as they are now, acceptances as they were when the dossier was made.
    now = standings(all_checks(), records, current, uses, gates=BEFORE_SIGNATURE)
    then = {
        s.spec.id: s for s in standings(all_checks(), records, current, uses, gates=BEFORE_SIGNATURE, before=made_at)
    }
    at_signature = [then[s.spec.id] if then[s.spec.id].state == s.state else s for s in now]
    results = own.publication_results(report, current, signoff, records, standings=at_signature)
    return _complete([*results, *run(db_path, "publication", uses)], "publication", uses)


def _complete(results: Iterable[CheckResult], gate: str, uses: frozenset[str]) -> list[CheckResult]:
    """Results in the registry's order; a registered check without an answer is in error, an unknown answer raises."""
    by_id = {result.check_id: result for result in results}
    specs = [spec for spec in all_checks() if spec.gate == gate and spec.applies(uses)]
    if unknown := set(by_id) - {spec.id for spec in specs}:
        raise ValueError(f"checks that are not registered: {', '.join(sorted(unknown))}")
    return [by_id.get(spec.id) or CheckResult(spec.id, "error", spec.expected, "no result") for spec in specs]


def versions_of(deposits: Iterable["Deposit"]) -> list[own.Version]:
    """Every deposited version of the candidates and the rulebook that can be read, in order of deposit."""
    versions = []
    for deposit in deposits:
        try:
            if deposit.source == "candidates":
                content = {row["candidate_id"]: row["category_id"] for row in candidate_rows(deposit.stored)}
            elif deposit.source == "rulebook":
                content = {item["id"]: item["id"] for item in strictyaml.load(deposit.stored)["categories"]}
            else:
                continue
            versions.append(own.Version(date.fromisoformat(deposit.received_at[:10]), deposit.path, content))
        except (OSError, ValueError, KeyError, TypeError, csv.Error, PalmaresError):
            continue  # an earlier version that nobody can read was replaced for that; a current one stops at intake
    return versions


def model_names() -> frozenset[str]:
    """Names of the dbt project's models, from its files: what a whole build of an edition has built.

    Those of `analytics` are made from the published tables, after the gate.
    """
    models = PROJECT_DIR / "dbt_project" / "models"
    return frozenset(path.stem for path in models.rglob("*.sql") if not path.is_relative_to(models / "analytics"))


def _recount_results(con: "duckdb.DuckDBPyConnection", beside: Beside) -> list[CheckResult]:
    recounted, tables = beside.recounted, beside.tables
    if isinstance(recounted, str):
        return own.recount_results([], {}, recomputed={}, accounts=({}, {}), error=recounted)
    account = con.execute("SELECT file, rows_read, rows_accepted, rows_quarantined FROM intake.row_account").fetchall()
    return own.recount_results(
        beside.differences,
        {name: len(rows) for name, rows in tables.items()},
        {name: len(rows) for name, rows in recounted.tables.items()},
        (
            {file: (read, accepted, quarantined) for file, read, accepted, quarantined in account},
            {f.file: (f.rows_read, f.rows_accepted, f.rows_quarantined) for f in recounted.files},
        ),
    )


_NUMBERS = """
    SELECT 'candidates' AS name, count(*) AS n FROM {dim_candidate} WHERE {edition} AND status = 'entered'
    UNION ALL SELECT 'tests ' || channel, count(*) FROM {fct_test_mark} WHERE {edition} AND counted GROUP BY channel
    UNION ALL SELECT component, sum(observations) FROM {fct_component_mark} WHERE {edition} GROUP BY component
"""
_TABLES = ("dim_candidate", "fct_test_mark", "fct_component_mark")


def _numbers(con: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    sql = _NUMBERS.format(edition="true", **{name: f"marts.{name}" for name in _TABLES})
    return {name: int(n or 0) for name, n in con.execute(sql).fetchall()}


def magnitude(con: "duckdb.DuckDBPyConnection", published: Path | None) -> CheckResult:
    """The check of the edition's numbers against those of the organiser's last published one."""
    return own.magnitude_result(_numbers(con), previous_numbers(con, published))


def previous_numbers(con: "duckdb.DuckDBPyConnection", published: Path | None) -> dict[str, int] | None:
    """Numbers of the same organiser's last published edition before this one; None where there is none."""
    if published is None or not published.exists():
        return None
    edition, organiser = con.execute("SELECT edition, organiser FROM rulebook.edition").fetchall()[0]
    with connect(published.resolve(), read_only=True) as shown:
        earlier = shown.execute(
            "SELECT max(edition) FROM dim_edition WHERE edition < ? AND organiser = ?", [edition, organiser]
        ).fetchall()[0][0]
        if earlier is None:
            return None
        sql = _NUMBERS.format(edition="edition = $1", **{name: name for name in _TABLES})
        return {name: int(n or 0) for name, n in shown.execute(sql, [earlier]).fetchall()}
