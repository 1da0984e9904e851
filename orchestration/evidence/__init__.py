"""The evidence: an append-only, hash-chained record of what was checked, accepted, sealed, drawn, signed, published.

bodies.py           what each kind of record says
records.py          the records, read strictly, and the chain they form
log.py              the one file that an edition's records live in
checks.py           what a registered check is
standing.py         where each check stands; what was said against a dossier
seals.py draws.py   seals, and whether each still holds; draws, and what was found
fingerprints.py     digests that tie evidence to code and rows; the list of what decides

Belongs here: what a record may say, and what several say together. Does not belong here: how a check comes to its
result (`expectations`), what follows from the evidence (`gate`).
"""

from orchestration.evidence.bodies import (
    MAX_KEYS,
    MAX_SEED,
    MIN_SEED,
    OUTCOMES,
    SEALS,
    TRACE_OUTCOMES,
    AcceptanceBody,
    Body,
    CheckResult,
    DossierBody,
    DrawBody,
    Outcome,
    PublicationBody,
    RefusalBody,
    ReservationBody,
    RevocationBody,
    RunBody,
    SealBody,
    Stage,
    TraceBody,
    TraceOutcome,
)
from orchestration.evidence.checks import BEFORE_SIGNATURE, GATES, SEVERITIES, CheckSpec, Severity
from orchestration.evidence.draws import Draw, Selection, Trace, read_draws
from orchestration.evidence.fingerprints import code_sha256, digest_of, intake_sha256, table_digests
from orchestration.evidence.log import EvidenceLog
from orchestration.evidence.records import (
    AcceptanceRecord,
    CheckRecord,
    DossierRecord,
    EvidenceBroken,
    Fingerprints,
    Judged,
    Objection,
    PublicationRecord,
    Record,
    ReservationRecord,
    RevocationRecord,
    RunRecord,
    verify_chain,
)
from orchestration.evidence.seals import STAGES, Seal, in_force, read_seals, reseal_command, unkept
from orchestration.evidence.standing import (
    BINDS,
    FINGERPRINTS,
    CheckStanding,
    SignoffFacts,
    changed_in,
    entered_since,
    first_dossier,
    objections_to,
    scored_by,
    standings,
)

__all__ = [
    "BEFORE_SIGNATURE",
    "BINDS",
    "FINGERPRINTS",
    "GATES",
    "MAX_KEYS",
    "MAX_SEED",
    "MIN_SEED",
    "OUTCOMES",
    "SEALS",
    "SEVERITIES",
    "STAGES",
    "TRACE_OUTCOMES",
    "AcceptanceBody",
    "AcceptanceRecord",
    "Body",
    "CheckRecord",
    "CheckResult",
    "CheckSpec",
    "CheckStanding",
    "DossierBody",
    "DossierRecord",
    "Draw",
    "DrawBody",
    "EvidenceBroken",
    "EvidenceLog",
    "Fingerprints",
    "Judged",
    "Objection",
    "Outcome",
    "PublicationBody",
    "PublicationRecord",
    "Record",
    "RefusalBody",
    "ReservationBody",
    "ReservationRecord",
    "RevocationBody",
    "RevocationRecord",
    "RunBody",
    "RunRecord",
    "Seal",
    "SealBody",
    "Selection",
    "Severity",
    "SignoffFacts",
    "Stage",
    "Trace",
    "TraceBody",
    "TraceOutcome",
    "changed_in",
    "code_sha256",
    "digest_of",
    "entered_since",
    "first_dossier",
    "in_force",
    "intake_sha256",
    "objections_to",
    "read_draws",
    "read_seals",
    "reseal_command",
    "scored_by",
    "standings",
    "table_digests",
    "unkept",
    "verify_chain",
]
