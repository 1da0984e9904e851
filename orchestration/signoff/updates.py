"""The updates behind a dossier, and the signatures in them: rules 1 to 4 of `judge.py`, with pyHanko.

Belongs here: what is judged inside the PDF. Which files are judged, and who is counted, stands in `judge.py`.
"""

import gc
import logging
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

from asn1crypto import cms, x509
from asn1crypto import parser as der
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffPolicy, DiffResult, SuspiciousModification
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm
from pyhanko.sign.fields import enumerate_sig_fields as signature_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from orchestration.rulebook import certificates
from orchestration.signoff.uses import before_updates
from orchestration.signoff.verdicts import Rejected, Signature

SMALLEST_KEY = {"rsa": 2048, "ec": 256}
SAFE_HASHES = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
# Their findings come back as reasons; their warnings would print parts of hostile files.


def judge_updates(data: bytes, dossier: bytes, listed: frozenset[str]) -> tuple[Signature, ...]:
    """The signatures of a file that begins with the dossier's bytes. Raises Rejected, and whatever parsers raise."""
    collecting = gc.isenabled()
    gc.disable()  # comparing makes some hundred thousand objects that all stay: looking through them doubles its time
    try:
        return tuple(_judged(data, dossier, listed))
    except SignatureValidationError as error:
        raise Rejected("broken_signature") from error
    finally:
        if collecting:
            gc.enable()


def _judged(data: bytes, dossier: bytes, listed: frozenset[str]) -> Iterator[Signature]:
    """Rules 1 to 3 on the file, then rule 4 on each signature."""
    base, reader = PdfFileReader(BytesIO(dossier)), PdfFileReader(BytesIO(data))
    if reader.encrypted:
        raise Rejected("encrypted")
    _same_beginning(base, reader)
    filled = list(signature_fields(reader, filled_status=True))
    if not filled:
        raise Rejected("not_signed")
    if "/Perms" in reader.root:
        raise Rejected("certified")
    prepared = {field for field, _, _ in signature_fields(base, filled_status=False)}
    if {field for field, _, _ in signature_fields(reader)} != {field for field, _, _ in signature_fields(base)}:
        raise Rejected("other_field")
    if not {field for field, _, _ in filled} <= prepared:
        raise Rejected("other_field")
    changes = DEFAULT_DIFF_POLICY.review_file(reader, before_updates(reader, base, dossier))
    if not isinstance(changes, DiffResult):
        raise Rejected("content_changed")
    signatures = [EmbeddedPdfSignature(reader, widget, field) for field, _, widget in filled]
    signatures.sort(key=lambda signature: int(signature.byte_range[3]) + int(signature.byte_range[2]))
    ends = [_covered(signature, data, len(dossier)) for signature in signatures]
    if ends[-1] != len(data):
        raise Rejected("changed_after")
    for signature, end in zip(signatures, ends, strict=True):
        yield _judge_signature(signature, listed, Later(data[:end]))


def _same_beginning(base: PdfFileReader, reader: PdfFileReader) -> None:
    """The file's history begins with the dossier's own: otherwise the dossier is only dead weight in front."""
    revisions = base.xrefs.total_revisions
    if reader.xrefs.total_revisions <= revisions:
        raise Rejected("content_changed" if reader.last_startxref != base.last_startxref else "not_signed")
    for revision in range(revisions):
        if reader.xrefs.get_startxref_for_revision(revision) != base.xrefs.get_startxref_for_revision(revision):
            raise Rejected("content_changed")


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
        raise Rejected("broken_signature")
    return end


class Later(DiffPolicy):
    """What follows a signature, by pyHanko's rules; `signed`: the file as far as that signature covers it."""

    def __init__(self, signed: bytes) -> None:
        self.signed = signed

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Compare each later state of the file with the one that was signed. Raises Rejected for a file whose history
        is not the signed one's."""
        base = PdfFileReader(BytesIO(self.signed))
        _same_beginning(base, reader)
        state = before_updates(reader, base, self.signed)
        if state.revision != base_revision:
            raise Rejected("broken_signature")
        return DEFAULT_DIFF_POLICY.review_file(reader, state, field_mdp_spec, doc_mdp)


def _judge_signature(signature: EmbeddedPdfSignature, listed: frozenset[str], later: DiffPolicy) -> Signature:
    """Rule 4: integrity first, so that nothing else is believed of a forged signature."""
    certificate = signature.signer_cert
    if not _safe(signature, certificate):
        raise Rejected("weak_signature")
    status = validate_pdf_signature(
        signature,
        # The signer's certificate is its own root here: whether it is trusted is decided below, by its bytes.
        signer_validation_context=ValidationContext(trust_roots=[certificate], allow_fetching=False),
        diff_policy=later,
        key_usage_settings=KeyUsageConstraints(),
    )
    if not (status.intact and status.valid and status.docmdp_ok and _is_enveloped(signature, certificate)):
        raise Rejected("broken_signature")
    digest = certificates.fingerprint(certificate)
    if digest not in listed:
        raise Rejected("other_signer")
    if not certificates.may_sign(certificate):
        raise Rejected("not_for_signing")
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


def _is_enveloped(signature: EmbeddedPdfSignature, certificate: x509.Certificate) -> bool:
    """Whether what stands around the signature, which nothing signs, says what it has to (RFC 5652, 5.1 and 5.3): its
    versions, the one hash, whose certificate it is. Most readers pass over it, and with it over a flipped bit."""
    content = signature.pkcs7_content
    envelope = cms.ContentInfo.load(content[: der.peek(content)], strict=True)
    signed, signer = envelope["content"], signature.signer_info
    named = signer["sid"].chosen
    if signer["sid"].name == "issuer_and_serial_number":
        expected, own = "v1", named["issuer"].dump() == certificate.issuer.dump()
        own = own and named["serial_number"].native == certificate.serial_number
    else:
        expected, own = "v3", named.native == certificate.key_identifier
    algorithms = [signer["digest_algorithm"], *signed["digest_algorithms"]]
    hashes = [(method["algorithm"].native, method["parameters"].native) for method in algorithms]
    return (
        own
        and signed["version"].native == signer["version"].native == expected
        and hashes == [(signature.md_algorithm, None)] * 2
        and envelope.contents == envelope["content_type"].dump() + signed.dump()
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
        raise Rejected("no_signing_time")
    if signed_at < certificates.not_before(certificate):
        raise Rejected("not_yet_valid")
    if signed_at > certificates.not_after(certificate):
        raise Rejected("expired")
    return signed_at


def _timestamp(status: PdfSignatureStatus) -> datetime | None:
    """Time of the RFC 3161 stamp; one that does not belong to the signature rejects it.

    Whose stamp it is cannot be judged offline without a list of authorities: it is shown, and decides nothing.
    """
    stamp = status.timestamp_validity
    if stamp is None:
        return None
    if not (stamp.intact and stamp.valid):
        raise Rejected("bad_timestamp")
    moment: datetime = stamp.timestamp
    return moment
