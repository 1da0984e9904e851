"""A text as it reads, in plain ASCII: what is looked for in it cannot hide behind another spelling.

Belongs here: undoing compatibility forms, marks without a width, percent signs and character references, foreign
digits and separators. What is then looked for stands in `personal.py`. The normal form is only looked at, never kept.
"""

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

ROUNDS = 4
"""How many encodings within encodings (`%252540`) are undone: each round takes time in proportion to the text."""

ODD = r"[^ -~]|%[0-9A-Fa-f]{2}|&[#A-Za-z]|[(\[{<](?:[aA][tT]|[dD][oO][tT])[)\]}>]"
"""A sign that a text may read otherwise than it is spelt. A text without any is its own normal form."""

_ODD = re.compile(ODD)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,12}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z]{2,31});?")
_AT = re.compile(r"\s?[(\[{<](?:at)[)\]}>]\s?", re.IGNORECASE)
_DOT = re.compile(r"\s?[(\[{<](?:dot)[)\]}>]\s?", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and signs by their class that are drawn as nothing."""


def normal(text: str) -> str:
    """The text in signs from U+0020 to U+007E. Linear in its length.

    Letters of other scripts become `x`, digits of any script 0-9, blanks a blank, dashes `-`, other signs `.`; marks,
    controls and what has no width are left out.
    """
    if not _ODD.search(text):
        return text
    plain = _plain(text)
    for _ in range(ROUNDS):
        if (decoded := _decoded(plain)) == plain:
            break
        plain = _plain(decoded)
    return _DOT.sub(".", _AT.sub("@", plain))


def unescaped(text: str) -> str:
    """A text of JSON with the escapes of its strings undone, blanks for line ends and tabs; not JSON any more."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda sign: chr(int(sign[1], 16)) if sign[1] else " " if sign[2] in "bfnrt" else sign[2], text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decoded(text: str) -> str:
    """Character references and percent signs undone, once."""
    if "&" in text:  # short ones: a number of 5000 digits is refused by Python, and is no character
        text = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)
    return unquote(text, errors="replace") if "%" in text else text


def _plain(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_sign, text))


@lru_cache(maxsize=65_536)
def _sign(character: str) -> str:
    """What one character reads as (often one sign, none or several)."""
    return "".join(map(_ascii, unicodedata.normalize("NFKD", character)))


def _ascii(character: str) -> str:
    if " " <= character <= "~":
        return character
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    kind = unicodedata.category(character)
    if character.isspace() or kind[0] == "Z":
        return " "
    if kind[0] in "CM" or character in _BLANK_LETTERS:
        return ""
    if kind == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    return "x" if kind[0] == "L" else "$" if kind == "Sc" else "."
