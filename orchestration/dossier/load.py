"""Gathering what a dossier is made of: warehouse, custody, evidence, certificates, machine.

Belongs here: the one place of this package that reads anything. What is made of it is pure (`build.py`).
"""

import json
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from expectations import all_checks, looked_at
from orchestration import custody
from orchestration.dossier import rows
from orchestration.dossier.claims import read_claims
from orchestration.dossier.model import (
    Acceptance,
    CheckFact,
    Conditions,
    DepositFact,
    Earlier,
    Inputs,
    Released,
    Reservation,
    SignerFact,
)
from orchestration.dossier.public import edition_facts, write_palmares
from orchestration.dossier.register import SNAPSHOT, Dossier
from orchestration.dossier.say import say
from orchestration.dossier.seals import seal_facts
from orchestration.dossier.withdrawn import otherwise
from orchestration.errors import PalmaresError, Refused
from orchestration.evidence import (
    BEFORE_SIGNATURE,
    OUTCOMES,
    CheckRecord,
    CheckStanding,
    Fingerprints,
    Outcome,
    Record,
    ReservationRecord,
    RunRecord,
    read_draws,
    read_seals,
    scored_by,
    standings,
)
from orchestration.intake import left_out, withdrawals
from orchestration.release import ANNEX_CSV, ATTACHED_AT_MOST, PALMARES_JSON, DossierDigests
from orchestration.rulebook import certificates
from orchestration.run import package_versions
from orchestration.scoring import RecountFact, remembered
from orchestration.scoring import load as scoring
from orchestration.storage import connect, read_file, sha256_bytes

if TYPE_CHECKING:
    from orchestration.run import Run


def load_inputs(
    run: "Run",
    records: Sequence[Record],
    current: Fingerprints,
    folder: Path,
    previous: Dossier | None = None,
    released: tuple[int, Dossier] | None = None,
) -> Inputs:
    """All facts of the current state of an edition; writes the annex (every row left out) and the palmarès into
    `folder`.

    `previous` is the last dossier, `released` the newest release's number and its dossier.
    Raises PalmaresError when results are missing.
    """
    if current.results_sha256 is None:
        raise PalmaresError(say("load.no_results", edition=run.edition))
    states = standings(all_checks(), records, current, run.uses, gates=BEFORE_SIGNATURE)
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        if places := rows.unlisted(con):
            raise Refused([say("load.rows", place=place) for place in places])
        signers = tuple(_signer(run.raw / name, name) for name in run.rulebook.bailiff.signers)
        facts = edition_facts(
            run.rulebook,
            demonstration=any(signer.demonstration for signer in signers),
            results_sha256=current.results_sha256,
        )
        withdrawn = withdrawals(con, custody.read_log(run.raw), run.rulebook.fieldwork)
        return Inputs(
            edition=run.edition,
            rulebook=run.rulebook,
            digests=DossierDigests(
                current.results_sha256, current.custody_head, current.rulebook_sha256, current.code_sha256
            ),
            conditions=_conditions(states, records),
            deposits=_deposits(run.raw),
            accounts=rows.accounts(con),
            reasons=rows.reasons(con),
            left_out=rows.left_out(con),
            corrections=rows.corrections(con),
            checks=tuple(_check(standing) for standing in states),
            categories=scoring.categories(con, [category.id for category in run.rulebook.categories]),
            recount=remembered(run.settings.recount_summary(run.edition), current, records) or RecountFact(),
            signers=signers,
            previous=Earlier(_snapshot(previous)) if previous else None,
            released=Released(released[0], _snapshot(released[1])) if released else None,
            reservations=tuple(_reservation(r, current) for r in records if isinstance(r, ReservationRecord)),
            annex_sha256=left_out.write_annex(con, folder / ANNEX_CSV),
            annex=_attached(folder / ANNEX_CSV),
            palmares_sha256=write_palmares(con, folder / PALMARES_JSON, facts),
            seals=seal_facts(read_seals(records), current),
            draws=read_draws(records),
            claims=read_claims(con),
            contests=rows.contests(con),
            companies=rows.companies(con),
            withdrawals=withdrawn,
            otherwise=otherwise(con, run, withdrawn),
        )


def _attached(annex: Path) -> bytes | None:
    """The list of rows left out, unless it is too long to be carried within a PDF."""
    return read_file(annex) if annex.stat().st_size <= ATTACHED_AT_MOST else None


def _deposits(raw: Path) -> tuple[DepositFact, ...]:
    return tuple(
        DepositFact(
            d.seq,
            d.path,
            d.sha256,
            d.bytes,
            supplier=d.supplier,
            received_at=d.received_at,
            received_by=d.received_by,
            replaces=d.replaced,
            current=d.current,
        )
        for d in custody.read_log(raw)
    )


def _check(standing: CheckStanding) -> CheckFact:
    spec, result, accepted = standing.spec, standing.result, standing.acceptance
    outcome: Outcome = next((found for found in OUTCOMES if found == standing.state), "error")
    return CheckFact(
        id=spec.id,
        gate=spec.gate,
        severity=spec.severity,
        fr=spec.fr,
        en=spec.en,
        ar=spec.ar,
        expected=result.expected if result else spec.expected,
        observed=result.observed if result else "–",
        outcome=outcome,
        failing_count=result.failing_count if result else 0,
        failing_keys=result.failing_keys if result else (),
        acceptance=Acceptance(accepted.body.by, accepted.body.reason, accepted.at) if accepted else None,
        unit=looked_at(spec.id),
        component=spec.component,
    )


def _signer(path: Path, name: str) -> SignerFact:
    certificate = certificates.load_signer(read_file(path), name)
    return SignerFact(
        file=name,
        subject=certificates.subject_text(certificate),
        sha256=certificates.fingerprint(certificate),
        valid_from=certificates.not_before(certificate).date().isoformat(),
        valid_to=certificates.not_after(certificate).date().isoformat(),
        demonstration=certificates.is_demonstration(certificate),
    )


def _conditions(states: Sequence[CheckStanding], records: Sequence[Record]) -> Conditions:
    """Machine and versions as they are; times and run from the evidence, so that they are those of the checks."""
    used = [standing.record for standing in states if standing.record]
    runs = {record.run_id for record in used}
    times = sorted(r.at for r in records if r.run_id in runs and isinstance(r, RunRecord | CheckRecord))
    return Conditions(
        machine=f"{platform.node()}, {platform.machine()} × {os.cpu_count()}",
        system=f"{platform.system()} {platform.release()}",
        started_at=times[0],
        ended_at=times[-1],
        clock=f"{time.tzname[0]} (UTC{time.strftime('%z')[:3]})",
        versions=tuple(package_versions().items()),
        run_id=used[-1].run_id,
        engine=tuple(scored_by(records).items()),
    )


def _reservation(record: ReservationRecord, current: Fingerprints) -> Reservation:
    then = record.fingerprints
    same = then.custody_head == current.custody_head and then.results_sha256 == current.results_sha256
    return Reservation(record.body.by, record.body.reason, record.at, same)


def _snapshot(dossier: Dossier) -> dict[str, object] | None:
    """What was remembered of a dossier; None where it is not there any more, or is not what was recorded with it."""
    path = dossier.folder / SNAPSHOT
    try:
        data = read_file(path)
        remembered: dict[str, object] = json.loads(data)
    except (OSError, ValueError):
        return None
    recorded = dossier.beside.get(SNAPSHOT)  # the first dossiers do not say it
    return None if recorded is not None and sha256_bytes(data) != recorded else remembered
