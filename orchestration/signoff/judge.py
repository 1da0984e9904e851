"""Is this the dossier, whole, signed by a listed signer? (SPEC 7)

Belongs here: the judgement of files handed back. Every file is taken as hostile: whatever it holds, the answer
is a rejection with its reason, never an exception. Nothing is fetched: no OCSP, no CRL, no chain of authorities.

What must hold, in this order:

1. the file begins with the very bytes of the dossier, and what follows is a chain of updates to *that* document
   (not a second document put behind it);
2. each update does nothing but fill one of the prepared signature fields (checked revision by revision, from the
   dossier on: so nothing was hidden, covered or replaced, before a signature or after it);
3. the last signature covers the file to its last byte, each earlier one all that stood when it was made;
4. each signature is intact, made with a method that is still safe, with a certificate that is byte for byte one of
   those listed, meant for signing, and valid at the time of signing.

The time of signing is the signer's own statement (a time stamp is shown beside it, and decides nothing): a listed
signer is trusted with the date of his act, as on paper. One bad signature rejects the whole file. Signers are counted
by certificate, over all accepted files.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from asn1crypto import parser as der
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult
from pyhanko.sign.fields import enumerate_sig_fields as signature_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from orchestration.rulebook import certificates
from orchestration.signoff.say import say
from orchestration.storage import open_ordinary, read_file
from orchestration.words import Sentence, composed

MARGIN = 16 * 1024 * 1024
"""How much larger than the dossier a signed file may be, in bytes: signatures and their appearance."""

SMALLEST_KEY = {"rsa": 2048, "ec": 256}
SAFE_HASHES = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
# Their findings come back as reasons; their warnings would print parts of hostile files.


@dataclass(frozen=True)
class Signature:
    """One accepted signature. `timestamp_at`: time of an RFC 3161 stamp that belongs to it, where there is one."""

    subject: str
    cert_sha256: str
    signed_at: datetime
    file: str
    field: str
    demonstration: bool
    timestamp_at: datetime | None = None


def why_rejected(code: str) -> Sentence:
    """The words of a reason's code."""
    return say(f"rejected.{code}")


@dataclass(frozen=True)
class Rejection:
    """One file that does not count, and why, in words for the bailiff."""

    file: str
    code: str

    @property
    def why(self) -> Sentence:
        """The reason alone."""
        return why_rejected(self.code)

    @property
    def sentence(self) -> Sentence:
        """The file and the reason."""
        return composed(lambda text: f"{self.file}: {text(self.why)}")


@dataclass(frozen=True)
class SignoffJudgement:
    """`satisfied`: at least the required number of distinct listed certificates signed this dossier."""

    accepted: tuple[Signature, ...]
    rejected: tuple[Rejection, ...]
    satisfied: bool


def without_earlier_states(judgement: SignoffJudgement, files: Iterable[Path]) -> SignoffJudgement:
    """The judgement without accepted files that another accepted one begins with: signed first by one, then by two.

    What the later file holds is all that the earlier one held. Nothing else changes: each signer still counts once.
    """
    counted = {one.file for one in judgement.accepted}
    data = {path.name: read_file(path) for path in files if path.name in counted}
    earlier = {
        name
        for name, mine in data.items()
        if any(len(mine) < len(one) and one.startswith(mine) for one in data.values())
    }
    return replace(judgement, accepted=tuple(one for one in judgement.accepted if one.file not in earlier))


class _Rejected(Exception):
    """Carries a reason code from the rule that failed to the file's verdict."""


