"""The channels and the grids of a sample edition, with labels in three languages.

Belongs here: what a mystery shopper rates (data/grids.csv) and how a channel is planned. `phone` and
`email` both add up to 40 weighted points, and their weights stand to each other as their planned tests do
(4500 : 1500 = 90 : 30): nine rating points moved from one to the other leave the audit mark unchanged to the
micropoint, which is how the tie that `channel:phone` breaks is built (sheets.py).
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Criterion:
    """One line of a grid; `rarely` marks criteria that often do not apply."""

    criterion_id: str
    family: str
    weight: int
    max: int
    rarely: bool
    fr: str
    en: str
    ar: str


@dataclass(frozen=True)
class Channel:
    """A channel: weight in the audit, planned tests, tests nobody answers (per mille), seconds that a test takes."""

    channel_id: str
    weight: int
    planned: int
    silence: int
    seconds: tuple[int, int]

    @property
    def grid(self) -> tuple[Criterion, ...]:
        """The criteria of this channel, in the order of the form."""
        return grids()[self.channel_id]


CHANNELS = (
    Channel("phone", 4500, 90, 30, (130, 840)),
    Channel("email", 1500, 30, 600, (240, 720)),
    Channel("visit", 1000, 10, 0, (720, 2400)),
    Channel("web", 1000, 15, 0, (480, 1500)),
    Channel("social", 1000, 12, 160, (240, 900)),
    Channel("whatsapp", 1000, 12, 110, (360, 1800)),
)
"""Weights add up to 10 000; 169 tests for each candidate."""


@cache
def grids() -> dict[str, tuple[Criterion, ...]]:
    """All grids, by channel."""
    found: dict[str, list[Criterion]] = {}
    with (DATA / "grids.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            criterion = Criterion(
                row["criterion_id"],
                row["family"],
                int(row["weight"]),
                int(row["max"]),
                row["rarely"] == "1",
                row["fr"],
                row["en"],
                row["ar"],
            )
            found.setdefault(row["channel"], []).append(criterion)
    return {channel: tuple(criteria) for channel, criteria in found.items()}
