"""Signing the current dossier with a PKCS#12 key, as a bailiff would with any PDF tool.

Belongs here: which document is signed, what must hold before a key is used, and where the signed file goes.
Signatures are `signoff/`; who has signed already is `dossier/signers.py`.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations import all_checks
from orchestration.bailiff.say import say
from orchestration.dossier import Dossier, Signers, latest_dossier, signers_of
from orchestration.errors import InputError, Refused
from orchestration.evidence import DossierRecord, entered_since, objections_to, standings
from orchestration.rulebook import certificates
from orchestration.run import Now, Run, edition_held
from orchestration.settings import Settings
from orchestration.signoff import listed_signers, load_key, sign_pdf, why_rejected
from orchestration.storage import disk_fault, read_file, sha256_bytes, write_atomic
from orchestration.words import Sentence


@dataclass(frozen=True)
class Signed:
    """A signed dossier in the sign-off folder, and who signed it so far."""

    edition: str
    path: Path
    signer: str
    dossier_sha256: str
    signers: Signers
    stamped_at: datetime | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "edition": self.edition,
            "signed": str(self.path),
            "signer": self.signer,
            "dossier_sha256": self.dossier_sha256,
            "timestamp": self.stamped_at.isoformat() if self.stamped_at else None,
            **self.signers.data,
        }

    def lines(self) -> list[Sentence]:
        """The same in plain words, with what comes next."""
        out = [say("signing.done", name=self.signer, path=self.path)]
        if self.stamped_at:
            out.append(say("signing.stamped", at=f"{self.stamped_at:%Y-%m-%d %H:%M:%S}"))
        following = "signing.next_sign" if self.signers.missing else "signing.next_publish"
        return [*out, self.signers.sentence(), say(following, edition=self.edition)]


def check_signer(settings: Settings, edition: str, key: Path, password: str) -> str:
    """The name in the key's certificate, once it is one that may sign this edition today.

    Nothing that the key's holder says is entered before this. Raises Refused when the rulebook does not list the
    certificate, or when it is not valid now; InputError for a key that cannot be opened.
    """
    certificate = load_key(read_file(key), password).signing_cert
    run = Run(settings, edition)
    name, today = certificates.subject_text(certificate), datetime.now(UTC)
    listed = listed_signers(run.raw, run.rulebook.bailiff).names
    reasons = []
    if certificates.fingerprint(certificate) not in listed:
        others = ", ".join(listed.values())
        reasons.append(say("signing.not_listed", name=name, why=why_rejected("other_signer"), listed=others))
    if today < certificates.not_before(certificate):
        reasons.append(say("signing.not_yet", name=name, day=certificates.not_before(certificate).date()))
    if today > certificates.not_after(certificate):
        reasons.append(say("signing.expired", name=name, day=certificates.not_after(certificate).date()))
    if reasons:
        raise Refused([say("signing.would_not_count", reason=reason) for reason in reasons])
    return name


def sign_dossier(
    settings: Settings, edition: str, key: Path, password: str, timestamp_url: str | None = None
) -> Signed:
    """Sign the latest dossier and put the signed file among the sign-offs.

    Who signs after another one adds to the file that the other one signed, so that one document bears all signatures.
    Raises Refused, with every reason, when the dossier is not one of the current results, a warning is still open, the
    bailiff objected, or the key is none of the rulebook's signers or has signed already: a signature that could not
    count is not made. `timestamp_url`: an RFC 3161 server; InputError, and nothing written, when it does not answer.
    """
    name = check_signer(settings, edition, key, password)
    run = Run(settings, edition)
    with edition_held(settings, edition, run.run_id):
        now = Now(run)
        dossier = latest_dossier(settings, edition, now.records)
        if dossier is None or not dossier.pdf.exists():
            raise Refused([say("signing.no_dossier", edition=edition)])
        _refuse_unless_signable(now, dossier)
        before, document = signers_of(run, dossier), read_file(dossier.pdf)
        own = certificates.fingerprint(load_key(read_file(key), password).signing_cert)
        if own in before.by_certificate:
            raise Refused([say("signing.signed_already", name=name, file=before.file_of(own))])
        signed = sign_pdf(before.most_signed(document), read_file(key), password, timestamp_url=timestamp_url)
        stamped = _judged(run, signed, document, own)
        path = _place(settings, edition, f"{edition}-{dossier.sha256[:12]}-{sha256_bytes(signed)[:8]}.pdf", signed)
        return Signed(
            edition,
            path,
            signer=name,
            dossier_sha256=dossier.sha256,
            signers=signers_of(run, dossier),
            stamped_at=stamped,
        )


def _judged(run: Run, signed: bytes, document: bytes, own: str) -> datetime | None:
    """The time stamp of the signature just made, if it has one; Refused when the signature would not count."""
    listed = listed_signers(run.raw, run.rulebook.bailiff)
    with tempfile.TemporaryDirectory(prefix="palmares-sign-") as folder:
        place = Path(folder) / "signed.pdf"
        place.write_bytes(signed)
        judgement = listed.judge([place], document)
    if judgement.rejected:
        raise Refused([say("signing.would_not_count", reason=signature.why) for signature in judgement.rejected])
    return next(signature.timestamp_at for signature in judgement.accepted if signature.cert_sha256 == own)


def _refuse_unless_signable(now: Now, dossier: Dossier) -> None:
    """The dossier is unchanged and that of the current results, no warning is open and the bailiff did not object."""
    run, records, current = now.run, now.records, now.scored
    recorded = next(record for record in reversed(records) if isinstance(record, DossierRecord))
    reasons = []
    if recorded.fingerprints != current:
        reasons.append(say("signing.other_results", edition=run.edition))
    if entered_since(records, recorded):
        reasons.append(say("signing.entered_since", edition=run.edition))
    reasons += [say("signing.changed", path=path, edition=run.edition) for path in dossier.changed()]
    for standing in standings(all_checks(), records, current, run.uses):
        if standing.open_warning and standing.result:
            facts = {"expected": standing.result.expected, "observed": standing.result.observed}
            reasons.append(say("signing.open_warning", check=standing.spec.id, sentence=standing.spec.what, **facts))
    for objection in objections_to(records, dossier.sha256):
        kind, by, reason = say(f"signing.{objection.kind}"), objection.body.by, objection.body.reason
        reasons.append(say("signing.objected", kind=kind, by=by, day=objection.at[:10], reason=reason))
    if reasons:
        raise Refused(reasons)


def _place(settings: Settings, edition: str, name: str, data: bytes) -> Path:
    """Write among the edition's sign-offs, or in the state folder where the deposits are read-only."""
    beside, own = settings.signoff_dirs(edition)
    try:
        write_atomic(beside / name, data)
        return beside / name
    except OSError:
        try:
            write_atomic(own / name, data)
        except OSError as error:
            fault = disk_fault(error, settings.home)
            raise fault or InputError(say("signing.unwritable", error=error.strerror), str(own)) from error
        return own / name
