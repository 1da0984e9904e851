"""The audit names every difference between the folder and its log, and changes nothing."""

import os
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from orchestration.custody import CustodyReport, audit, custody_head, deposit
from orchestration.custody.journal import journal_path
from orchestration.storage import GENESIS, sha256_file
from tests.fixtures.tiny import TinyEdition


@pytest.fixture
def folder(tmp_path: Path, tiny: TinyEdition) -> Path:
    return tiny.write(tmp_path / "raw")


def found(report: CustodyReport) -> set[tuple[str, str | None]]:
    return {(problem.code, problem.path) for problem in report.problems}


def test_a_clean_edition_has_no_problem_and_its_head_is_that_of_the_log(folder: Path) -> None:
    report = audit(folder)
    assert report.problems == () and report.head == custody_head(folder)


def test_each_kind_of_damage_is_named_with_its_path(folder: Path) -> None:
    (folder / "candidates.csv").unlink()
    votes = folder / "votes" / "votes.csv"
    votes.write_bytes(votes.read_bytes().replace(b"web", b"wab", 1))
    with (folder / "survey" / "responses.csv").open("ab") as stream:
        stream.write(b"\n")
    (folder / "notes.txt").write_text("unlisted")
    (folder / "audits" / "north" / "extra.csv").write_text("unlisted")
    (folder / "superseded").mkdir()
    (folder / "superseded" / "stray").write_text("unlisted")
    (folder / "link.pem").symlink_to("bailiff.pem")
    os.mkfifo(folder / "pipe")
    assert found(audit(folder)) == {
        ("file_missing", "candidates.csv"),
        ("file_changed", "votes/votes.csv"),
        ("file_changed", "survey/responses.csv"),
        ("file_unlisted", "notes.txt"),
        ("file_unlisted", "audits/north/extra.csv"),
        ("file_unlisted", "superseded/stray"),
        ("file_not_ordinary", "link.pem"),
        ("file_not_ordinary", "pipe"),
    }


def test_every_single_changed_byte_of_a_deposit_is_noticed(folder: Path) -> None:
    path = folder / "survey" / "targets.csv"
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert found(audit(folder)) == {("file_changed", "survey/targets.csv")}


def test_a_deposit_behind_a_link_is_not_in_the_folder(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "votes", tmp_path / "elsewhere")
    (folder / "votes").symlink_to(tmp_path / "elsewhere")
    assert found(audit(folder)) == {("file_not_ordinary", "votes"), ("file_missing", "votes/votes.csv")}


def test_what_the_bailiff_hands_back_is_no_deposit(folder: Path) -> None:
    (folder / "signoffs" / "dossier-signed.pdf").write_bytes(b"%PDF")
    assert audit(folder).problems == ()


def test_signoffs_must_be_a_folder(folder: Path) -> None:
    (folder / "signoffs").rmdir()
    (folder / "signoffs").write_text("a file")
    assert found(audit(folder)) == {("file_unlisted", "signoffs")}


@pytest.mark.parametrize("place", ["corrections.yml", "contests.csv", "votes/late.csv.gz", "organiser.pem"])
def test_an_empty_folder_is_no_deposit(folder: Path, place: str) -> None:
    (folder / place).mkdir()
    assert found(audit(folder)) == {("file_not_ordinary", place)}


def test_superseded_files_are_still_checked(folder: Path, tmp_path: Path) -> None:
    old = next(d for d in audit(folder).current if d.path == "candidates.csv")
    new = tmp_path / "candidates.csv"
    new.write_bytes((folder / "candidates.csv").read_bytes().replace(b"Bahia", b"Baya"))
    deposit(folder, [new], "Organiser", "Nadia", replaces=old.sha256)
    report = audit(folder)
    assert report.problems == ()
    assert [d.path for d in report.deposits if not d.current] == ["candidates.csv"]
    place = f"superseded/{old.sha256}"
    (folder / place).write_bytes(b"something else")
    assert found(audit(folder)) == {("file_changed", place)}
    (folder / place).unlink()
    assert found(audit(folder)) == {("file_missing", place)}


def test_without_a_log_every_file_is_unlisted(folder: Path) -> None:
    files = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "deposits.jsonl"]
    (folder / "deposits.jsonl").unlink()
    report = audit(folder)
    assert report.head == GENESIS and report.deposits == () and report.current == ()
    assert found(report) == {("log_missing", "deposits.jsonl"), *(("file_unlisted", path) for path in files)}


def test_a_log_that_is_a_link_is_named(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "deposits.jsonl", tmp_path / "log")
    (folder / "deposits.jsonl").symlink_to(tmp_path / "log")
    assert found(audit(folder)) == {("file_not_ordinary", "deposits.jsonl")}


def test_a_truncated_log_leaves_files_without_a_line(folder: Path) -> None:
    log = folder / "deposits.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert found(audit(folder)) == {("file_unlisted", "votes/votes.csv")}


def test_a_broken_line_does_not_hide_the_other_problems(folder: Path) -> None:
    log = folder / "deposits.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([lines[0], b"{}\n", *lines[2:]]))
    (folder / "candidates.csv").unlink()
    codes = {code for code, _ in found(audit(folder))}
    assert codes == {"log_malformed", "chain_broken", "file_unlisted", "file_missing"}


def test_an_unfinished_deposit_is_told(folder: Path) -> None:
    journal_path(folder).parent.mkdir()
    journal_path(folder).write_text("{}")
    assert found(audit(folder)) == {("deposit_unfinished", None)}


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert found(audit(tmp_path / "2026")) == {("folder_unreadable", "2026"), ("log_missing", "deposits.jsonl")}


def test_a_file_name_of_any_bytes_is_told_without_effect(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\x1b[2J")).write_text("x")
    (problem,) = audit(folder).problems
    assert problem.code == "file_unlisted" and problem.message.isprintable()


def test_a_deposit_that_vanishes_during_the_audit_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def take_away(path: Path, limit: int | None) -> str:
        if path.name == "candidates.csv":
            path.unlink()
        return sha256_file(path, limit)

    monkeypatch.setattr(import_module("orchestration.custody.audit"), "sha256_file", take_away)
    assert found(audit(folder)) == {("file_unreadable", "candidates.csv")}
