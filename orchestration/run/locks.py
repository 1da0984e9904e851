"""One run at a time on one edition.

Belongs here: the lock that a run holds from its first step to the end of its process, and the words for
whoever finds it taken. Editions never share a lock; publication has one of its own for the chain of releases, and
so has the server of the UI.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from orchestration.errors import PalmaresError
from orchestration.settings import Settings
from orchestration.storage import read_file, write_atomic
from orchestration.words import say

PATIENCE = 3.0
"""Seconds: a run of the UI that has just ended still holds its edition while its process goes away."""

OWNER_BYTES = 4096

_held: dict[str, FileLock] = {}


def hold_edition(settings: Settings, edition: str, run_id: str) -> str | None:
    """Take the edition for this process, or say who has it. Taking it again in the same process is nothing new.

    The operating system frees the lock when the process ends, however it ends. Returns the run that held it last.
    """
    path = settings.lock_file(edition)
    if str(path) in _held:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    owner = path.with_suffix(".owner.json")
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout as taken:
        raise PalmaresError(say("edition.busy", edition=edition, owner=_owner_text(owner))) from taken
    _held[str(path)] = lock
    last = _owner(owner).get("run_id")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_atomic(owner, json.dumps({"pid": os.getpid(), "run_id": run_id, "since": now}).encode())
    return last


def edition_is_free(settings: Settings, edition: str) -> bool:
    """Whether no process holds the edition now."""
    path = settings.lock_file(edition)
    if not path.exists():
        return True
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True


def release_edition(settings: Settings, edition: str) -> None:
    """Give the edition back before the process ends (the command line does, between its jobs)."""
    if (lock := _held.pop(str(settings.lock_file(edition)), None)) is not None:
        lock.release()


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


def hold_service(settings: Settings, name: str) -> int | None:
    """Take the lock of a long-lived service; None when another process has it.

    Returns the open descriptor, to be handed to the program that serves: the lock is free when both have ended.
    """
    path = settings.lock_file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not `filelock`, which keeps its descriptor to itself: here the child holds the lock too, beyond our own end.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _owner(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_file(path, OWNER_BYTES))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _owner_text(path: Path) -> str:
    told = _owner(path)
    if not {"pid", "run_id", "since"} <= told.keys():
        return "which did not leave its name"
    return f"process {told['pid']}, run {told['run_id']}, since {told['since']}"
