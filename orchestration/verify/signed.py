"""The signed dossier of a release: whose signature it bears, and what it vouches for.

Belongs here: the digests that the dossier bears, and the judgement of its signatures by `orchestration.signoff`.
"""

import re

from orchestration.errors import InputError
from orchestration.release import (
    ANNEX,
    ANNEX_CSV,
    PALMARES,
    PALMARES_JSON,
    RECORD,
    ReleaseRecord,
    attached_annex,
    read_marks,
)
from orchestration.rulebook import Rulebook, is_demonstration, load_signer
from orchestration.signoff import Signature, judge_signoffs
from orchestration.storage import sha256_bytes
from orchestration.verify.folder import ReleaseFolder
from orchestration.verify.say import say
from orchestration.verify.verdict import Findings


def marks_of(pdf: bytes) -> dict[str, str]:
    """The digests that a dossier bears; empty when it is no dossier."""
    try:
        return read_marks(pdf)
    except InputError:
        return {}


def check_signatures(
    release: ReleaseFolder, record: ReleaseRecord, rulebook: Rulebook | None, findings: Findings
) -> None:
    """The dossier bears both digests, and enough of the rulebook's signers signed it, whole."""
    dossier = release.bytes_of("dossier.pdf")
    if dossier is None:
        return
    marks = marks_of(dossier)
    expected = {
        "edition": record.edition,
        "results-sha256": record.digests.results_sha256,
        "custody-head": record.digests.custody_head,
        "rulebook-sha256": record.digests.rulebook_sha256,
    }
    for name, value in expected.items():
        if marks.get(name) != value:
            findings.altered("dossier_mark", "dossier.pdf", say("signed.mark", name=name, value=value))
    _check_beside(release, "annex", path=ANNEX_CSV, borne=marks.get(ANNEX), findings=findings)
    if marks and not _carries_its_annex(dossier, marks.get(ANNEX)):
        findings.altered("dossier_attachment", "dossier.pdf", say("signed.attached"))
    _check_beside(release, "palmares", path=PALMARES_JSON, borne=marks.get(PALMARES), findings=findings)
    if rulebook is None:
        return
    pems = {name: release.bytes_of(name) for name in rulebook.bailiff.signers}
    known = {name: data for name, data in pems.items() if data is not None}
    files = {signature.file for signature in record.signatures} & release.sound.keys()
    if len(known) < len(pems) or not files:
        return
    try:
        places = [release.sound[name] for name in sorted(files)]
        judgement = judge_signoffs(places, dossier, known.values(), rulebook.bailiff.required)
    except InputError as error:
        findings.altered("certificate_broken", ", ".join(known), say("signed.certificate", error=error.what))
        return
    for rejected in judgement.rejected:
        findings.altered(f"signature_{rejected.code}", rejected.file, rejected.why)
    if not judgement.satisfied:
        findings.altered("signature_missing", RECORD, say("signed.missing", required=rulebook.bailiff.required))
    demonstration = any(is_demonstration(load_signer(data)) for data in known.values())
    _check_named(record, judgement.accepted, demonstration, findings)


def _check_beside(release: ReleaseFolder, name: str, path: str, borne: str | None, findings: Findings) -> None:
    """A file is the one whose fingerprint the dossier bears (rows left out, the palmarès); it is there if the dossier
    has one."""
    listed = release.listed.get(path)
    if borne is not None and listed is None:
        findings.incomplete("file_dropped", path, say(f"signed.{name}_gone"))
    elif listed != borne:
        findings.altered(f"digest_{name}", path, say(f"signed.{name}"))


def _carries_its_annex(dossier: bytes, borne: str | None) -> bool:
    """The list that a dossier carries within is the one it names: who opens it sees what was judged."""
    try:
        attached = attached_annex(dossier)
    except InputError:
        return False
    return attached is None or sha256_bytes(attached) == borne


def _check_named(
    record: ReleaseRecord, accepted: tuple[Signature, ...], demonstration: bool, findings: Findings
) -> None:
    """release.json names the signatures that the files bear, no other."""
    borne = [
        (signer.subject, signer.cert_sha256, signer.signed_at.strftime("%Y%m%d%H%M%S"), signer.file)
        for signer in accepted
    ]
    named = [
        (signature.signer, signature.certificate_sha256, re.sub(r"[-T:Z]", "", signature.signed_at), signature.file)
        for signature in record.signatures
    ]
    if sorted(borne) != sorted(named):
        findings.altered("signature_named", RECORD, say("signed.named"))
    if record.demonstration != demonstration:
        findings.altered("demonstration", RECORD, say("signed.demonstration"))
