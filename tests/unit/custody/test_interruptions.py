"""Killed at any moment, or met by a second process, custody is whole: the deposit happened, or it did not."""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.custody import audit, custody_lock, deposit, read_log, resume
from orchestration.custody.journal import journal_path, side_folder
from orchestration.errors import PalmaresError

CHANGES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "shutil.rmtree"}


def in_child(work: Callable[[], None], kill_at: int | None = None) -> int:
    """Run in a forked process that kills itself (SIGKILL) before its n-th change of the disk; its exit status."""
    pid = os.fork()
    if pid == 0:
        count = 0

        def watch(event: str, _: tuple[object, ...]) -> None:
            nonlocal count
            if event in CHANGES:
                count += 1
                if count == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        if kill_at is not None:
            sys.addaudithook(watch)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def heal(folder: Path) -> bool:
    """What the next deposit does first; whether there was something to do."""
    with custody_lock(folder):
        return resume(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An edition with two deposits, of which one is to be replaced."""
    desk = tmp_path / "desk" / "votes"
    desk.mkdir(parents=True)
    (desk / "a.csv").write_text("old a")
    (desk / "b.csv").write_text("b")
    folder = tmp_path / "raw" / "2026"
    deposit(folder, [desk], "Supplier", "Clerk")
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def contents(folder: Path) -> dict[str, bytes]:
    return {deposit.path: deposit.stored.read_bytes() for deposit in read_log(folder) if deposit.current}


@pytest.mark.slow
def test_killed_before_any_change_of_the_disk_a_replacement_happened_or_did_not(tmp_path: Path, folder: Path) -> None:
    """One kill at each step: after it the audit is clean or says `deposit_unfinished`, and heals to a clean one."""
    new = tmp_path / "votes" / "a.csv"
    new.parent.mkdir()
    new.write_text("new a")
    old = next(d for d in read_log(folder) if d.path == "votes/a.csv")
    before = contents(folder)
    after = {**before, "votes/a.csv": b"new a"}
    keep = tmp_path / "keep"
    shutil.copytree(folder.parent, keep)
    seen: list[str] = []
    for step in range(1, 200):
        shutil.rmtree(folder.parent)
        shutil.copytree(keep, folder.parent)
        status = in_child(lambda: print(deposit(folder, [new], "S", "C", replaces=old.sha256)), kill_at=step)
        codes = {problem.code for problem in audit(folder).problems}
        if status == 0:
            assert codes == set() and contents(folder) == after
            break
        assert status == -signal.SIGKILL
        if journal_path(folder).exists():
            assert "deposit_unfinished" in codes
            assert heal(folder) and contents(folder) == after
            seen.append("healed")
        else:
            assert codes == set() and contents(folder) in (before, after)
            seen.append("before" if contents(folder) == before else "after")
            assert not heal(folder)
        assert audit(folder).problems == ()
        assert b"old a" in everything(folder).values(), "the old bytes are never lost"
        deposit(folder, [new], "S", "C", replaces=old.sha256)  # whoever repeats the call ends in one state
        assert contents(folder) == after and len(read_log(folder)) == 3 and audit(folder).problems == ()
        assert [p.name for p in side_folder(folder).iterdir()] == ["lock"]
    else:
        pytest.fail("the deposit never came to its end")
    assert seen.count("healed") >= 5 and "before" in seen and "after" in seen


@pytest.mark.slow
def test_killed_while_taking_many_files_takes_all_or_none(tmp_path: Path, folder: Path) -> None:
    tree = tmp_path / "delivery" / "audits"
    for firm in "abc":
        (tree / firm).mkdir(parents=True)
        (tree / firm / "phone.csv").write_text(firm)
    keep = tmp_path / "keep"
    shutil.copytree(folder.parent, keep)
    numbers = set()
    for step in range(1, 200):
        shutil.rmtree(folder.parent)
        shutil.copytree(keep, folder.parent)
        status = in_child(lambda: print(deposit(folder, [tree], "S", "C")), kill_at=step)
        heal(folder)
        assert audit(folder).problems == ()
        numbers.add(len(read_log(folder)))
        if status == 0:
            break
    assert numbers == {2, 5}


def test_two_processes_that_deposit_at_once_make_one_log(tmp_path: Path, folder: Path) -> None:
    pids = []
    for name in "wxyz":
        source = tmp_path / name / "votes"
        source.mkdir(parents=True)
        pid = os.fork()
        if pid == 0:
            try:
                for number in range(5):
                    file = source / f"{name}{number}.csv"
                    file.write_text(f"{name} {number}")
                    deposit(folder, [file], "S", name)
                os._exit(0)
            except BaseException:
                os._exit(1)
        pids.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * 4
    assert len(read_log(folder)) == 22 and audit(folder).problems == ()


def test_who_waits_too_long_for_another_process_is_told(folder: Path) -> None:
    with FileLock(side_folder(folder) / "lock"), pytest.raises(PalmaresError, match="another process"):  # noqa: SIM117
        with custody_lock(folder, seconds=0.05):
            pytest.fail("two processes held one lock")


def test_the_step_that_finishes_is_without_effect_when_repeated(tmp_path: Path, folder: Path) -> None:
    tree = tmp_path / "votes"
    tree.mkdir()
    (tree / "c.csv").write_text("c")
    for step in range(1, 200):  # find a kill that leaves a journal
        in_child(lambda: print(deposit(folder, [tree], "S", "C")), kill_at=step)
        if journal_path(folder).exists():
            break
    kept = journal_path(folder).read_bytes()
    assert heal(folder)
    once = everything(folder)
    journal_path(folder).write_bytes(kept)
    assert heal(folder) and everything(folder) == once


def test_a_journal_that_no_longer_fits_the_log_is_told_and_changes_nothing(tmp_path: Path, folder: Path) -> None:
    log = folder / "deposits.jsonl"
    foreign = json.dumps({"head": "f" * 64, "moves": [], "lines": [log.read_text().splitlines()[0]]})
    journal_path(folder).write_text(foreign)
    before = everything(folder)
    with pytest.raises(PalmaresError, match="does not fit the custody log"):
        heal(folder)
    assert everything(folder) == before


def move(**changes: object) -> dict[str, object]:
    return {"path": "votes/a.csv", "sha256": "a" * 64, "staged": "0", "old_path": None, "old_sha256": None, **changes}


@pytest.mark.parametrize(
    "journal",
    [
        b"",
        b"[]",
        b"{}",
        b'{"head": "x"}',
        json.dumps({"head": "x", "moves": [{"path": "../x"}], "lines": []}).encode(),
        json.dumps({"head": "x", "moves": [move(path="../x.csv")], "lines": []}).encode(),
        json.dumps({"head": "x", "moves": [move(old_path="../../x.csv")], "lines": []}).encode(),
        json.dumps({"head": "x", "moves": [move(old_path="votes/a.csv", old_sha256="../x")], "lines": []}).encode(),
        json.dumps({"head": "x", "moves": [move(staged="../../etc/passwd")], "lines": []}).encode(),
        json.dumps({"head": "x", "moves": [move()], "lines": ["{}"]}).encode(),
    ],
)
def test_a_journal_that_somebody_wrote_by_hand_is_refused(folder: Path, journal: bytes) -> None:
    journal_path(folder).write_bytes(journal)
    before = everything(folder)
    with pytest.raises(PalmaresError, match="cannot be understood"):
        heal(folder)
    assert everything(folder) == before


def test_there_is_nothing_to_heal_in_a_whole_edition(folder: Path) -> None:
    assert not heal(folder)
