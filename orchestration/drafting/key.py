"""A throw-away key of a bailiff, to try an edition with.

Belongs here: making it. Its subject says what it is, so that all it signs is marked as a demonstration; a real key is
made by a certification authority, and never here.
"""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from orchestration.rulebook import DEMONSTRATION

PASSWORD = b"throwaway"
NAME = "Throw-away bailiff"
FROM, TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


def throwaway() -> tuple[bytes, bytes]:
    """A new key with its certificate (PKCS#12, password "throwaway"), and the certificate alone (PEM)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    names = {NameOID.COUNTRY_NAME: "MA", NameOID.ORGANIZATION_NAME: DEMONSTRATION, NameOID.COMMON_NAME: NAME}
    subject = x509.Name([x509.NameAttribute(attribute, text) for attribute, text in names.items()])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    ) | dict.fromkeys(("encipher_only", "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder(issuer_name=subject, subject_name=subject, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(TO)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    packed = pkcs12.serialize_key_and_certificates(
        NAME.encode(), key, cert=certificate, cas=None, encryption_algorithm=BestAvailableEncryption(PASSWORD)
    )
    return packed, certificate.public_bytes(Encoding.PEM)
