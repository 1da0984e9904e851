"""A disk that is full, read-only, forbidden or failing, or a path where nothing can stand, in words.

Belongs here: recognising such a fault in whatever a library makes of it (DuckDB, SQLite and dbt tell it as text), and
the sentence that a person reads instead of a traceback. What must stay whole when it happens is each writer's duty.
"""

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import InputError
from orchestration.storage.files import MissingFile, NotOrdinary

AGAIN = "then start the same command again: nothing is half done"
ROOM = f"make room on that disk (`df` shows how much there is), {AGAIN}"
WRITABLE = f"let Palmarès write there, or name another folder (PALMARES_HOME, PALMARES_RAW), {AGAIN}"
ELSEWHERE = f"name another place, or move what stands there away, {AGAIN}"
SHORTER = f"name a shorter one, {AGAIN}"
SOUND = f"have the disk looked at (the system's log says more), {AGAIN}"
FAULTS: tuple[tuple[int, str, str, str], ...] = (
    # error number, what libraries that only speak call it, what is wrong, how to mend it
    (errno.ENOSPC, r"No space left on device|database or disk is full", "the disk is full", ROOM),
    (errno.EDQUOT, r"Disk quota exceeded", "the disk quota is used up", ROOM),
    (errno.EFBIG, r"File too large", "the file has grown larger than this disk or account allows", ROOM),
    (errno.EROFS, r"Read-only file system|readonly database", "the disk is read-only", WRITABLE),
    (errno.EACCES, r"Permission denied|unable to open database file", "it may not be read or written", WRITABLE),
    (errno.EPERM, r"Operation not permitted", "it may not be changed", WRITABLE),
    (errno.EISDIR, r"Is a directory", "a folder stands where a file is due", ELSEWHERE),
    (errno.ENOTDIR, r"Not a directory", "a file stands where a folder is due", ELSEWHERE),
    (errno.ENAMETOOLONG, r"File name too long", "the name is longer than this disk allows", SHORTER),
    (errno.ELOOP, r"Too many levels of symbolic links", "links lead in a circle there", ELSEWHERE),
    (errno.EIO, r"Input/output error|disk I/O error", "the disk fails", SOUND),
)
LITTLE = 16 * 1024 * 1024
"""Bytes: with less than this free, SQLite's "disk I/O error" means that there was no room."""
_PLACE = re.compile(r"[\"'](/[^\"'\n]+)[\"']")


def disk_fault(error: BaseException, home: Path) -> InputError | None:
    """The fault of a disk behind an error, as a sentence with its place; None when it is something else.

    `home` is named where the error does not say which file it was.
    """
    causes = list(_causes(error))
    if odd := next((cause for cause in causes if isinstance(cause, NotOrdinary | MissingFile)), None):
        return InputError(str(odd.strerror), str(odd.filename), "put the file itself there, from a backup")
    fault = next(filter(None, map(_fault, causes)), None)
    if fault is None:
        return None
    if fault[0] == errno.EIO and _room(home) < LITTLE:
        fault = FAULTS[0]
    return InputError(fault[2], next(filter(None, map(_place, causes)), str(home)), fault[3])


def _fault(error: BaseException) -> tuple[int, str, str, str] | None:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EEXIST and (place := _place(error)) and not Path(place).is_dir():
        number = errno.ENOTDIR  # how making a folder says that no folder stands there
    return next(
        (fault for fault in FAULTS if number == fault[0] or (number is None and re.search(fault[1], str(error)))),
        None,
    )


def _room(folder: Path) -> int:
    """Bytes that are free on the disk of a folder (or of where it would be)."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    state = os.statvfs(there)
    return state.f_bavail * state.f_frsize


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it, the first cause first."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    yield from reversed(chain)


def _place(error: BaseException) -> str | None:
    if isinstance(error, OSError) and error.filename is not None:
        return os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else None
    match = _PLACE.search(str(error))
    return match[1] if match else None
