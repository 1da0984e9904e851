"""docs/method.md as data: its numbered tables, and how it writes numbers.

Belongs here: what the tests of the page share. What the numbers must be: `test_method.py` and `test_method_shown.py`.
"""

import re
from fractions import Fraction
from math import floor
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "method.md"
TOP = 20_000_000

Table = list[dict[str, str]]


def half_up(value: Fraction) -> int:
    """The nearest whole number, a half going up."""
    return floor(value + Fraction(1, 2))


def shown(micro: int) -> str:
    """A mark with two decimals, rounded half up."""
    cents = half_up(Fraction(micro, 10_000))
    return f"{cents // 100}.{cents % 100:02d}"


def number(text: str) -> int:
    """A whole number as the page writes it, with blanks between thousands."""
    assert re.fullmatch(r"[0-9]{1,3}( [0-9]{3})*", text), text
    return int(text.replace(" ", ""))


def tables() -> dict[int, Table]:
    """The page's tables by number: each is announced by a line **Table n. …**."""
    found = {}
    for part in re.split(r"^\*\*Table ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]:
        rows = [[c.strip() for c in line[1:-1].split("|")] for line in part.splitlines() if line.startswith("|")]
        head, _, *body = rows
        found[int(part.split(".")[0])] = [dict(zip(head, row, strict=True)) for row in body]
    return found


TABLES = tables()


def grid(channel: str) -> list[tuple[str, int, int]]:
    """Criteria of a channel by table 2: id, weight, max."""
    return [(r["criterion"], number(r["weight"]), number(r["max"])) for r in TABLES[2] if r["channel"] == channel]


def channel_weights() -> dict[str, int]:
    """Weights of the channels by table 2."""
    return {row["channel"]: number(row["channel weight"]) for row in TABLES[2]}


PLACES = {row["test"]: row for row in TABLES[14]}
FACTS = ("repeated", "redirected", "travelled")
BANDS = [("4", 2), ("24", 1), (None, 0)]
"""Of the criterion `delay`: below how many hours, and the points."""
