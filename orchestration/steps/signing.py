"""Signing the current dossier with a PKCS#12 key, as a bailiff would with any PDF tool.

Belongs here: which document is signed and where the signed file goes. Signatures are `signoff/`.
"""

from dataclasses import dataclass
from pathlib import Path

from expectations.registry import registry
from orchestration.disk import disk_fault
from orchestration.errors import InputError, Refused
from orchestration.evidence import Record
from orchestration.files import write_atomic
from orchestration.gate import entered_since, standings
from orchestration.locks import edition_held
from orchestration.settings import Settings
from orchestration.signoff import certificates, judge_signoffs, sign_pdf
from orchestration.signoff.sign import load_key
from orchestration.steps.context import Run
from orchestration.steps.dossiers import Dossier, latest_dossier
from orchestration.steps.working import current_fingerprints


@dataclass(frozen=True)
class Signed:
    """A signed dossier in the sign-off folder."""

    edition: str
    path: Path
    signer: str
    dossier_sha256: str

    @property
    def data(self) -> dict[str, str]:
        """The same as plain data."""
        return {
            "edition": self.edition,
            "signed": str(self.path),
            "signer": self.signer,
            "dossier_sha256": self.dossier_sha256,
        }


def signer_name(key: Path, password: str) -> str:
    """Whose key it is, as the certificate says."""
    return certificates.subject_text(load_key(key.read_bytes(), password).signing_cert)


def sign_dossier(settings: Settings, edition: str, key: Path, password: str) -> Signed:
    """Sign the latest dossier and put the signed file among the sign-offs.

    Raises Refused, with every reason, when the dossier is not one of the current results, a warning is still open or
    the key is none of the rulebook's signers: a signature that could not count is not made.
    """
    run = Run(settings, edition, "command line")
    with edition_held(settings, edition, run.run_id):
        records = run.log.records()
        dossier = latest_dossier(settings, edition, records)
        if dossier is None or not dossier.pdf.exists():
            raise Refused([f"edition {edition} has no dossier to sign: palmares run {edition}"])
        _refuse_unless_signable(run, dossier, records)
        document = dossier.pdf.read_bytes()
        signed = sign_pdf(document, key.read_bytes(), password)
        certificate = load_key(key.read_bytes(), password).signing_cert
        name = f"{edition}-{dossier.sha256[:12]}-{certificates.fingerprint(certificate)[:8]}.pdf"
        path = _place(settings, edition, name, signed)
        pems = [(run.raw / pem).read_bytes() for pem in run.rulebook.bailiff.signers]
        judgement = judge_signoffs([path], document, pems, 1)
        if not judgement.accepted:
            path.unlink()
            raise Refused([f"this signature would not count: {one.en}" for one in judgement.rejected])
        return Signed(edition, path, judgement.accepted[-1].subject, dossier.sha256)


def _refuse_unless_signable(run: Run, dossier: Dossier, records: tuple[Record, ...]) -> None:
    """The dossier is unchanged and that of the current results, and no warning is open."""
    current = current_fingerprints(run)
    recorded = next(one for one in reversed(records) if one.kind == "dossier")
    reasons = []
    if recorded.fingerprints != current:
        reasons.append(f"the dossier is not the one of the current results: palmares run {run.edition}")
    if entered_since(records, recorded):
        reasons.append(f"a seal or a draw was entered since the dossier was made: palmares run {run.edition}")
    reasons += [f"{path} was changed since it was made: palmares run {run.edition}" for path in dossier.changed()]
    for one in standings(registry(), records, current, run.uses):
        if one.open_warning and one.result:
            reasons.append(
                f"the warning {one.spec.id} is not accepted. {one.spec.en} Expected {one.result.expected}, observed "
                f'{one.result.observed}. To accept it: --accept "{one.spec.id}=REASON"'
            )
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
            raise fault or InputError(f"the signed dossier cannot be written: {error.strerror}", str(own)) from error
        return own / name
