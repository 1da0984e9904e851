"""The spool: the same rows are found and left, in memory and in files, in however many pieces, shares and parts."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from orchestration.recount import spool
from orchestration.recount.spool import NUMBER, PIECES_AT_ONCE, SCHEMA, Spool, outside

ANY = pl.lit(True)


def row(number: int, key: int, reason: str | None = None) -> pl.DataFrame:
    """One judged row, its hash that of its key."""
    cells = {"vote_id": f"V{number}", "voter_key": f"key_{key}", "candidate_id": f"C{key}", "reason": reason}
    schema = {name: kind for name, kind in SCHEMA.items() if name != "row"}
    return pl.DataFrame([{**cells, "withdrawn": False, "hash_key": key * 0x9E3779B97F4A7C15 % 2**64}], schema=schema)


def spooled(folder: Path, keys: Sequence[int], in_memory: int = 0, hashes_at_once: int = 1000) -> Spool:
    """Each key a row and a piece of its own; every fifth row is set aside."""
    held = Spool(folder, in_memory, hashes_at_once)
    held.begin_file()
    for number, key in enumerate(keys):
        held.add(row(number, key, None if number % 5 else "outside_window"))
    return held


KEYS = [number % 7 if number % 3 else 1000 + number for number in range(60)]
"""Seven keys that stand several times among many that stand once."""
NOT_A_FILE = len(KEYS) + 1


@pytest.mark.parametrize(("in_memory", "to_a_file"), [(0, 1), (0, NOT_A_FILE), (9, 7), (NOT_A_FILE, 1)])
@pytest.mark.parametrize("hashes_at_once", [1000, 8])
@pytest.mark.parametrize("at_once", [1000, 10])
def test_suspects_are_found_whole_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int, to_a_file: int, hashes_at_once: int, at_once: int
) -> None:
    monkeypatch.setattr(spool, "TO_A_FILE", to_a_file)
    held = spooled(tmp_path, KEYS, in_memory, hashes_at_once)
    parts = list(
        held.suspects(
            "hash_key", 4, condition=pl.col("reason").is_null(), at_once=at_once, wanted=("vote_id", "row", "voter_key")
        )
    )
    entered = [(number, key) for number, key in enumerate(KEYS) if number % 5]
    times = Counter(key for _, key in entered)
    expected = [(f"V{number}", number, f"key_{key}") for number, key in entered if times[key] > 4]
    assert 0 < len(expected) < len(entered)
    assert sorted((one for part in parts for one in part.iter_rows()), key=lambda one: one[1]) == expected
    seen = Counter(key for part in parts for key in part["voter_key"].unique())
    assert set(seen.values()) == {1}  # rows of one hash are in one part
    assert len(parts) == 1 if at_once == 1000 else len(parts) > 1
    assert not list(tmp_path.glob("suspect-*"))


@pytest.mark.parametrize("in_memory", [0, 9, NOT_A_FILE])
def test_what_is_left_is_told_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(spool, "TO_A_FILE", 1)
    held = spooled(tmp_path, KEYS, in_memory)
    gone = pl.Series([0, 7, 8, 9, 41, 59], dtype=NUMBER)
    left = pl.concat(held.left(pl.col("reason").is_null(), gone, "row"))
    assert left.to_list() == [number for number in range(60) if number % 5 and number not in gone]
    assert pl.concat(held.left(ANY, held.no_rows(), "candidate_id")).to_list() == [f"C{key}" for key in KEYS]
    assert held.reasons() == {"outside_window": [12]}


@pytest.mark.parametrize("in_memory", [0, 9, NOT_A_FILE])
def test_a_query_is_asked_for_no_more_numbers_than_it_has_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    """A set of all numbers, or of all hashes, would be made for each file that the engine has open."""
    monkeypatch.setattr(spool, "TO_A_FILE", 1)
    held = spooled(tmp_path, KEYS, in_memory)
    asked: list[list[object]] = []
    whole = pl.Expr.is_in

    def counting(self: pl.Expr, other: pl.Expr) -> pl.Expr:
        asked.append(pl.select(other.explode()).to_series().drop_nulls().to_list())
        return whole(self, other)

    lists = [pl.Series(range(start, 60, 3), dtype=NUMBER) for start in range(3)]
    monkeypatch.setattr(pl.Expr, "is_in", counting)
    taken = pl.concat(held._taken(lists, ["row"]))["row"]
    left = pl.concat(held.left(ANY, pl.Series(range(60), dtype=NUMBER), "row"))
    assert taken.to_list() == list(range(60)) and left.is_empty()
    assert sum(map(len, asked)) == 2 * 60 and max(map(len, asked)) == PIECES_AT_ONCE


def test_pieces_without_a_suspect_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "TO_A_FILE", 1)
    held = spooled(tmp_path, [*range(1, 40), 1])
    found = held._taken([pl.Series([0, 39], dtype=NUMBER)], ["row", "voter_key"])
    for place, first in held.places.items():
        if PIECES_AT_ONCE <= first < 40 - PIECES_AT_ONCE:
            place.unlink()
    assert pl.concat(found).rows() == [(0, "key_1"), (39, "key_1")]


def test_files_have_no_numbers_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "TO_A_FILE", 7)
    held = spooled(tmp_path, KEYS, in_memory=9)
    assert "row" not in pl.read_parquet_schema(next(iter(held.places)))
    every = held.lazy().select("row", "voter_key").collect()
    assert every.rows() == [(number, f"key_{key}") for number, key in enumerate(KEYS)]
    assert every.schema["row"] == NUMBER


def test_an_empty_spool_has_no_suspects_and_nothing_left(tmp_path: Path) -> None:
    held = Spool(tmp_path)
    held.add(row(0, 0).clear())
    assert not list(held.suspects("hash_key", 1, condition=ANY, at_once=10, wanted=("row",)))
    assert not list(held.left(ANY, held.no_rows(), "row"))
    assert held.lazy().collect().is_empty()


def test_outside_leaves_what_is_not_gone() -> None:
    frame = pl.DataFrame({"row": pl.Series([5, 1, 9, 3], dtype=NUMBER)})
    assert outside(frame, pl.Series([1, 2, 9], dtype=NUMBER))["row"].to_list() == [5, 3]
    assert outside(frame, pl.Series([], dtype=NUMBER))["row"].to_list() == [5, 1, 9, 3]
