"""Marks, counts and names as the palmarès writes them, on its pages, its pictures and at the ceremony.

Belongs here: one value into text or into its place in an order. Which values a page shows is in `palmares_page.py`.
"""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from orchestration.units import TOP, half_up
from orchestration.words import Words, french, hundredths, number, plural

PALMARES_WORDS = Path(__file__).with_name("palmares_words")
"""The sentences of the palmarès in its languages."""


def shown_mark(text: str, lang: str) -> str:
    """A mark of the results ("16.20") as the language writes it."""
    return hundredths(int(Decimal(text).scaleb(2)), lang)


def alphabetical(text: str) -> str:
    """A text without accents, vowel signs and case: so sorted, É stands with E and أ with ا."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).casefold()


def in_print(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts of the rulebook by language, the French one with the signs of printed French: l’année, not l'année."""
    return {lang: french(text) if lang == "fr" else text for lang, text in texts.items()}


def counted(words: Words, name: str, count: int) -> str:
    """What is counted, in the singular or the plural: `titre`, `titres`."""
    return words(f"palmares.count_{name}" + ("_one" if plural(count, words.lang) == "one" else ""))


def amount(words: Words, name: str, count: int) -> str:
    """How many, and of what: `23 titres`."""
    return words("palmares.counted", n=number(count, words.lang), what=counted(words, name, count))


def share(micro: int) -> str:
    """A mark as its part of 20, in per cent with two decimals: the length of a bar."""
    whole, cents = divmod(half_up(micro * 10_000, TOP), 100)
    return f"{whole}.{cents:02d}"
