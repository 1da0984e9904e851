"""SQL checks run straight through DuckDB: the same SQL as the Great Expectations suites, without their import.

Belongs here: what both ways share (prepared tables, facts, the result of a check) and the direct way, for many
editions in one process. The suites stand in `suite.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from expectations.registry import GateFile, SqlCheck, gate_file
from orchestration.evidence import MAX_KEYS, CheckResult

if TYPE_CHECKING:
    import duckdb

Row = tuple[object, ...]
Ask = Callable[[str], Row | None]
"""Runs one query and returns its first row."""
Failed = Mapping[str, str]
"""Temporary tables that could not be made, and why."""


def run_sql_checks(
    con: "duckdb.DuckDBPyConnection", gate: str, uses: frozenset[str], checks: GateFile | None = None
) -> list[CheckResult]:
    """Run a gate's SQL checks on an open working warehouse, in the registry's order.

    `uses` are the components in use; checks of others give no result. A query that fails is an outcome
    (`error`), never an exception. Temporary tables are left on the connection; nothing is written to the file.
    """
    found = checks or gate_file(gate)

    def ask(sql: str) -> Row | None:
        return con.execute(sql).fetchone()

    failed = prepare(found, uses, ask)
    return [_run(check, ask, failed) for check in applicable(found, uses)]


def applicable(found: GateFile, uses: frozenset[str]) -> list[SqlCheck]:
    """The SQL checks that have an object in an edition with these components."""
    return [check for check in found.sql if check.spec.applies(uses)]


def prepare(found: GateFile, uses: frozenset[str], ask: Ask) -> Failed:
    """Make the temporary tables of a gate; returns those that could not be made, with the reason."""
    failed: dict[str, str] = {}
    for table in found.prepared:
        if table.component is None or table.component in uses:
            try:
                ask(f"DROP TABLE IF EXISTS temp.{table.name}")
                ask(f"CREATE TEMP TABLE {table.name} AS {table.sql}")
            except Exception as error:  # any engine's error: the checks that read the table are in error
                failed[table.name] = f"{table.name}: {error_text(error)}"
    return failed


def unprepared(check: SqlCheck, failed: Failed) -> str | None:
    """Why a check cannot be evaluated, if a table that it reads could not be made."""
    return next((reason for name, reason in failed.items() if name in f"{check.sql} {check.observe}"), None)


def _run(check: SqlCheck, ask: Ask, failed: Failed) -> CheckResult:
    try:
        if reason := unprepared(check, failed):
            return in_error(check, reason)
        if check.applies and not scalar(ask, check.applies):
            return not_applicable(check)
        rows = scalar(ask, f"SELECT count(*) FROM {check.rows}")
        found = ask(f"SELECT count(*), min(failing_key, {MAX_KEYS}) FROM ({check.failing})")
        count, keys = found if found else (0, None)
        return result(check, int(str(rows)), int(str(count)), keys if isinstance(keys, list) else [], facts(check, ask))
    except Exception as error:  # as above
        return in_error(check, error)


def scalar(ask: Ask, sql: str) -> object:
    """The single value of a query, None when it has no row."""
    row = ask(sql)
    return row[0] if row else None


def facts(check: SqlCheck, ask: Ask) -> tuple[str | None, str | None]:
    """What was expected and observed, where a check says it in its own words."""
    expected, observed = (scalar(ask, sql) if sql else None for sql in (check.expect, check.observe))
    return None if expected is None else str(expected), None if observed is None else str(observed)


def result(
    check: SqlCheck, rows: int, failing: int, keys: Sequence[str], said: tuple[str | None, str | None]
) -> CheckResult:
    """The result of a check that could be evaluated. An empty table never passes (SPEC 6)."""
    expected, observed = said
    if rows == 0:
        return CheckResult(check.spec.id, "failed", f"{check.rows} > 0", "0")
    shown = f"{failing} / {rows}" if observed is None else observed
    if failing and str(failing) not in shown.split():
        shown = f"{shown} ({failing})"
    return CheckResult(
        check.spec.id,
        "failed" if failing else "passed",
        expected or check.spec.expected,
        shown,
        failing,
        tuple(sorted(keys)[:MAX_KEYS]),
    )


def not_applicable(check: SqlCheck) -> CheckResult:
    """The result of an optional check whose part of the rulebook is not in use."""
    return CheckResult(check.spec.id, "not_applicable", check.spec.expected, "–")


def in_error(check: SqlCheck, error: BaseException | str) -> CheckResult:
    """The result of a check that could not be evaluated."""
    observed = error if isinstance(error, str) else error_text(error)
    return CheckResult(check.spec.id, "error", check.spec.expected, observed)


def error_text(error: BaseException) -> str:
    """The kind of an error and, where it is about tables or columns, its sentence. Others may quote data."""
    name = type(error).__name__
    return f"{name}: {str(error).splitlines()[0]}" if name in ("CatalogException", "BinderException") else name
