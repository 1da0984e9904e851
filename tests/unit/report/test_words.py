"""The words of the report: complete in three languages, none that hides one of the dossier's, French set as French."""

import re

import pytest

from orchestration.report.compose import OF_ALL, OF_ELECTED, OF_MARKS
from orchestration.report.compose.say import OWN
from orchestration.typesetting.fonts import legible
from orchestration.words.catalogue import SHARED_WORDS, Words, catalogue

LANGUAGES = ("fr", "en", "ar")


def own(lang: str) -> dict[str, str]:
    return catalogue(lang, (OWN,))


def test_every_key_stands_in_the_three_languages_and_takes_the_same_values() -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{([\w:]+)[|}]", text)))

    assert own("fr").keys() == own("en").keys() == own("ar").keys()
    for key, text in own("fr").items():
        assert placeholders(text) == placeholders(own("en")[key]) == placeholders(own("ar")[key]), key


def test_no_sentence_is_empty_or_left_in_another_language() -> None:
    for key, text in own("ar").items():
        assert re.search("[\u0600-\u06ff]", text), key
    assert {key for key, text in own("fr").items() if text == own("en")[key] and len(text) > 12} == set()


def test_no_word_of_the_report_hides_one_of_the_dossier() -> None:
    for lang in LANGUAGES:
        assert own(lang).keys() & catalogue(lang).keys() == set()
        both = Words(lang, folders=(SHARED_WORDS, OWN))
        assert both("doc.contents") == catalogue(lang)["doc.contents"] and both.knows("family", "answer")


def test_french_has_its_no_break_spaces_and_no_typewriter_apostrophe() -> None:
    for key, text in own("fr").items():
        assert not re.search(r" [;:!?»%]|« |'|[a-zé][;!?]", text), key


def test_the_fonts_have_the_letters_of_the_three_languages() -> None:
    letters = {sign for lang in LANGUAGES for text in own(lang).values() for sign in text}
    assert {sign for sign in letters if legible(sign) != sign} == set()


def test_french_words_are_those_of_a_manager_not_of_an_engineer() -> None:
    jargon = re.compile(r"\b(hash|log|pipeline|gate|quarantaine|dataset|batch|rulebook|release|bp|digest)\b", re.I)
    assert [key for key, text in own("fr").items() if jargon.search(text)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_names_a_part_by_a_title_that_there_is(lang: str) -> None:
    named = {part for text in own(lang).values() for part in re.findall(r"\{part:([a-z]+)\}", text)}
    parts = {part for part, _ in (*OF_ELECTED, *OF_MARKS, *OF_ALL)}
    assert named == {"quote"} and named <= parts
    assert {f"{part}.title" for part in parts} <= own(lang).keys()
