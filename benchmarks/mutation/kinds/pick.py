"""What several kinds choose from: a file, a row, a rating, another value.

Belongs here: choosing. Rows are named by their place; nothing here changes anything.
"""

import random
from collections.abc import Callable
from datetime import datetime

from benchmarks.mutation.sheets import Edition, Sheet


def audit_file(draw: random.Random, edition: Edition) -> str:
    """A file of tests; the larger, the likelier."""
    paths = edition.paths("audits")
    return draw.choices(paths, [len(edition.sheets[path].rows) for path in paths])[0]


def a_file(draw: random.Random, edition: Edition, folder: str) -> str:
    """A file of a source."""
    return draw.choice(edition.paths(folder))


def a_row(draw: random.Random, sheet: Sheet, fits: Callable[[int], bool] = lambda row: True) -> int:
    """A row that fits; IndexError when there is none."""
    return draw.choice([row for row in range(len(sheet.rows)) if fits(row)])


def counted(sheet: Sheet) -> Callable[[int], bool]:
    """Whether a test was completed and enters the marks (no re-check)."""
    return lambda row: sheet.get(row, "outcome") == "completed" and not sheet.get(row, "rechecks")


def channel_of(path: str) -> str:
    """The channel of a file of tests."""
    return path.rpartition("/")[2].removesuffix(".csv")


def tops(edition: Edition, path: str) -> dict[str, int]:
    """The criteria of a file of tests and their highest rating."""
    return {item["id"]: item["max"] for item in edition.rulebook["grids"][channel_of(path)]}


def a_rating(draw: random.Random, edition: Edition, least: int = 0) -> tuple[str, int, str, int, int]:
    """(file, row, criterion, rating, highest rating) of a test that counts, with a rating of at least so much."""
    path = audit_file(draw, edition)
    sheet, grid = edition.sheets[path], tops(edition, path)
    while True:
        row, criterion = a_row(draw, sheet, counted(sheet)), draw.choice(list(grid))
        cell = sheet.get(row, criterion)
        if cell.isdecimal() and int(cell) >= least:
            return path, row, criterion, int(cell), grid[criterion]


def another(draw: random.Random, values: list[str], but: str) -> str:
    """Another of the values."""
    return draw.choice(sorted(set(values) - {but}))


def rivals(edition: Edition, candidate: str) -> list[str]:
    """The other candidates of the same category that are in the competition."""
    sheet = edition.sheets["candidates.csv"]
    categories = {row[0]: row[3] for row in sheet.rows if row[4] == "entered"}
    return [name for name, category in categories.items() if category == categories[candidate] and name != candidate]


def moved(text: str, change: Callable[[datetime], datetime]) -> str:
    """A time changed, written as before."""
    body, zone = (text[:19], text[19:])
    return change(datetime.fromisoformat(body)).isoformat() + zone
