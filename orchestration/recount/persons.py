"""Does a voter's key or address hash look like a person (SPEC 3.4)?

Belongs here: the recount's own reading of a text that wants to hide, and what e-mail addresses, telephone numbers,
identity cards and addresses of the network look like. The definition stands in decision 17; the table of cases in
the tests holds it to what intake sees.
"""

import html
import re
import unicodedata
import urllib.parse

import polars as pl

INVISIBLE = "\u115f\u1160\u3164\uffa0\u2800"
BRACKETED = re.compile(r"(?i)\s?[\[({<](at|dot)[\])}>]\s?")
ENTITY = re.compile(r"&(#[0-9]{1,12}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z]{2,31});?")

SHORTEST_HASH = 20
HASH = re.compile(rf"[a-zA-Z0-9]{{{SHORTEST_HASH},}}")
ADDRESS = re.compile(r"[^@ ]@[^@ ]+\.[^@. ]")
CARD = r"(?i:c\.?[in]\.?[in]\.?e?\.?)"
NAMED_CARD = re.compile(
    rf"(?<![A-Za-z]){CARD}(?: ?(?i:no|n|num))?[- .:=#/_]{{1,3}}[A-Za-z]{{1,2}}[- ._/]?[0-9]{{5,6}}(?![0-9A-Za-z])"
)
NAMED_PHONE = re.compile(
    r"(?<![A-Za-z])(?i:tel|gsm|callto)[ .]{0,2}[:=] {0,2}[+(]{0,2}[0-9](?:[- ().\/_]{0,2}[0-9]){8,14}(?![0-9A-Za-z])"
)
WORD = re.compile(r"[^0-9 ]{2} ")
DAY = re.compile(
    r"[0-3]?[0-9][-./_][01]?[0-9][-./_](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[-./_][01]?[0-9][-./_][0-3]?[0-9]"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
)
PHONE = re.compile(
    r"(?<![0-9A-Za-z+])(?:\+[ (]?[0-9](?:[- ().\/_]{0,2}[0-9]){7,14}|00[-. _/]?212(?:[- ().\/_]{0,2}[0-9]){9,10}"
    r"|0[ )]{0,2}[5-7](?: ?[-._/()]? ?[0-9]){8})(?![0-9A-Za-z])"
)
ALIKE = re.compile(  # letters and digits alone
    r"(?i)(?:tel|telephone|phone|gsm|mobile|portable|fax|sms|whatsapp|callto)?(?:0[0-9]{7,14}|2120?[5-7][0-9]{8})"
    r"|(?:tel|gsm|callto)[0-9]{8,15}|c[in][in]e?[a-z]{1,2}[0-9]{5,6}|[a-z]{2}[0-9]{5,6}|[a-z][1-9][0-9]{4,5}"
)
PADDED_CARD = re.compile(r" *[A-Za-z] ?[0-9]{5,6} *")
FOUR = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
NETWORK = re.compile(
    rf" *(?:(?i:ip) ?[:=]? ?)?\[?(?:{FOUR}|(?:[0-9a-fA-F]{{0,4}}:){{2,7}}(?:{FOUR}|[0-9a-fA-F]{{0,4}}))\]?"
    "(?:[/:][0-9]{1,5})? *"
)


def is_hash(column: str) -> pl.Expr:
    """Cells that are keyed hashes at their most usual: long, letters and digits alone."""
    cell = pl.col(column).str
    return (cell.len_bytes() >= SHORTEST_HASH) & ~cell.contains(r"[^0-9A-Za-z]")


def suspects(column: str) -> pl.Expr:
    """Cells that may be personal data: all but those that honest keys look like. Whoever is left is read one by one."""
    cell = pl.col(column)
    joined = cell.str.replace_all(r"[_-]", "")
    return is_hash(column).not_() & (
        cell.str.contains(r"[^0-9A-Za-z_-]|(?i:c[in][in])") | joined.str.contains(r"\A[A-Za-z]{0,12}[0-9]{5,15}\z")
    )


def is_personal(cell: str) -> bool:
    """Whether a key is a person's own data instead of a keyed hash."""
    if HASH.fullmatch(cell):
        return False
    text = as_read(cell)
    alike = "".join(sign for sign in text if sign.isalnum())
    if ALIKE.fullmatch(alike) or PADDED_CARD.fullmatch(text) or NETWORK.fullmatch(text):
        return True
    if text.lstrip(" (").startswith("+") and alike.isdigit() and 8 <= len(alike) <= 15:
        return True
    if ADDRESS.search(text) or NAMED_CARD.search(text) or NAMED_PHONE.search(text):
        return True
    return WORD.search(text) is not None and PHONE.search(DAY.sub("x", text)) is not None


def as_read(text: str) -> str:
    """The text as a reader sees it, in ASCII; encodings within encodings are undone four times."""
    shown = _shown(text)
    for _ in range(4):
        inner = ENTITY.sub(lambda entity: html.unescape(entity[0]), shown)
        inner = _shown(urllib.parse.unquote(inner, errors="replace"))
        if inner == shown:
            break
        shown = inner
    return BRACKETED.sub(lambda word: "@" if word[1].lower() == "at" else ".", shown)


def _shown(text: str) -> str:
    return text if text.isascii() and text.isprintable() else "".join(map(_sign, unicodedata.normalize("NFKD", text)))


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isascii() and sign.isprintable():
        return sign
    if unicodedata.digit(sign, None) is not None:
        return str(unicodedata.digit(sign))
    if sign.isspace() or kind in ("Zs", "Zl", "Zp"):
        return " "
    if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me") or sign in INVISIBLE:
        return ""
    if kind == "Pd" or sign == "\u2212":
        return "-"
    return "x" if kind.startswith("L") else "$" if kind == "Sc" else "."
