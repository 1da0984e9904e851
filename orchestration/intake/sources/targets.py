"""survey/targets.csv: the population's margins that the survey is raked to.

Belongs here: reading shares exactly. Every defect blocks: a margin that cannot be used is nothing to set aside.
"""

from decimal import Decimal

import duckdb

from orchestration.intake.headers import Expected
from orchestration.intake.landing import LandedFile
from orchestration.intake.patterns import is_like
from orchestration.intake.problems import Problems

COLUMNS = ("variable", "value", "share")
SHARE = "(0|1)([.][0-9]{1,12})?"
VALUE = r"[^\x00-\x1f\x7f]{1,200}"


def expected() -> Expected:
    """Columns of targets.csv."""
    return Expected(COLUMNS, COLUMNS)


def load(
    con: duckdb.DuckDBPyConnection, file: LandedFile, variables: tuple[str, ...], problems: Problems
) -> dict[str, dict[str, Decimal]]:
    """Fill `intake.target` and give the shares by variable, in the rulebook's order, and value; none if one is bad."""
    before = len(problems.entries)
    variable, value, share = (file.cell(column) for column in COLUMNS)
    rows = con.execute(f"SELECT line, {variable}, {value}, {share} FROM {file.table} ORDER BY line").fetchall()
    bad = con.execute(
        f"SELECT line FROM {file.table} WHERE NOT {is_like(share, SHARE)} OR NOT {is_like(value, VALUE)}"
    ).fetchall()
    for (line,) in bad + con.execute("SELECT line FROM scratch.unreadable WHERE file_no = ?", [file.number]).fetchall():
        problems.add("bad_target.share", file.path, line)
    if not bad:
        _check_sums(rows, variables, file, problems)
    if len(problems.entries) > before:
        return {}
    con.executemany("INSERT INTO intake.target VALUES (?, ?, CAST(? AS DECIMAL(18, 12)))", [row[1:] for row in rows])
    return {name: {row[2]: Decimal(row[3]) for row in rows if row[1] == name} for name in variables}


def _check_sums(
    rows: list[tuple[int, str, str, str]], variables: tuple[str, ...], file: LandedFile, problems: Problems
) -> None:
    seen: set[tuple[str, str]] = set()
    for line, variable, value, _ in rows:
        if variable not in variables:
            problems.add("bad_target.variable", file.path, line)
        elif (variable, value) in seen:
            problems.add("bad_target.twice", file.path, line)
        seen.add((variable, value))
    for name in variables:
        total = sum((Decimal(row[3]) for row in rows if row[1] == name), Decimal(0))
        if total != 1:
            problems.add("bad_target.total", file.path, variable=name, total=total)
