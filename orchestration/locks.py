"""One run at a time on one edition.

Belongs here: the lock that a run holds from its first step to the end of its process, and the words for
whoever finds it taken. Editions never share a lock; publication has one of its own for the chain of releases.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.errors import PalmaresError
from orchestration.settings import Settings

_held: dict[str, FileLock] = {}


def hold_edition(settings: Settings, edition: str, run_id: str) -> None:
    """Take the edition for this process, or say who has it. Taking it again in the same process is nothing new.

    The operating system frees the lock when the process ends, however it ends.
    """
    path = settings.lock_file(edition)
    if str(path) in _held:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    owner = path.with_suffix(".owner.json")
    try:
        lock.acquire(timeout=0)
    except Timeout as taken:
        raise PalmaresError(
            f"edition {edition} is being worked on by another run ({_owner_text(owner)}).\n"
            "  How to mend it: wait until it ends, then start again; nothing was changed."
        ) from taken
    _held[str(path)] = lock
    now = datetime.now(UTC).isoformat(timespec="seconds")
    owner.write_text(json.dumps({"pid": os.getpid(), "run_id": run_id, "since": now}), encoding="utf-8")


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


def _owner_text(owner: Path) -> str:
    try:
        told = json.loads(owner.read_text(encoding="utf-8"))
        return f"process {told['pid']}, run {told['run_id']}, since {told['since']}"
    except (OSError, ValueError, KeyError):
        return "which did not leave its name"
