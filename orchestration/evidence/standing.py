"""Where each check stands in the evidence, for given fingerprints, and what was said against a dossier. Pure.

Belongs here: reading records together. What follows from it is `orchestration/gate`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestration.evidence.bodies import CheckResult, Outcome
from orchestration.evidence.checks import GATES, CheckSpec
from orchestration.evidence.records import (
    AcceptanceRecord,
    CheckRecord,
    DossierRecord,
    Fingerprints,
    Objection,
    Record,
    RevocationRecord,
    RunRecord,
    Witnessed,
)

FINGERPRINTS = ("custody_head", "rulebook_sha256", "code_sha256", "intake_sha256", "results_sha256")


BINDS = {"intake": FINGERPRINTS[:4], "scoring": FINGERPRINTS, "publication": FINGERPRINTS}
"""The fingerprints to which a gate's checks are tied: intake is checked before there are results."""


@dataclass(frozen=True)
class SignoffFacts:
    """What `signoff` found for the current dossier: its SHA-256 (None: there is none), the distinct
    certificates (SHA-256) with a valid signature, how many the rulebook requires, and what was wrong with others.
    `dated` is what each signature says of its time (its certificate first), `judged_at` when this was found."""

    dossier_sha256: str | None
    signers: frozenset[str]
    required: int
    problems: tuple[str, ...] = ()
    dated: tuple[tuple[str, datetime], ...] = ()
    judged_at: datetime | None = None


CheckState = Outcome | Literal["missing", "stale", "contradictory"]


@dataclass(frozen=True)
class CheckStanding:
    """Where one check stands. `state` is `missing`, `stale`, `contradictory` or the outcome of its newest record
    for the current fingerprints; `changed` names the fingerprints that differ from a stale record's."""

    spec: CheckSpec
    state: CheckState
    record: CheckRecord | None = None
    acceptance: AcceptanceRecord | None = None
    changed: tuple[str, ...] = ()

    @property
    def result(self) -> CheckResult | None:
        """The result that stands, if there is a record."""
        return self.record.body if self.record else None

    @property
    def open_warning(self) -> bool:
        """A failed warning that nobody has accepted under the current deposits."""
        return self.spec.severity == "warning" and self.state == "failed" and self.acceptance is None


def standings(
    registry: Sequence[CheckSpec],
    records: Sequence[Record],
    current: Fingerprints,
    uses: frozenset[str],
    gates: Sequence[str] = GATES,
    before: int | None = None,
) -> list[CheckStanding]:
    """Where each check that applies stands, in the registry's order.

    `before` limits the records (acceptances too) to those with a smaller `seq`.
    """
    checks: dict[str, list[CheckRecord]] = defaultdict(list)
    acceptances: dict[str, AcceptanceRecord] = {}
    for record in records:
        if before is not None and record.seq >= before:
            continue
        if isinstance(record, CheckRecord):
            checks[record.body.check_id].append(record)
        elif isinstance(record, AcceptanceRecord) and record.fingerprints.custody_head == current.custody_head:
            acceptances[record.body.check_id] = record
    return [
        _standing(spec, checks[spec.id], acceptances.get(spec.id), current)
        for spec in registry
        if spec.gate in gates and spec.applies(uses)
    ]


def objections_to(records: Sequence[Record], dossier_sha256: str | None) -> list[Objection]:
    """Refusals and revocations that stand against a dossier: those that name it, and those that came after it.

    A revocation with a release number counts only for that release's dossier: the dossier of its correction may already
    be waiting.
    """
    dossier = first_dossier(records, dossier_sha256)
    objections = []
    for record in records:
        if isinstance(record, Objection):
            of_release = isinstance(record, RevocationRecord) and record.body.release is not None
            later = (dossier is None or record.seq > dossier.seq) and not of_release
            if later or record.body.dossier_sha256 == dossier_sha256:
                objections.append(record)
    return objections


def entered_since(records: Iterable[Record], dossier: DossierRecord) -> list[Witnessed]:
    """Reservations, seals, draws and their results that were entered after a dossier was made: it cannot print them."""
    return [record for record in records if isinstance(record, Witnessed) and record.seq > dossier.seq]


def _standing(
    spec: CheckSpec, records: Sequence[CheckRecord], acceptance: AcceptanceRecord | None, current: Fingerprints
) -> CheckStanding:
    if not records:
        return CheckStanding(spec, "missing")
    fresh = [record for record in records if not changed_in(record, current, spec.gate)]
    if not fresh:
        return CheckStanding(spec, "stale", records[-1], changed=changed_in(records[-1], current, spec.gate))
    # Checks see more than the fingerprints (acts of the bailiff, what is published): an earlier run's outcome is out of
    # date. A run asks each check once: of two outcomes that differ nobody can say which is true.
    newest = fresh[-1]
    same_run = {record.body.outcome for record in fresh if record.run_id == newest.run_id}
    state = newest.body.outcome if len(same_run) == 1 else "contradictory"
    return CheckStanding(spec, state, newest, acceptance)


def changed_in(record: CheckRecord | DossierRecord, current: Fingerprints, gate: str) -> tuple[str, ...]:
    """The fingerprints, among those that a gate is tied to, that are not what they were when this was recorded."""
    return tuple(name for name in BINDS[gate] if getattr(record.fingerprints, name) != getattr(current, name))


def first_dossier(records: Iterable[Record], sha256: str | None) -> DossierRecord | None:
    """The first record of this dossier, None if absent.

    The first, because an objection after it must still count when the dossier is recorded again.
    """
    return next((r for r in records if isinstance(r, DossierRecord) and r.body.dossier_sha256 == sha256), None)


def scored_by(records: Iterable[Record]) -> dict[str, str]:
    """The packages of the engine that made the marks, as the last run that counted again found it; none for DuckDB."""
    last = [record.body.engine for record in records if isinstance(record, RunRecord)][-1:]
    return dict(last[0] or {}) if last else {}
