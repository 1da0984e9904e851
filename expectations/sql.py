"""Checks run straight through DuckDB, with SQL made from the expectations, and what both ways share.

Belongs here: prepared tables and parameters, facts, the result of a check; and the direct way, without the import of
Great Expectations, for publication and for many editions in one process. The suites are run in `suite.py`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.checks import GateFile, GxCheck
from expectations.failing import failing_rows
from expectations.registry import gate_file
from orchestration.evidence import MAX_KEYS, CheckResult, CheckSpec

if TYPE_CHECKING:
    import duckdb

Row = tuple[object, ...]
Ask = Callable[[str], Row | None]
"""Runs one query and returns its first row."""


@dataclass(frozen=True)
class Ready:
    """What the checks of a gate find ready: values of parameters, and what could not be made, with the reason."""

    values: Mapping[str, Any]
    failed: Mapping[str, str]


def run_sql_checks(
    con: "duckdb.DuckDBPyConnection", gate: str, uses: frozenset[str], checks: GateFile | None = None
) -> list[CheckResult]:
    """Run a gate's checks of kind gx on an open working warehouse, in the registry's order.

    `uses` are the components in use; checks of others give no result. A query that fails is an outcome
    (`error`), never an exception. Temporary tables are left on the connection; nothing is written to the file.
    """
    file = checks or gate_file(gate)

    @cache  # many checks count the rows of one table, and nobody writes here meanwhile
    def ask(sql: str) -> Row | None:
        return con.execute(sql).fetchone()

    ready = prepare(file, uses, ask)
    return [before(check, ready, ask) or judged(check, ready, ask) for check in applicable(file, uses)]


def applicable(file: GateFile, uses: frozenset[str]) -> Iterator[GxCheck]:
    """The checks of kind gx that have an object in an edition with these components."""
    return (check for check in file.gx if check.spec.applies(uses))


def prepare(file: GateFile, uses: frozenset[str], ask: Ask) -> Ready:
    """Make the temporary tables of a gate and read its parameters: those that its applicable checks need."""
    values: dict[str, Any] = {threshold.name: threshold.value for threshold in file.thresholds}
    failed: dict[str, str] = {}
    needed = _needed(file, uses)
    for table in file.prepared:
        if table.name in needed:
            try:
                ask(f"DROP TABLE IF EXISTS temp.{table.name}")
                ask(f"CREATE TEMP TABLE {table.name} AS {table.sql}")
            except Exception as error:  # any engine's error: the checks that read the table are in error
                failed[table.name] = f"{table.name}: {error_text(error)}"
    for name, sql in file.parameters.items():
        if name in needed:
            try:
                values[name] = scalar(ask, sql)
            except Exception as error:  # as above
                failed[name] = f"{name}: {error_text(error)}"
    return Ready(values, failed)


def _needed(file: GateFile, uses: frozenset[str]) -> set[str]:
    needed = {name for check in applicable(file, uses) for name in check.needs}
    for table in reversed(file.prepared):  # each is made from some before it
        if table.name in needed:
            needed |= table.needs
    return needed


def before(check: GxCheck, ready: Ready, ask: Ask) -> CheckResult | None:
    """The result of a check that is not to be evaluated, or that cannot be; None for all others."""
    try:
        if reason := next((ready.failed[name] for name in sorted(check.needs) if name in ready.failed), None):
            return in_error(check.spec, reason)
        if check.applies and not scalar(ask, check.applies):
            return CheckResult(check.spec.id, "not_applicable", check.spec.expected, "–")
    except Exception as error:  # as above
        return in_error(check.spec, error)
    return None


def judged(check: GxCheck, ready: Ready, ask: Ask, success: bool | None = None) -> CheckResult:
    """The result of a check, with the rows that fail; `success` is the verdict of Great Expectations, if it has one."""
    try:
        rows = int(str(scalar(ask, f"SELECT count(*) FROM {check.rows}")))
        sql = f"SELECT count(*), min(failing_key, {MAX_KEYS}) FROM ({failing_rows(check, ready.values)})"
        count, keys = (0, None) if success else ask(sql) or (0, None)
        if success is False and rows and not count:
            return in_error(check.spec, "Great Expectations fails where no row does")
        return result(
            check,
            rows,
            failing=int(str(count)),
            keys=keys if isinstance(keys, list) else [],
            own_facts=facts(check, ask),
        )
    except Exception as error:  # as above
        return in_error(check.spec, error)


def scalar(ask: Ask, sql: str) -> object:
    """The single value of a query, None when it has no row."""
    row = ask(sql)
    return row[0] if row else None


def facts(check: GxCheck, ask: Ask) -> tuple[str | None, str | None]:
    """What was expected and observed, where a check says it in its own words."""
    expected, observed = (scalar(ask, sql) if sql else None for sql in (check.expect, check.observe))
    return None if expected is None else str(expected), None if observed is None else str(observed)


def result(
    check: GxCheck, rows: int, failing: int, keys: Sequence[str], own_facts: tuple[str | None, str | None]
) -> CheckResult:
    """The result of a check that could be evaluated. An empty table never passes (SPEC 6)."""
    expected, observed = own_facts
    if rows == 0:
        return CheckResult(check.spec.id, "failed", f"{check.rows} > 0", "0")
    shown = f"{failing} / {rows}" if observed is None else observed
    if failing and str(failing) not in shown.split():
        shown = f"{shown} ({failing})"
    return CheckResult(
        check.spec.id,
        "failed" if failing else "passed",
        expected=expected or check.spec.expected,
        observed=shown,
        failing_count=failing,
        failing_keys=tuple(sorted(keys)[:MAX_KEYS]),
    )


def in_error(spec: CheckSpec, error: BaseException | str) -> CheckResult:
    """The result of a check that could not be evaluated, whoever evaluates it."""
    observed = error if isinstance(error, str) else error_text(error)
    return CheckResult(spec.id, "error", spec.expected, observed)


def error_text(error: BaseException) -> str:
    """The kind of an error and, where it is about tables or columns, its sentence. Others may quote data."""
    error = getattr(error, "orig", error)  # SQLAlchemy wraps what DuckDB said
    name = type(error).__name__
    return f"{name}: {str(error).splitlines()[0]}" if name in ("CatalogException", "BinderException") else name