def judge_signoffs(
    files: Iterable[Path], dossier: bytes, signer_pems: Iterable[bytes], required: int
) -> SignoffJudgement:
    """Judge each file (in order of path) against the dossier and the listed certificates.

    `signer_pems`: contents of the rulebook's signer files, one certificate each; `required`: how many distinct ones
    must have signed. Raises InputError when a listed certificate cannot be read (the rulebook's fault, not the
    signer's) and ValueError when `required` is below 1.
    """
    if required < 1:
        raise ValueError("a dossier without a required signature would publish itself")
    loaded = (certificates.load_signer(data, f"signer {n}") for n, data in enumerate(signer_pems, 1))
    listed = frozenset(map(certificates.fingerprint, loaded))
    accepted: list[Signature] = []
    rejected: list[Rejection] = []
    for path in sorted(files):
        try:
            verdict = _judge_bytes(_read(path, len(dossier)), dossier, listed)
        except _Rejected as refused:
            verdict = str(refused)
        if isinstance(verdict, str):
            rejected.append(Rejection(path.name, verdict))
        else:
            accepted += (replace(signature, file=path.name) for signature in verdict)
    distinct = {signature.cert_sha256 for signature in accepted}
    return SignoffJudgement(tuple(accepted), tuple(rejected), len(distinct) >= required)


def _read(path: Path, dossier_size: int) -> bytes:
    """The file's bytes, if it is an ordinary file of a size that a signed dossier can have."""
    try:
        with open_ordinary(path, limit=None) as stream:
            data = stream.read(dossier_size + MARGIN + 1)
    except OSError as error:
        raise _Rejected("unreadable_file") from error
    if len(data) > dossier_size + MARGIN:
        raise _Rejected("too_large")
    return data


@lru_cache(maxsize=8)
def _judge_bytes(data: bytes, dossier: bytes, listed: frozenset[str]) -> tuple[Signature, ...] | str:
    """The signatures of a file, or the reason code of its rejection.

    Nothing but the arguments decides, so a verdict is remembered: comparing all objects of a dossier takes seconds,
    and one publication asks several times.
    """
    if not data.startswith(b"%PDF-"):
        return "not_pdf"
    if not data.startswith(dossier):
        return "other_document"
    if data == dossier:
        return "not_signed"
    try:
        return tuple(_judge_updates(data, dossier, listed))
    except _Rejected as refused:
        return str(refused)
    except SignatureValidationError:
        return "broken_signature"
    except Exception:
        # A hostile file may raise anything in the parsers (recursion, memory, assertion); all of it means "no".
        return "damaged"


def _judge_updates(data: bytes, dossier: bytes, listed: frozenset[str]) -> Iterator[Signature]:
    """Rules 1 to 3 on the file, then rule 4 on each signature."""
    base, reader = PdfFileReader(BytesIO(dossier)), PdfFileReader(BytesIO(data))
    if reader.encrypted:
        raise _Rejected("encrypted")
    _same_beginning(base, reader)
    filled = list(signature_fields(reader, filled_status=True))
    if not filled:
        raise _Rejected("not_signed")
    if "/Perms" in reader.root:
        raise _Rejected("certified")
    prepared = {field for field, _, _ in signature_fields(base, filled_status=False)}
    if {field for field, _, _ in signature_fields(reader)} != {field for field, _, _ in signature_fields(base)}:
        raise _Rejected("other_field")
    if not {field for field, _, _ in filled} <= prepared:
        raise _Rejected("other_field")
    changes = DEFAULT_DIFF_POLICY.review_file(reader, base.xrefs.total_revisions - 1)
    if not isinstance(changes, DiffResult):
        raise _Rejected("content_changed")
    signatures = [EmbeddedPdfSignature(reader, widget, field) for field, _, widget in filled]
    signatures.sort(key=lambda signature: int(signature.byte_range[3]) + int(signature.byte_range[2]))
    ends = [_covered(signature, data, len(dossier)) for signature in signatures]
    if ends[-1] != len(data):
        raise _Rejected("changed_after")
    for signature in signatures:
        yield _judge_signature(signature, listed)


