"""Which files are read: the custody log followed to its end."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.recount.deposits import current_deposits, source_of
from orchestration.recount.errors import CannotRecount


def log(folder: Path, *entries: tuple[str, str, str | None]) -> Path:
    lines = [json.dumps({"path": path, "sha256": sha, "replaces": replaced}) for path, sha, replaced in entries]
    (folder / "deposits.jsonl").write_text("".join(line + "\n" for line in lines))
    return folder


def test_a_replaced_deposit_is_read_no_more(tmp_path: Path) -> None:
    folder = log(
        tmp_path,
        ("candidates.csv", "a", None),
        ("votes/v.csv", "b", None),
        ("votes/v.csv", "c", "b"),
        ("votes/w.ndjson.gz", "d", "c"),
        ("rulebook.yml", "e", None),
        ("bailiff.pem", "f", None),
    )
    deposits = current_deposits(folder)
    assert deposits.paths == ("bailiff.pem", "candidates.csv", "rulebook.yml", "votes/w.ndjson.gz")
    assert deposits.of("votes") == ("votes/w.ndjson.gz",)
    assert deposits.of("certificate") == ("bailiff.pem",)


def test_of_two_deposits_alike_the_one_at_the_same_place_is_replaced(tmp_path: Path) -> None:
    same = [("votes/a.csv", "x", None), ("votes/b.csv", "x", None)]
    assert current_deposits(log(tmp_path, *same, ("votes/b.csv", "y", "x"))).paths == ("votes/a.csv", "votes/b.csv")
    assert current_deposits(log(tmp_path, *same, ("votes/c.csv", "y", "x"))).paths == ("votes/b.csv", "votes/c.csv")


@pytest.mark.parametrize(
    "entries",
    [
        [("votes/v.csv", "a", None), ("votes/v.csv", "b", None)],
        [("votes/v.csv", "a", "zzz")],
        [("votes/v.csv", "a", None), ("votes/v.csv", "b", "a"), ("votes/v.csv", "c", "a")],
        [("../candidates.csv", "a", None)],
        [("/etc/passwd", "a", None)],
        [("votes//v.csv", "a", None)],
        [("votes\\v.csv", "a", None)],
        [("votes/v.exe", "a", None)],
        [("votes/deep/v.csv", "a", None)],
        [("audits/v.csv", "a", None)],
        [("survey/v.xlsx", "a", None)],
        [("notes.txt", "a", None)],
        [(7, "a", None)],
        [("votes/v.csv", "a", 7)],
    ],
)
def test_a_log_that_cannot_be_followed_is_refused(tmp_path: Path, entries: list[Any]) -> None:
    with pytest.raises(CannotRecount):
        current_deposits(log(tmp_path, *entries))


@pytest.mark.parametrize("data", [b"[]\n", b"{\n", b"\xff\n", b"{}\n", b"[" * 100_000 + b"\n"])
def test_a_line_that_is_no_entry_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "deposits.jsonl").write_bytes(data)
    with pytest.raises(CannotRecount, match="line 1"):
        current_deposits(tmp_path)


def test_without_a_log_nothing_is_deposited(tmp_path: Path) -> None:
    with pytest.raises(CannotRecount, match="custody log"):
        current_deposits(tmp_path)


def test_a_file_must_be_there_and_be_no_link(tmp_path: Path) -> None:
    deposits = current_deposits(log(tmp_path, ("candidates.csv", "a", None), ("votes/v.csv", "b", None)))
    with pytest.raises(CannotRecount, match="candidates"):
        deposits.file("candidates.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "v.csv").touch()
    (tmp_path / "candidates.csv").symlink_to(elsewhere / "v.csv")
    with pytest.raises(CannotRecount, match="candidates"):
        deposits.file("candidates.csv")


def test_a_file_behind_a_linked_folder_outside_is_refused(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "edition"
    outside.mkdir()
    folder.mkdir()
    (outside / "v.csv").touch()
    (folder / "votes").symlink_to(outside)
    with pytest.raises(CannotRecount, match="votes"):
        current_deposits(log(folder, ("votes/v.csv", "b", None))).file("votes/v.csv")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("audits/north/a.xlsx", "audits"),
        ("survey/r.parquet", "survey"),
        ("survey/targets.csv", "targets"),
        ("votes/v.csv.gz", "votes"),
        ("corrections.yml", "corrections"),
    ],
)
def test_a_place_tells_what_a_file_holds(path: str, source: str) -> None:
    assert source_of(path) == source
