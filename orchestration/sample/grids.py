"""The channels and the grids of a sample edition, with labels in three languages.

Belongs here: what a mystery shopper rates (data/grids.csv) and how a channel is planned. `phone` and
`email` both add up to 40 weighted points, and their weights stand to each other as their planned tests do
(4500 : 1500 = 90 : 30): nine rating points moved from one to the other leave the audit mark unchanged to the
micropoint, which is how the tie that `channel:phone` breaks is built (sheets.py).
"""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Measured:
    """A number noted instead of a rating: its unit, and (below, points) of each band, the last without bound."""

    unit: str
    bands: tuple[tuple[int | None, int], ...]

    def limits(self, points: int) -> tuple[int, int]:
        """From where, and below what, the values lie that give these points; the last band is cut at four times."""
        lower = 0
        for below, given in self.bands:
            if given == points:
                return lower, below or 4 * lower
            lower = below or lower
        raise AssertionError(f"no band gives {points} points")


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
    measured: Measured | None = None


@dataclass(frozen=True)
class Channel:
    """A channel: weight in the audit, planned tests, tests nobody answers (per mille), seconds that a test takes.

    Where nothing `measures`, shoppers give points for what is measured elsewhere.
    """

    channel_id: str
    weight: int
    planned: int
    silence: int
    seconds: tuple[int, int]
    measures: bool = True

    @property
    def grid(self) -> tuple[Criterion, ...]:
        """The criteria of this channel, in the order of the form."""
        grid = grids()[self.channel_id]
        return grid if self.measures else tuple(replace(criterion, measured=None) for criterion in grid)


CHANNELS = (
    Channel("phone", 4500, planned=90, silence=30, seconds=(130, 840)),
    Channel("email", 1500, planned=30, silence=600, seconds=(240, 720)),
    Channel("visit", 1000, planned=10, silence=0, seconds=(720, 2400)),
    Channel("web", 1000, planned=15, silence=0, seconds=(480, 1500)),
    Channel("social", 1000, planned=12, silence=160, seconds=(240, 900)),
    Channel("whatsapp", 1000, planned=12, silence=110, seconds=(360, 1800)),
)
"""Weights add up to 10 000; 169 tests for each candidate."""

EARLIER_CHANNELS = (
    Channel("phone", 6000, planned=45, silence=40, seconds=(130, 840), measures=False),
    Channel("email", 2000, planned=15, silence=640, seconds=(240, 720), measures=False),
    Channel("visit", 1200, planned=6, silence=0, seconds=(720, 2400), measures=False),
    Channel("web", 800, planned=8, silence=0, seconds=(480, 1500), measures=False),
)
"""Of the award's earlier editions: fewer channels, 74 tests for each candidate, nothing measured."""


@cache
def grids() -> dict[str, tuple[Criterion, ...]]:
    """All grids, by channel."""
    by_channel: dict[str, list[Criterion]] = {}
    with (DATA / "grids.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            criterion = Criterion(
                row["criterion_id"],
                row["family"],
                weight=int(row["weight"]),
                max=int(row["max"]),
                rarely=row["rarely"] == "1",
                fr=row["fr"],
                en=row["en"],
                ar=row["ar"],
                measured=_measured(row["unit"], row["bands"]),
            )
            by_channel.setdefault(row["channel"], []).append(criterion)
    return {channel: tuple(criteria) for channel, criteria in by_channel.items()}


def _measured(unit: str, bands: str) -> Measured | None:
    """What `second` and `20:2 60:1 :0` say."""
    if not unit:
        return None
    pairs = [band.split(":") for band in bands.split()]
    return Measured(unit, tuple((int(below) if below else None, int(points)) for below, points in pairs))