def _same_beginning(base: PdfFileReader, reader: PdfFileReader) -> None:
    """The file's history begins with the dossier's own: otherwise the dossier is only dead weight in front."""
    revisions = base.xrefs.total_revisions
    if reader.xrefs.total_revisions <= revisions:
        raise _Rejected("content_changed" if reader.last_startxref != base.last_startxref else "not_signed")
    for revision in range(revisions):
        if reader.xrefs.get_startxref_for_revision(revision) != base.xrefs.get_startxref_for_revision(revision):
            raise _Rejected("content_changed")


def _covered(signature: EmbeddedPdfSignature, data: bytes, dossier_size: int) -> int:
    """Where the signed bytes end, once it is sure that they leave out the signature itself and nothing else."""
    start, length, resume, rest = (int(number) for number in signature.byte_range)
    end = resume + rest
    content = signature.pkcs7_content
    spelled = content.hex().encode()
    gap = data[length:resume]
    whole = start == 0 and dossier_size <= length < resume <= end <= len(data)
    padding = content[der.peek(content) :]
    if not whole or gap not in (b"<%s>" % spelled, b"<%s>" % spelled.upper()) or padding.strip(b"\0"):
        raise _Rejected("broken_signature")
    return end


def _judge_signature(signature: EmbeddedPdfSignature, listed: frozenset[str]) -> Signature:
    """Rule 4: integrity first, so that nothing else is believed of a forged signature."""
    certificate = signature.signer_cert
    if not _safe(signature, certificate):
        raise _Rejected("weak_signature")
    status = validate_pdf_signature(
        signature,
        # The signer's certificate is its own root here: whether it is trusted is decided below, by its bytes.
        signer_validation_context=ValidationContext(trust_roots=[certificate], allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(),
    )
    if not (status.intact and status.valid and status.docmdp_ok):
        raise _Rejected("broken_signature")
    digest = certificates.fingerprint(certificate)
    if digest not in listed:
        raise _Rejected("other_signer")
    if not certificates.may_sign(certificate):
        raise _Rejected("not_for_signing")
    signed_at = _valid_time(status, certificate)
    return Signature(
        subject=certificates.subject_text(certificate),
        cert_sha256=digest,
        signed_at=signed_at,
        file="",
        field=signature.field_name,
        demonstration=certificates.is_demonstration(certificate),
        timestamp_at=_timestamp(status),
    )


def _safe(signature: EmbeddedPdfSignature, certificate: x509.Certificate) -> bool:
    """RSA of 2048 bits or ECDSA of 256, at least, over a SHA-2 or SHA-3 hash (pyHanko's own policy accepts SHA-1)."""
    kind = certificate.public_key.algorithm
    method = signature.signer_info["signature_algorithm"]
    hashes = {signature.md_algorithm}
    if method["algorithm"].native != "rsassa_pkcs1v15":  # that name leaves the hash to the digest algorithm
        hashes.add(method.hash_algo)
    return kind in SMALLEST_KEY and certificate.public_key.bit_size >= SMALLEST_KEY[kind] and hashes <= SAFE_HASHES


def _valid_time(status: PdfSignatureStatus, certificate: x509.Certificate) -> datetime:
    """The stated time of signing, once the certificate was valid then."""
    signed_at = status.signer_reported_dt
    if signed_at is None or signed_at.tzinfo is None:
        raise _Rejected("no_signing_time")
    if signed_at < certificates.not_before(certificate):
        raise _Rejected("not_yet_valid")
    if signed_at > certificates.not_after(certificate):
        raise _Rejected("expired")
    return signed_at


def _timestamp(status: PdfSignatureStatus) -> datetime | None:
    """Time of the RFC 3161 stamp; one that does not belong to the signature rejects it.

    Whose stamp it is cannot be judged offline without a list of authorities: it is shown, and decides nothing.
    """
    stamp = status.timestamp_validity
    if stamp is None:
        return None
    if not (stamp.intact and stamp.valid):
        raise _Rejected("bad_timestamp")
    moment: datetime = stamp.timestamp
    return moment
