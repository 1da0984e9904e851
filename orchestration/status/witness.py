"""What the bailiff saw and did before signing, for those who ask where an edition stands: seals and draws.

Belongs here: reading them out of the evidence and comparing seals with what is true now. Nothing is recorded, and what
follows from it is decided by the checks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from orchestration.errors import PalmaresError
from orchestration.evidence import Draw, Seal, in_force, read_draws, read_seals, reseal_command, unkept
from orchestration.run import Now
from orchestration.status.say import say
from orchestration.words import Sentence, joined, remedied, short


class SealState(Enum):
    """Whether what was sealed is still so."""

    KEPT = "kept"
    CHANGED = "changed"
    REPLACED = "replaced"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SealSeen:
    """A seal and its state now."""

    seal: Seal
    state: SealState


@dataclass(frozen=True)
class Witnessed:
    """The seals and draws of an edition, in the order in which they were entered."""

    seals: tuple[SealSeen, ...] = ()
    draws: tuple[Draw, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data: `seals` and `draws`."""
        return {
            "seals": [{**vars(seen.seal), "state": say(f"seal.{seen.state.value}")} for seen in self.seals],
            "draws": [_draw_data(draw) for draw in self.draws],
        }

    def lines(self) -> list[Sentence]:
        """The same in plain words, one line each."""
        return [*map(_seal_line, self.seals), *map(_draw_line, self.draws)]

    def changes(self, edition: str) -> list[Sentence]:
        """Why the edition is blocked by seals that do not hold, each with the words that explain the change."""
        return [
            remedied(
                say("seal.broken", stage=_stage(seen.seal), number=seen.seal.number, at=seen.seal.at),
                say("seal.explain", command=reseal_command(edition, seen.seal.stage)),
            )
            for seen in self.seals
            if seen.state is SealState.CHANGED
        ]


def witnessed(now: Now) -> Witnessed:
    """The seals, each with its state now, and the draws. Raises EvidenceBroken when they contradict each other."""
    seals, draws = read_seals(now.records), read_draws(now.records)
    last = in_force(seals)
    sealable = _sealable(now, results="results" in last)
    broken = unkept(seals, sealable)
    return Witnessed(tuple(SealSeen(seal, _state(seal, last, broken, sealable)) for seal in seals), draws)


def _sealable(now: Now, *, results: bool) -> dict[str, str | None]:
    """The fingerprints of what can be sealed. Results that nobody sealed or scored are not judged."""
    rules = next((d.sha256 for d in now.custody.deposits if d.current and d.source == "rulebook"), None)
    sealable = {"rules": rules, "collection": now.custody.head}
    if results:
        with suppress(PalmaresError):
            sealable["results"] = now.scored.results_sha256
    return sealable


def _state(
    seal: Seal, last: Mapping[str, Seal], broken: Sequence[Seal], sealable: Mapping[str, str | None]
) -> SealState:
    if last[seal.stage] is not seal:
        return SealState.REPLACED
    if seal in broken:
        return SealState.CHANGED
    return SealState.KEPT if seal.stage in sealable else SealState.UNKNOWN


def _stage(seal: Seal) -> Sentence:
    return say(f"seal.{seal.stage}")


def _seal_line(seen: SealSeen) -> Sentence:
    seal = seen.seal
    return say(
        "seal.line",
        number=f"{seal.number:<4}",
        stage=_stage(seal),
        at=seal.at,
        by=seal.by,
        state=say(f"seal.{seen.state.value}"),
        fingerprint=short(seal.fingerprint),
    )


def _draw_line(draw: Draw) -> Sentence:
    counts = [say("draw.outcome", count=count, name=say(f"draw.{name}")) for name, count in _counted(draw).items()]
    outcomes = joined(", ", counts) if counts else say("draw.open")
    return say(
        "draw.line" if draw.by_lot else "draw.whole_line", seed=draw.seed, tests=len(draw.all_tests), outcomes=outcomes
    )


def _counted(draw: Draw) -> dict[str, int]:
    """How many tests had which outcome, by the outcome's name."""
    return dict(sorted(Counter(draw.outcomes.values()).items()))


def _draw_data(draw: Draw) -> dict[str, Any]:
    return {
        "seed": draw.seed,
        "size": draw.size,
        "at": draw.at,
        "results_sha256": draw.results_sha256,
        "tests": len(draw.all_tests),
        "whole": {category: len(tests) for category, tests in draw.whole.items()},
        "found": _counted(draw),
        "not_conform": [f"{test} {outcome}" for test, outcome in draw.odd],
    }
