"""The folder in which a working warehouse is made, before it is moved into place.

Belongs here: that it is on the same disk, is nobody else's, and does not stay behind: a process that was killed cannot
tidy up, so the next one does. What will not stay is not compressed, neither on disk nor in memory.

The locks are on folders themselves (`fcntl`, not `filelock`, which needs a file beside): nothing but the working
warehouse ever stands in its folder, and a folder that is moved or removed takes its lock with it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa


@contextmanager
def folder_beside(work: Path) -> Iterator[Path]:
    """A folder of one's own beside a file, gone afterwards. Those that dead processes left for this file go first.

    The file's own folder is made if it is not there.
    """
    work.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{work.stem}."
    with _locked(work.parent):  # so that nobody takes a folder for abandoned between its making and its lock
        for left in work.parent.glob(f"{prefix}*"):
            if left.is_dir() and _abandoned(left):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=work.parent, prefix=prefix))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


@contextmanager
def unpacked(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Write tables as they are, inside the block: of what is read twice and gone, packing costs more than disk."""
    con.execute("SET force_compression = 'uncompressed'")
    try:
        yield
    finally:
        con.execute("SET force_compression = 'auto'")


@contextmanager
def plain_memory() -> Iterator[None]:
    """Let Arrow take memory from the system's own allocator, inside the block.

    What Arrow has by default gives the blocks of a file back at once, and has the system make new pages for each: an
    eighth of intake went there.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _abandoned(folder: Path) -> bool:
    """Whether no living process holds it: the system frees a lock when its holder ends, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
