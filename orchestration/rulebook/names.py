"""Names in certificates that mix scripts, as bailiffs' names may: « محمد العلوي – Mohamed Alaoui ».

Belongs here: one repair of asn1crypto, which pyHanko compares names with. It refuses (ValueError) any name that mixes
directions of writing or holds letters younger than Unicode 3.2 (Tifinagh), although RFC 4518 (2.5) says that
directions are ignored. Such a signer's valid signature would be called broken. Nothing rests on names here: signers
are known by the bytes of their certificates (`certificates.py`).
"""

import unicodedata
from typing import Any

from asn1crypto import x509

_strict = x509.NameTypeAndValue._ldap_string_prep


def _prepared(self: Any, string: str) -> str:
    """The name prepared for comparison by asn1crypto, or, where it refuses, by Unicode's own rules."""
    try:
        prepared: str = _strict(self, string)
    except ValueError:
        prepared = " " + "  ".join(unicodedata.normalize("NFKC", string).casefold().split()) + " "
    return prepared


def accept_mixed_names() -> None:
    """Let names be compared whatever their scripts; harmless to call again."""
    x509.NameTypeAndValue._ldap_string_prep = _prepared
