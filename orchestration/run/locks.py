"""One run at a time on one edition.

Belongs here: the lock that a run holds from its first step to the end of its process, the words for whoever finds
it taken, and the turns in which the command line computes. Editions never share a lock; publication has one of its
own for the chain of releases, and so has the server of the UI.

Assets that are launched by hand in the UI are one run in several processes. All of them hold the lock: shared among
the processes of a run, which its id tells, closed to every other. Who comes first, and who comes after, is settled
under a second lock that is held for a moment.
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import Timeout

from orchestration.errors import PalmaresError
from orchestration.progress import report
from orchestration.settings import Settings
from orchestration.storage import check_lock, locked, read_file, write_atomic
from orchestration.words import Sentence, say

PATIENCE = 3.0
"""Seconds: a run of the UI that has just ended still holds its edition while its process goes away."""

LOOK_AGAIN = 0.25
"""Seconds after which whoever waits for a turn asks for one again."""

YOUNG = timedelta(minutes=5)
"""So long a run may take from its launch to its first step, in which it takes its edition."""

OWNER_BYTES = 4096

OF_DAGSTER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A run's own id. What the command line calls itself is no one's own: two of its processes are two runs."""

_held: dict[str, int] = {}
"""Open descriptors by the lock's path: closing one gives the lock back."""


def hold_edition(settings: Settings, edition: str, run_id: str) -> str | None:
    """Take the edition for this process, or say who has it. Taking it again in the same process is nothing new, and
    neither is taking it in another process of the same run.

    The operating system frees the lock when the process ends, however it ends. Returns the run that held it last.
    """
    path = settings.lock_file(edition)
    if str(path) in _held:
        return None
    check_lock(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + PATIENCE
    while (taken := _take(path, run_id)) is None:
        if time.monotonic() >= deadline:
            raise PalmaresError(say("edition.busy", edition=edition, owner=_owner_text(_owner_file(path))))
        time.sleep(0.05)
    _held[str(path)], last = taken
    return last


def _take(path: Path, run_id: str) -> tuple[int, str | None] | None:
    """The open descriptor of a lock now held, and the run that held it last; None while another run has it."""
    owner = _owner_file(path)
    with locked(path.with_suffix(".door")):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            before = _owner(owner).get("run_id")
            if _flock(descriptor, fcntl.LOCK_EX):
                now = datetime.now(UTC).isoformat(timespec="seconds")
                write_atomic(owner, json.dumps({"pid": os.getpid(), "run_id": run_id, "since": now}).encode())
            elif before != run_id or not OF_DAGSTER.fullmatch(run_id):
                os.close(descriptor)
                return None
            # Alone for a moment to write the owner, then shared: other processes of this run are to hold it too.
            if not _flock(descriptor, fcntl.LOCK_SH):
                os.close(descriptor)  # somebody who does not know the door had it for a moment
                return None
        except BaseException:
            os.close(descriptor)
            raise
    return descriptor, None if before == run_id else before


def _flock(descriptor: int, kind: int) -> bool:
    # Not `filelock`, which knows no shared lock: the processes of one run hold an edition together.
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def edition_is_free(settings: Settings, edition: str) -> bool:
    """Whether no process holds the edition now."""
    return service_is_free(settings, edition)


def service_is_free(settings: Settings, name: str) -> bool:
    """Whether no process holds the lock of this name now."""
    path = settings.lock_file(name)
    if not path.exists():
        return True
    check_lock(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        return _flock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def last_holder(settings: Settings, edition: str) -> str | None:
    """The id of the run that held the edition last, or holds it now; None when none left its name."""
    run_id = _owner(_owner_file(settings.lock_file(edition))).get("run_id")
    return run_id if isinstance(run_id, str) else None


def release_edition(settings: Settings, edition: str) -> None:
    """Give the edition back before the process ends (the command line does, between its jobs)."""
    if (descriptor := _held.pop(str(settings.lock_file(edition)), None)) is not None:
        os.close(descriptor)


@contextmanager
def edition_held(settings: Settings, edition: str, run_id: str) -> Iterator[None]:
    """Hold the edition for a block of work."""
    already = str(settings.lock_file(edition)) in _held
    hold_edition(settings, edition, run_id)
    try:
        yield
    finally:
        if not already:
            release_edition(settings, edition)


@contextmanager
def turn_held(settings: Settings, turns: int) -> Iterator[None]:
    """Hold one of so many turns of this state folder for a block of work; wait, and say so, while all are taken.

    Twenty editions at once on two cores cost a third more than one after the other: what a core remembers is another's.
    """
    paths = [settings.lock_file(f"turn-{number}") for number in range(1, turns + 1)]
    with ExitStack() as held:
        if not _first_free(paths, held):
            report(say("turn.waits", turns=turns))
            while not _first_free(paths, held):
                time.sleep(LOOK_AGAIN)
        yield


def _first_free(paths: Sequence[Path], held: ExitStack) -> bool:
    """Whether one of these locks was free, and is now held."""
    for path in paths:
        with suppress(Timeout):
            held.enter_context(locked(path, seconds=0))
            return True
    return False


def hold_service(settings: Settings, name: str) -> int | None:
    """Take the lock of a long-lived service; None when another process has it.

    Returns the open descriptor, to be handed to the program that serves: the lock is free when both have ended.
    """
    path = settings.lock_file(name)
    check_lock(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not `filelock`, which keeps its descriptor to itself: here the child holds the lock too, beyond our own end.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if not _flock(descriptor, fcntl.LOCK_EX):
        os.close(descriptor)
        return None
    return descriptor


def _owner_file(path: Path) -> Path:
    return path.with_suffix(".owner.json")


def _owner(path: Path) -> dict[str, Any]:
    try:
        owner = json.loads(read_file(path, OWNER_BYTES))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _owner_text(path: Path) -> Sentence:
    owner = _owner(path)
    if not {"pid", "run_id", "since"} <= owner.keys():
        return say("holder.nameless")
    return say("holder.owner", pid=owner["pid"], run_id=owner["run_id"], since=owner["since"])
