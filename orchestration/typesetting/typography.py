"""How numbers, marks, dates and fingerprints are written in each language.

Belongs here: small pure functions on values. Sentences are in the catalogues (`words/`).
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from orchestration.units import mark_text

NBSP, THIN = "\u00a0", "\u202f"
LANGUAGES = ("fr", "en", "ar")

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "ar": ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"],
}
"""Arabic months as they are named in Morocco."""


def french(text: str) -> str:
    """Put the spaces that French typography asks for: U+202F before ; ! ? and U+00A0 inside « » and before a colon."""
    text = re.sub(r" +([;!?])", THIN + r"\1", text)
    text = re.sub(r" +(:|»|%)", NBSP + r"\1", text)
    return re.sub("« +", "«" + NBSP, text)


def number(value: int, lang: str) -> str:
    """A whole number with its thousands apart: 12 345 in French, 12,345 otherwise (Western digits in Arabic too)."""
    return f"{value:,}".replace(",", THIN) if lang == "fr" else f"{value:,}"


def mark(micro: int | None, lang: str) -> str:
    """A mark out of 20 with two decimals, rounded half up; a dash for none."""
    return "–" if micro is None else mark_text(micro, lang).replace("-", "−")


def hundredths(value: int | None, lang: str) -> str:
    """A value in hundredths with two decimals."""
    if value is None:
        return "–"
    return mark(value * 10_000, lang)


def micropoints(micro: int | None, lang: str) -> str:
    """A mark in whole micropoints, for comparisons to the last digit."""
    return "–" if micro is None else number(micro, lang).replace("-", "−")


def percent(basis_points: int, lang: str) -> str:
    """Basis points as a percentage without useless zeros: 70 %, 12,5 %."""
    whole, rest = divmod(basis_points, 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return text.replace(".", ",") + NBSP + "%" if lang == "fr" else text + "%"


def day(iso: str, lang: str) -> str:
    """A date in words: 25 août 2025."""
    year, month, date = (int(part) for part in iso[:10].split("-"))
    first = "1er" if (date == 1 and lang == "fr") else str(date)
    return f"{first}{NBSP}{MONTHS[lang][month - 1]} {year}"


def moment(iso: str, zone: ZoneInfo, lang: str) -> str:
    """A date and time in the edition's zone, with the offset that held then."""
    at = datetime.fromisoformat(iso).astimezone(zone)
    clock = {"fr": f"{at.hour}{NBSP}h{NBSP}{at:%M}", "en": f"{at:%H:%M}", "ar": f"{at:%H:%M}"}[lang]
    hours, minutes = divmod(int(abs(at.utcoffset().total_seconds())) // 60, 60)  # type: ignore[union-attr]
    sign = "−" if at.utcoffset().total_seconds() < 0 else "+"  # type: ignore[union-attr]
    offset = f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
    joint = {"fr": " à ", "en": ", ", "ar": "، "}[lang]
    return f"{day(at.date().isoformat(), lang)}{joint}{clock} ({offset})"


def short(digest: str) -> str:
    """The first and last eight characters of a fingerprint, where the whole stands elsewhere."""
    return f"{digest[:8]}…{digest[-8:]}"


def size(count: int, lang: str) -> str:
    """A size in bytes, with its unit."""
    return number(count, lang) + NBSP + {"fr": "octets", "en": "bytes", "ar": "بايت"}[lang]
