"""Which moments of a step are chosen for a kill.

Belongs here: every moment there is, and a seeded part of them that has some of each kind.
"""

import random
from pathlib import Path
from typing import Any

from tests.faults.child import Ended, Kill, take
from tests.faults.line import Stages

SEED = 2026
KINDS = ("changes", "bytes", "statements", "moment")
FULL_EACH = 25
"""Kills of a kind that has no countable end (or too many), for each step, when every change of the disk is tried."""


def measure(stages: Stages, step: str, folder: Path) -> tuple[Ended, list[tuple[int, int]]]:
    """Take a step to its end: how it went, and from which to which size each file grew."""
    stages.copy(step, folder)
    before = _sizes(folder)
    ended = take(stages.means, folder, (step,))
    assert ended.code == 0, ended.error
    after = _sizes(folder)
    grown = sorted({(before.get(path, 0), size) for path, size in after.items() if size > before.get(path, 0)})
    return ended, grown


def points(step: str, ended: Ended, grown: list[tuple[int, int]], number: int | None) -> list[Kill]:
    """A number of kills, seeded by the step; None: before every change of the disk, and many of each other kind."""
    chance = random.Random(f"{SEED} {step}")
    every = {
        "changes": [Kill("changes", at) for at in range(1, ended.changes + 1)],
        "statements": [Kill("statements", at) for at in range(1, ended.statements + 1)],
        "bytes": [Kill("bytes", chance.randrange(low, high)) for low, high in grown for _ in range(3)],
        "moment": [Kill("moment", round(ended.seconds * share / 50, 3)) for share in range(1, 46)],
    }
    if number is None:
        return every["changes"] + [
            kill for kind in KINDS[1:] for kill in chance.sample(every[kind], min(FULL_EACH, len(every[kind])))
        ]
    for kills in every.values():
        chance.shuffle(kills)
    found: list[Any] = []
    while len(found) < number:
        found += [every[kind].pop() for kind in KINDS if every[kind]]
    return found[:number]


def _sizes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
