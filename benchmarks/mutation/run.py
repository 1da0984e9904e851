"""Many mutations, judged one by one, in as many processes as asked for.

Belongs here: which mutation has which number, and the processes. Number n of a seed is always the same mutation,
however many are made and by however many processes; kinds take turns, so that each is tried equally often.
"""

import random
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.inprocess import Marks
from benchmarks.mutation.clean import clean_edition
from benchmarks.mutation.judge import Finding, Judge
from benchmarks.mutation.kind import Change, Kind
from benchmarks.mutation.kinds import KINDS
from benchmarks.mutation.sheets import Edition
from benchmarks.mutation.verdicts import Verdict, moved_title, verdict_of


class Mutations:
    """The clean edition, judged once, and every mutation of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.seed = seed
        self.judge = Judge(folder, Marks.kept())
        self.clean = clean_edition()
        self.finding: Finding = self.judge.judge(self.clean)
        if self.finding.stopped or self.finding.warnings or self.finding.quarantined:
            raise RuntimeError(f"the clean edition is not clean: {self.finding}")

    def make(self, number: int) -> tuple[Kind, Change, Edition]:
        """The mutation of that number: its kind, what it did, and the edition as it would be handed in."""
        kind = KINDS[number % len(KINDS)]
        edition = self.clean.copy()
        change = kind.make(random.Random(f"{self.seed}/{number}"), edition)
        return kind, change, edition

    def verdict(self, number: int) -> Verdict:
        """Make a mutation and judge it."""
        kind, change, edition = self.make(number)
        finding = self.judge.judge(edition)
        name, by = verdict_of(finding, self.finding)
        title = moved_title(finding, self.finding)
        return Verdict(
            number,
            kind.group,
            kind=kind.name,
            what=change.what,
            impossible=change.impossible,
            verdict=name,
            by=by,
            moved_title=title,
        )


_mutations: Mutations


def verdicts(numbers: Iterable[int], seed: int, jobs: int) -> Iterator[Verdict]:
    """The verdicts on these mutations, in order."""
    with tempfile.TemporaryDirectory(prefix="mutation.") as folder:
        if jobs == 1:
            mutations = Mutations(Path(folder), seed)
            yield from map(mutations.verdict, numbers)
            return
        Marks.kept()
        with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (folder, seed)) as pool:
            yield from pool.map(_verdict, numbers, chunksize=4)


def _start(folder: str, seed: int) -> None:
    global _mutations  # noqa: PLW0603 - a worker process has one place of its own, made when it starts
    _mutations = Mutations(Path(tempfile.mkdtemp(dir=folder)), seed)


def _verdict(number: int) -> Verdict:
    return _mutations.verdict(number)
