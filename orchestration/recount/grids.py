"""Channels and grids as the recount reads them (SPEC 4): what a test may be rated on, and what a rating weighs.

Belongs here: the sections `channels` and `grids` of the rulebook. Does not belong here: the cells of a test (`audits`).
`planned_by` and `min_completion` decide whether an edition is blocked, never a published value: they are not read.
"""

import re
from dataclasses import dataclass

from orchestration.recount.errors import CannotRecount
from orchestration.recount.section import Section

MEASURE = r"([0-9]{1,6})(?:\.([0-9]{1,3}))?"
"""A measured number: 1 to 6 digits, then at most a point and 1 to 3 decimals."""


@dataclass(frozen=True)
class Criterion:
    """One line of a grid: a rating from 0 to `best`, of that weight.

    A measured criterion has a `unit` and `bands`: pairs of a bound in thousandths, which the value must stay below,
    and the points that it then gets; the last bound is None. Any other criterion has neither.
    """

    criterion_id: str
    family: str
    weight: int
    best: int
    unit: str | None = None
    bands: tuple[tuple[int | None, int], ...] = ()

    def points(self, value: int) -> int:
        """The rating of a measured value in thousandths: the points of the first band whose bound is above it."""
        return next(points for below, points in self.bands if below is None or value < below)


@dataclass(frozen=True)
class Channel:
    """One channel, its planned number of tests for each candidate and its grid."""

    channel_id: str
    weight: int
    planned_tests: int
    unanswered: str
    grid: tuple[Criterion, ...]


def thousandths(text: str) -> int | None:
    """A measured number in thousandths: "19.9" is 19 900; None for any other text."""
    match = re.fullmatch(MEASURE, text)
    return int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0")) if match else None


def read_channels(book: Section) -> dict[str, Channel]:
    """All channels of the rulebook by id, each with its grid."""
    grids, channels = book.section("grids"), book.section("channels")
    return {channel_id: _channel(channel_id, channels.section(channel_id), grids) for channel_id in channels.values}


def _channel(channel_id: str, section: Section, grids: Section) -> Channel:
    name = section.text("grid")
    return Channel(
        channel_id=channel_id,
        weight=section.integer("weight"),
        planned_tests=section.integer("planned_tests"),
        unanswered=section.text("unanswered", "zero", "exclude"),
        grid=tuple(
            _criterion(Section(item, f"grids.{name}[{number}]")) for number, item in enumerate(grids.items(name))
        ),
    )


def _criterion(line: Section) -> Criterion:
    best = line.integer("max")
    measured = line.optional("measured")
    return Criterion(
        criterion_id=line.text("id"),
        family=line.text("family"),
        weight=line.integer("weight"),
        best=best,
        unit=measured.text("unit") if measured else None,
        bands=_bands(measured, best) if measured else (),
    )


def _bands(measured: Section, best: int) -> tuple[tuple[int | None, int], ...]:
    """The bands of a measured criterion. Raises CannotRecount where a value could have no band, or two."""
    items = measured.items("bands")
    bands: list[tuple[int | None, int]] = []
    for number, item in enumerate(items, start=1):
        band = Section(item, f"{measured.path}.bands[{number - 1}]")
        below = None
        if number < len(items):
            below = thousandths(band.text("below"))
            if below is None or (bands and below <= (bands[-1][0] or 0)):
                raise CannotRecount(f'rulebook.yml {band.path}.below: a number above the one before, as "20.5"')
        elif band.values.get("below") is not None:
            raise CannotRecount(f"rulebook.yml {band.path}.below: the last band has none")
        points = band.integer("points")
        if points > best:
            raise CannotRecount(f"rulebook.yml {band.path}.points: at most {best} is expected here")
        bands.append((below, points))
    if not bands:
        raise CannotRecount(f"rulebook.yml {measured.path}.bands: at least one band is expected here")
    return tuple(bands)
