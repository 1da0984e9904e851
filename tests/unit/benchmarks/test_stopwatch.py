"""A step is told with the CPU seconds and the memory of all that it started, whether that has ended or still runs.

The watch runs in a process of its own: what another test left running in this one would be counted, too.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.stopwatch import Stopwatch
from orchestration.settings import PROJECT_DIR

BURNS = """
import sys, time
held = b"x" * 90_000_000
while time.process_time() < 0.3:
    pass
print("burnt", flush=True)
sys.stdin.read()
"""
"""Burns a third of a second and holds 90 MB, then waits for its end."""

WAITED_FOR = """
import json, subprocess, sys
from benchmarks.stopwatch import Stopwatch
watch, words = Stopwatch(), [sys.executable, "-c", sys.argv[1]]
watch.step("burn", lambda: subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
watch.step("nothing", lambda: None)
print(json.dumps(watch.steps))
"""

STILL_RUNS = """
import json, subprocess, sys
from benchmarks.stopwatch import Stopwatch
watch, pipe = Stopwatch(), subprocess.PIPE
burning = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=pipe, stdout=pipe, text=True)
watch.step("burn", burning.stdout.readline)
watch.step("nothing", lambda: burning.communicate(""))
print(json.dumps(watch.steps))
"""


def test_a_step_is_told_with_its_time_and_memory() -> None:
    watch = Stopwatch()
    assert watch.step("sum", lambda: sum(range(100_000))) == 4_999_950_000
    step = watch.steps["sum"]
    assert step["cpu"] >= 0 and step["wall"] > 0 and step["peak"] > 1


@pytest.mark.parametrize(
    ("watched", "least"),
    [
        pytest.param(WAITED_FOR, 0.25, id="ended"),
        pytest.param(
            STILL_RUNS,
            0.2,
            id="still running",
            marks=pytest.mark.skipif(
                not Path("/proc/self/stat").exists(), reason="the system tells nobody what a process started"
            ),
        ),
    ],
)
def test_what_a_step_started_is_counted_and_not_twice(watched: str, least: float) -> None:
    words = [sys.executable, "-c", watched, BURNS]
    ran = subprocess.run(words, check=True, capture_output=True, text=True, cwd=PROJECT_DIR)
    steps = json.loads(ran.stdout)
    assert steps["burn"]["cpu"] >= least and steps["burn"]["peak"] > 90
    assert steps["nothing"]["cpu"] < 0.2
