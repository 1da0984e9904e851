"""The cells of a grid (SPEC 3.2): ratings, and numbers that a rulebook measures, as SQL.

Belongs here: what the cell of a criterion may hold, the points of a measured one, when two cells mean the same. The
rules of a test's other columns: `audits.py`.
"""

from orchestration.intake.landing import LandedFile
from orchestration.intake.patterns import MEASURE, WHOLE, in_range, is_like, one_of
from orchestration.rulebook import AUDIT_COLUMNS, Criterion, Measured, Rulebook
from orchestration.storage import literal

MISSING = ("", "NA")
"""The cell of a criterion that did not apply, or at which nobody looked."""


def rows_of(file: LandedFile, channel: str | None, rulebook: Rulebook) -> str:
    """SQL: the rows of a file, with one list item for each criterion in the grid's order.

    `ratings` (text; of a measured cell its points), `measures` (thousandths, NULL where none is given), `compared`
    (text, the same for cells that mean the same), and the first criterion whose cell is wrong.
    """
    grid = rulebook.grid_of(channel) if channel else ()
    cells = ", ".join(f"{file.cell(column)} AS {column}" for column in AUDIT_COLUMNS)
    wrong = " ".join(f"WHEN {_is_wrong(file.cell(c.id), c)} THEN {literal(c.id)}" for c in grid)
    return (
        f"SELECT {file.number} AS file_no, line, {cells}, {literal(firm_of(file.path))} AS field_firm, "
        f"CAST([{', '.join(literal(c.id) for c in grid)}] AS VARCHAR[]) AS criteria, "
        f"CAST([{', '.join(_rating(file.cell(c.id), c) for c in grid)}] AS VARCHAR[]) AS ratings, "
        f"CAST([{', '.join(_thousandths(file.cell(c.id), c) for c in grid)}] AS BIGINT[]) AS measures, "
        f"CAST([{', '.join(_compared(file.cell(c.id), c) for c in grid)}] AS VARCHAR[]) AS compared, "
        f"{f'CASE {wrong} END' if grid else 'NULL::VARCHAR'} AS wrong_criterion FROM {file.table}"
    )


def firm_of(path: str) -> str:
    """The field firm in whose folder a file lies."""
    return path.split("/")[1]


def _is_wrong(cell: str, criterion: Criterion) -> str:
    """SQL: the cell of a criterion is neither empty, NA, nor what the criterion asks for."""
    if criterion.measured:
        return f"{cell} NOT IN ('', 'NA') AND NOT {is_like(cell, MEASURE)}"
    usual = (*MISSING, *map(str, range(min(criterion.max, 9) + 1)))  # nearly all cells: no pattern is asked about them
    return f"CASE WHEN {one_of(cell, usual)} THEN false ELSE NOT {in_range(cell, 0, criterion.max)} END"


def _thousandths(cell: str, criterion: Criterion) -> str:
    """SQL: a measured cell in thousandths of its unit; NULL for any other cell."""
    if criterion.measured is None:
        return "NULL"
    return f"CASE WHEN {is_like(cell, MEASURE)} THEN CAST(1000 * try_cast({cell} AS DECIMAL(9, 3)) AS BIGINT) END"


def _rating(cell: str, criterion: Criterion) -> str:
    """SQL: the rating as text; of a measured cell its points."""
    if criterion.measured is None:
        return cell
    value = _thousandths(cell, criterion)
    return f"CASE WHEN {value} IS NULL THEN {cell} ELSE CAST({points(value, criterion.measured)} AS VARCHAR) END"


def points(value: str, measured: Measured) -> str:
    """SQL: the points of the first band whose bound a number (thousandths) does not reach; NULL where there is none."""
    *bounded, last = measured.bands
    bands = " ".join(f"WHEN {value} < {int(1000 * (band.below or 0))} THEN {band.points}" for band in bounded)
    return f"CASE WHEN {value} IS NULL THEN NULL {bands} ELSE {last.points} END"


def _compared(cell: str, criterion: Criterion) -> str:
    """SQL: the cell as it is compared under one test_id: NA is empty, `04` is 4, `19.90` is 19.9."""
    value = _thousandths(cell, criterion) if criterion.measured else f"CASE WHEN {is_like(cell, WHOLE)} THEN {cell} END"
    as_it_is = "" if criterion.measured else f"WHEN strlen({cell}) < 2 THEN {cell} "
    number = f"coalesce(CAST(try_cast({value} AS BIGINT) AS VARCHAR), {cell})"
    return f"CASE {as_it_is}WHEN {cell} = 'NA' THEN '' ELSE {number} END"
