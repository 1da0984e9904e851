"""How numbers, marks, dates and fingerprints are written in each language, as Babel (CLDR) knows it.

Belongs here: small pure functions on values. Sentences are in the catalogues.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import UnknownUnitError, format_unit

from orchestration.units import hundredths as hundredths_of

NBSP, THIN = "\u00a0", "\u202f"
LOCALES = {lang: Locale.parse(name) for lang, name in (("fr", "fr_MA"), ("en", "en_GB"), ("ar", "ar_MA"))}
"""Morocco's French and Arabic (its months, 222.985,5 in Western digits), the English of Great Britain."""
FORMS = {"fr": ("one", "other"), "en": ("one", "other"), "ar": ("one", "two", "few", "many", "other")}
"""The forms that a counted noun has in each language, by CLDR's names, in the order in which they are written."""


def apostrophes(text: str) -> str:
    """A text with the apostrophe of print inside its words: l’année, the bank’s. A quotation mark is left alone."""
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def french(text: str) -> str:
    """Set a text as French typography asks: U+202F before ; ! ? and U+00A0 inside « » and before :, ’ for ', nº."""
    text = apostrophes(text)
    text = re.sub(r"\b([nN])[°º](\s?)", lambda match: f"{match[1]}º{NBSP if match[2] else ''}", text)
    text = re.sub(r"(?<! ) +([;!?])", THIN + r"\1", text)
    text = re.sub(r"(?<! ) +(:|»|%)", NBSP + r"\1", text)
    return re.sub("« +", "«" + NBSP, text)


def _decimal(value: Decimal | int, pattern: str, lang: str) -> str:
    """A number by a CLDR pattern, its minus as U+2212."""
    return format_decimal(value, pattern, LOCALES[lang]).replace("-", "−")


def number(value: int, lang: str) -> str:
    """A whole number with its thousands apart: 12 345 in French, 12,345 in English, 12.345 in Arabic."""
    return _decimal(value, "#,##0", lang)


def mark(micro: int | None, lang: str) -> str:
    """A mark out of 20 with two decimals, rounded half up; a dash for none."""
    return "–" if micro is None else hundredths(hundredths_of(micro), lang)


def plural(count: int, lang: str) -> str:
    """CLDR's name of the form that a noun takes beside a whole number, one of those of its language."""
    name = LOCALES[lang].plural_form(count)
    return name if name in FORMS[lang] else "other"


def counted(written: str, forms: Sequence[str], lang: str) -> str:
    """A number, itself where # stands, with its noun in the form that the last number written there asks for."""
    last = re.findall(r"[0-9](?:[\u202f.,]?[0-9])*", written)[-1:]
    digits = re.sub(r"\D", "", "".join(last))
    return forms[FORMS[lang].index(plural(int(digits or 0), lang))].replace("#", written)


def hundredths(value: int | None, lang: str) -> str:
    """A value in hundredths with two decimals; a dash for none."""
    return "–" if value is None else _decimal(Decimal(value).scaleb(-2), "0.00", lang)


def tenths(value: int, lang: str) -> str:
    """A number of tenths with one decimal."""
    return _decimal(Decimal(value).scaleb(-1), "0.0", lang)


def micropoints(micro: int | None, lang: str) -> str:
    """A mark in whole micropoints, for comparisons to the last digit."""
    return "–" if micro is None else number(micro, lang)


def measured(value: str, lang: str, unit: str | None = None) -> str:
    """A measured value (14.3) as the language writes it, with its unit where one is given: 14,3 s for a unit of time;
    any other stands as the rulebook names it."""
    if unit is not None:
        try:
            return format_unit(Decimal(value), f"duration-{unit}", "short", locale=LOCALES[lang])
        except UnknownUnitError:
            return f"{measured(value, lang)}{NBSP}{unit}"
    return _decimal(Decimal(value), "0.###", lang)


def percent(basis_points: int, lang: str) -> str:
    """Basis points as a percentage without useless zeros: 70 %, 12,5 %."""
    return _decimal(Decimal(basis_points).scaleb(-2), "0.##", lang) + (NBSP + "%" if lang == "fr" else "%")


def day(iso: str, lang: str) -> str:
    """A date in words: 25 août 2025, the first of a month 1er in French."""
    return _day(iso, lang, "MMMM y")


def short_day(iso: str, lang: str) -> str:
    """A date in words that stays on one line, for a column of a table: 25 sept. 2025."""
    return _day(iso, lang, "MMM y").replace(" ", NBSP)


def _day(iso: str, lang: str, month_and_year: str) -> str:
    on = date.fromisoformat(iso[:10])
    first = "1er" if (on.day == 1 and lang == "fr") else str(on.day)
    return f"{first}{NBSP}{format_date(on, month_and_year, LOCALES[lang])}"


def moment(iso: str, zone: ZoneInfo, lang: str) -> str:
    """A date and time in the edition's zone, with the offset that held then."""
    return f"{hour(iso, zone, lang)} ({offset(iso, zone)})"


def hour(iso: str, zone: ZoneInfo, lang: str) -> str:
    """The same without its offset, where that stands above."""
    at = datetime.fromisoformat(iso).astimezone(zone)
    clock = f"{at.hour}{NBSP}h{NBSP}{at:%M}" if lang == "fr" else f"{at:%H:%M}"
    joint = {"fr": " à ", "en": ", ", "ar": "، "}[lang]
    return f"{day(at.date().isoformat(), lang)}{joint}{clock}"


def language_name(code: str, lang: str) -> str:
    """A language in words: français for fr; a code that is none of BCP 47 (darija) as it is."""
    return str(LOCALES[lang].languages.get(code, code))


def offset(iso: str, zone: ZoneInfo) -> str:
    """What a zone was ahead of UTC at a time: UTC+1."""
    ahead = int(datetime.fromisoformat(iso).astimezone(zone).utcoffset().total_seconds())  # type: ignore[union-attr]
    hours, minutes = divmod(abs(ahead) // 60, 60)
    return f"UTC{'−' if ahead < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")


def short(digest: str) -> str:
    """The first and last eight characters of a fingerprint, where the whole stands elsewhere."""
    return f"{digest[:8]}…{digest[-8:]}"


def size(count: int, lang: str) -> str:
    """A size in bytes, with its unit: Babel has none in Arabic."""
    one, more = {"fr": ("octet", "octets"), "en": ("byte", "bytes"), "ar": ("بايت", "بايت")}[lang]
    return number(count, lang) + NBSP + (one if plural(count, lang) == "one" else more)
