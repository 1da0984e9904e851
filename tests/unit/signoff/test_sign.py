"""Fields made before the first signature, signing, and the certificates a rulebook lists."""

import datetime as dt
import http.server
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pypdf import PdfReader

from orchestration.errors import InputError
from orchestration.rulebook.certificates import fingerprint, is_demonstration, load_signer, may_sign, subject_text
from orchestration.signoff import Box, judge_signoffs, prepare, sign_pdf
from tests.fixtures.signing_ground import PASSWORD, SIGNED_AT, Holder, dossier, put

BAILIFF = Holder()


def fields(pdf: bytes) -> dict[str, bool]:
    """Signature fields by name, and whether each is filled."""
    return {name: value is not None for name, value, _ in enumerate_sig_fields(PdfFileReader(BytesIO(pdf)))}


def plain_pdf() -> bytes:
    return typst.compile(b"#set document(date: datetime(year: 2026, month: 1, day: 1))\nText", format="pdf")


def test_one_empty_field_is_prepared_for_each_required_signer() -> None:
    assert fields(prepare(plain_pdf(), 3)) == {"Huissier-1": False, "Huissier-2": False, "Huissier-3": False}


def test_preparing_the_same_document_twice_gives_the_same_bytes() -> None:
    pdf = plain_pdf()
    assert prepare(
        pdf, 2, [Box(0, 10, bottom=10, right=90, top=50), Box(0, 110, bottom=10, right=190, top=50)]
    ) == prepare(pdf, 2, [Box(0, 10, bottom=10, right=90, top=50), Box(0, 110, bottom=10, right=190, top=50)])


def test_the_prepared_file_begins_with_the_document_and_asks_tools_only_to_append() -> None:
    pdf = plain_pdf()
    prepared = prepare(pdf, 1)
    assert prepared.startswith(pdf)
    assert PdfFileReader(BytesIO(prepared)).root["/AcroForm"]["/SigFlags"] == 3


@pytest.mark.parametrize(("required", "boxes"), [(0, None), (2, [Box(0, 1, bottom=1, right=2, top=2)])])
def test_a_field_without_a_signer_or_a_signer_without_a_box_is_refused(required: int, boxes: list[Box] | None) -> None:
    with pytest.raises(ValueError, match="needs a field"):
        prepare(plain_pdf(), required, boxes)


def test_signing_fills_the_first_empty_field_and_appends_only() -> None:
    signed = sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT)
    assert signed.startswith(dossier())
    assert fields(signed) == {"Huissier-1": True, "Huissier-2": False}


def test_a_field_may_be_named() -> None:
    assert fields(sign_pdf(dossier(), BAILIFF.p12, password=PASSWORD, at=SIGNED_AT, field="Huissier-2"))["Huissier-2"]


def test_the_time_of_signing_is_now_unless_it_is_given() -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    reader = PdfFileReader(BytesIO(sign_pdf(dossier(), BAILIFF.p12, PASSWORD)))
    assert reader.embedded_signatures[0].self_reported_timestamp >= before


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        sign_pdf(dossier(), BAILIFF.p12, PASSWORD, dt.datetime(2026, 1, 1))


def test_an_unknown_or_a_filled_field_is_refused_in_plain_words() -> None:
    with pytest.raises(InputError, match="no empty signature field Elsewhere"):
        sign_pdf(dossier(), BAILIFF.p12, password=PASSWORD, at=SIGNED_AT, field="Elsewhere")
    with pytest.raises(InputError, match="no empty signature field"):
        sign_pdf(plain_pdf(), BAILIFF.p12, PASSWORD, SIGNED_AT)


def test_what_is_no_pdf_cannot_be_signed() -> None:
    with pytest.raises(InputError, match="not a readable PDF"):
        sign_pdf(b"nothing", BAILIFF.p12, PASSWORD, SIGNED_AT)


@pytest.mark.parametrize(("p12", "password"), [(BAILIFF.p12, "battery staple"), (b"nothing", PASSWORD)])
def test_a_key_that_does_not_open_says_so_without_its_password(p12: bytes, password: str) -> None:
    with pytest.raises(InputError, match="cannot be opened") as caught:
        sign_pdf(dossier(), p12, password, SIGNED_AT)
    assert password not in str(caught.value)


def test_a_pkcs12_file_without_a_key_does_not_open() -> None:
    empty = pkcs12.serialize_key_and_certificates(
        None, None, cert=BAILIFF.certificate, cas=None, encryption_algorithm=BestAvailableEncryption(PASSWORD.encode())
    )
    with pytest.raises(InputError, match="cannot be opened"):
        sign_pdf(dossier(), empty, PASSWORD, SIGNED_AT)


def test_a_key_that_is_neither_rsa_nor_ecdsa_is_refused() -> None:
    with pytest.raises(InputError, match="neither RSA nor ECDSA"):
        sign_pdf(dossier(), Holder("Edwards", "ed25519").p12, PASSWORD, SIGNED_AT)


def test_a_certificate_not_made_for_signing_is_refused_before_it_signs() -> None:
    with pytest.raises(InputError, match="not meant for signing"):
        sign_pdf(dossier(), Holder("Cipher", usage="key_encipherment").p12, PASSWORD, SIGNED_AT)


