"""From the evidence's seals to what a dossier says of them. Pure.

Belongs here: which seal replaces which, and whether it holds for the current fingerprints. Times are ISO 8601 texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.evidence import SEALS, Fingerprints, Seal, unkept


@dataclass(frozen=True)
class SealFact(Seal):
    """One seal. `before`: the number of the seal that it corrects; `replaced_by`: of the one that corrects it."""

    before: int | None = None
    replaced_by: int | None = None
    kept: bool = True


def seal_facts(seals: Sequence[Seal], current: Fingerprints) -> tuple[SealFact, ...]:
    """Every seal, in order."""
    lost = unkept(seals, {stage: getattr(current, name) for stage, name in SEALS.items()})
    facts = []
    for seal in seals:
        same = [other.number for other in seals if other.stage == seal.stage]
        facts.append(
            SealFact(
                **vars(seal),
                before=max((number for number in same if number < seal.number), default=None),
                replaced_by=min((number for number in same if number > seal.number), default=None),
                kept=seal not in lost,
            )
        )
    return tuple(facts)
