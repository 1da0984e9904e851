"""The catalogues of words: complete in three languages, French set as French, no jargon."""

import re

import pytest

from orchestration.dossier.changes import KINDS
from orchestration.dossier.compose import PARTS, SECTIONS
from orchestration.release.catalogue import DIGESTED
from orchestration.words import typography
from orchestration.words.catalogue import Words, catalogue
from orchestration.words.typography import NBSP, THIN

LANGUAGES = ("fr", "en", "ar")
QUARANTINED = (
    "unreadable_row", "malformed_value", "impossible_times", "unknown_candidate", "unknown_category", "unknown_channel",
    "category_mismatch", "outside_window", "no_applicable_criterion", "no_answer", "unknown_profile_value",
    "contradictory_profile", "unknown_test", "contested_twice", "duplicate_row", "conflicting_rows",
)  # fmt: skip
EXCLUDED = (
    "withdrawn", "conflict", "recheck", "contested", "aborted", "unanswered", "superseded_response",
    "no_weighted_answer", "burst", "repeated_vote",
)  # fmt: skip
SAME_EVERYWHERE = ("doc.nothing", "rules.then", "rules.component_share", "left.heading", "withdrawn.outcome")
OUTCOMES = ("elected", "joint", "no_award_min_mark", "no_award_too_few_candidates", "no_award_tie")


def test_every_key_stands_in_the_three_languages() -> None:
    keys = {lang: set(catalogue(lang)) for lang in LANGUAGES}
    assert keys["fr"] == keys["en"] == keys["ar"]


def test_every_sentence_takes_the_same_values_in_the_three_languages() -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)[|}]", text))

    for key, text in catalogue("fr").items():
        assert placeholders(text) == placeholders(catalogue("en")[key]) == placeholders(catalogue("ar")[key]), key


def test_no_sentence_is_empty_or_left_in_another_language() -> None:
    for key, text in catalogue("ar").items():
        arabic = re.search("[\u0600-\u06ff]", text)
        assert text.strip() and (arabic or key in SAME_EVERYWHERE), key
    alike = {"rules.component_share", "left.heading", "contests.decided", "changes.mark_rank"}
    both = r"\{\w+(\|# (tests?|votes?|sources?|tables?|versions?)){2}\}"
    same = {key for key, text in catalogue("fr").items() if text == catalogue("en")[key] and len(text) > 12}
    assert [key for key in same - alike if not re.fullmatch(both, catalogue("fr")[key])] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("family", "codes"), [
    ("reason", (*QUARANTINED, *EXCLUDED, "below_min_mark", "too_few_candidates")),
    ("outcome", OUTCOMES),
    ("table", [table.name for table in DIGESTED]),
    ("source", ["rulebook", "candidates", "audits", "survey", "targets", "votes", "contests", "corrections",
                "certificate"]),
    ("treatment", ["quarantined", "excluded"]),
    ("changes", KINDS),
    ("check", ["passed", "failed", "not_applicable", "error", "failed_blocking", "failed_warning", "failed_info"]),
])  # fmt: skip
def test_every_code_of_the_pipeline_has_words(lang: str, family: str, codes: list[str]) -> None:
    assert [code for code in codes if not Words(lang).knows(family, code)] == []


def test_a_code_without_words_is_shown_as_it_is() -> None:
    assert Words("fr").code("reason", "some_new_reason") == "some_new_reason"


def test_french_has_its_no_break_spaces() -> None:
    for key, text in catalogue("fr").items():
        assert not re.search(r" [;:!?»%]", text), key
        assert not re.search(r"« ", text), key
        assert "'" not in text, key
        assert not re.search(r"[a-zé][;!?]", text), key


