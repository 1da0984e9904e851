"""From the evidence's seals to what a dossier says of them. Pure.

Belongs here: which seal replaces which, and whether it holds for the current fingerprints.
"""

from collections.abc import Sequence

from orchestration.dossier.witnessed_model import SealFact
from orchestration.evidence.bodies import SEALS
from orchestration.evidence.log import Fingerprints
from orchestration.evidence.seals import Seal, unkept


def seal_facts(seals: Sequence[Seal], current: Fingerprints) -> tuple[SealFact, ...]:
    """Every seal, in order."""
    lost = unkept(seals, {stage: getattr(current, name) for stage, name in SEALS.items()})
    facts = []
    for place, seal in enumerate(seals):
        same = [one.number for one in seals if one.stage == seal.stage]
        facts.append(
            SealFact(
                seal.number,
                seal.stage,
                seal.fingerprint,
                seal.by,
                seal.at,
                seal.record,
                seal.corrects,
                before=max((number for number in same if number < seal.number), default=None),
                replaced_by=min((one.number for one in seals[place + 1 :] if one.stage == seal.stage), default=None),
                kept=seal not in lost,
            )
        )
    return tuple(facts)
