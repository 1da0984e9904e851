"""One run at a time on one edition; a run that is several processes is one run."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.errors import PalmaresError
from orchestration.progress import listening
from orchestration.run import edition_held, edition_is_free, hold_edition, release_edition, turn_held
from orchestration.run import locks as module
from orchestration.settings import Settings
from orchestration.words import say

HOLD = """
import sys
from pathlib import Path
from orchestration.run import hold_edition, locks
from orchestration.settings import Settings
locks.PATIENCE = 0.2
try:
    hold_edition(Settings(Path(sys.argv[1]), Path(sys.argv[1])), "2026", sys.argv[2])
except Exception as error:
    print(error, flush=True)
else:
    print("held", flush=True)
    sys.stdin.read()
"""

TURN = """
import sys, time
from pathlib import Path
from orchestration.run import turn_held
from orchestration.settings import Settings
with turn_held(Settings(Path(sys.argv[1]), Path(sys.argv[1])), 2):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    yield (made := Settings(tmp_path, tmp_path))
    release_edition(made, "2026")


@contextmanager
def another(settings: Settings, run_id: str) -> Iterator[tuple[str, int]]:
    """Another process that takes the edition for a run, what it says first, and its number."""
    words = [sys.executable, "-c", HOLD, str(settings.home), run_id]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield child.stdout.readline().strip(), child.pid
        child.communicate("")


def test_several_processes_of_one_run_hold_its_edition_together_and_no_other_run_gets_in(settings: Settings) -> None:
    run, other = str(uuid.uuid4()), str(uuid.uuid4())
    with another(settings, run) as (first, pid):
        assert first == "held"
        assert hold_edition(settings, "2026", run) is None
        with another(settings, run) as (third, _):
            assert third == "held"
        with another(settings, other) as (refused, _):
            assert f"another run (process {pid}, run {run}" in refused
    assert not edition_is_free(settings, "2026"), "this process holds it still"
    with another(settings, other) as (refused, _):
        assert "being worked on" in refused
    release_edition(settings, "2026")
    assert edition_is_free(settings, "2026")
    assert hold_edition(settings, "2026", other) == run, "who held it last"


def test_two_command_lines_are_two_runs_though_they_call_themselves_alike(settings: Settings) -> None:
    with another(settings, "command line") as (first, _):
        assert first == "held"
        with pytest.raises(PalmaresError, match="being worked on by another run"):
            hold_edition(settings, "2026", "command line")


def test_who_knows_nothing_of_the_door_keeps_others_out_all_the_same(settings: Settings) -> None:
    path = settings.lock_file("2026")
    path.parent.mkdir()
    with FileLock(path), pytest.raises(PalmaresError, match="which did not leave its name"):
        hold_edition(settings, "2026", str(uuid.uuid4()))
    assert not [fd for fd in os.listdir("/proc/self/fd") if _leads(fd) == str(path)], "a descriptor was left open"


def test_a_lock_that_slips_away_between_two_steps_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, asked = module._flock, []

    def once(descriptor: int, kind: int) -> bool:
        asked.append(kind)
        return len(asked) != 2 and flock(descriptor, kind)

    monkeypatch.setattr(module, "_flock", once)
    hold_edition(settings, "2026", "run")
    assert len(asked) == 4


def test_an_owner_that_cannot_be_written_leaves_the_edition_free(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(OSError, match="No space"):
        hold_edition(settings, "2026", "run")
    assert edition_is_free(settings, "2026")


def test_a_block_of_work_gives_back_what_it_took_and_no_more(settings: Settings) -> None:
    assert edition_is_free(settings, "2026")
    with edition_held(settings, "2026", "run"):
        with edition_held(settings, "2026", "run"):
            assert not edition_is_free(settings, "2026")
        assert not edition_is_free(settings, "2026")
        owner = json.loads(settings.lock_file("2026").with_suffix(".owner.json").read_bytes())
        assert (owner["pid"], owner["run_id"]) == (os.getpid(), "run")
    assert edition_is_free(settings, "2026")
    release_edition(settings, "2026")


def test_so_many_turns_are_held_at_once_and_one_whose_holder_is_killed_is_free(settings: Settings) -> None:
    said: list[str] = []
    words = [sys.executable, "-c", TURN, str(settings.home)]
    with turn_held(settings, 2), subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "held\n"

        def hear(what: str, *_: object) -> None:
            said.append(what)
            child.kill()

        with listening(hear), turn_held(settings, 2):
            assert said == [say("turn.waits", turns=2)], "once, however often it looks"
    with listening(lambda what, *_: said.append(what)), turn_held(settings, 1):
        assert len(said) == 1, "nobody waits for what is free"


def _leads(fd: str) -> str | None:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return None
