"""What a process holds with all that it started, looked at several times a second: memory, and files that it spills.

Belongs here: reading `/proc` (Linux). Memory is the proportional share (PSS) of each process, so that what two share is
counted once; pages of files that are only mapped are counted too, though the system may take them back at any time.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

EVERY = 0.5
"""Seconds between two looks, each of which costs the kernel a walk through what it looks at."""


@dataclass(frozen=True)
class Sample:
    """One look, at a moment of the monotonic clock: megabytes in memory, those of them that are no file's, on disk."""

    at: float
    memory: float
    anonymous: float
    disk: float


@dataclass(frozen=True)
class Peak:
    """The most of each among several looks, in megabytes."""

    memory: float
    anonymous: float
    disk: float


def peak(samples: Iterable[Sample], began: float, ended: float) -> Peak:
    """The most that was seen between two moments; zeros when nobody looked."""
    seen = [look for look in samples if began <= look.at <= ended]
    return Peak(*(max((getattr(look, name) for look in seen), default=0.0) for name in ("memory", "anonymous", "disk")))


def tree(root: int) -> set[int]:
    """A process and all that descend from it, as far as they live."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    processes = {root}
    while more := {child for child, parent in parents.items() if parent in processes} - processes:
        processes |= more
    return processes


def held(processes: Iterable[int]) -> tuple[float, float]:
    """Megabytes that these processes hold together, and those of them that are no file's."""
    kilobytes = {"Pss": 0, "Pss_File": 0}
    for process in processes:
        with suppress(OSError):  # it has ended
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                name, _, amount = line.partition(":")
                if name in kilobytes:
                    kilobytes[name] += int(amount.split()[0])
    return kilobytes["Pss"] / 1024, (kilobytes["Pss"] - kilobytes["Pss_File"]) / 1024


def on_disk(folder: Path) -> float:
    """Megabytes that the files below a folder take on the disk."""
    return sum(_blocks(folder)) * 512 / 2**20


def _blocks(folder: Path) -> Iterator[int]:
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # it is gone
                yield (Path(place) / name).lstat().st_blocks


class Sampler:
    """Looks at a process and all that it starts, and at the folder that it may fill, until the block ends."""

    def __init__(self, process: int, folder: Path) -> None:
        self.samples: list[Sample] = []
        self._process, self._folder = process, folder
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            memory = held(tree(self._process))
            self.samples.append(Sample(time.monotonic(), *memory, on_disk(self._folder)))
