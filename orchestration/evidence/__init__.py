"""The evidence: an append-only, hash-chained record of what was checked, accepted, sealed, drawn, signed, published.

Belongs here: the records and their strict parsing (`records.py`, `bodies.py`), the file they live in (`log.py`), what
several records say together (`standing.py`, `seals.py`, `draws.py`), what a check is (`checks.py`), the digests that
tie evidence to code and rows (`fingerprints.py`). Does not belong here: how a check comes to its result
(`expectations`), what follows from the evidence (`gate`).
"""

from orchestration.evidence.bodies import MAX_SEED, MIN_SEED, SEALS, TRACE_OUTCOMES
from orchestration.evidence.checks import GATES, CheckSpec
from orchestration.evidence.draws import Draw, Selection, Trace, read_draws
from orchestration.evidence.fingerprints import code_sha256, intake_sha256
from orchestration.evidence.log import EvidenceLog, record_results
from orchestration.evidence.records import MAX_KEYS, CheckResult, EvidenceBroken, Fingerprints, Record, verify_chain
from orchestration.evidence.seals import STAGES, Seal, in_force, read_seals, reseal_command, unkept
from orchestration.evidence.standing import (
    BINDS,
    FINGERPRINTS,
    JUDGED,
    CheckStanding,
    SignoffFacts,
    changed_in,
    entered_since,
    first_dossier,
    objections_to,
    standings,
)

__all__ = [
    "BINDS",
    "FINGERPRINTS",
    "GATES",
    "JUDGED",
    "MAX_KEYS",
    "MAX_SEED",
    "MIN_SEED",
    "SEALS",
    "STAGES",
    "TRACE_OUTCOMES",
    "CheckResult",
    "CheckSpec",
    "CheckStanding",
    "Draw",
    "EvidenceBroken",
    "EvidenceLog",
    "Fingerprints",
    "Record",
    "Seal",
    "Selection",
    "SignoffFacts",
    "Trace",
    "changed_in",
    "code_sha256",
    "entered_since",
    "first_dossier",
    "in_force",
    "intake_sha256",
    "objections_to",
    "read_draws",
    "read_seals",
    "record_results",
    "reseal_command",
    "standings",
    "unkept",
    "verify_chain",
]
