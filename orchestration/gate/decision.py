"""The gate: may this edition be shown to the bailiff, may it be published? Pure, and closed by default.

Belongs here: `decide_results()`, `decide_dossier()` and `decide()`, which look at registered checks, evidence, current
fingerprints and the judgement of the sign-off, and answer with every reason against. Does not belong here:
reading files, running checks, judging signatures (SPEC 6 and 7). The sentences stand in `reasons.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from orchestration.evidence import (
    BEFORE_SIGNATURE,
    BINDS,
    FINGERPRINTS,
    GATES,
    CheckRecord,
    CheckSpec,
    CheckStanding,
    DossierRecord,
    EvidenceBroken,
    Fingerprints,
    Judged,
    Record,
    SignoffFacts,
    changed_in,
    entered_since,
    first_dossier,
    objections_to,
    standings,
    verify_chain,
)
from orchestration.gate.reasons import Reason, entered, reason
from orchestration.words import joined, told


@dataclass(frozen=True)
class Decision:
    """Allowed only without a reason against."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """True when nothing speaks against."""
        return not self.reasons


def decide_results(
    registry: Sequence[CheckSpec],
    records: Sequence[Record] | EvidenceBroken,
    current: Fingerprints,
    uses: frozenset[str],
) -> Decision:
    """May one act on the results? Intake and scoring are complete and nothing blocking failed; warnings stay open."""
    try:
        log = _intact(records)
    except EvidenceBroken as error:
        return _broken(error)
    return Decision(
        tuple(_check_reasons(registry, log, current, uses, gates=BEFORE_SIGNATURE, dossier=None, warnings=False))
    )


def decide_dossier(
    registry: Sequence[CheckSpec],
    records: Sequence[Record] | EvidenceBroken,
    current: Fingerprints,
    uses: frozenset[str],
) -> Decision:
    """May a dossier be made? The results may be acted on, and the checks have seen all that the bailiff did."""
    decision = decide_results(registry, records, current, uses)
    unjudged = () if isinstance(records, EvidenceBroken) else _unjudged(records, current)
    return Decision((*decision.reasons, *unjudged))


def decide(
    registry: Sequence[CheckSpec],
    records: Sequence[Record] | EvidenceBroken,
    current: Fingerprints,
    signoff: SignoffFacts,
    uses: frozenset[str],
) -> Decision:
    """May the edition be published? Everything that speaks against it, or nothing (SPEC 6, 7).

    `records` is the whole evidence, or the error that reading it raised. Each check of every gate that applies
    must have passed for the current fingerprints; a failed warning needs an acceptance older than the dossier
    that was signed. Anything missing, stale, in error, unknown or contradictory is a reason.
    """
    try:
        log = _intact(records)
    except EvidenceBroken as error:
        return _broken(error)
    dossier = first_dossier(log, signoff.dossier_sha256)
    check_reasons = _check_reasons(registry, log, current, uses, gates=GATES, dossier=dossier, warnings=True)
    return Decision((*check_reasons, *_signoff_reasons(log, current, signoff, dossier)))


def _unjudged(records: Sequence[Record], current: Fingerprints) -> Iterable[Reason]:
    """Seals, draws and their results that are younger than the newest check of the current results."""
    checks = [r.seq for r in records if isinstance(r, CheckRecord) and not changed_in(r, current, "scoring")]
    late = [record for record in records if checks and isinstance(record, Judged) and record.seq > checks[-1]]
    if late:
        yield reason("entered_since_checks", detail=entered(late))


def _intact(records: Sequence[Record] | EvidenceBroken) -> Sequence[Record]:
    """The records, if they are what was written. Raises EvidenceBroken otherwise."""
    if isinstance(records, EvidenceBroken):
        raise records
    verify_chain(records)
    return records


def _broken(error: EvidenceBroken) -> Decision:
    return Decision((reason("evidence_broken", detail=told(error)),))


def _check_reasons(
    registry: Sequence[CheckSpec],
    records: Sequence[Record],
    current: Fingerprints,
    uses: frozenset[str],
    gates: Sequence[str],
    *,
    dossier: DossierRecord | None,
    warnings: bool,
) -> Iterable[Reason]:
    bound = {name for gate in gates for name in BINDS[gate]}
    yield from (
        reason("fingerprint_missing", detail=n) for n in FINGERPRINTS if n in bound and getattr(current, n) is None
    )
    ids = [spec.id for spec in registry]
    yield from (reason("check_registered_twice", detail=i) for i in sorted({i for i in ids if ids.count(i) > 1}))
    yield from (
        reason("check_unknown", detail=i)
        for i in sorted({r.body.check_id for r in records if _speaks_now(r, current)} - set(ids))
    )
    latest = standings(registry, records, current, uses, gates=gates)
    printed = {
        standing.spec.id: standing
        for standing in (
            standings(registry, records, current, uses, gates=gates, before=dossier.seq) if dossier else ()
        )
    }
    for gate in gates:
        of_gate = [standing for standing in latest if standing.spec.gate == gate]
        states = {standing.state for standing in of_gate}
        if not of_gate or states == {"missing"}:
            yield reason("gate_not_run" if of_gate else "gate_without_checks", detail=gate)
        elif states <= {"missing", "stale"}:
            changed = {name for standing in of_gate for name in standing.changed}
            yield reason("gate_stale", detail=gate, changed=tuple(n for n in FINGERPRINTS if n in changed))
        else:
            for standing in of_gate:
                yield from _reasons_of(standing, printed.get(standing.spec.id), warnings=warnings)


def _speaks_now(record: Record, current: Fingerprints) -> TypeGuard[CheckRecord]:
    """Whether this is a check of the deposits and the code as they are now."""
    if not isinstance(record, CheckRecord):
        return False
    return not {"custody_head", "code_sha256"} & set(changed_in(record, current, "intake"))


def _reasons_of(standing: CheckStanding, printed: CheckStanding | None, *, warnings: bool) -> Iterable[Reason]:
    """What speaks against one check; `printed` is where it stood when the signed dossier was made.

    What may pass is listed; any other state, one that this code does not know among them, is a reason.
    """
    spec, result = standing.spec, standing.result
    match standing.state:
        case "passed":
            pass
        case "not_applicable":
            if not spec.optional:
                yield reason("check_must_apply", spec, result)
        case "failed" if spec.severity == "info":
            pass
        case "failed" if spec.severity == "warning":
            if warnings and standing.acceptance is None:
                yield reason("warning_open", spec, result)
            elif warnings and printed is not None and printed.acceptance is None:
                yield reason("warning_accepted_late", spec, result)
        case "failed":
            yield reason("check_failed", spec, result)
        case "stale":
            yield reason("check_stale", spec, result, changed=standing.changed)
        case "missing" | "contradictory" as state:
            yield reason(f"check_{state}", spec, result)
        case _:
            yield reason("check_error", spec, result)
    if printed is not None and spec.gate != "publication" and printed.state != standing.state:
        yield reason("check_changed_since_dossier", spec, result)


def _signoff_reasons(
    records: Sequence[Record], current: Fingerprints, signoff: SignoffFacts, dossier: DossierRecord | None
) -> Iterable[Reason]:
    if signoff.dossier_sha256 is None:
        yield reason("dossier_missing")
    elif dossier is None:
        yield reason("dossier_unrecorded")
    else:
        if changed := changed_in(dossier, current, "publication"):
            yield reason("dossier_stale", changed=changed)
        if late := entered_since(records, dossier):
            yield reason("entered_since_dossier", detail=entered(late))
    required = max(1, signoff.required)
    if len(signoff.signers) < required:
        detail = f"{len(signoff.signers)} / {required}"
        yield reason("signoff_missing", detail=joined("; ", (detail, *signoff.problems)))
    for record in objections_to(records, signoff.dossier_sha256):
        yield reason(record.kind, detail=f"{record.body.by}, {record.at[:10]}", quote=record.body.reason)
