"""Copies of a small edition are other tests and other votes; the bare question sees every row of their files."""

from pathlib import Path

import polars as pl

from benchmarks import copies
from benchmarks.copies import more_votes
from benchmarks.fieldwork import bare
from orchestration.custody import audit
from orchestration.sample.vote_files import PARQUET
from orchestration.settings import PROJECT_DIR

SHIPPED = PROJECT_DIR / "raw" / "2026"


def test_the_bare_question_sees_the_shipped_tests_and_answers() -> None:
    seen = bare(SHIPPED, 2)
    assert seen["tests"] > 5_000 and seen["answers"] > 5_000


def test_votes_that_are_copied_have_ids_voters_and_addresses_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "2030"
    (folder / "votes").mkdir(parents=True)
    keys = pl.Series(["0123456789abcdef", "f0", "00"])
    votes = pl.DataFrame({"vote_id": ["V1", "V2", "V3"], "voter_key": keys, "ip_hash": keys, "channel": "app"})
    votes.write_parquet(folder / PARQUET)
    more_votes(folder, 5)
    made = [pl.read_parquet(folder / PARQUET.with_stem(f"application-{number}")) for number in (1, 2)]
    assert made[0].rows() == [
        ("V1-V1", "123456789abcdef0", "123456789abcdef0", "app"),
        ("V1-V2", "01", "01", "app"),
        ("V1-V3", "11", "11", "app"),
    ]
    assert made[1]["vote_id"].to_list() == ["V2-V1", "V2-V2"]
    assert {deposit.path for deposit in audit(folder).current} == {f"votes/application-{n}.parquet" for n in (1, 2)}


def test_copies_of_tests_say_no_id_twice_and_leave_out_what_is_spoilt(tmp_path: Path) -> None:
    place = tmp_path / "audits" / "firm" / "phone.csv"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"test_id,rechecks,tone\nZE-PHONE-00001,,3\nZE-PHONE-00002,ZE-PHONE-00001,\nX,,1\n" + b"\xe9\n")
    frame = copies._read(place)
    assert frame is not None
    copies._write(tmp_path / "more.csv", frame, 2)
    assert (tmp_path / "more.csv").read_text().splitlines() == [
        "test_id,rechecks,tone",
        *("ZE-PHONE-00001-0,,3", "ZE-PHONE-00002-0,ZE-PHONE-00001-0,"),
        *("ZE-PHONE-00001-1,,3", "ZE-PHONE-00002-1,ZE-PHONE-00001-1,"),
    ]
    assert copies._read(SHIPPED / "survey" / "targets.csv") is None
