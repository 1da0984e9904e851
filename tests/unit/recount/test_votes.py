"""Votes: what is set aside, the three rules in their order, and that no format, order or hash changes a count."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.recount import CannotRecount, Recount, blocks, spool, votes
from tests.fixtures.tiny import Row, TinyEdition
from tests.unit.recount.recount_ground import count_again, quarantined, used


def votes_only(tiny: TinyEdition) -> TinyEdition:
    """The edition as a vote and nothing else, which is quicker to write and read."""
    tiny.rulebook["components"] = {"audit": 0, "survey": 0, "vote": 10000}
    tiny.rulebook["tie_break"] = ["vote"]
    for key in ("channels", "grids", "survey"):
        del tiny.rulebook[key]
    tiny.audits, tiny.survey, tiny.targets = {}, None, None
    return tiny


def counts(found: Recount) -> dict[str, int]:
    return {row["candidate_id"]: row["observations"] for row in found.tables["fct_component_mark"]}  # type: ignore[misc]


def vote(tiny: TinyEdition, vote_id: str) -> Row:
    return next(one for one in tiny.votes or [] if one["vote_id"] == vote_id)


BASE = {"atlas-hotels": 11, "bahia-hotels": 9, "atlas-banks": 12, "cedre-banks": 8}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"vote_id": ""}, "malformed_value"),
        ({"vote_id": "V 1"}, "malformed_value"),
        ({"vote_id": "a..b"}, "malformed_value"),
        ({"vote_id": "V1\n"}, "malformed_value"),
        ({"voter_key": ""}, "malformed_value"),
        ({"voter_key": "=1+1"}, "malformed_value"),
        ({"ip_hash": "x" * 129}, "malformed_value"),
        ({"category_id": ""}, "malformed_value"),
        ({"category_id": "bakeries"}, "unknown_category"),
        ({"candidate_id": ""}, "malformed_value"),
        ({"candidate_id": "nobody"}, "unknown_candidate"),
        ({"candidate_id": "atlas-banks", "category_id": "hotels"}, "category_mismatch"),
        ({"channel": "1"}, "malformed_value"),
        ({"cast_at": ""}, "malformed_value"),
        ({"cast_at": "2025-10-02"}, "malformed_value"),
        ({"cast_at": "2025-10-02T10:00:60+01:00"}, "malformed_value"),
        ({"cast_at": "2025-10-02T10:00:00+15:00"}, "malformed_value"),
        ({"cast_at": "2025-02-30T10:00:00Z"}, "malformed_value"),
        ({"cast_at": "2025-10-01T08:59:59.999999+01:00"}, "outside_window"),
        ({"cast_at": "2025-10-31T23:59:59.000001+01:00"}, "outside_window"),
        ({"cast_at": "9999-12-31T23:59:59Z"}, "outside_window"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_vote_that_cannot_be_used_is_set_aside(
    tmp_path: Path, tiny: TinyEdition, cells: Row, reason: str, form: str
) -> None:
    one = vote(votes_only(tiny), "V001")
    candidate = one["candidate_id"]
    one.update(cells)
    found = count_again(tiny, tmp_path, votes=form)
    expected = "unreadable_row" if form == "csv" and "\n" in "".join(cells.values()) else reason
    assert quarantined(found, "votes") in ({expected: 1}, {expected: 2})  # a broken line is two lines
    assert counts(found) == {**BASE, candidate: BASE[candidate] - 1}


@pytest.mark.parametrize(
    "cells",
    [
        {"cast_at": "2025-10-01T09:00:00+01:00"},
        {"cast_at": "2025-10-31T22:59:59Z"},
        {"cast_at": "2025-10-31 23:59"},
        {"vote_id": "a:b/c#d@e.f-_", "ip_hash": "0", "channel": "sms"},
    ],
)
def test_a_vote_at_the_edge_of_what_is_allowed_counts(tmp_path: Path, tiny: TinyEdition, cells: Row) -> None:
    vote(votes_only(tiny), "V001").update(cells)
    assert counts(count_again(tiny, tmp_path)) == BASE


@pytest.mark.parametrize("column", ["voter_key", "ip_hash"])
@pytest.mark.parametrize(
    "value",
    ["someone@example.org", "+212 612-345678", "0612345678", "00212612345678", "AB123456", "10.0.0.1", "2001:db8::1"],
)
def test_personal_data_refuses_the_file_and_is_never_repeated(
    tmp_path: Path, tiny: TinyEdition, column: str, value: str
) -> None:
    vote(votes_only(tiny), "V003")[column] = value
    with pytest.raises(CannotRecount) as refused:
        count_again(tiny, tmp_path)
    text = str(refused.value)
    assert column in text and "line 4" in text and "votes/votes.csv" in text
    assert value not in text


def test_a_text_that_is_no_time_is_no_instant_however_it_reads(tmp_path: Path, tiny: TinyEdition) -> None:
    original = vote(votes_only(tiny), "V001")
    original["cast_at"] = "2025-10-05T10:00Z"
    micro = 1_759_658_400_000_000
    tiny.votes = [*(tiny.votes or []), {**original, "cast_at": f"={micro}"}]
    assert quarantined(count_again(tiny, tmp_path), "votes") == {"conflicting_rows": 1, "malformed_value": 1}


def test_a_vote_deposited_twice_counts_once_and_two_versions_of_it_never(tmp_path: Path, tiny: TinyEdition) -> None:
    original = vote(votes_only(tiny), "V001")
    utc = original["cast_at"].replace("T", " ")
    twin = {**original, "cast_at": utc}
    tiny.votes = [twin, *(tiny.votes or []), dict(original)]
    found = count_again(tiny, tmp_path)
    assert quarantined(found, "votes") == {"duplicate_row": 2} and counts(found) == BASE
    for column, other in (
        ("voter_key", "k1"),
        ("category_id", "x"),
        ("candidate_id", "x"),
        ("cast_at", "2025-10-03T10:00:00Z"),
        ("cast_at", "x"),
        ("channel", "x"),
        ("ip_hash", "k2"),
    ):
        twin.update(original)
        twin[column] = other
        reasons = quarantined(count_again(tiny, tmp_path), "votes")
        assert reasons.pop("conflicting_rows") >= 2 and sum(reasons.values()) <= 1, column


def test_the_same_vote_in_two_files_is_one_vote(tmp_path: Path, tiny: TinyEdition) -> None:
    original = vote(votes_only(tiny), "V001")
    header = ",".join(original) + "\n"
    tiny.extra = {"votes/again.csv": (header + ",".join(original.values()) + "\n").encode()}
    found = count_again(tiny, tmp_path)
    assert counts(found) == BASE
    assert [file.quarantined for file in found.files if file.source == "votes"] == [{}, {"duplicate_row": 1}]


def test_the_first_or_last_vote_of_a_key_is_kept(tmp_path: Path, tiny: TinyEdition) -> None:
    first = vote(votes_only(tiny), "V001")
    at = first["cast_at"]
    rival = next(name for name in BASE if name != first["candidate_id"] and name.endswith(first["category_id"]))
    later = {**first, "vote_id": "W1", "candidate_id": rival, "cast_at": "2025-10-30T10:00:00Z", "ip_hash": "k1"}
    same_time = {**first, "vote_id": "V0009", "candidate_id": rival, "cast_at": at, "ip_hash": "k2"}
    elsewhere = {**first, "vote_id": "W2", "category_id": "", "ip_hash": "k3"}
    tiny.votes = [later, *(tiny.votes or []), elsewhere]
    found = count_again(tiny, tmp_path)
    assert used(found, "votes") == {"repeated_vote": 1} and counts(found) == BASE
    tiny.rulebook["vote"]["keep"] = "last"
    swapped = {**BASE, first["candidate_id"]: BASE[first["candidate_id"]] - 1, rival: BASE[rival] + 1}
    assert counts(count_again(tiny, tmp_path)) == swapped
    tiny.rulebook["vote"]["keep"] = "first"
    tiny.votes.append(same_time)  # at the same instant the lower vote_id is the first
    assert counts(count_again(tiny, tmp_path)) == swapped


def test_one_per_may_be_any_key(tmp_path: Path, tiny: TinyEdition) -> None:
    for one in votes_only(tiny).votes or []:
        one["channel"] = "web"
    tiny.rulebook["vote"]["one_per"] = ["channel", "candidate_id"]
    assert counts(count_again(tiny, tmp_path)) == dict.fromkeys(BASE, 1)


def burst(tiny: TinyEdition, times: list[str], **cells: str) -> TinyEdition:
    """Votes of fresh voters from one address at these times, for atlas-hotels."""
    tiny.votes = [
        *(tiny.votes or []),
        *(
            {
                "vote_id": f"B{number}",
                "voter_key": f"key_{number}",
                "category_id": "hotels",
                "candidate_id": "atlas-hotels",
                "cast_at": time,
                "channel": "web",
                "ip_hash": "one_address",
                **cells,
            }
            for number, time in enumerate(times)
        ),
    ]
    return tiny


@pytest.mark.parametrize(
    ("times", "left_out"),
    [
        (["10:00:00", "10:10:00", "10:59:59"], 0),
        (["10:00:00", "10:10:00", "10:20:00", "10:59:59.999999"], 4),
        (["10:00:00", "10:10:00", "10:20:00", "11:00:00"], 0),
        (["10:00:00"] * 5 + ["11:30:00"] * 3, 5),
    ],
)
def test_a_burst_of_one_address_in_a_clock_hour_is_excluded_whole(
    tmp_path: Path, tiny: TinyEdition, times: list[str], left_out: int
) -> None:
    edition = burst(votes_only(tiny), [f"2025-10-10T{time}Z" for time in times])
    found = count_again(edition, tmp_path)
    assert used(found, "votes") == ({"burst": left_out} if left_out else {})
    assert counts(found) == {**BASE, "atlas-hotels": 11 + len(times) - left_out}
    edition.rulebook["vote"]["burst"]["action"] = "flag"
    assert counts(count_again(edition, tmp_path)) == {**BASE, "atlas-hotels": 11 + len(times)}
    del edition.rulebook["vote"]["burst"]
    assert used(count_again(edition, tmp_path), "votes") == {}


def test_the_rules_apply_one_after_the_other(tmp_path: Path, tiny: TinyEdition) -> None:
    times = ["2025-10-10T10:00:00Z"] * 3
    edition = burst(votes_only(tiny), times)
    withdrawn = {**vote(tiny, "B0"), "vote_id": "B9", "voter_key": "k9", "candidate_id": "bahia-hotels"}
    edition.votes = [*(edition.votes or []), withdrawn]
    assert used(count_again(edition, tmp_path), "votes") == {"burst": 4}
    edition.withdraw("bahia-hotels")  # its votes are gone before the burst is counted: three are no burst
    assert used(count_again(edition, tmp_path), "votes") == {"withdrawn": 10}
    # a burst is gone before one vote of each key is kept: the later vote of that voter counts
    edition = burst(votes_only(TinyEdition()), [*["2025-10-10T10:00:00Z"] * 4, "2025-10-11T10:00:00Z"])
    vote(edition, "B4")["voter_key"] = "key_0"
    found = count_again(edition, tmp_path)
    assert used(found, "votes") == {"burst": 4} and counts(found)["atlas-hotels"] == 12
    # and a row that is set aside makes no burst
    edition = burst(votes_only(TinyEdition()), ["2025-10-10T10:00:00Z"] * 4)
    vote(edition, "B3")["vote_id"] = "B2"
    assert used(count_again(edition, tmp_path), "votes") == {}


def test_the_mark_is_the_share_of_the_leader_or_of_the_category(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(votes_only(tiny), tmp_path)
    marks = {row["candidate_id"]: row["mark_micro"] for row in found.tables["fct_component_mark"]}
    assert (marks["atlas-hotels"], marks["bahia-hotels"]) == (20_000_000, 16_363_636)
    tiny.rulebook["vote"]["mark"] = "share_of_category"
    found = count_again(tiny, tmp_path)
    marks = {row["candidate_id"]: row["mark_micro"] for row in found.tables["fct_component_mark"]}
    assert (marks["atlas-hotels"], marks["bahia-hotels"]) == (11_000_000, 9_000_000)
    tiny.votes = [one for one in tiny.votes or [] if one["category_id"] == "hotels"]
    found = count_again(tiny, tmp_path)
    assert {row["mark_micro"] for row in found.tables["fct_component_mark"] if "banks" in str(row["candidate_id"])} == {
        0
    }


def plainly_counted(rows: list[Row], limit: int, keep: str) -> Counter[str]:
    """The three rules written as a person would with cards on a table; all candidates entered, all rows valid."""
    unique: dict[str, list[Row]] = {}
    for one in rows:
        unique.setdefault(one["vote_id"], []).append(one)
    left = [same[0] for same in unique.values() if all(one == same[0] for one in same)]
    hours = Counter((one["ip_hash"], one["cast_at"][:13]) for one in left)
    left = [one for one in left if hours[one["ip_hash"], one["cast_at"][:13]] <= limit]
    left.sort(key=lambda one: (one["cast_at"], one["vote_id"]), reverse=keep == "last")
    kept: dict[tuple[str, str], Row] = {}
    for one in left:
        kept.setdefault((one["voter_key"], one["category_id"]), one)
    return Counter(one["candidate_id"] for one in kept.values())


VOTE = st.fixed_dictionaries(
    {
        "vote_id": st.integers(0, 12).map(lambda n: f"V{n}"),
        "voter_key": st.integers(0, 4).map(lambda n: f"key_{n}"),
        "candidate_id": st.sampled_from(sorted(BASE)),
        "cast_at": st.tuples(st.integers(10, 11), st.integers(0, 2)).map(lambda t: f"2025-10-10T{t[0]}:0{t[1]}:00Z"),
        "ip_hash": st.integers(0, 2).map(lambda n: f"address_{n}"),
    }
)


def full(one: Row) -> Row:
    return {**one, "category_id": one["candidate_id"].rpartition("-")[2], "channel": "web"}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VOTE.map(full), max_size=40), st.sampled_from(["first", "last"]), st.sampled_from(["csv", "ndjson.gz"]))
def test_any_votes_are_counted_as_a_person_would(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], keep: str, form: str
) -> None:
    edition = votes_only(TinyEdition())
    edition.rulebook["vote"]["keep"] = keep
    edition.votes = rows or None
    found = count_again(edition, tmp_path_factory.mktemp("votes"), votes=form)
    expected = plainly_counted(rows, 3, keep)
    assert counts(found) == {name: expected[name] for name in BASE}


def many(number: int) -> list[Row]:
    """Random votes with every kind of repeat, from one seed."""
    chance = random.Random(7)
    rows = []
    for n in range(number):
        candidate = chance.choice(sorted(BASE))
        rows.append(
            full(
                {
                    "vote_id": f"V{chance.randrange(number * 3) if n % 10 == 0 else number * 3 + n}",
                    "voter_key": f"key_{chance.randrange(number)}",
                    "candidate_id": candidate,
                    "cast_at": f"2025-10-{chance.randrange(2, 30):02d}T{chance.randrange(24):02d}:0{n % 10}:00Z",
                    "ip_hash": f"address_{chance.randrange(number // 40)}",
                }
            )
        )
    return rows


def test_memory_files_formats_order_and_colliding_hashes_change_nothing(
    tmp_path: Path, tiny: TinyEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = votes_only(tiny)
    edition.rulebook["vote"]["burst"]["max_per_ip_hour"] = 1
    edition.votes = many(2000)
    base = count_again(edition, tmp_path)
    assert counts(base) == plainly_counted(edition.votes, 1, "first")
    assert set(used(base, "votes")) == {"burst", "repeated_vote"}
    for form in ("csv.gz", "ndjson", "parquet"):
        assert count_again(edition, tmp_path, votes=form).tables == base.tables
    edition.votes = random.Random(3).sample(edition.votes, len(edition.votes))
    assert count_again(edition, tmp_path).tables == base.tables
    monkeypatch.setattr(spool, "IN_MEMORY", 0)
    monkeypatch.setattr(votes, "AT_ONCE", 50)
    monkeypatch.setattr(blocks, "BLOCK", 2**14)
    monkeypatch.setattr(votes, "Spool", lambda folder: spool.Spool(folder, in_memory=0, hashes_at_once=300))
    for rows in (spool.TO_A_FILE, 1, 1500):  # no file, one a piece, some of them in files
        monkeypatch.setattr(spool, "TO_A_FILE", rows)
        assert count_again(edition, tmp_path).tables == base.tables
    monkeypatch.setattr(pl.Expr, "hash", lambda self: pl.lit(7, dtype=pl.UInt64))
    assert count_again(edition, tmp_path).tables == base.tables


def test_an_edition_without_votes_or_with_empty_files_counts_none(tmp_path: Path, tiny: TinyEdition) -> None:
    votes_only(tiny).votes = None
    assert counts(count_again(tiny, tmp_path)) == dict.fromkeys(BASE, 0)
    header = b"vote_id,voter_key,category_id,candidate_id,cast_at,channel,ip_hash\n"
    tiny.extra = {"votes/v.csv": header, "votes/w.ndjson": b"", "votes/x.csv": header + b"a,b\n"}
    found = count_again(tiny, tmp_path)
    assert counts(found) == dict.fromkeys(BASE, 0)
    assert quarantined(found, "votes") == {"unreadable_row": 1}


def test_progress_is_told_in_bytes(tmp_path: Path, tiny: TinyEdition) -> None:
    from orchestration.recount import recount

    told: list[tuple[Any, ...]] = []
    recount(votes_only(tiny).write(tmp_path), progress=lambda *said: told.append(said))
    assert told[-1][0] == "votes" and told[-1][1] == told[-1][2] > 0
