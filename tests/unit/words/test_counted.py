"""A number and its noun: the form is the one that the number asks for, in each language and wherever it is said."""

import re
from collections.abc import Iterator

import pytest

from orchestration.settings import PROJECT_DIR
from orchestration.words.catalogue import catalogue
from orchestration.words.typography import FORMS, LOCALES, counted, number, plural

CODE = PROJECT_DIR / "orchestration"
ARABIC = ("اختبار واحد", "اختباران", "# اختبارات", "# اختبارًا", "# اختبار")


@pytest.mark.parametrize(
    ("lang", "forms", "said"),
    [
        ("fr", ("# test", "# tests"), {0: "0 test", 1: "1 test", 2: "2 tests", 1_000_000: "1\u202f000\u202f000 tests"}),
        ("en", ("# test", "# tests"), {0: "0 tests", 1: "1 test", 2: "2 tests", 11_274: "11,274 tests"}),
        ("ar", ARABIC, {0: "0 اختبار", 1: "اختبار واحد", 2: "اختباران", 5: "5 اختبارات", 11: "11 اختبارًا",
                        100: "100 اختبار", 103: "103 اختبارات", 11_274: "11.274 اختبارًا"}),
    ],
)  # fmt: skip
def test_a_noun_takes_the_form_that_its_number_asks_for(
    lang: str, forms: tuple[str, ...], said: dict[int, str]
) -> None:
    assert {n: counted(number(n, lang), forms, lang) for n in said} == said


def test_a_limit_or_a_sum_takes_the_form_of_its_last_number() -> None:
    assert counted("≥ 1", ("# vote", "# votes"), "fr") == "≥ 1 vote"
    assert counted("3 + 1", ("# vote", "# votes"), "en") == "3 + 1 vote"
    assert counted("≤ 1\u202f200", ("# vote", "# votes"), "fr") == "≤ 1\u202f200 votes"
    assert counted("–", ("# vote", "# votes"), "en") == "– votes"


@pytest.mark.parametrize("lang", FORMS)
def test_the_forms_are_those_that_cldr_knows_for_whole_numbers(lang: str) -> None:
    used = {plural(n, lang) for n in range(200)}
    assert used == set(FORMS[lang])
    assert {LOCALES[lang].plural_form(n) for n in range(200)} - used <= {"zero"}, "Arabic none is told as many are"


def templates(lang: str) -> Iterator[tuple[str, str]]:
    for path in sorted(CODE.rglob(f"{lang}.yml")):
        for key, text in catalogue(lang, (path.parent,)).items():
            yield f"{path.parent.relative_to(CODE)} {key}", text


@pytest.mark.parametrize("lang", FORMS)
def test_a_counted_noun_has_all_forms_of_its_language(lang: str) -> None:
    for where, text in templates(lang):
        for forms in re.findall(r"\{\w+\|([^{}]*)\}", text):
            assert len(forms.split("|")) == len(FORMS[lang]), where
