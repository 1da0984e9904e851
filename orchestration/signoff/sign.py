"""Signature fields made before the first signature, and signing with a PKCS#12 key.

Belongs here: writing into the PDF. A bailiff may as well sign with any PDF tool in the prepared field; what
counts is judged in `judge.py`, which does not care who wrote the signature. pyHanko takes most of a second to import:
each function asks for it when it is called.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from asn1crypto import x509

from orchestration.errors import InputError
from orchestration.rulebook import may_sign, subject_text
from orchestration.signoff.say import say

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper

FIELD = "Huissier-{}"


@dataclass(frozen=True)
class Box:
    """Where a signature is shown: page (first is 0) and corners in points from the lower left of the page."""

    page: int
    left: int
    bottom: int
    right: int
    top: int


def prepare(
    pdf: bytes, required: int, boxes: Sequence[Box | None] | None = None, tips: Sequence[str] | None = None
) -> bytes:
    """Add one empty signature field for each required signer, before anybody signs; in its place, where the template
    left one of its name (`typesetting/fields.py`).

    `boxes`: where they are shown, one for each (None: invisible); `tips`: what a screen reader says of each. The same
    bytes in give the same bytes out. Raises ValueError for a number below 1, or for lists of another length.
    """
    if required < 1 or any(values is not None and len(values) != required for values in (boxes, tips)):
        raise ValueError("each required signature needs a field, and each field its box and its words")
    from pyhanko.pdf_utils.generic import NumberObject
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, append_signature_field

    # Here and not above: who only judges signatures sets no documents.
    from orchestration.typesetting import fixed_writer, places, take_place

    writer = fixed_writer(pdf)
    at = places(writer)
    for number in range(1, required + 1):
        name, box = FIELD.format(number), boxes[number - 1] if boxes else None
        append_signature_field(
            writer,
            SigFieldSpec(
                sig_field_name=name,
                on_page=box.page if box else -1,
                box=(box.left, box.bottom, box.right, box.top) if box else None,
                readable_field_name=tips[number - 1] if tips else None,
                invis_sig_settings=InvisSigSettings(set_hidden_flag=False),
            ),
        )
        if name in at:  # the field gets its element among the tags, so that a screen reader comes upon it
            take_place(writer, at[name], writer.root["/AcroForm"]["/Fields"].raw_get(number - 1))
    # 3 = "signatures exist, only append": tools then add to the file instead of writing it anew.
    writer.root["/AcroForm"]["/SigFlags"] = NumberObject(3)
    return writer.bytes()


def load_key(p12: bytes, password: str) -> "SimpleSigner":
    """Open a PKCS#12 file (RSA or ECDSA). Raises InputError, without saying anything of its content."""
    from pyhanko.sign.signers import SimpleSigner

    try:
        signer: SimpleSigner = SimpleSigner.load_pkcs12_data(p12, other_certs=[], passphrase=password.encode() or None)
    except (ValueError, AttributeError) as error:
        raise InputError(say("key.closed"), mend=say("key.closed_mend")) from error
    certificate = signer.signing_cert
    assert isinstance(certificate, x509.Certificate)
    if certificate.public_key.algorithm not in {"rsa", "ec"}:
        raise InputError(say("key.kind"), mend=say("key.kind_mend"))
    if not may_sign(certificate):
        raise InputError(say("key.purpose", name=subject_text(certificate)), mend=say("key.purpose_mend"))
    return signer


def empty_fields(pdf: bytes) -> dict[str, Sequence[float]]:
    """Signature fields that nobody has signed in yet: name and corners. Raises InputError for what is no PDF."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields as signature_fields

    try:
        empty = signature_fields(PdfFileReader(BytesIO(pdf)), filled_status=False)
        return {name: widget.get_object()["/Rect"] for name, _, widget in empty}
    except PdfError as error:
        raise InputError(say("dossier.no_pdf"), mend=say("dossier.no_pdf_mend")) from error


def _stamp_server(url: str) -> "TimeStamper":
    if not re.fullmatch(r"https?://[^\s/]\S*", url):
        raise InputError(say("stamp.address"), url[:200], say("stamp.address_mend"))
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

    return RequestsHTTPTimeStamper(url)


def _refusal(error: Exception) -> str:
    """The server's refusal in its own words, or what kind of trouble it was."""
    from pyhanko.sign.timestamps import TimestampRequestError

    return (
        str(error).rstrip(".")
        if isinstance(error, TimestampRequestError)
        else f"unreadable answer, {type(error).__name__}"
    )


def sign_pdf(
    dossier: bytes,
    p12: bytes,
    password: str,
    at: datetime | None = None,
    field: str | None = None,
    *,
    timestamp_url: str | None = None,
    timestamper: "TimeStamper | None" = None,
) -> bytes:
    """Sign the dossier (PAdES-B-B, SHA-256) in `field`, or in the first prepared field that is still empty.

    `at`: time of signing as the signer states it (now by default; must have an offset). With a time-stamp server
    (RFC 3161; `timestamp_url`) the signature is PAdES-B-T: the only use of a network, and only on demand.
    Returns the whole signed file, which begins with the bytes given. Raises InputError.
    """
    if at is not None and at.tzinfo is None:
        raise ValueError("the time of signing needs an offset")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata

    from orchestration.signoff.stamp import stamp_style
    from orchestration.signoff.writers import TimedSigner

    signer = load_key(p12, password)
    empty = empty_fields(dossier)
    if not empty or (field is not None and field not in empty):
        what = say("dossier.no_field_named", field=field) if field else say("dossier.no_field")
        raise InputError(what, mend=say("dossier.no_field_mend"))
    if timestamp_url is not None:
        timestamper = _stamp_server(timestamp_url)
    chosen, moment, name = field or next(iter(empty)), at or datetime.now(UTC), subject_text(signer.signing_cert)
    metadata = PdfSignatureMetadata(
        field_name=chosen,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name,
    )
    left, bottom, right, top = (float(edge) for edge in empty[chosen])
    style = stamp_style(name, moment, right - left, top - bottom) if right > left else None
    pdf_signer = TimedSigner(metadata, signer, timestamper=timestamper, stamp_style=style)
    pdf_signer.at = moment
    try:
        out = pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(dossier)), existing_fields_only=True)
    except SigningError as error:
        raise InputError(say("dossier.unsigned", error=error)) from error
    except Exception as error:
        # Whatever a server answers may break any parser; without a server nothing of the kind is expected.
        if timestamp_url is None:
            raise
        what = say("stamp.none", error=_refusal(error))
        raise InputError(what, timestamp_url, say("stamp.none_mend")) from error
    signed: bytes = out.getvalue()
    return signed
