"""How votes grow: what a process and its children hold is seen while they run, and told by size."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.bench import BASE, STEPS
from benchmarks.measured import PAGE
from benchmarks.sampled import Peak, Sample, Sampler, held, on_disk, peak, tree
from benchmarks.scale import Grown, Step

HOLDS = """
import subprocess, sys, time
from pathlib import Path
if sys.argv[2] == "0":
    held = b"x" * 60_000_000
    Path(sys.argv[1], "spilled").write_bytes(held[:5_000_000])
    time.sleep(60)
subprocess.run([sys.executable, *sys.orig_argv[1:-1], "0"])
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system tells nobody what a process holds")
def test_what_a_process_started_is_looked_at_with_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path), "1"]) as running:
        with Sampler(running.pid, tmp_path) as sampler:
            for _ in range(400):
                if sampler.samples and sampler.samples[-1].anonymous > 60 and sampler.samples[-1].disk > 4:
                    break
                time.sleep(0.05)
        own = tree(running.pid)
        assert len(own) == 2
        for process in sorted(own, reverse=True):
            subprocess.run(["/bin/kill", str(process)], check=False)
    seen = sampler.samples[-1]
    assert 60 < seen.anonymous <= seen.memory < 500
    assert 4 < seen.disk < 10


def test_what_has_ended_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as running:
        pass
    assert held([running.pid]) == (0, 0)
    assert on_disk(tmp_path / "gone") == 0


def test_the_peak_of_a_step_is_the_most_that_was_seen_while_it_ran() -> None:
    seen = [Sample(1.0, 900, 900, 0), Sample(2.0, 300, 100, 70), Sample(3.0, 200, 150, 80), Sample(9.0, 999, 999, 999)]
    assert peak(seen, 1.5, 4.0) == Peak(300, 150, 80)
    assert peak(seen, 5.0, 6.0) == Peak(0, 0, 0)


def grown(votes: int, cpu: float) -> Grown:
    """A size whose steps took so many CPU seconds each, and the bare query half."""
    one = Step(cpu, 2 * cpu, memory=1500, anonymous=1400, disk=700)
    steps = {BASE: replace(one, cpu=cpu / 2), **dict.fromkeys(STEPS, one)}
    return Grown(
        votes, "4GB", threads=2, steps=steps, machine="a processor", versions={"duckdb": "1.5.6"}, day="1 December 2026"
    )


def test_a_cost_that_grows_as_the_square_has_the_exponent_two() -> None:
    assert scale.exponent("intake", grown(1_000_000, 3.0), grown(10_000_000, 300.0)) == pytest.approx(2)


def test_the_table_has_a_line_a_size_and_tells_how_they_grow() -> None:
    told = scale.table({one.votes: one for one in (grown(10_000_000, 30.0), grown(1_000_000, 3.0))})
    assert "| 1 000 000 | 1.5 s, 1.5 GB | 2.00 ×, 1.5 GB |" in told
    assert told.index("| 1 000 000 |") < told.index("| 10 000 000 |")
    assert f"| *exponent* | {' | '.join(['1.00'] * (1 + len(STEPS)))} |" in told
    assert "exponent" not in scale.table({1: grown(1, 3.0)})


def test_a_size_without_the_bare_query_tells_seconds() -> None:
    large = grown(100_000_000, 300.0)
    large = replace(large, steps={name: step for name, step in large.steps.items() if name != BASE})
    told = scale.table({one.votes: one for one in (grown(1_000_000, 3.0), large)})
    assert "| 100 000 000 |  | 300.0 s, 1.5 GB |" in told
    assert f"| *exponent* |  | {' | '.join(['1.00'] * len(STEPS))} |" in told


def test_what_is_kept_comes_back_and_a_later_run_of_as_many_votes_takes_its_place(tmp_path: Path) -> None:
    place = tmp_path / "scale.json"
    assert scale.kept(place) == {}
    small, later = grown(1_000_000, 3.0), grown(5_000_000, 16.0)
    for one in (grown(5_000_000, 15.0), small, later):
        scale.keep(one, place)
    assert scale.kept(place) == {1_000_000: small, 5_000_000: later}


def test_the_page_shows_what_is_kept() -> None:
    text = PAGE.read_text("utf-8")
    assert scale.page(text, scale.kept()) == text, "python -m benchmarks.scale --keep"
