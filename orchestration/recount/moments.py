"""Times as deposited, read strictly (SPEC 3): `YYYY-MM-DD[T ]HH:MM[:SS[.f]][Z|±HH[:MM]]`.

Belongs here: text to an instant in UTC, and an instant to a local day. A time without an offset is local in the
rulebook's zone: one that happened twice is read as the first, one that never happened is not a time. A fraction has 1
to 9 digits, and is cut (not rounded) to microseconds.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
TIME = re.compile(
    rf"(?P<minute>{MINUTE})"
    r"(?::(?P<second>[0-5][0-9])(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FARTHEST = timedelta(hours=14)


def instant(text: str, zone: ZoneInfo) -> datetime | None:
    """Read one time; None if it is malformed, not in the calendar, or a local time that never happened."""
    match = TIME.fullmatch(text)
    if match is None:
        return None
    begin = minute_instant(match["minute"], match["offset"] or "", zone)
    if begin is None:
        return None
    fraction = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    return begin + timedelta(seconds=int(match["second"] or 0), microseconds=fraction)


def minute_instant(minute: str, offset: str, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC at which a written minute begins; `offset` as written, empty for a local time."""
    try:
        local = datetime.fromisoformat(minute)
        if not offset:
            moment = local.replace(tzinfo=zone).astimezone(UTC)  # fold=0: the first of a time that happened twice
            return moment if moment.astimezone(zone).replace(tzinfo=None) == local else None
        ahead = _offset(offset)
        return None if ahead is None else local.replace(tzinfo=timezone(ahead)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timedelta | None:
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    ahead = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or ahead > FARTHEST:
        return None
    return ahead if text[0] == "+" else -ahead


def local_day(moment: datetime, zone: ZoneInfo) -> date | None:
    """The local day of an instant; None at the two ends of the calendar, where there is none."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return None


def day(text: str) -> date | None:
    """Read `YYYY-MM-DD`; None if it is malformed or not in the calendar."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def utc_text(moment: datetime) -> str:
    """An instant as the results write it, in whole seconds: 2025-09-01T08:30:00Z."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
