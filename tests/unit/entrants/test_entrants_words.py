"""The words of the statement and of refusals: complete in three languages, French set as French."""

import re

import pytest

from orchestration.entrants.say import WORDS, say
from orchestration.intake import DECISIONS, GROUNDS
from orchestration.typesetting.fonts import legible
from orchestration.words.catalogue import SHARED_WORDS, catalogue

LANGUAGES = ("fr", "en", "ar")


def own(lang: str) -> dict[str, str]:
    return catalogue(lang, (WORDS,))


def test_every_key_stands_in_the_three_languages_and_takes_the_same_values() -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{(\w+)[|}]", text)))

    assert own("fr").keys() == own("en").keys() == own("ar").keys()
    for key, text in own("fr").items():
        assert placeholders(text) == placeholders(own("en")[key]) == placeholders(own("ar")[key]), key


def test_no_sentence_is_left_in_another_language_and_none_hides_a_shared_one() -> None:
    assert [key for key, text in own("ar").items() if not re.search("[\u0600-\u06ff]", text)] == []
    assert {key for key, text in own("fr").items() if text == own("en")[key] and len(text) > 12} == set()
    assert own("fr").keys() & catalogue("fr", (SHARED_WORDS,)).keys() == set()


def test_french_has_its_no_break_spaces_and_no_typewriter_apostrophe() -> None:
    assert [key for key, text in own("fr").items() if re.search(r" [;:!?»%]|« |'|[a-zé][;!?]", text)] == []


def test_the_fonts_have_the_letters_of_the_three_languages() -> None:
    letters = {sign for lang in LANGUAGES for text in own(lang).values() for sign in text}
    assert {sign for sign in letters if legible(sign) != sign} == set()


@pytest.mark.parametrize("code", [*GROUNDS, *DECISIONS, "open", "completed", "unanswered", "aborted"])
def test_every_code_that_the_statement_shows_has_words(code: str) -> None:
    assert all(f"statement.{code}" in own(lang) for lang in LANGUAGES)


def test_a_refusal_knows_its_french() -> None:
    refusal = say("contest.no_window", edition="2026")
    assert refusal.startswith("the rulebook of edition 2026") and refusal.fr.startswith(
        "le règlement de l’édition 2026"
    )
