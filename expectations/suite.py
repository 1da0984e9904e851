"""Checks run by Great Expectations 1: one ephemeral suite an asset, on the working warehouse.

Belongs here: all that knows Great Expectations. It costs seconds to import, so import this module late.

What was learnt about it, and is answered here: it takes an empty table for a good one (hence the guard, an
expectation of its own on the number of rows of every table that a check relies on); its severity and overall
success are not ours (each expectation carries the id of our check in `meta`, and only single results are read); an
exception in one expectation colours others on the same asset (hence every query is tried, without rows, before); it
reads a result after it gave its connection back (hence the engine of `engine.py`, which keeps one); its Data Docs show
the values that fail (hence it is asked for none: rows are named by the key of their asset).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

from expectations.checks import QUERY, SQL, Expectation, GateFile, GxCheck
from expectations.data_docs import add_site, build_site
from expectations.engine import BATCH, add_datasource, quoted
from expectations.failing import failing_rows, relation
from expectations.registry import gate_file
from expectations.sql import Ask, Ready, Row, applicable, before, in_error, judged, prepare, scalar
from orchestration.evidence import CheckResult

_SEVERITY = {"blocking": "critical", "warning": "warning", "info": "info"}
_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
_GUARD = {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}}
_ROWS = "rows of "
LARGE = 1_000_000
"""As many rows of a query are too many to be stored."""


def run_suite(
    db_path: Path, gate: str, uses: frozenset[str], docs: Path | None = None, checks: GateFile | None = None
) -> list[CheckResult]:
    """Run a gate's checks of kind gx through Great Expectations, in the registry's order.

    The file is opened read-only, so no connection of this process may hold it for writing. `docs` is a folder for
    the gate's Data Docs, made anew if given. A query that fails is an outcome (`error`), never an exception.
    """
    file = checks or gate_file(gate)
    asked = list(applicable(file, uses))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    if docs is not None:
        add_site(context, docs)
    names = _asset_names(asked)
    datasource = add_datasource(context, f"palmares_{gate}", db_path, names.values())
    engine = datasource.get_execution_engine()
    try:
        with engine.get_connection() as connection:

            @cache  # as in `run_sql_checks`: nobody writes meanwhile
            def ask(sql: str) -> Row | None:
                cursor = connection.exec_driver_sql(sql)
                return tuple(cursor.fetchone() or ()) or None if cursor.returns_rows else None

            ask("SET TimeZone = 'UTC'")
            ready = prepare(file, uses, ask)
            failed = _make(names, ask)
            early = {check.spec.id: before(check, ready, ask) or _unready(check, ready, failed, ask) for check in asked}
            suites = _suites([check for check in asked if early[check.spec.id] is None], names)
            outcome = _validate(context, datasource, suites, ready)
            results = [early[check.spec.id] or _read(check, outcome, ready, ask) for check in asked]
            if docs is not None:
                build_site(context, docs)
            return results
    finally:
        engine.close()
        datasource.get_engine().dispose()  # a second one, with which the datasource tried the connection


def _asset_names(checks: Iterable[GxCheck]) -> dict[str, str]:
    """Names for the assets of these checks, by source: a table's own, or the check's for a query."""
    names: dict[str, str] = {}
    for check in checks:
        for source in [check.rows, *(asset.source for asset in check.assets)]:
            name = check.spec.id.partition(".")[2] if " " in source else source
            count = sum(used == name or used.startswith(f"{name}-") for used in names.values())
            names.setdefault(source, f"{name}-{count + 1}" if count else name)
    return names


def _make(names: Mapping[str, str], ask: Ask) -> dict[str, Exception]:
    """Make each query a temporary table; returns what could not be made, by source.

    A query is run once, where Great Expectations would run it for each of its metrics; a large answer is not stored.
    """
    failed: dict[str, Exception] = {}
    for source, name in names.items():
        table = quoted(name)
        try:
            ask(f"SELECT 1 FROM {relation(source)} LIMIT 0")
            if source != name:
                ask(f"CREATE TEMP TABLE {table} AS SELECT * FROM ({source}) LIMIT {LARGE}")
                if scalar(ask, f"SELECT count(*) = {LARGE} FROM {table}"):
                    ask(f"DROP TABLE {table}")
                    ask(f"CREATE TEMP VIEW {table} AS {source}")
        except Exception as error:  # whatever it is, the checks on it are in error
            failed[source] = error
    return failed


def _unready(check: GxCheck, ready: Ready, failed: Mapping[str, Exception], ask: Ask) -> CheckResult | None:
    """An error if an asset could not be made, or if a column that the check reads is not there."""
    try:
        for source in (check.rows, *(asset.source for asset in check.assets)):
            if source in failed:
                raise failed[source]
        ask(f"SELECT * FROM ({failing_rows(check, ready.values)}) LIMIT 0")
    except Exception as error:  # as above
        return in_error(check.spec, error)
    return None


def _suites(checks: Iterable[GxCheck], names: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The expectations of each asset as a suite of Great Expectations writes them, with a guard on a table's rows."""
    suites: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for check in checks:
        rows = names[check.rows]
        if not any(item["meta"]["check"] == _ROWS + check.rows for item in suites[rows]):
            suites[rows].append({**_GUARD, "severity": "critical", "meta": {"check": _ROWS + check.rows}})
        for asset in check.assets:
            suites[names[asset.source]] += [_configured(check, expectation) for expectation in asset.expectations]
    return suites


def _configured(check: GxCheck, expectation: Expectation) -> dict[str, Any]:
    kwargs, words = dict(expectation.kwargs), {"notes": f"{check.spec.id}: {check.spec.en}"}
    if expectation.type == SQL:
        # It has no words of its own, wants to be asked about the batch and reads braces as its parameters.
        failing = kwargs[QUERY].replace("{", "{{").replace("}", "}}")
        kwargs = {QUERY: f"SELECT * FROM ({failing}) WHERE EXISTS (SELECT 1 FROM {{batch}})"}
        words = {"description": check.spec.en}
    severity = _SEVERITY[check.spec.severity]
    return {"type": expectation.type, "kwargs": kwargs, "severity": severity, "meta": {"check": check.spec.id}, **words}


def _validate(
    context: Any, datasource: Any, suites: dict[str, list[dict[str, Any]]], ready: Ready
) -> dict[str, list[Any]]:
    """Run each asset's suite; returns the results of expectations by the id of their check (guards by table)."""
    outcome: dict[str, list[Any]] = defaultdict(list)
    for name, expectations in suites.items():
        suite = context.suites.add(gx.ExpectationSuite(name, expectations=expectations))
        batch = datasource.get_asset(name).get_batch_definition(BATCH)
        definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
        run = definition.run(result_format=_FORMAT, expectation_parameters=dict(ready.values))
        for item in run.results:
            outcome[item.expectation_config.meta["check"]].append(item)
    return outcome


def _read(check: GxCheck, outcome: dict[str, list[Any]], ready: Ready, ask: Ask) -> CheckResult:
    items = outcome[check.spec.id]
    complete = len(items) == sum(len(asset.expectations) for asset in check.assets)
    if not complete or not all(item.result for item in items):  # a result is empty where an exception was caught
        return in_error(check.spec, "GreatExpectationsError")
    guarded = any(item.success and item.result for item in outcome[_ROWS + check.rows])
    if guarded != bool(scalar(ask, f"SELECT count(*) > 0 FROM {check.rows}")):
        return in_error(check.spec, "row guard")
    return judged(check, ready, ask, success=all(item.success for item in items))
