"""Seals: what the bailiff had fixed early, and whether it still holds. Pure.

Belongs here: reading the seals out of the evidence and comparing them with what is true now. Entering one is
`bailiff/sealing.py`, the sheet for the file `bailiff/seal_sheet.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestration.evidence.bodies import SEALS
from orchestration.evidence.records import EvidenceBroken, Record, SealRecord
from orchestration.evidence.say import say

STAGES = tuple(SEALS)


@dataclass(frozen=True)
class Seal:
    """One seal. `chained_to` is the head of the evidence when it was entered, `record` the SHA-256 of its own line."""

    number: int
    stage: str
    fingerprint: str
    by: str
    corrects: str | None
    at: str
    chained_to: str
    record: str

    def says(self) -> list[object]:
        """All but the clock: what makes another dossier when it changes."""
        return [self.number, self.stage, self.fingerprint, self.by, self.corrects]


def read_seals(records: Iterable[Record]) -> tuple[Seal, ...]:
    """Every seal, in order.

    Raises EvidenceBroken when they are not numbered from 1, or when a second seal of a stage does not say what it
    corrects: no command writes such a thing.
    """
    seals: list[Seal] = []
    latest: dict[str, Seal] = {}
    for record in records:
        if not isinstance(record, SealRecord):
            continue
        seal = Seal(**vars(record.body), at=record.at, chained_to=record.previous, record=record.sha256)
        before = latest.get(seal.stage)
        wrong = seal.number != len(seals) + 1
        wrong |= (before is None) != (seal.corrects is None)
        wrong |= before is not None and before.fingerprint == seal.fingerprint
        if wrong:
            raise EvidenceBroken(say("record.seal", number=str(record.seq)))
        seals.append(seal)
        latest[seal.stage] = seal
    return tuple(seals)


def in_force(seals: Iterable[Seal]) -> dict[str, Seal]:
    """The last seal of each stage that has one, in the order of the stages."""
    latest = {seal.stage: seal for seal in seals}
    return {stage: latest[stage] for stage in STAGES if stage in latest}


def unkept(seals: Iterable[Seal], now: Mapping[str, str | None]) -> tuple[Seal, ...]:
    """The seals in force whose stage has another fingerprint now. A stage that `now` does not name is not judged."""
    return tuple(s for s in in_force(seals).values() if s.stage in now and s.fingerprint != now[s.stage])


def reseal_command(edition: str, stage: str) -> str:
    """The words that explain a change: a corrected seal, entered in the presence of the bailiff."""
    return f'palmares seal {edition} {stage} --corrects "REASON" --by "NAME"'
