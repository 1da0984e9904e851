"""A step is told with the CPU seconds and the memory of all that it started, whether that has ended or still runs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.stopwatch import Stopwatch

BURNS = """
import sys, time
held = b"x" * 90_000_000
while time.process_time() < 0.3:
    pass
print("burnt", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def burning() -> Iterator[subprocess.Popen[str]]:
    """A process that is about to burn a third of a second and to hold 90 MB, and then waits for its end."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", BURNS], stdin=pipe, stdout=pipe, text=True) as started:
        yield started
        started.communicate("")


def test_a_step_is_told_with_its_time_and_memory() -> None:
    watch = Stopwatch()
    assert watch.step("sum", lambda: sum(range(100_000))) == 4_999_950_000
    step = watch.steps["sum"]
    assert step["cpu"] >= 0 and step["wall"] > 0 and step["peak"] > 1


def test_what_a_step_started_and_waited_for_is_counted() -> None:
    watch, words = Stopwatch(), [sys.executable, "-c", BURNS]
    watch.step("burn", lambda: subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
    watch.step("nothing", lambda: None)
    assert watch.steps["burn"]["cpu"] >= 0.25 and watch.steps["burn"]["peak"] > 90
    assert watch.steps["nothing"]["cpu"] < 0.2


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system tells nobody what a process started")
def test_what_still_runs_is_counted_and_not_twice_when_it_ends(burning: subprocess.Popen[str]) -> None:
    watch = Stopwatch()
    assert burning.stdout is not None
    watch.step("burn", burning.stdout.readline)
    watch.step("end", lambda: burning.communicate(""))
    assert watch.steps["burn"]["cpu"] >= 0.2 and watch.steps["burn"]["peak"] > 90
    assert watch.steps["end"]["cpu"] < 0.2
