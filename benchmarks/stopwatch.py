"""What one piece of work took: CPU seconds, seconds by the clock, the peak of memory; with all that it started.

Belongs here: asking the system. A program that ended (dbt) is counted by the kernel once it was waited for, one that
still runs (Spark's Java) is found in `/proc`. It runs in Spark's environment too: it imports nothing of the pipeline.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.sampled import tree

TIMES = slice(11, 15)
"""Where `/proc/<pid>/stat` tells the time used, behind the name: its own and of children that it waited for."""


class Stopwatch:
    """CPU seconds, wall seconds and the peak of memory so far, step by step."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, float]] = {}

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """Do one step."""
        others, own, start = _others(), _cpu(resource.RUSAGE_SELF), time.monotonic()
        done = work()
        ended = time.monotonic()
        spent = _cpu(resource.RUSAGE_SELF) - own + _others() - others
        self.steps[name] = {"cpu": spent, "wall": ended - start, "began": start, "ended": ended, "peak": _peak()}
        return done


def _cpu(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def _others() -> float:
    """CPU seconds of what this process started, ended or not."""
    ticks = 0
    for place in _running():
        with suppress(OSError):  # it has ended
            ticks += sum(map(int, (place / "stat").read_text().rpartition(")")[2].split()[TIMES]))
    return _cpu(resource.RUSAGE_CHILDREN) + ticks / os.sysconf("SC_CLK_TCK")


def _peak() -> float:
    """Megabytes that the largest process held at most: this one, or one that it started. Of this one `ru_maxrss` would
    count what its parent held, too."""
    most = [resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]
    if not Path("/proc/self/status").exists():
        return max(*most, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    for place in (Path("/proc/self"), *_running()):
        with suppress(OSError):
            lines = (place / "status").read_text().splitlines()
            most += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")]
    return max(most)


def _running() -> Iterator[Path]:
    """What this process started and still runs, as folders of `/proc`."""
    if Path("/proc/self/stat").exists():
        yield from (Path("/proc") / str(process) for process in sorted(tree(os.getpid()) - {os.getpid()}))
