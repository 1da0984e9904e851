"""The signers of a published dossier, as publication judged them.

Belongs here: taking a judgement from the record instead of making it anew, for whoever only shows it. Comparing the
thousands of objects of a signed PDF takes seconds, and publication has done so: the evidence holds the fingerprint of
the release's manifest, the manifest those of the release's record and of the files that counted. Publication itself
never asks here.
"""

import re
from datetime import datetime
from pathlib import Path

from orchestration.dossier.register import Dossier, signed_files
from orchestration.dossier.signers import Signers, signers_judged
from orchestration.release import MANIFEST, RECORD, ManifestError, parse_manifest, read_record
from orchestration.run import Run
from orchestration.signoff import Signature, SignoffJudgement, listed_signers
from orchestration.storage import read_file, sha256_bytes, sha256_file

TIMESTAMP = re.compile(b"060b2a864886f70d010910020e", re.IGNORECASE)
"""The identifier of an RFC 3161 stamp as it stands in a signature: what it says is in no record."""


def signers_on_record(run: Run, dossier: Dossier, release: Path, manifest_sha256: str) -> Signers | None:
    """The signers of a dossier that is published, or None where only a judgement can tell.

    `manifest_sha256` stands in the evidence of the publication. None for a release that is not that one, byte for byte,
    where it says who signed, and whenever a file handed back is not among those that it holds.
    """
    try:
        manifest = read_file(release / MANIFEST)
        if sha256_bytes(manifest) != manifest_sha256:
            return None
        digests = parse_manifest(manifest)
        if sha256_file(release / RECORD) != digests.get(RECORD):
            return None
    except (OSError, ManifestError):
        return None
    record = read_record(release)
    if record.digests.dossier_sha256 != dossier.sha256:
        return None
    by_digest = {digests.get(signature.file): signature.file for signature in record.signatures}
    files = tuple(signed_files(run))
    handed = {by_digest.get(sha256_file(path)): path.name for path in files}
    if None in handed or handed.keys() != set(by_digest.values()) or any(_is_stamped(path) for path in files):
        return None
    accepted = tuple(
        Signature(
            subject=signature.signer,
            cert_sha256=signature.certificate_sha256,
            signed_at=datetime.fromisoformat(signature.signed_at),
            file=handed[signature.file],
            field="",
            demonstration=record.demonstration,
        )
        for signature in record.signatures
    )
    listed = listed_signers(run.raw, run.rulebook.bailiff)
    return signers_judged(run, dossier, files, listed, judgement=SignoffJudgement(accepted, (), satisfied=True))


def _is_stamped(path: Path) -> bool:
    return TIMESTAMP.search(read_file(path)) is not None
