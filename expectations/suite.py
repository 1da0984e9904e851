"""SQL checks run by Great Expectations 1: one ephemeral suite a gate, on the working warehouse.

Belongs here: all that knows Great Expectations. It costs seconds to import, so import this module late.

What was learnt about it, and is answered here: it takes an empty table for a good one (hence the guard, an
expectation of its own on the number of rows of every table that a check relies on); its severity and overall
success are not ours (each expectation carries the id of our check in `meta`, and only single results are read); on
DuckDB it reads a result after it gave its connection back (hence the execution engine below, which keeps one).
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.data_docs import add_site, build_site
from expectations.registry import SqlCheck, gate_file
from expectations.sql import Row, applicable, facts, in_error, not_applicable, prepare, result, scalar, unprepared
from orchestration.evidence import MAX_KEYS, CheckResult

_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_GX_SEVERITY = {
    "blocking": FailureSeverity.CRITICAL,
    "warning": FailureSeverity.WARNING,
    "info": FailureSeverity.INFO,
}


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Great Expectations' SQL engine, keeping its connection: DuckDB's results and temporary tables die with it."""

    @contextlib.contextmanager
    def get_connection(self) -> Iterator[Any]:
        """The one connection of this engine."""
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """Give the file back: whoever writes it next must not find it held."""
        if self._connection:
            self._connection.close()
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """A SQL datasource on that engine; defining it adds `add_duckdb` to a context's data sources."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    execution_engine_override: ClassVar[Any] = DuckDBExecutionEngine


def run_suite(db_path: Path, gate: str, uses: frozenset[str], docs: Path | None = None) -> list[CheckResult]:
    """Run a gate's SQL checks through Great Expectations, in the registry's order.

    The file is opened read-only, so no connection of this process may hold it for writing. `docs` is a folder for
    the gate's Data Docs, made anew if given. A query that fails is an outcome (`error`), never an exception.
    """
    found = gate_file(gate)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    if docs is not None:
        add_site(context, docs)
    datasource = context.data_sources.add_duckdb(
        f"palmares_{gate}",
        connection_string=f"duckdb:///{db_path}",
        kwargs={"connect_args": {"read_only": True, "config": _CONFIG}},
    )
    engine = datasource.get_execution_engine()
    try:
        with engine.get_connection() as connection:

            def ask(sql: str) -> Row | None:
                cursor = connection.exec_driver_sql(sql)
                return tuple(cursor.fetchone() or ()) or None if cursor.returns_rows else None

            ask("SET TimeZone = 'UTC'")
            failed = prepare(found, uses, ask)
            checks, results = [], dict[str, CheckResult]()
            for check in applicable(found, uses):
                try:
                    if reason := unprepared(check, failed):
                        results[check.spec.id] = in_error(check, reason)
                    elif check.applies and not scalar(ask, check.applies):
                        results[check.spec.id] = not_applicable(check)
                    else:
                        checks.append(
                            (check, int(str(scalar(ask, f"SELECT count(*) FROM {check.rows}"))), facts(check, ask))
                        )
                except Exception as error:  # whatever it is, the check is in error
                    results[check.spec.id] = in_error(check, error)
            outcome = _validate(context, datasource, gate, [check for check, _, _ in checks])
            if docs is not None:
                build_site(context, docs)
    finally:
        engine.close()
        datasource.get_engine().dispose()  # a second one, with which the datasource tried the connection
    for check, rows, said in checks:
        results[check.spec.id] = _read(check, rows, said, outcome)
    return [results[check.spec.id] for check in applicable(found, uses)]


def _validate(context: Any, datasource: Any, gate: str, checks: list[SqlCheck]) -> dict[str, Any]:
    """Run the suite; returns each expectation's result by the id of our check (guards by `rows:<table>`)."""
    tables = sorted({check.rows for check in checks})
    population = " UNION ALL ".join(f"SELECT '{name}' AS relation, count(*) AS rows FROM {name}" for name in tables)
    asset = datasource.add_query_asset("population", f"SELECT relation, rows FROM ({population})")
    suite = gx.ExpectationSuite(gate)
    suite.add_expectation(
        ExpectColumnValuesToBeBetween(
            column="rows", min_value=1, severity=FailureSeverity.CRITICAL, meta={"check": "rows"}
        )
    )
    for check in checks:
        suite.add_expectation(
            UnexpectedRowsExpectation(
                unexpected_rows_query=_query(check),
                severity=_GX_SEVERITY[check.spec.severity],
                description=check.spec.en,
                meta={"check": check.spec.id},
            )
        )
    batch = asset.add_batch_definition_whole_table("all")
    definition = gx.ValidationDefinition(name=gate, data=batch, suite=context.suites.add(suite))
    outcome = context.validation_definitions.add(definition).run(
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["relation"]}
    )
    return {item.expectation_config.meta["check"]: item for item in outcome.results}


def _query(check: SqlCheck) -> str:
    """The failing rows in order. `{batch}` is asked for by Great Expectations, which reads braces as parameters."""
    failing = check.failing.replace("{", "{{").replace("}", "}}")
    return f"{failing} WHERE EXISTS (SELECT 1 FROM {{batch}}) ORDER BY failing_key"


def _read(check: SqlCheck, rows: int, said: tuple[str | None, str | None], outcome: dict[str, Any]) -> CheckResult:
    item = outcome.get(check.spec.id)
    if item is None or item.result is None or "observed_value" not in item.result:
        return in_error(check, _exception(item))
    if rows > 0 and not _guarded(check, outcome):
        return in_error(check, "row guard")
    keys = [row["failing_key"] for row in item.result["details"]["unexpected_rows"]]
    return result(check, rows, int(item.result["observed_value"]), keys[:MAX_KEYS], said)


def _guarded(check: SqlCheck, outcome: dict[str, Any]) -> bool:
    """Whether the guard saw the check's table, with rows in it."""
    guard = outcome.get("rows")
    if guard is None or not (guard.success or "unexpected_index_list" in guard.result):
        return False
    return check.rows not in {item["relation"] for item in guard.result.get("unexpected_index_list") or ()}


def _exception(item: Any) -> str:
    """The engine's sentence about tables or columns, out of what Great Expectations keeps of an exception."""
    for info in (item.exception_info or {}).values() if item is not None else ():
        text = str(info.get("exception_message", "")) if isinstance(info, dict) else ""
        for name in ("CatalogException", "BinderException"):
            if name in text:
                return name
    return "GreatExpectationsError"
