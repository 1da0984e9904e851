"""Times: text to UTC in SQL, held against Python's own reading."""

import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.times import Clock, periods

ZONES = ["Africa/Casablanca", "Europe/Paris", "UTC", "Asia/Kolkata", "America/St_Johns"]
CASABLANCA = ZoneInfo("Africa/Casablanca")
CON = duckdb.connect()
"""One for all texts: opening one costs more than asking it."""
CON.execute("SET TimeZone = 'UTC'")


def utc(texts: list[str], zone: str = "Africa/Casablanca") -> list[tuple[bool, datetime | None]]:
    """Whether each text is a time, and which."""
    CON.execute("CREATE OR REPLACE TABLE cells (place INTEGER, x VARCHAR)")
    CON.execute("INSERT INTO cells SELECT unnest(?), unnest(?)", [list(range(len(texts))), texts])
    clock = Clock(ZoneInfo(zone), 2023, 2027)
    return CON.execute(f"SELECT x_written, x_utc FROM {clock.with_times('cells', ('x',))} ORDER BY place").fetchall()


def by_zoneinfo(local: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant of a local time: the first of two; None when it never happened."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    return moment.replace(tzinfo=None) if moment.astimezone(zone).replace(tzinfo=None) == local else None


@settings(max_examples=40)
@given(st.sampled_from(ZONES), st.lists(st.datetimes(datetime(2023, 1, 2), datetime(2027, 12, 30)), min_size=1))
def test_a_local_time_is_what_zoneinfo_says(zone: str, moments: list[datetime]) -> None:
    found = utc([moment.isoformat() for moment in moments], zone)
    assert found == [(True, by_zoneinfo(moment, ZoneInfo(zone))) for moment in moments]
    written = np.array([(moment - datetime(1970, 1, 1)) // timedelta(microseconds=1) for moment in moments])
    once, told = Clock(ZoneInfo(zone), 2023, 2027).utc_of_local(written)
    for (_, expected), surely, instant in zip(found, once, told, strict=True):
        if surely:
            assert expected is not None
            assert datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(instant)) == expected.replace(tzinfo=UTC)


@settings(max_examples=40)
@given(st.sampled_from(ZONES), st.dates(date(2023, 2, 1), date(2027, 11, 1)), st.integers(0, 40))
def test_between_these_instants_the_local_day_is_one_of_the_window(zone: str, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    opens, closes = Clock(ZoneInfo(zone), 2023, 2027).surely_within(first, last)
    for instant in (opens, closes):
        assert first <= instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() <= last
    assert closes - opens > timedelta(days=days, hours=21)


def test_a_local_time_of_every_day_but_at_changes_is_told_by_columns() -> None:
    clock = Clock(CASABLANCA, 2023, 2027)
    hours = np.arange(0, 24 * 365 * 4) * 3_600_000_000 + 1_672_617_600_000_000
    once, _ = clock.utc_of_local(hours)
    assert 8 <= (~once).sum() <= 16  # an hour or two at each of eight changes


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"])
def test_every_minute_around_each_change_of_clocks_is_what_zoneinfo_says(zone: str) -> None:
    changes = [period.start for period in periods(ZoneInfo(zone), 2024, 2026)][1:]
    minutes = [change + timedelta(minutes=m) for change in changes for m in range(-360, 361, 10)]
    minutes += [moment + timedelta(seconds=s) for moment in changes for s in (-1, 3599, 3600, 7199, 7200)]
    assert utc([m.isoformat() for m in minutes], zone) == [(True, by_zoneinfo(m, ZoneInfo(zone))) for m in minutes]


@pytest.mark.parametrize("zone", ["", "Z", "+01:00"])
def test_what_is_finer_than_a_microsecond_is_cut_off(zone: str) -> None:
    digits = ["1", "123456", "1234569", "12345699", "999999999"]
    hour = 10 if zone == "Z" else 9
    assert utc([f"2025-09-01T10:00:00.{fraction}{zone}" for fraction in digits]) == [
        (True, datetime(2025, 9, 1, hour, 0, 0, micro)) for micro in (100_000, *[123_456] * 3, 999_999)
    ]
    assert utc([f"2025-09-01T10:00:00.1234567891{zone}"]) == [(False, None)]


def test_ramadan_repeats_an_hour_and_skips_one() -> None:
    repeated, skipped = "2025-02-23T02:30:00", "2025-04-06T02:30:00"
    assert utc([repeated]) == [(True, datetime(2025, 2, 23, 1, 30))]  # the first of the two, at +01:00
    assert utc([skipped]) == [(True, None)]
    assert utc([f"{skipped}+01:00"]) == [(True, datetime(2025, 4, 6, 1, 30))]  # with an offset nothing is in doubt


@settings(max_examples=60)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["T", " "]),
    st.booleans(),
)
def test_an_offset_is_applied_as_python_applies_it(moment: datetime, minutes: int, between: str, colon: bool) -> None:
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    text = f"{moment.isoformat(between)}{sign}{hours:02d}{':' if colon else ''}{rest:02d}"
    expected = moment.replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC).replace(tzinfo=None)
    assert utc([text]) == [(True, expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-01T10:00", datetime(2025, 9, 1, 9)),
        ("2025-09-01 10:00:05", datetime(2025, 9, 1, 9, 0, 5)),
        ("2025-09-01T10:00:05.5Z", datetime(2025, 9, 1, 10, 0, 5, 500_000)),
        ("2025-09-01T10:00:05.123456+01", datetime(2025, 9, 1, 9, 0, 5, 123_456)),
        ("2024-02-29T10:00Z", datetime(2024, 2, 29, 10)),
    ],
)
def test_iso_8601_to_the_minute_second_or_fraction_is_read(text: str, expected: datetime) -> None:
    assert utc([text]) == [(True, expected)]