@pytest.mark.parametrize("name", ["المفوض القضائي", "محمد العلوي – Mohamed Alaoui", "ⵎⵓⵃⴰⵎⵎⴷ", "مكتب 12"])
def test_a_name_in_any_letters_may_sign(tmp_path: Path, name: str) -> None:
    holder = Holder(name, organisation=None)
    signed = sign_pdf(dossier(), holder.p12, PASSWORD, SIGNED_AT)
    judged = judge_signoffs(put(tmp_path, signed), dossier(), [holder.pem], 1)
    assert judged.accepted[0].subject == name


def test_the_signature_shows_name_and_time_without_a_font_of_the_machine() -> None:
    signed = sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT)
    assert b"/Courier" not in signed and b"/Helvetica" not in signed
    annotations: Any = PdfReader(BytesIO(signed)).pages[-1]["/Annots"]
    widget = annotations[0].get_object()
    drawn = widget["/AP"]["/N"]["/Resources"]["/XObject"]["/Stamp"]
    fonts = [font.get_object()["/BaseFont"].split("+")[1] for font in drawn["/Resources"]["/Font"].values()]
    assert sorted(fonts) == ["IBMPlexSansArabic-Bold", "IBMPlexSansArabic-Regular"]


def test_an_invisible_field_is_signed_without_an_appearance(tmp_path: Path) -> None:
    hidden = prepare(plain_pdf(), 1)
    signed = sign_pdf(hidden, BAILIFF.p12, PASSWORD, SIGNED_AT)
    assert judge_signoffs(put(tmp_path, signed), hidden, [BAILIFF.pem], 1).satisfied


# --- a time-stamp server -------------------------------------------------------------------------------------


@pytest.fixture
def stamp_server() -> Iterator[str]:
    """A real RFC 3161 server on this machine."""
    holder = SimpleSigner.load_pkcs12_data(
        Holder("Time", number=2, extended=ExtendedKeyUsageOID.TIME_STAMPING).p12, [], PASSWORD.encode()
    )
    authority = DummyTimeStamper(holder.signing_cert, holder.signing_key, fixed_dt=SIGNED_AT)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = authority.request_tsa_response(request).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_named_server_stamps_the_signature(stamp_server: str) -> None:
    signed = sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamp_url=stamp_server)
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    kinds = [attribute["type"].native for attribute in signature.signer_info["unsigned_attrs"]]
    assert kinds == ["signature_time_stamp_token"]


def test_a_server_that_does_not_answer_is_told_as_an_error() -> None:
    with pytest.raises(InputError, match="could not be signed"):
        sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamp_url="http://127.0.0.1:1")


# --- listed certificates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a PEM"),
        (b"\xff\xfe not text", "not a PEM"),
        (BAILIFF.pem * 2, "2 blocks"),
        (BAILIFF.private_pem, "private key"),
        (BAILIFF.pem.replace(b"CERTIFICATE", b"PUBLIC KEY"), "instead of one certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
        (b"x" * 70_000, "too large"),
    ],
)  # fmt: skip
def test_a_listed_file_that_is_not_one_certificate_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        load_signer(data, "bailiff.pem")
    assert caught.value.where == "bailiff.pem"


def test_a_certificate_is_known_by_the_sha256_of_its_bytes() -> None:
    from cryptography.hazmat.primitives.hashes import SHA256

    assert fingerprint(load_signer(BAILIFF.pem)) == BAILIFF.certificate.fingerprint(SHA256()).hex()
    assert may_sign(load_signer(BAILIFF.pem))


def test_a_holder_without_a_common_name_is_shown_by_what_there_is() -> None:
    country = Holder(name="", organisation=None)
    assert subject_text(load_signer(Holder(name="", organisation="Étude").pem)) == "Étude"
    assert isinstance(subject_text(load_signer(country.pem)), str)


def test_a_subject_with_two_organisations_is_read_whole() -> None:
    names = ["Étude", "Throw-away test key"]

    holder = Holder(organisation=None, extra=[x509.NameAttribute(NameOID.ORGANIZATION_NAME, n) for n in names])
    certificate = load_signer(holder.pem)
    assert subject_text(certificate) == "Maître Essai, Étude / Throw-away test key"
    assert is_demonstration(certificate)


class BrokenStamper(DummyTimeStamper):
    """A time stamper that fails in a way of its own choosing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        raise self.error

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        raise self.error


def test_a_signature_that_cannot_be_made_is_told_in_words() -> None:
    with pytest.raises(InputError, match="could not be signed: no such policy"):
        sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamper=BrokenStamper(SigningError("no such policy")))


def test_what_no_server_can_have_caused_is_not_blamed_on_one() -> None:
    with pytest.raises(RuntimeError, match="a fault of ours"):
        sign_pdf(
            dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamper=BrokenStamper(RuntimeError("a fault of ours"))
        )


@pytest.mark.parametrize("url", ["ftp://tsa.example", "tsa.example", "http://", "https:///stamp"])
def test_what_is_no_address_of_a_time_stamp_server_is_asked_for_nothing(url: str) -> None:
    with pytest.raises(InputError, match="time-stamp server"):
        sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamp_url=url)
