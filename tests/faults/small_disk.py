"""A file system of a few megabytes, to be filled up or made read-only: a real one, whose errors are the system's own.

Belongs here: mounting it, and how much room is left on it. Where this user may not mount, the tests say so and skip.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = 160
"""Mebibytes: two copies of the tiny edition's whole line, and a published version more in the making."""
PAGE = 4096


class SmallDisk:
    """A mounted tmpfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def leave(self, room: int) -> None:
        """Fill it up until so many bytes are left."""
        filler = self.folder / "filler"
        filler.unlink(missing_ok=True)
        statistics = os.statvfs(self.folder)
        pages = statistics.f_bavail * statistics.f_frsize // PAGE - room // PAGE
        with filler.open("wb") as stream:
            for _ in range(max(0, pages)):
                stream.write(b"\1" * PAGE)

    def make_room(self) -> None:
        """Take away what fills it up."""
        (self.folder / "filler").unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A disk of its own at `folder`; skips the test, with the reason, where it cannot be."""
    folder.mkdir(parents=True)
    _mount("-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that nobody may write to, root included, for a block of work."""
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*options: str) -> None:
    try:
        done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here: full and read-only disks are not tried")
    if done.returncode:
        pytest.skip(
            f"this user may not mount (root may): full and read-only disks are not tried ({done.stderr.strip()})"
        )