@pytest.mark.parametrize(
    "text",
    [
        *("", "2025-09-01", "01/09/2025 10:00", "2025-02-30T10:00Z", "2025-02-29T10:00", "2025-13-01T10:00"),
        *(
            "2025-09-01T24:00",
            "2025-09-01T10:60",
            "2025-09-01T10:00:60",
            "2025-09-01T10:00:00.1234567891",
            "0000-01-01T00:00",
        ),
        *("2025-09-01T10:00+15:00", "2025-09-01T10:00+14:30", "2025-09-01T10:00+1", "2025-09-01T10:00 +01:00"),
        *(
            "2025-09-01t10:00z",
            "2025-9-1T10:00",
            "٢٠٢٥-09-01T10:00",
            "2025-09-01T10:00\n",
            " 2025-09-01T10:00",
            "now",
            "1e9",
        ),
        *("2025-W36-1T10:00", "2025-09-01T10:00:00,5", "20250901T100000Z", "+2025-09-01T10:00"),
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert utc([text]) == [(False, None)]


@settings(max_examples=40)
@given(st.lists(st.datetimes(datetime(2023, 1, 2), datetime(2027, 12, 30)), min_size=1))
def test_the_local_day_of_an_instant_is_what_zoneinfo_says(moments: list[datetime]) -> None:
    clock = Clock(CASABLANCA, 2023, 2027)
    days = CON.execute(f"SELECT {clock.local_day('m')} FROM (SELECT unnest(?::TIMESTAMP[]) AS m)", [moments]).fetchall()
    assert days == [(moment.replace(tzinfo=UTC).astimezone(CASABLANCA).date(),) for moment in moments]


def test_periods_of_a_zone_follow_each_other_without_a_gap() -> None:
    found = periods(CASABLANCA, 2020, 2025)  # settled years: later ones are predictions of the database
    assert len(found) == 13  # two changes a year
    assert all(
        before.end == after.start and before.offset != after.offset for before, after in itertools.pairwise(found)
    )
