"""A disk that is full, read-only, forbidden or failing, a path where nothing can stand, too many open files, in words.

Belongs here: recognising such a fault in whatever a library makes of it (DuckDB, SQLite and dbt tell it as text), and
the sentence that a person reads instead of a traceback. What must stay whole when it happens is each writer's duty.
"""

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import InputError
from orchestration.storage.files import MissingFile, NotOrdinary, standing_folder
from orchestration.storage.say import say

FAULTS: tuple[tuple[int, str, str], ...] = (
    # error number, what libraries that only speak call it, its words
    (errno.ENOSPC, r"No space left on device|database or disk is full", "full"),
    (errno.EDQUOT, r"Disk quota exceeded", "quota"),
    (errno.EFBIG, r"File too large", "too_large"),
    (errno.EROFS, r"Read-only file system|readonly database", "read_only"),
    (errno.EACCES, r"Permission denied|unable to open database file", "forbidden"),
    (errno.EPERM, r"Operation not permitted", "unchangeable"),
    (errno.EISDIR, r"Is a directory", "folder"),
    (errno.ENOTDIR, r"Not a directory", "no_folder"),
    (errno.ENAMETOOLONG, r"File name too long", "long_name"),
    (errno.ELOOP, r"Too many levels of symbolic links", "circle"),
    (errno.ENFILE, r"Too many open files in system", "all_files"),
    (errno.EMFILE, r"Too many open files", "open_files"),
    (errno.EIO, r"Input/output error|disk I/O error", "fails"),
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
        return InputError(odd.strerror or "", str(odd.filename), say("file.mend"))
    fault = next(filter(None, map(_fault, causes)), None)
    if fault is None:
        return None
    if fault[0] == errno.EIO and _room(home) < LITTLE:
        fault = FAULTS[0]
    what, mend = say(f"disk.{fault[2]}"), say(f"disk.{fault[2]}_mend")
    return InputError(what, next(filter(None, map(_place, causes)), str(home)), mend)


def _fault(error: BaseException) -> tuple[int, str, str] | None:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EEXIST and (place := _place(error)) and not Path(place).is_dir():
        number = errno.ENOTDIR  # how making a folder says that no folder stands there
    return next(
        (fault for fault in FAULTS if number == fault[0] or (number is None and re.search(fault[1], str(error)))),
        None,
    )


def _room(folder: Path) -> int:
    """Bytes that are free on the disk of a folder (or of where it would be)."""
    state = os.statvfs(standing_folder(folder))
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
