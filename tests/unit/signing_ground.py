"""Ground for the sign-off tests: real keys and certificates, a small real PDF with prepared fields.

Belongs here: makers of good material. Each attack is made where it is tested.
"""

import datetime as dt
from functools import lru_cache
from pathlib import Path

import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from orchestration.signoff import Box, prepare

PASSWORD = "correct horse"
SIGNED_AT = dt.datetime(2026, 1, 15, 10, 30, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@lru_cache
def key(kind: str = "rsa", number: int = 0) -> Key:
    """A key of a kind; another `number` gives another key of that kind."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=1024 if kind == "short" else 2048)


class Holder:
    """Somebody with a key and a certificate; `.p12` to sign with, `.pem` to be listed by a rulebook."""

    def __init__(
        self,
        name: str = "Maître Essai",
        kind: str = "rsa",
        number: int = 0,
        *,
        start: dt.datetime = SIGNED_AT - YEAR,
        end: dt.datetime = SIGNED_AT + YEAR,
        issuer: "Holder | None" = None,
        organisation: str | None = "Étude Essai",
        usage: str | None = "digital_signature",
        extended: x509.ObjectIdentifier | None = None,
        extra: list[x509.NameAttribute] | None = None,
    ) -> None:
        self.key = key(kind, number)
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else []
        if organisation:
            attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
        subject = x509.Name(attributes + (extra or []))
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        )
        if usage is not None:
            uses = dict.fromkeys(
                ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                 "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
            )  # fmt: skip
            builder = builder.add_extension(x509.KeyUsage(**{**uses, usage: True}), critical=True)
        if extended is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), critical=True)
        algorithm = None if kind == "ed25519" else hashes.SHA256()
        self.certificate = builder.sign(issuer.key if issuer else self.key, algorithm)
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
        self.p12 = pkcs12.serialize_key_and_certificates(b"key", self.key, self.certificate, None, encryption)
        self.private_pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


@lru_cache
def dossier(words: str = "Les résultats", required: int = 2) -> bytes:
    """A two-page tagged PDF/A with `required` visible signature fields on its last page."""
    date = "datetime(year: 2026, month: 1, day: 1)"
    source = f'#set document(title: "Dossier", date: {date})\n= {words}\n#pagebreak()\nSigner ici'
    pdf = typst.compile(source.encode(), format="pdf", pdf_standards=["a-2a"])
    return prepare(pdf, required, [Box(1, 50 + 250 * n, 100, 270 + 250 * n, 180) for n in range(required)])


def put(folder: Path, data: bytes, name: str = "signed.pdf") -> list[Path]:
    """Hand a file back as a bailiff would, in a folder; returns the list that `judge_signoffs` takes."""
    path = folder / name
    path.write_bytes(data)
    return [path]
