"""Times of votes, read by columns: each is what `moments` reads of it alone."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.recount import moments
from orchestration.recount.votechecks import EPOCH, MICROSECOND, VoteJudge

if TYPE_CHECKING:
    from orchestration.recount.rules import Rules

YEARS = ("0001", "9999", "2025", "2029", "0000", "1969")
DAYS = ("01-01", "12-31", "03-30", "10-26", "04-06", "02-29", "13-01", "10-32")
HOURS = ("00:00", "23:30", "02:59", "01:15", "03:45", "24:00", "10:60")
SECONDS = ("", ":00", ":59", ":60", ":05.1", ":05.123456", ":05.1234567", ":05.")
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
@settings(max_examples=15, deadline=None)
@given(texts=st.lists(WRITTEN | WRITTEN.map(lambda text: text[:-3]) | st.text(max_size=20), max_size=60))
@example(texts=[*EDGES, *TWICE, ""])
@example(texts=[])
def test_times_read_by_columns_are_those_read_one_by_one(zone: ZoneInfo, texts: list[str]) -> None:
    rules = cast("Rules", SimpleNamespace(zone=zone, categories={}))
    judge = VoteJudge(rules, cast("Any", None), {})
    frame = pl.DataFrame({"cast_at": texts}, schema={"cast_at": pl.String})
    for _ in range(2):  # what was read of a piece serves the next
        assert judge._with_instants(frame)["cast_micro"].to_list() == [one_by_one(text, zone) for text in texts]
