"""Times read by columns: each is what `moments` reads of it alone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.recount import moments
from orchestration.recount.instants import EPOCH, MICROSECOND, Instants, utc_text

YEARS = ("0001", "9999", "2025", "2029", "0000", "1969")
DAYS = ("01-01", "12-31", "03-30", "10-26", "04-06", "02-29", "13-01", "10-32")
HOURS = ("00:00", "23:30", "02:59", "01:15", "03:45", "24:00", "10:60")
SECONDS = ("", ":00", ":59", ":60", ":05.1", ":05.123456", ":05.1234569", ":05.123456789", ":05.1234567891", ":05.")
OFFSETS = ("", "Z", "+01:00", "-00:30", "+0015", "-14:00", "+14:01", "+13:60", "+01", "z", " ", "\n", "-1445", "Z\n")
WRITTEN = st.tuples(*map(st.sampled_from, (YEARS, DAYS, "T t", HOURS, SECONDS, OFFSETS))).map(
    lambda part: f"{part[0]}-{part[1]}{''.join(part[2:])}"
)
ZONES = [ZoneInfo(name) for name in ("Africa/Casablanca", "Australia/Lord_Howe", "Europe/Paris")]


EDGES = ["0001-01-01T00:00+01:00", "0001-01-01T00:30+0015", "9999-12-31T23:30-00:45", "9999-12-31T23:59:59.999999Z"]
TWICE = ["2025-10-26T02:59", "2025-03-30T02:59:05.1", "2025-04-06T01:45", "2025-10-26T02:59+02"]


def one_by_one(text: str, zone: ZoneInfo) -> int | None:
    begin = moments.instant(text, zone)
    return None if begin is None else (begin - EPOCH) // MICROSECOND


@pytest.mark.parametrize("zone", ZONES, ids=str)
@settings(max_examples=15)
@given(texts=st.lists(WRITTEN | WRITTEN.map(lambda text: text[:-3]) | st.text(max_size=20), max_size=60))
@example(texts=[*EDGES, *TWICE, ""])
@example(texts=[])
def test_times_read_by_columns_are_those_read_one_by_one(zone: ZoneInfo, texts: list[str]) -> None:
    instants = Instants(zone)
    column = pl.Series("cast_at", texts, dtype=pl.String)
    for _ in range(2):  # what was read of a piece serves the next
        assert instants.read(column).to_list() == [one_by_one(text, zone) for text in texts]


SUMMER, WINTER = date(2025, 3, 30), date(2025, 10, 26)
SHIFTS = st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3))


@pytest.mark.parametrize("zone", [*ZONES, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Havana")], ids=str)
@settings(max_examples=30)
@given(shifts=st.lists(st.tuples(st.sampled_from([SUMMER, WINTER]), SHIFTS)))
@example(shifts=[(day, timedelta(minutes=15 * quarter)) for day in (SUMMER, WINTER) for quarter in range(-200, 201)])
def test_local_days_of_a_column_are_those_of_each_instant(zone: ZoneInfo, shifts: list[tuple[date, timedelta]]) -> None:
    midnights = [datetime(day.year, day.month, day.day, tzinfo=EPOCH.tzinfo) + shift for day, shift in shifts]
    column = pl.Series([(moment - EPOCH) // MICROSECOND for moment in midnights], dtype=pl.Int64)
    outside = Instants(zone).outside(column, SUMMER, WINTER)
    days = [moments.local_day(moment, zone) for moment in midnights]
    assert outside.to_list() == [day is None or not SUMMER <= day <= WINTER for day in days]


def test_a_missing_instant_is_on_no_wrong_day_and_the_calendar_may_end_with_the_window() -> None:
    for zone in ZONES:
        instants = [instant for text in EDGES if (instant := one_by_one(text, zone)) is not None]
        found = Instants(zone).outside(pl.Series([None, *instants], dtype=pl.Int64), date.min, date.max).to_list()
        days = [moments.local_day(EPOCH + instant * MICROSECOND, zone) for instant in instants]
        assert found == [False, *(day is None for day in days)]


@given(st.datetimes(timezones=st.just(EPOCH.tzinfo)))
def test_an_instant_is_written_as_the_results_write_it(moment: datetime) -> None:
    frame = pl.DataFrame({"x": [(moment - EPOCH) // MICROSECOND]})
    assert frame.select(utc_text("x")).item() == moments.utc_text(moment)
