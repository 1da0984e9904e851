"""Many editions at once on one machine: `palmares run` on N of them side by side, against the sum of each alone.

Belongs here: starting the command, counting what it used, printing ratios. Editions are synthetic and alike but for
their seed. Each way has a state folder of its own, in which one more edition was run before, so that what is made once
for all (dbt's manifest, Dagster's database) is counted in neither. CPU seconds are those of the command and all that it
started, as the system counts them (`wait4`). The dossiers of both ways are compared: the same results, or no figure.

    python -m benchmarks.editions [N] [--at-once K] [--votes V] [--categories C]      (default: 20, all at once)
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from orchestration.evidence import DossierRecord, EvidenceLog
from orchestration.sample import generate
from orchestration.settings import PROJECT_DIR, Settings

WARM = "2030"
SEEDS = (1, 2, 3, 4)
"""Chance makes of these no shopper who did so much of a small edition that a check blocks it."""
COMMAND = [sys.executable, "-c", "from orchestration.cli import main; main()", "run"]


@dataclass(frozen=True)
class Used:
    """What one command used: CPU seconds of it and its children, seconds by the clock."""

    cpu: float
    wall: float


class Running:
    """`palmares run` on one edition, in a process of its own."""

    def __init__(self, settings: Settings, edition: str, log: Path) -> None:
        self.edition, self._log, self._start = edition, log, time.perf_counter()
        folders = {"PALMARES_HOME": str(settings.home), "PALMARES_RAW": str(settings.raw)}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*COMMAND, edition], env={**os.environ, **folders}, cwd=PROJECT_DIR, stdout=out, stderr=out
            )

    def ended(self, status: int, used: resource.struct_rusage) -> Used:
        """What it used, now that it was waited for; SystemExit with its last words where it failed."""
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            sys.exit(f"palmares run {self.edition} failed:\n{self._log.read_text(errors='replace')[-2000:]}")
        return Used(used.ru_utime + used.ru_stime, time.perf_counter() - self._start)


def run_all(settings: Settings, editions: Sequence[str], at_once: int, logs: Path) -> dict[str, Used]:
    """Run every edition, so many at once."""
    logs.mkdir(exist_ok=True)
    waiting, running, used = list(editions), dict[int, Running](), dict[str, Used]()
    while waiting or running:
        while waiting and len(running) < at_once:
            started = Running(settings, waiting[0], logs / f"{waiting[0]}.log")
            running[started.process.pid] = started
            del waiting[0]
        pid, status, rusage = os.wait4(-1, 0)
        if (finished := running.pop(pid, None)) is not None:
            used[finished.edition] = finished.ended(status, rusage)
    return used


def digests(settings: Settings, editions: Sequence[str]) -> dict[str, str | None]:
    """The results digest of the last dossier of each edition."""
    results: dict[str, str | None] = {}
    for edition in editions:
        records = EvidenceLog(settings.evidence_log(edition)).records()
        dossiers = [record for record in records if isinstance(record, DossierRecord)]
        results[edition] = dossiers[-1].fingerprints.results_sha256 if dossiers else None
    return results


def measure(root: Path, count: int, at_once: int, votes: int, categories: int) -> list[str]:
    """Make the editions, run them both ways, and say what was found."""
    editions = [f"2031-{number:03d}" for number in range(1, count + 1)]
    ways = {name: Settings(home=root / name, raw=root / "raw") for name in ("alone", "together")}
    for edition, seed in zip((WARM, *editions), cycle(SEEDS), strict=False):
        generate(root / "raw", edition, categories=categories, votes=votes, respondents=300, seed=seed)
    for name, settings in ways.items():
        run_all(settings, [WARM], 1, root / f"{name}-warm")
    alone = run_all(ways["alone"], editions, 1, root / "alone-logs")
    start = time.perf_counter()
    together = run_all(ways["together"], editions, at_once, root / "together-logs")
    wall = time.perf_counter() - start
    results = [digests(settings, editions) for settings in ways.values()]
    if results[0] != results[1] or None in results[0].values():
        sys.exit("the two ways do not have the same results: no figure is worth anything")
    cpu, both = sum(used.cpu for used in alone.values()), sum(used.cpu for used in together.values())
    cores = len(os.sched_getaffinity(0))
    return [
        f"{count} editions of {votes} votes and {categories} categories, {min(at_once, count)} at once, {cores} cores",
        f"alone, one after the other   {cpu:8.1f} CPU s   {sum(used.wall for used in alone.values()):8.1f} s",
        f"side by side                 {both:8.1f} CPU s   {wall:8.1f} s",
        f"CPU side by side             {both / cpu:8.2f} x the sum alone",
        f"clock side by side           {wall * cores / cpu:8.2f} x that sum, spread over the cores",
    ]


def main(arguments: Sequence[str]) -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("editions", type=int, nargs="?", default=20)
    parser.add_argument("--at-once", type=int, default=0, help="how many at most; otherwise all")
    parser.add_argument("--votes", type=int, default=5_000)
    parser.add_argument("--categories", type=int, default=4)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="palmares-editions-") as folder:
        at_once = options.at_once or options.editions
        print(*measure(Path(folder), options.editions, at_once, options.votes, categories=options.categories), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
