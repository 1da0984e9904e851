"""A disk that fails one write: before it persisted, or just after, when nobody is told any more that it did.

Belongs here: the calls by which this program changes a disk, each of which may be made to fail once. What must be true
afterwards is `test_writes.py`. What DuckDB and Arrow write in code of their own is not seen here: a full disk
(`test_full_disk.py`) and a kill in the middle of a write (`test_kills_of_publication.py`) fail those.
"""

import builtins
import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

CALLS: tuple[tuple[Any, str], ...] = (
    *(
        (os, name)
        for name in ("chmod", "fsync", "mkdir", "rename", "replace", "rmdir", "symlink", "truncate", "unlink")
    ),
    (io, "open"),
    (builtins, "open"),
    (shutil, "copyfile"),
)
WHEN = ("before", "after")


class Writes:
    """Writes under a folder, counted by name in order; one of them fails."""

    def __init__(self, folder: Path, fails: int | None = None, when: str = "before") -> None:
        self.folder = str(folder)
        self.fails = fails
        self.when = when
        self.seen: list[str] = []

    def wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, which fails when its turn comes."""

        def counted(*told: Any, **named: Any) -> Any:
            path = self._written(name, told, named)
            if path is None:
                return call(*told, **named)
            self.seen.append(name)
            fails = len(self.seen) == self.fails
            if fails and self.when == "before":
                raise OSError(errno.EIO, os.strerror(errno.EIO), path)
            done = call(*told, **named)
            if fails:
                if name == "open":
                    done.close()
                raise OSError(errno.EIO, os.strerror(errno.EIO), path)
            return done

        return counted

    def _written(self, name: str, told: tuple[Any, ...], named: dict[str, Any]) -> str | None:
        """The path that a call writes to, if it writes under the folder."""
        if name == "open" and not set(str(told[1] if len(told) > 1 else named.get("mode", "r"))) & set("wxa+"):
            return None
        place = told[1] if name in ("rename", "replace", "symlink", "copyfile") else told[0]
        if name == "fsync":
            place = os.readlink(f"/proc/self/fd/{place if isinstance(place, int) else place.fileno()}")
        if not isinstance(place, str | os.PathLike):
            return None  # a file that is open already: its path was counted then
        path = os.fsdecode(place)
        return path if path.startswith(self.folder) else None


@contextmanager
def writes(folder: Path, fails: int | None = None, when: str = "before") -> Iterator[Writes]:
    """Count the writes under a folder; the `fails`-th fails, `when` says whether it was made all the same."""
    watched = Writes(folder, fails, when)
    patches = [patch.object(place, name, watched.wrapped(name, getattr(place, name))) for place, name in CALLS]
    for one in patches:
        one.start()
    try:
        yield watched
    finally:
        for one in patches:
            one.stop()
