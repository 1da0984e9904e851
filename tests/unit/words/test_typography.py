"""Days, measured values and names of languages as each language writes them."""

import pytest

from orchestration.words import language_name, measured, short_day, size

NBSP, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("iso", "lang", "told"),
    [
        ("2025-09-01", "fr", "1er sept. 2025"),
        ("2025-11-17T10:00:00+00:00", "fr", "17 nov. 2025"),
        ("2025-11-17", "en", "17 Nov 2025"),
        ("2025-11-17", "ar", "17 نونبر 2025"),
    ],
)
def test_a_short_day_stays_on_one_line(iso: str, lang: str, told: str) -> None:
    assert short_day(iso, lang) == told.replace(" ", NBSP)


def test_a_measured_value_has_the_unit_of_its_language() -> None:
    assert measured("14.3", "fr", "second") == f"14,3{THIN}s"
    assert measured("2", "en", "hour") == "2 hrs"
    assert measured("14.3", "ar", "second") == "14,3 ث"
    assert measured("1200.5", "fr") == "1200,5"


def test_a_unit_that_no_language_knows_stands_as_the_rulebook_names_it() -> None:
    assert measured("2.5", "fr", "ring") == f"2,5{NBSP}ring"


def test_a_language_is_named_and_an_unknown_code_kept() -> None:
    assert [language_name("fr", lang) for lang in ("fr", "en", "ar")] == ["français", "French", "الفرنسية"]
    assert language_name("darija", "fr") == "darija"


@pytest.mark.parametrize(
    ("count", "lang", "told"),
    [
        (0, "fr", "0\u00a0octet"),
        (1, "fr", "1\u00a0octet"),
        (2, "fr", "2\u00a0octets"),
        (3_000_000, "fr", "3\u202f000\u202f000\u00a0octets"),
        (0, "en", "0\u00a0bytes"),
        (1, "en", "1\u00a0byte"),
        (2, "en", "2\u00a0bytes"),
        (1, "ar", "1\u00a0بايت"),
    ],
)
def test_one_byte_is_no_plural(count: int, lang: str, told: str) -> None:
    assert size(count, lang) == told
