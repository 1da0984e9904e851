"""Bytes on disk: the one way to open a file of the house, digests, atomic writes, one JSON form.

Belongs here: small helpers that know nothing of editions.
"""

import errno
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from orchestration.storage.say import say
from orchestration.units import MIB
from orchestration.words import Sentence

CHUNK = MIB
"""Bytes that are read at once, of what is read in pieces."""
WHOLE = 256 * MIB
"""Bytes: no file that is read into memory at once is larger, unless its reader says so."""
STREAMED = 16 << 30
"""Bytes: no file of the house's own making that is read in pieces is larger."""


class NotOrdinary(OSError):
    """What stands at a path cannot be read as a file of the house: it is no file, or larger than any of its kind.

    An OSError, so that whoever reads a file says this as it says of a file that cannot be read.
    """

    def __init__(self, what: str, path: Path) -> None:
        super().__init__(errno.EINVAL, what, str(path))


class MissingFile(FileNotFoundError):
    """A file that the house reads is not there, or a link leads nowhere."""


@contextmanager
def open_ordinary(path: Path, limit: int | None = STREAMED) -> Iterator[IO[bytes]]:
    """Open a file for reading: an ordinary one of at most `limit` bytes (None: of any size), else NotOrdinary.

    A pipe is not waited for, and a device never read. A link is followed: what it leads to is judged.
    """
    with os.fdopen(_descriptor(path), "rb") as stream:
        if limit is not None and os.fstat(stream.fileno()).st_size > limit:
            raise NotOrdinary(_too_large(limit), path)
        yield stream


def read_file(path: Path, limit: int = WHOLE) -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes; OSError (NotOrdinary) otherwise."""
    with open_ordinary(path, limit) as stream:
        data = stream.read(limit + 1)  # it may have grown since it was measured
    if len(data) > limit:
        raise NotOrdinary(_too_large(limit), path)
    return data


def check_ordinary(path: Path) -> None:
    """NotOrdinary unless the path is a readable ordinary file. For libraries that open files by name themselves."""
    os.close(_descriptor(path))


def check_lock(path: Path) -> None:
    """NotOrdinary for a lock that is a link, or no file. Whoever takes a lock opens it to write, wherever it leads."""
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        raise NotOrdinary(say("file.odd_lock"), path)


def _descriptor(path: Path) -> int:
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. Ordinary files do not know it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise MissingFile(errno.ENOENT, say("file.absent"), str(path)) from error
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENODEV):
            raise NotOrdinary(say("file.odd"), path) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotOrdinary(say("file.odd"), path)
    return descriptor


def _too_large(limit: int) -> Sentence:
    return say("file.large", most=str(limit // MIB))


def sha256_bytes(data: bytes) -> str:
    """SHA-256 of bytes, in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path, limit: int | None = STREAMED) -> str:
    """SHA-256 of an ordinary file of at most `limit` bytes (None: of any size), read in pieces."""
    digest = hashlib.sha256()
    with open_ordinary(path, limit) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def standing_folder(path: Path) -> Path:
    """The path if it exists, otherwise the nearest folder above it that does: where it would be made."""
    return next(place for place in (path, *path.parents) if place.exists())


def sync_dir(folder: Path) -> None:
    """Make renames in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(folder: Path) -> None:
    """Take from every file of a folder the right to be written, and bring all of it to disk, the folder last."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(path.stat().st_mode & 0o444)
        sync_dir(path)  # fsync works on a read-only handle, files too
    sync_dir(folder)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never a part, even after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException as error:
        if isinstance(error, OSError):  # a full disk does not say for which file, others name the temporary one
            error.filename = str(path)
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_dir(path.parent)


def canonical_json(value: Any) -> bytes:
    """The one JSON form that is hashed: sorted keys, no blanks, UTF-8, no NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
