"""The throw-away key of demonstrations: `raw/throwaway-bailiff.p12`, password "throwaway".

Belongs here: its certificate alone. It was made once (RSA 3072, valid from 2020 to 2050, self-signed) and is worth
nothing: its subject says so, and everything signed with it is marked as a demonstration.
"""

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from orchestration.errors import InputError
from orchestration.sample.say import say
from orchestration.settings import PROJECT_DIR

KEY_FILE = PROJECT_DIR / "raw" / "throwaway-bailiff.p12"
PASSWORD = b"throwaway"


def throwaway_certificate() -> bytes:
    """The certificate in PEM, as a rulebook lists it."""
    if not KEY_FILE.is_file():
        raise InputError(say("key.absent"), str(KEY_FILE), say("key.absent_mend"))
    _, certificate, _ = pkcs12.load_key_and_certificates(KEY_FILE.read_bytes(), PASSWORD)
    if certificate is None:
        raise InputError(say("key.empty"), str(KEY_FILE))
    return certificate.public_bytes(Encoding.PEM)
