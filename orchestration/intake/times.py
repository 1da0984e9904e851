"""Times of deposits in UTC.

Belongs here: ISO 8601 text to TIMESTAMP in SQL, and the offsets of the rulebook's time zone as a few intervals made
with `zoneinfo`. DuckDB's own zones are not used for local times: they read a time that happened twice as the last,
SPEC 3 as the first, and they shift a time that never happened instead of saying so.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from orchestration.intake.patterns import TIME, is_like

STEP = timedelta(hours=12)
"""No zone changes its offset twice within half a day."""

SECOND = 1_000_000
"""In microseconds."""

LONGEST = len("2025-09-01T10:00:00.123456")
"""What stands behind a microsecond is cut off, by the recount too: the last digits of .NET and SQL Server."""


@dataclass(frozen=True)
class Period:
    """A time during which a zone kept one offset: bounds in UTC (naive), offset in seconds."""

    start: datetime
    end: datetime
    offset: int


def periods(zone: ZoneInfo, first_year: int, last_year: int) -> list[Period]:
    """The offsets of a zone from the first day of a year to the last day of another."""
    moment = datetime(max(first_year, 2), 1, 1, tzinfo=UTC)
    end = datetime(min(last_year + 1, 9999), 1, 1, tzinfo=UTC)
    offsets: list[Period] = []
    start, offset = moment, _offset(zone, moment)
    while moment < end:
        following = min(moment + STEP, end)
        if _offset(zone, following) != offset:
            change = _change(zone, moment, following)
            offsets.append(_period(start, change, offset))
            start, offset = change, _offset(zone, change)
        moment = following
    offsets.append(_period(start, end, offset))
    return offsets


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset."""
    old = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _microseconds(naive: datetime) -> int:
    """Since 1970, of a UTC time without zone."""
    return (naive.replace(tzinfo=UTC) - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


def _period(start: datetime, end: datetime, offset: int) -> Period:
    return Period(start.replace(tzinfo=None), end.replace(tzinfo=None), offset)


class Clock:
    """The rulebook's local time, as SQL."""

    def __init__(self, zone: ZoneInfo, first_year: int, last_year: int) -> None:
        """The years bound the windows of the rulebook: outside, the nearest offset serves, for nothing there counts."""
        self._periods = periods(zone, first_year, last_year)
        self._offsets = np.array([period.offset for period in self._periods], dtype=np.int64) * SECOND
        changes = [
            (_microseconds(period.end), period.offset, after.offset) for period, after in pairwise(self._periods)
        ]
        self._edges = np.array(
            [end + SECOND * offset for end, *offsets in changes for offset in sorted(offsets)], dtype=np.int64
        )

    def utc_of_local(self, local: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Local times in microseconds since 1970: which of them happened once, and these in UTC.

        Of those that happened twice or never, `with_times` judges; what stands for them here means nothing.
        """
        place = np.searchsorted(self._edges, local, side="right")
        return place % 2 == 0, local - self._offsets[place // 2]

    def surely_within(self, first: date, last: date) -> tuple[datetime, datetime]:
        """Instants (UTC, naive) between which, and on which, the local day is surely one from `first` to `last`."""
        offsets = [timedelta(seconds=period.offset) for period in self._periods]
        return datetime.combine(first, time()) - min(offsets), datetime.combine(last, time.max) - max(offsets)

    def offset_of_local(self, naive: str) -> str:
        """SQL: the offset in seconds of a local TIMESTAMP; of two the first; NULL for a time that never happened."""
        branches = []
        reached = None
        for place, period in enumerate(self._periods):
            shift = timedelta(seconds=period.offset)
            start, end = period.start + shift, period.end + shift
            if reached is not None and start > reached:
                branches.append(f"WHEN {naive} < TIMESTAMP '{start}' THEN NULL")
            last = place == len(self._periods) - 1
            branches.append(
                f"ELSE {period.offset}" if last else f"WHEN {naive} < TIMESTAMP '{end}' THEN {period.offset}"
            )
            reached = end
        return self._case(branches)

    def offset_of_utc(self, moment: str) -> str:
        """SQL: the offset in seconds at a UTC TIMESTAMP."""
        return self._case(
            [f"WHEN {moment} < TIMESTAMP '{period.end}' THEN {period.offset}" for period in self._periods[:-1]]
            + [f"ELSE {self._periods[-1].offset}"]
        )

    @staticmethod
    def _case(branches: list[str]) -> str:
        if len(branches) == 1:
            return branches[0].removeprefix("ELSE ")
        return f"(CASE {' '.join(branches)} END)"

    def local_day(self, moment: str) -> str:
        """SQL: the local date at a UTC TIMESTAMP."""
        return f"CAST({moment} + to_seconds({self.offset_of_utc(moment)}) AS DATE)"

    def with_times(self, relation: str, columns: tuple[str, ...]) -> str:
        """SQL: the relation with, for each text column `x`, `x_utc` (TIMESTAMP or NULL) and `x_written` (BOOLEAN).

        `x_written`: the text is a time of the calendar. Then `x_utc` is NULL only where that local time never happened.
        """
        zones = ", ".join(
            f"CASE WHEN {is_like(x, TIME)} AND left({x}, 4) <> '0000' "
            f"THEN regexp_extract(substr({x}, 17), '(Z|[+-][0-9:]+)$') END AS {x}_zone"
            for x in columns
        )
        naives = ", ".join(
            f"CASE WHEN {x}_zone IS NOT NULL "
            f"THEN try_cast(left({x}, least({LONGEST}, length({x}) - length({x}_zone))) AS TIMESTAMP) END AS {x}_naive"
            for x in columns
        )
        moments = ", ".join(
            f"{x}_naive IS NOT NULL AS {x}_written, "
            f"{x}_naive - to_seconds(CASE {x}_zone WHEN '' THEN {self.offset_of_local(f'{x}_naive')} "
            f"WHEN 'Z' THEN 0 ELSE {_offset_of_text(f'{x}_zone')} END) AS {x}_utc"
            for x in columns
        )
        zoned = f"(SELECT *, {zones} FROM {relation}) AS zoned"
        return f"(SELECT *, {moments} FROM (SELECT *, {naives} FROM {zoned}) AS dated)"


def _offset_of_text(zone: str) -> str:
    """SQL: seconds of `±HH`, `±HHMM` or `±HH:MM`; NULL for other text."""
    minutes = f"coalesce(try_cast(nullif(right(replace({zone}, ':', ''), -3), '') AS INTEGER), 0)"
    return (
        f"((CASE WHEN left({zone}, 1) = '-' THEN -60 ELSE 60 END) "
        f"* (60 * try_cast(substr({zone}, 2, 2) AS INTEGER) + {minutes}))"
    )
