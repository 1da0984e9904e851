"""Times read by columns: each text is what `moments` reads of it alone.

Belongs here: texts to microseconds since 1970 (UTC), and instants that lie outside local days. Does not belong here:
what a written time is (`moments`). Few minutes are written very often: each, and what stands behind it, is read once.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from orchestration.recount import moments

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
MINUTE_SIGNS = len("2025-11-17T10:00")
HOUR_SIGNS = len("2025-11-17T10")
FIRST = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
LAST = (datetime(9999, 12, 31, 23, 59, tzinfo=UTC) - EPOCH) // MICROSECOND
"""The first and the last minute of the calendar."""
REST = r"\A(?::([0-5][0-9])(?:\.([0-9]{1,9}))?)?(?:(Z)|([+-])([0-9]{2})(?::?([0-9]{2}))?)?\z"
"""What `moments.TIME` allows behind a minute: seconds, their fraction, the offset."""
LOCAL = {"minute": pl.String, "local": pl.Int64}


def whole(pattern: str) -> str:
    """A pattern that must match from the first to the last character, for Polars."""
    return rf"\A(?:{pattern})\z"


def utc_text(column: str) -> pl.Expr:
    """Instants as `moments.utc_text` writes them."""
    return pl.col(column).floordiv(SECOND).mul(SECOND).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")


class Instants:
    """Reads columns of times in one zone; remembers written minutes."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.begins: dict[str, int | None] = {}

    def read(self, texts: pl.Series) -> pl.Series:
        """Each time in microseconds since 1970, UTC; null where the text tells no instant."""
        texts = texts.alias("text")
        parts = pl.select(minute=texts.str.slice(0, MINUTE_SIGNS), rest=texts.str.slice(MINUTE_SIGNS))
        parts = parts.join(_rests(parts["rest"].unique()), on="rest", how="left", maintain_order="left")
        parts = parts.join(self._minutes(parts["minute"].unique()), on="minute", how="left", maintain_order="left")
        begin = pl.col("begin") - pl.col("ahead")
        micro = parts.select(pl.when(begin.is_between(FIRST, LAST)).then(begin + pl.col("behind"))).to_series()
        local = parts["ahead"].is_null() & parts["behind"].is_not_null()
        if local.any():
            begins = self._local(parts["minute"].filter(local).unique())
            begun = parts.join(begins, on="minute", how="left", maintain_order="left")
            micro = begun.select(pl.when(local).then(pl.col("local") + pl.col("behind")).otherwise(micro)).to_series()
        return micro

    def outside(self, instants: pl.Series, start: date, end: date) -> pl.Series:
        """Which instants are on no local day from `start` to `end`, both included; a missing one is not.

        A day and more from both edges (UTC) none is, whatever the zone; the others are asked for one by one.
        """
        first, last = ((day - EPOCH.date()).days * DAY for day in (start, end))
        sure = instants.is_between(first + DAY, last)
        near = instants.filter(~sure).unique()
        inside = near.filter(pl.Series([self._on(instant, start, end) for instant in near], dtype=pl.Boolean))
        return ~(sure | instants.is_in(inside.implode())).fill_null(True)

    def _on(self, instant: int, start: date, end: date) -> bool:
        day = moments.local_day(EPOCH + instant * MICROSECOND, self.zone)
        return day is not None and start <= day <= end

    def _minutes(self, minutes: pl.Series) -> pl.DataFrame:
        """Where written minutes `begin` if they are UTC: an hour has sixty of them."""
        real = minutes.filter(minutes.str.contains(whole(moments.MINUTE)))
        hours = real.str.slice(0, HOUR_SIGNS)
        distinct = hours.unique()
        begins = pl.Series([self._begin(f"{hour}:00", "Z") for hour in distinct], dtype=pl.Int64)
        begin = hours.replace_strict(distinct, begins).cast(pl.Int64)  # of no hours at all Polars makes text
        return pl.DataFrame({"minute": real, "begin": begin + real.str.slice(HOUR_SIGNS + 1).cast(pl.Int64) * MINUTE})

    def _local(self, minutes: pl.Series) -> pl.DataFrame:
        """Where written minutes begin if they are `local`: one by one, for an hour may have fewer or more."""
        real = minutes.filter(minutes.str.contains(whole(moments.MINUTE)))
        return pl.DataFrame({"minute": real, "local": [self._begin(minute, "") for minute in real]}, LOCAL)

    def _begin(self, minute: str, offset: str) -> int | None:
        """Microseconds since 1970 at which a written minute begins; None if there is no such time."""
        key = minute + offset
        if key not in self.begins:
            begin = moments.minute_instant(minute, offset, self.zone)
            self.begins[key] = None if begin is None else (begin - EPOCH) // MICROSECOND
        return self.begins[key]


def _rests(rests: pl.Series) -> pl.DataFrame:
    """What may stand behind a minute (`rest`): `ahead` of UTC and seconds `behind` the minute, in microseconds; `ahead`
    is null for a local time, both are if no time ends so."""
    groups = rests.str.extract_groups(REST).struct.unnest()
    second, fraction, zulu, sign, hours, minutes = (pl.col(str(group)) for group in range(1, 7))
    ahead = hours.cast(pl.Int64) * HOUR + minutes.fill_null("0").cast(pl.Int64) * MINUTE
    near = (minutes.fill_null("0") < "60") & (ahead <= moments.FARTHEST // MICROSECOND)
    ends = pl.lit(rests.str.contains(REST)) & (hours.is_null() | near)
    micro = fraction.fill_null("0").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64)
    behind = second.fill_null("0").cast(pl.Int64) * SECOND + micro
    return groups.select(
        rest=rests,
        ahead=pl.when(zulu.is_not_null()).then(0).otherwise(pl.when(sign == "-").then(-ahead).otherwise(ahead)),
        behind=pl.when(ends).then(behind),
    )