def test_the_first_page_names_parts_by_the_numbers_they_have() -> None:
    numbers = {key: str(n) for n, (key, _) in enumerate(SECTIONS, 1)} | {"signature": "9", "altered": "F"}
    expected = {
        "front.asked_flagged": "unlike", "front.signatures": "rules", "front.found_corrections": "altered",
        "front.open_accepted": "unlike", "front.open_no_award": "elected", "front.open_changes": "changes",
        "front.found_seals": "witnessed", "front.asked_sign": "signature",
    }  # fmt: skip
    for lang in LANGUAGES:
        words = Words(lang, PARTS)
        for key, section in expected.items():
            said = words(key, count="?", required="?", corrections="?")
            assert re.search(rf"[^0-9]{numbers[section]}(?![0-9])", said), (lang, key)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_part_that_a_sentence_names_is_one_that_there_is(lang: str) -> None:
    named = {part for text in catalogue(lang).values() for part in re.findall(r"\{part:([a-z_]+)\}", text)}
    assert named and named <= PARTS.keys()


def test_french_words_are_those_of_an_officer_of_justice_not_of_an_engineer() -> None:
    jargon = re.compile(r"\b(hash|checksum|log|workflow|pipeline|gate|quarantaine|dataset|batch|rulebook|bp)\b", re.I)
    assert [key for key, text in catalogue("fr").items() if jargon.search(text)] == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="there are no words in 'de'"):
        catalogue("de")


def test_a_value_is_put_into_a_sentence_as_it_is() -> None:
    assert Words("en")("doc.edition", edition="{edition} \\1") == "Edition {edition} \\1"


def test_foreign_words_in_arabic_keep_their_own_direction() -> None:
    words = Words("ar")
    assert words.data("#panic(1)") == "\u2066#panic(1)\u2069"
    assert words.data("شركة") == "\u2067شركة\u2069"
    assert words.data("12 / 14") == "\u206612 / 14\u2069"
    assert Words("fr").data("#panic(1)") == "#panic(1)"
    assert Words("fr").listed(["a", "b"]) == "a, b"


# --- numbers and dates -----------------------------------------------------------------------------------------------


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert typography.number(1234567, "fr") == f"1{THIN}234{THIN}567"
    assert typography.number(1234567, "en") == "1,234,567"
    assert typography.mark(12_500_000, "fr") == "12,50"
    assert typography.number(-222_985, "ar") == "−222.985"
    assert typography.mark(12_345_000, "en") == "12.35"
    assert typography.mark(16_204_999, "ar") == "16,20"
    assert typography.mark(-1_500_000, "fr") == "−1,50"
    assert typography.mark(None, "fr") == "–"
    assert typography.hundredths(1234, "fr") == "12,34"
    assert typography.hundredths(None, "fr") == "–"
    assert typography.micropoints(-16_123_456, "fr") == f"−16{THIN}123{THIN}456"
    assert typography.micropoints(None, "en") == "–"


def test_shares_lose_their_useless_zeros() -> None:
    assert typography.percent(7000, "fr") == f"70{NBSP}%"
    assert typography.percent(1250, "fr") == f"12,5{NBSP}%"
    assert typography.percent(205, "en") == "2.05%"
    assert typography.percent(0, "ar") == "0%"
    assert typography.percent(1250, "ar") == "12,5%"


def test_dates_are_written_in_words_in_the_edition_s_time() -> None:
    from zoneinfo import ZoneInfo

    morocco = ZoneInfo("Africa/Casablanca")
    assert typography.day("2025-08-01", "fr") == f"1er{NBSP}août 2025"
    assert typography.day("2025-08-25T10:00:00Z", "ar") == f"25{NBSP}غشت 2025"
    assert typography.moment("2025-11-17T09:05:00+00:00", morocco, "fr") == (
        f"17{NBSP}novembre 2025 à 10{NBSP}h{NBSP}05 (UTC+1)"
    )
    assert typography.moment("2025-03-10T09:05:00+00:00", morocco, "en").endswith("09:05 (UTC+0)")
    assert typography.moment("2025-06-10T00:00:00+00:00", ZoneInfo("Asia/Kolkata"), "en").endswith("05:30 (UTC+5:30)")
    assert typography.moment("2025-06-10T00:00:00+00:00", ZoneInfo("America/New_York"), "en").endswith("20:00 (UTC−4)")


def test_fingerprints_are_shortened_at_both_ends() -> None:
    assert typography.short("0123456789abcdef" * 4) == "01234567…89abcdef"


def test_sizes_have_their_unit() -> None:
    assert typography.size(2048, "fr") == f"2{THIN}048{NBSP}octets"
