"""A column of a file of tests: shifted against its rows, sorted by itself, exchanged with another, misnamed.

Belongs here: what goes wrong in a spreadsheet between the field and the deposit.
"""

import random

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.kinds.pick import audit_file, tops
from benchmarks.mutation.sheets import Edition, Sheet

GROUP = Group("a column of tests")
kind = GROUP.kind


def _contradicts(sheet: Sheet, column: str) -> bool:
    """Whether a test that nobody answered now bears a rating above zero: the file contradicts itself."""
    pairs = zip(sheet.values("outcome"), sheet.values(column), strict=True)
    return any(outcome == "unanswered" and cell not in ("", "NA", "0") for outcome, cell in pairs)


@kind
def ratings_shifted_by_one_row(draw: random.Random, edition: Edition) -> Change:
    """One column of ratings slips a row down, the last cell comes first."""
    path = audit_file(draw, edition)
    sheet, criterion = edition.edit(path), draw.choice(list(tops(edition, path)))
    cells = sheet.values(criterion)
    sheet.put_all(criterion, cells[-1:] + cells[:-1])
    return Change(f"{path} {criterion} shifted", impossible=_contradicts(sheet, criterion))


@kind
def all_ratings_shifted_by_one_row(draw: random.Random, edition: Edition) -> Change:
    """All ratings slip a row down together."""
    path = audit_file(draw, edition)
    sheet, criteria = edition.edit(path), list(tops(edition, path))
    for criterion in criteria:
        cells = sheet.values(criterion)
        sheet.put_all(criterion, cells[-1:] + cells[:-1])
    return Change(f"{path} all ratings shifted", impossible=any(_contradicts(sheet, name) for name in criteria))


@kind
def ratings_sorted_by_themselves(draw: random.Random, edition: Edition) -> Change:
    """One column sorted without its rows."""
    path = audit_file(draw, edition)
    sheet, criterion = edition.edit(path), draw.choice(list(tops(edition, path)))
    sheet.put_all(criterion, sorted(sheet.values(criterion), reverse=draw.random() < 0.5))
    return Change(f"{path} {criterion} sorted", impossible=_contradicts(sheet, criterion))


@kind
def candidates_shifted_by_one_row(draw: random.Random, edition: Edition) -> Change:
    """The candidates slip a row down against all else."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    cells = sheet.values("candidate_id")
    sheet.put_all("candidate_id", cells[-1:] + cells[:-1])
    return Change(f"{path} candidate_id shifted")


@kind
def candidates_sorted_by_themselves(draw: random.Random, edition: Edition) -> Change:
    """The candidates sorted without their tests."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    sheet.put_all("candidate_id", sorted(sheet.values("candidate_id")))
    return Change(f"{path} candidate_id sorted")


@kind
def two_candidates_exchanged(draw: random.Random, edition: Edition) -> Change:
    """In one file each of two candidates bears the other's id."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    names = [name for name in sorted(set(sheet.values("candidate_id"))) if "ifni" not in name]
    candidate, other = draw.sample(names, 2)
    swap = {candidate: other, other: candidate}
    sheet.put_all("candidate_id", [swap.get(name, name) for name in sheet.values("candidate_id")])
    return Change(f"{path} {candidate} ↔ {other}")


@kind
def columns_of_one_scale_exchanged(draw: random.Random, edition: Edition) -> Change:
    """The headers of two criteria with the same maximum change places."""
    path = audit_file(draw, edition)
    grid = tops(edition, path)
    criterion = draw.choice([name for name in grid if list(grid.values()).count(grid[name]) > 1])
    other = draw.choice([name for name in grid if name != criterion and grid[name] == grid[criterion]])
    _exchange(edition.edit(path), criterion, other)
    return Change(f"{path} {criterion} ↔ {other}")


@kind
def columns_of_two_scales_exchanged(draw: random.Random, edition: Edition) -> Change:
    """The headers of two criteria with different maxima change places."""
    path = audit_file(draw, edition)
    grid = tops(edition, path)
    criterion = draw.choice(list(grid))
    other = draw.choice([name for name in grid if grid[name] != grid[criterion]])
    sheet = edition.edit(path)
    _exchange(sheet, criterion, other)
    beyond = any(
        cell.isdecimal() and int(cell) > grid[name] for name in (criterion, other) for cell in sheet.values(name)
    )  # fmt: skip
    return Change(f"{path} {criterion} ↔ {other}", impossible=beyond)


@kind
def scale_turned_over(draw: random.Random, edition: Edition) -> Change:
    """A column filled in with the best at zero."""
    path = audit_file(draw, edition)
    sheet, grid = edition.edit(path), tops(edition, path)
    criterion = draw.choice(list(grid))
    cells = sheet.values(criterion)
    sheet.put_all(criterion, [str(grid[criterion] - int(cell)) if cell.isdecimal() else cell for cell in cells])
    return Change(f"{path} {criterion} turned over")


@kind
def scale_begun_at_one(draw: random.Random, edition: Edition) -> Change:
    """A column filled in from 1 to max + 1."""
    path = audit_file(draw, edition)
    sheet, criterion = edition.edit(path), draw.choice(list(tops(edition, path)))
    cells = sheet.values(criterion)
    sheet.put_all(criterion, [str(int(cell) + 1) if cell.isdecimal() else cell for cell in cells])
    return Change(f"{path} {criterion} + 1", impossible=True)


@kind
def header_misspelt(draw: random.Random, edition: Edition) -> Change:
    """A column under another name."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    column = draw.choice(sheet.columns)
    new = draw.choice((column.capitalize(), f"{column}s", column.replace("_", " ") + " "))
    sheet.columns[sheet.place(column)] = new
    return Change(f"{path} {column} → {new!r}", impossible=column not in ("evidence_sha256", "rechecks"))


@kind
def column_dropped(draw: random.Random, edition: Edition) -> Change:
    """A column is not there."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    place = draw.randrange(len(sheet.columns))
    column = sheet.columns.pop(place)
    for row in sheet.rows:
        row.pop(place)
    return Change(f"{path} without {column}", impossible=column not in ("evidence_sha256", "rechecks"))


@kind
def column_added(draw: random.Random, edition: Edition) -> Change:
    """A column that nobody asked for."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    place = draw.randrange(len(sheet.columns) + 1)
    sheet.columns.insert(place, "remarks")
    for row in sheet.rows:
        row.insert(place, "RAS")
    return Change(f"{path} with remarks")


def _exchange(sheet: Sheet, column: str, other: str) -> None:
    first, second = sheet.place(column), sheet.place(other)
    sheet.columns[first], sheet.columns[second] = other, column
