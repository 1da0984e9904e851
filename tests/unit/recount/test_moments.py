"""Times as deposited: what is a time, which instant it is, and what is none."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.recount import moments

CASABLANCA = ZoneInfo("Africa/Casablanca")
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-01T09:00", "2025-10-01T08:00:00Z"),
        ("2025-10-01 09:00:30", "2025-10-01T08:00:30Z"),
        ("2025-10-01T09:00:30.9", "2025-10-01T08:00:30Z"),
        ("2025-10-01T09:00:00Z", "2025-10-01T09:00:00Z"),
        ("2025-10-01T09:00:00+01:00", "2025-10-01T08:00:00Z"),
        ("2025-10-01T09:00:00+0130", "2025-10-01T07:30:00Z"),
        ("2025-10-01T09:00:00-02", "2025-10-01T11:00:00Z"),
        ("2025-10-01T09:00:00+14:00", "2025-09-30T19:00:00Z"),
        ("2025-03-10T12:00:00", "2025-03-10T12:00:00Z"),  # Ramadan: UTC+0
        ("2025-02-23T02:30:00", "2025-02-23T01:30:00Z"),  # happened twice: the first, still UTC+1
        ("2024-02-29T12:00", "2024-02-29T11:00:00Z"),
    ],
)
def test_a_time_is_read_as_its_instant(text: str, expected: str) -> None:
    found = moments.instant(text, CASABLANCA)
    assert found is not None and moments.utc_text(found) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-10-01",
        "2025-10-01T9:00",
        "2025-10-01T24:00",
        "2025-10-01T23:60",
        "2025-10-01T23:59:60",
        "2025-02-29T12:00",
        "2025-13-01T12:00",
        "2025-10-01T09:00:00+14:01",
        "2025-10-01T09:00:00+25",
        "2025-10-01T09:00:00+01:60",
        "2025-10-01T09:00:00.1234567891",
        "2025-10-01T09:00:00.",
        "2025-10-01T09:00:00z",
        "2025-10-01T09:00:00 +01:00",
        " 2025-10-01T09:00",
        "2025-10-01T09:00\n",
        "٢٠٢٥-10-01T09:00",
        "0000-01-01T00:00",
        "0001-01-01T00:00+01:00",
        "1e9",
        "2025-04-06T02:30:00",  # the clocks went from 02:00 to 03:00: this never happened
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert moments.instant(text, CASABLANCA) is None


def test_a_fraction_is_kept_to_the_microsecond() -> None:
    found = moments.instant("2025-10-01T09:00:30.000001Z", CASABLANCA)
    assert found == datetime(2025, 10, 1, 9, 0, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize("digits", ["1234569", "12345699", "123456999"])
def test_what_is_finer_than_a_microsecond_is_cut_off(digits: str) -> None:
    found = moments.instant(f"2025-10-01T09:00:30.{digits}+01:00", CASABLANCA)
    assert found == datetime(2025, 10, 1, 8, 0, 30, 123_456, tzinfo=UTC)


@given(
    st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from([CASABLANCA, PARIS])
)
def test_a_local_time_comes_back_as_written_and_is_the_earlier_of_two(local: datetime, zone: ZoneInfo) -> None:
    found = moments.instant(local.isoformat(timespec="microseconds"), zone)
    later = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if found is None:
        assert later.astimezone(zone).replace(tzinfo=None) != local
    else:
        assert found.astimezone(zone).replace(tzinfo=None) == local
        assert found <= later


def test_the_local_day_of_an_instant() -> None:
    assert moments.local_day(datetime(2025, 10, 1, 23, 30, tzinfo=UTC), CASABLANCA) == date(2025, 10, 2)
    # A zone that is ahead of UTC for ever: Morocco's offset after 2026 is the legislator's to say.
    assert moments.local_day(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), ZoneInfo("Asia/Tokyo")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-01", date(2025, 10, 1)),
        ("2025-02-30", None),
        ("20251001", None),
        ("2025-10-01T00:00", None),
        ("", None),
        ("٢٠٢٥-10-01", None),
    ],
)
def test_a_day(text: str, expected: date | None) -> None:
    assert moments.day(text) == expected
