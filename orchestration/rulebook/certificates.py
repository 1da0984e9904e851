"""Certificates of the bailiffs who may sign: read strictly, compared by their bytes.

Belongs here: PEM files of the rulebook and what a certificate says of itself. Chains of authorities play no
part: the rulebook lists the very certificates, and a name on another one proves nothing.
"""

from datetime import datetime

from asn1crypto import pem, x509

from orchestration.errors import InputError
from orchestration.rulebook.names import accept_mixed_names
from orchestration.rulebook.say import say
from orchestration.rulebook.types import is_plain
from orchestration.storage import sha256_bytes
from orchestration.words import Sentence

accept_mixed_names()

DEMONSTRATION = "Throw-away test key"
"""The organisation (O) in the subject of a certificate that marks a demonstration, never a real sign-off."""

SIGNING_USES = frozenset({"digital_signature", "non_repudiation"})
MAX_PEM = 64 * 1024
OF_AN_OFFICE = frozenset(
    {
        "common_name", "given_name", "surname", "name", "initials", "title", "generation_qualifier",
        "organization_name", "organizational_unit_name", "organization_identifier", "business_category",
        "country_name", "state_or_province_name", "locality_name",
        "incorporation_locality", "incorporation_state_or_province", "incorporation_country",
    }
)  # fmt: skip
"""Attributes of a subject that an act of a bailiff bears too: his name, his office, its place."""


def load_signer(data: bytes, name: str = "certificate") -> x509.Certificate:
    """Read the one certificate of a PEM file.

    Raises InputError for anything else: several certificates, a private key, no PEM at all.
    """

    def unusable(what: Sentence) -> InputError:
        return InputError(what, name, say("certificate.mend"))

    if len(data) > MAX_PEM:
        raise unusable(say("certificate.too_large"))
    try:
        blocks = list(pem.unarmor(data, multiple=True))
    except (ValueError, TypeError) as error:
        raise unusable(say("certificate.not_pem")) from error
    if any("PRIVATE KEY" in kind for kind, _, _ in blocks):
        raise unusable(say("certificate.private_key"))
    if len(blocks) != 1 or blocks[0][0] != "CERTIFICATE":
        raise unusable(say("certificate.blocks", count=len(blocks)))
    try:
        certificate = x509.Certificate.load(blocks[0][2], strict=True)
        not_before(certificate)
        holder = subject_text(certificate)
    except (ValueError, TypeError, KeyError) as error:
        raise unusable(say("certificate.unreadable")) from error
    if not is_plain(holder):
        raise InputError(say("certificate.holder"), name, say("certificate.holder_mend"))
    return certificate


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's bytes (DER), in hexadecimal: what `openssl x509 -fingerprint -sha256` shows."""
    return sha256_bytes(certificate.dump())


def not_before(certificate: x509.Certificate) -> datetime:
    """First moment of validity, with its offset."""
    moment: datetime = certificate["tbs_certificate"]["validity"]["not_before"].native
    return moment


def not_after(certificate: x509.Certificate) -> datetime:
    """Last moment of validity, with its offset."""
    moment: datetime = certificate["tbs_certificate"]["validity"]["not_after"].native
    return moment


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether its key usage allows signatures; a certificate without that extension is not restricted."""
    usage = certificate.key_usage_value
    return usage is None or bool(SIGNING_USES & set(usage.native))


def subject_text(certificate: x509.Certificate) -> str:
    """The holder in one line: "common name, organisation"; the certificate's fingerprint where neither is given.

    Nothing else of the name: a serial number or an address in it may be a person's, and this line is published.
    """
    parts = certificate.subject.native
    shown = [parts[key] for key in ("common_name", "organization_name") if key in parts]
    flat = [value if isinstance(value, str) else " / ".join(value) for value in shown]
    return ", ".join(flat) or f"certificate {fingerprint(certificate)[:16]}"


def subject_values(certificate: x509.Certificate) -> list[tuple[str, str]]:
    """Everything that the subject says: attribute and value, one pair for each value."""
    return [
        (attribute["type"].native, str(attribute["value"].native))
        for part in certificate.subject.chosen
        for attribute in part
    ]


def personal_attributes(certificate: x509.Certificate) -> list[str]:
    """Names of what the certificate says of its holder beyond name, office and place: an identity number, an address.

    Whoever has the certificate has them, and a release holds it. Their values are for nobody's log.
    """
    named = [name for name, _ in subject_values(certificate) if name not in OF_AN_OFFICE]
    names = certificate.subject_alt_name_value or ()
    return list(dict.fromkeys([*named, *(f"subject_alt_name.{name.name}" for name in names)]))


def is_demonstration(certificate: x509.Certificate) -> bool:
    """Whether the certificate is a throw-away one: all that it signs is marked as a demonstration."""
    organisation = certificate.subject.native.get("organization_name", "")
    return DEMONSTRATION in (organisation if isinstance(organisation, list) else [organisation])
