"""Checks of publication in Python: deposits, results and sign-off as they are now.

Belongs here: pure functions from what is true now to results. Who looks is `assurance`'s.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from expectations.own.outcome import outcome
from orchestration.evidence import (
    CheckResult,
    CheckStanding,
    DossierRecord,
    Fingerprints,
    Record,
    SignoffFacts,
    first_dossier,
    objections_to,
)

if TYPE_CHECKING:
    from orchestration.custody import CustodyReport

SKEW = timedelta(minutes=10)
"""By how much the clocks of the bailiff and of this house may differ."""


def misdated(signoff: SignoffFacts, dossier: DossierRecord | None) -> list[str]:
    """Signatures with a time that cannot be: before the dossier that they sign, or after they were looked at.

    The clocks of two machines may differ by `SKEW`. Each is named by its certificate and its time.
    """
    made_at = datetime.fromisoformat(dossier.at) if dossier else None
    return [
        f"{certificate[:8]} {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for certificate, at in signoff.dated
        if (made_at and at < made_at - SKEW) or (signoff.judged_at and at > signoff.judged_at + SKEW)
    ]


def publication_results(
    report: "CustodyReport",
    current: Fingerprints,
    signoff: SignoffFacts,
    records: Sequence[Record],
    standings: Sequence[CheckStanding],
) -> list[CheckResult]:
    """The Python checks of publication, from what is true now.

    `standings` are those of the checks of intake and scoring *as they were when the dossier was made*.
    """
    dossier = first_dossier(records, signoff.dossier_sha256)
    signed = dossier.fingerprints if dossier else None
    deposits = [f"{problem.path or 'deposits.jsonl'} [{problem.code}]" for problem in report.problems]
    if signed is None or not signed.custody_head == current.custody_head == report.head:
        deposits.append("custody_head")
    others = ("results_sha256", "rulebook_sha256", "code_sha256", "intake_sha256")
    results = [name for name in others if signed is None or getattr(signed, name) != getattr(current, name)]
    results += ["results_sha256"] if current.results_sha256 is None and signed is not None else []
    objections = [f"{record.kind} {record.body.by}" for record in objections_to(records, signoff.dossier_sha256)]
    missing = [] if len(signoff.signers) >= max(1, signoff.required) and dossier else [*signoff.problems, "–"]
    return [
        outcome("publication.deposits_unchanged", deposits, looked_at=len(report.deposits)),
        outcome("publication.results_unchanged", results),
        outcome(
            "publication.signoff_valid",
            missing,
            expected=f"≥ {max(1, signoff.required)}",
            observed=str(len(signoff.signers)),
        ),
        outcome(
            "publication.signature_dated",
            dates := misdated(signoff, dossier),
            observed=f"{len(dates)} / {len(signoff.dated)}",
        ),
        outcome("publication.objections_absent", objections),
        outcome(
            "publication.warnings_accepted", [s.spec.id for s in standings if s.open_warning], looked_at=len(standings)
        ),
    ]
