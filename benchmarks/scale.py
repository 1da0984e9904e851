"""How votes grow: intake, marks, checks and recount of one, five, ten, fifty million votes, in bounded memory.

Belongs here: the same steps and the same comparison of counts as `bench.py`, once a size, each size beside the bare
query on its own files; memory and disk are looked at while a step runs (`sampled.py`). What grows faster than the votes
shows in the exponent: CPU seconds grow with the votes to that power, from the smallest size to the largest.

    python -m benchmarks.scale [MILLIONS …] [--memory 4GB] [--threads T] [--folder F] [--alone] [--keep]

Files once made stay in `--folder`, for another run. `--keep` writes `scale.json`, and the table of
`docs/performance.md` from all sizes that stand in it.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.bench import BASE, EDITION, STEPS, TINY, command, compare, make, measured_by
from benchmarks.copies import more_votes
from benchmarks.measured import PAGE, between, machine, spaced, today, versions, write
from benchmarks.sampled import Sampler, peak
from orchestration.settings import PROJECT_DIR

KEPT = Path(__file__).with_name("scale.json")
MARKS = ("<!-- large -->", "<!-- /large -->")
MILLION = 1_000_000
DRAWN = 50 * MILLION
"""Votes that are drawn one by one; beyond, they are copies in Parquet, which are made in a tenth of the time."""


@dataclass(frozen=True)
class Step:
    """What one step took: CPU seconds, seconds by the clock, megabytes in memory (`anonymous`: of no file), on disk."""

    cpu: float
    wall: float
    memory: float
    anonymous: float
    disk: float


@dataclass(frozen=True)
class Grown:
    """One size: the bare query under `DuckDB`, and our steps by the names of `bench.STEPS`."""

    votes: int
    limit: str
    threads: int
    steps: Mapping[str, Step]
    machine: str
    versions: Mapping[str, str]
    day: str


def watched(what: str, words: Sequence[str], limit: str, folder: Path) -> tuple[dict[str, Any], Sampler]:
    """One measurement in a process of its own, within that memory, that puts all its files into `folder`. The bare
    query has all the memory it takes: DuckDB gives it up within less."""
    folder.mkdir(parents=True)
    surroundings, out = {**os.environ, "PALMARES_MEMORY": limit, "TMPDIR": str(folder)}, subprocess.PIPE
    with (
        subprocess.Popen(words, cwd=PROJECT_DIR, env=surroundings, stdout=out, stderr=out, text=True) as running,
        Sampler(running.pid, folder) as sampler,
    ):
        output, errors = running.communicate()
    shutil.rmtree(folder)
    return measured_by(what, running.returncode, output, errors), sampler


def steps_of(measured: Mapping[str, Any], sampler: Sampler, less: Mapping[str, Any] | None = None) -> dict[str, Step]:
    """The steps of a measurement with what was seen while each ran. `less`: the steps on hardly any votes, whose CPU
    seconds are taken off."""
    names = STEPS if less else {name: (name,) for name in measured["steps"]}
    steps = {}
    for name, parts in names.items():
        ran = [measured["steps"][part] for part in parts]
        peaks = [peak(sampler.samples, step["began"], step["ended"]) for step in ran]
        steps[name] = Step(
            cpu=sum(step["cpu"] for step in ran) - sum(less["steps"][part]["cpu"] for part in parts if less),
            wall=sum(step["wall"] for step in ran),
            memory=max(highest.memory for highest in peaks),
            anonymous=max(highest.anonymous for highest in peaks),
            disk=max(highest.disk for highest in peaks),
        )
    return steps


def measure(millions: int, folder: Path, limit: str, threads: int, alone: bool = False) -> Grown:
    """One size; `alone`: without the bare query. Raises SystemExit with what does not agree: then no figure is worth
    showing."""
    raw, tiny, state = folder / str(millions), folder / "tiny", folder / "state"
    for place, votes in ((tiny, TINY), (raw, millions * MILLION)):
        if not place.exists():
            make(place, min(votes, DRAWN))
            if votes > DRAWN:
                more_votes(place / EDITION, votes - DRAWN)
    steps: dict[str, Step] = {}
    little, _ = watched("line", command("line", tiny, threads), limit, state)
    if not alone:
        bare, seen = watched(BASE, command(BASE, raw, threads), limit, state)
        steps = steps_of(bare, seen)
    line, seen = watched("line", command("line", raw, threads), limit, state)
    if wrong := compare({BASE: {"counts": line["accepted"]} if alone else bare}, line):
        raise SystemExit("\n".join(wrong))
    steps |= steps_of(line, seen, little)
    return Grown(millions * MILLION, limit, threads, steps, machine=machine(), versions=versions(), day=today())


def exponent(step: str, small: Grown, large: Grown) -> float:
    """The power of the votes with which the CPU seconds of a step grow."""
    grown = large.steps[step].cpu / small.steps[step].cpu
    return math.log(grown) / math.log(large.votes / small.votes)


def kept(path: Path = KEPT) -> dict[int, Grown]:
    """The figures of a file by number of votes; empty when there is no such file."""
    sizes = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return {
        size["votes"]: Grown(**{**size, "steps": {name: Step(**step) for name, step in size["steps"].items()}})
        for size in sizes
    }


def keep(grown: Grown, path: Path = KEPT) -> None:
    """Put a size in the place of the one with as many votes."""
    write({**kept(path), grown.votes: grown}, path)


def table(every: Mapping[int, Grown]) -> str:
    """The figures as Markdown: a line a size, and the exponents."""
    sizes = [every[votes] for votes in sorted(every)]
    small, large = sizes[0], sizes[-1]
    libraries = ", ".join(f"{name} {number}" for name, number in large.versions.items())
    lines = [
        f"PALMARES_MEMORY={large.limit}, {large.threads} threads, once each; {large.machine}; {libraries}; {large.day}."
        " CPU seconds as a multiple of those of the bare query, and the most that the process held in memory.",
        "",
        f"| votes | bare DuckDB | {' | '.join(STEPS)} | on disk |",
        f"|---{'|---' * (len(STEPS) + 2)}|",
    ]
    for size in sizes:
        cells = [_cell(size.steps[name], size.steps.get(BASE)) for name in STEPS]
        disk = f"{size.steps['all of it'].disk / 1000:.1f} GB"
        bare = _cell(size.steps[BASE], None) if BASE in size.steps else ""
        lines.append(f"| {' | '.join([spaced(size.votes), bare, *cells, disk])} |")
    if len(sizes) > 1:
        powers = (f"{exponent(name, small, large):.2f}" if name in large.steps else "" for name in (BASE, *STEPS))
        lines.append(f"| *exponent* | {' | '.join(powers)} | |")
    return "\n".join(lines)


def page(text: str, every: Mapping[int, Grown]) -> str:
    """The page with the kept sizes between its marks."""
    return between(text, MARKS, table(every))


def _cell(step: Step, bare: Step | None) -> str:
    cost = f"{step.cpu / bare.cpu:.2f} ×" if bare else f"{step.cpu:.1f} s"
    return f"{cost}, {step.memory / 1000:.1f} GB"


def main() -> int:
    """Measure every size, smallest first, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("millions", type=int, nargs="*", default=[1, 5, 10, 50])
    parser.add_argument("--memory", default="4GB", help="PALMARES_MEMORY of every step")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the files are made, and stay")
    parser.add_argument("--alone", action="store_true", help="without the bare query, which holds 10 GB of 50 million")
    parser.add_argument("--keep", action="store_true", help="keep these figures for the page")
    options = parser.parse_args()
    sizes: dict[int, Grown] = {}
    with tempfile.TemporaryDirectory(prefix="palmares-scale-") as own:
        for millions in sorted(options.millions):
            grown = measure(
                millions,
                options.folder or Path(own),
                limit=options.memory,
                threads=options.threads,
                alone=options.alone,
            )
            sizes[grown.votes] = grown
            if options.keep:
                keep(grown)
            print(json.dumps(asdict(grown)["steps"]), file=sys.stderr)
    print(table(sizes))
    if options.keep:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), kept()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
