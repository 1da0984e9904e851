"""The sentences that a laureate may print: the contract's own examples, then every way in which they vary."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.recount.claims import ARABIC, ENGLISH, FRENCH, Study, arabic, claims, english, french
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import contest, contested, count_again

STUDY = Study(
    title={"fr": "Élu Service Client de l'Année Maroc 2026", "en": "Award 2026", "ar": "جائزة 2026"},
    shared=False,
    label={"fr": "Banque de détail", "en": "Retail banking", "ar": "الأبناك"},
    firms=("Tissouk Mesure", "Zahwane Études"),
    organiser="Baromètre Service Client Maroc",
    start=date(2025, 8, 25),
    end=date(2025, 11, 14),
    tests=577,
    candidates=3,
)


def test_the_sentences_of_the_contract() -> None:
    shared = replace(STUDY, shared=True)
    assert french(shared) == (
        "Élu Service Client de l'Année Maroc 2026, ex æquo – Catégorie Banque de détail – Étude Tissouk Mesure et "
        "Zahwane Études pour Baromètre Service Client Maroc, du 25 août au 14 novembre 2025, 577 tests, 3 candidats."
    )
    three = replace(shared, firms=("A", "B", "C"), organiser="X")
    assert english(three) == (
        "Award 2026, joint winner – Category Retail banking – Study by A, B and C for X, "
        "from 25 August to 14 November 2025, 577 tests, 3 candidates."
    )
    assert arabic(three) == (
        "جائزة 2026، مناصفة – فئة الأبناك – دراسة A، B وC لفائدة X، "
        "من 25 غشت إلى 14 نونبر 2025، عدد الاختبارات: 577، عدد المرشحين: 3."
    )


def test_a_title_of_ones_own_says_nothing_of_sharing() -> None:
    assert french(STUDY).startswith("Élu Service Client de l'Année Maroc 2026 – Catégorie Banque de détail – Étude")
    assert english(STUDY).startswith("Award 2026 – Category Retail banking – Study by Tissouk Mesure and Zahwane")
    assert arabic(STUDY).startswith("جائزة 2026 – فئة الأبناك – دراسة Tissouk Mesure وZahwane Études لفائدة Baro")


@pytest.mark.parametrize(
    ("start", "end", "in_french", "in_english", "in_arabic"),
    [
        ("2025-08-25", "2025-11-14", "du 25 août au 14 novembre 2025", "from 25 August to 14 November 2025",
         "من 25 غشت إلى 14 نونبر 2025"),
        ("2025-11-01", "2025-11-14", "du 1er au 14 novembre 2025", "from 1 to 14 November 2025",
         "من 1 إلى 14 نونبر 2025"),
        ("2025-10-02", "2025-11-01", "du 2 octobre au 1er novembre 2025", "from 2 October to 1 November 2025",
         "من 2 أكتوبر إلى 1 نونبر 2025"),
        ("2025-12-25", "2026-01-03", "du 25 décembre 2025 au 3 janvier 2026", "from 25 December 2025 to 3 January 2026",
         "من 25 دجنبر 2025 إلى 3 يناير 2026"),
        ("2024-11-05", "2025-11-07", "du 5 novembre 2024 au 7 novembre 2025",
         "from 5 November 2024 to 7 November 2025", "من 5 نونبر 2024 إلى 7 نونبر 2025"),
        ("2025-11-14", "2025-11-14", "du 14 novembre 2025", "on 14 November 2025", "يوم 14 نونبر 2025"),
        ("2025-05-01", "2025-05-01", "du 1er mai 2025", "on 1 May 2025", "يوم 1 ماي 2025"),
    ],
)  # fmt: skip
def test_month_and_year_stand_once_where_they_are_the_same(
    start: str, end: str, in_french: str, in_english: str, in_arabic: str
) -> None:
    study = replace(STUDY, start=date.fromisoformat(start), end=date.fromisoformat(end))
    assert f"Maroc, {in_french}, 577" in french(study)
    assert f"Maroc, {in_english}, 577" in english(study)
    assert f"Maroc، {in_arabic}، عدد" in arabic(study)


def test_the_months_of_each_language() -> None:
    assert " ".join(ARABIC) == "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"
    assert [len(months) for months in (FRENCH, ENGLISH, ARABIC)] == [12, 12, 12]
    assert (FRENCH[1], FRENCH[7], ENGLISH[1], ENGLISH[7]) == ("février", "août", "February", "August")


@pytest.mark.parametrize(
    ("firms", "in_french", "in_english", "in_arabic"),
    [
        ((), "Étude pour X,", "Study for X,", "دراسة لفائدة X،"),
        (("A",), "Étude A pour X,", "Study by A for X,", "دراسة A لفائدة X،"),
        (("A", "B"), "Étude A et B pour X,", "Study by A and B for X,", "دراسة A وB لفائدة X،"),
        (("A", "B", "C", "D"), "Étude A, B, C et D pour X,", "Study by A, B, C and D for X,",
         "دراسة A، B، C وD لفائدة X،"),
    ],
)  # fmt: skip
def test_firms_are_listed_and_none_is_left_out(
    firms: tuple[str, ...], in_french: str, in_english: str, in_arabic: str
) -> None:
    study = replace(STUDY, firms=firms, organiser="X")
    assert f" – {in_french} du 25" in french(study)
    assert f" – {in_english} from 25" in english(study)
    assert f" – {in_arabic} من 25" in arabic(study)


@pytest.mark.parametrize(
    ("tests", "candidates", "in_french", "in_english", "in_arabic"),
    [
        (1, 1, "2025, 1 test, 1 candidat.", "2025, 1 test, 1 candidate.",
         "2025، عدد الاختبارات: 1، عدد المرشحين: 1."),
        (2, 1, "2025, 2 tests, 1 candidat.", "2025, 2 tests, 1 candidate.",
         "2025، عدد الاختبارات: 2، عدد المرشحين: 1."),
        (0, 2, "2025, 2 candidats.", "2025, 2 candidates.", "2025، عدد المرشحين: 2."),
        (12_345, 1_000, "2025, 12345 tests, 1000 candidats.", "2025, 12345 tests, 1000 candidates.",
         "2025، عدد الاختبارات: 12345، عدد المرشحين: 1000."),
    ],
)  # fmt: skip
def test_one_is_singular_none_is_left_out_and_figures_have_no_separators(
    tests: int, candidates: int, in_french: str, in_english: str, in_arabic: str
) -> None:
    study = replace(STUDY, tests=tests, candidates=candidates)
    assert french(study).endswith(in_french)
    assert english(study).endswith(in_english)
    assert arabic(study).endswith(in_arabic)


def test_every_space_is_a_plain_one() -> None:
    for sentence in claims(replace(STUDY, shared=True)).values():
        assert {character for character in sentence if character.isspace()} == {" "}
        assert "  " not in sentence


def claim(tiny: TinyEdition, folder: Path, language: str = "fr") -> dict[str, Any]:
    """The claims of an edition by laureate."""
    found = count_again(tiny, folder)
    return {str(one["candidate_id"]): one[f"claim_{language}"] for one in found.tables["laureates"]}


def test_the_firms_of_the_categorys_counted_tests_stand_by_folder_each_name_once(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    tiny.audits_only().rulebook["field_firms"] = {"north": "Zed", "south": "Alpha"}
    assert "– Étude Zed et Alpha pour Baro" in claim(tiny, tmp_path)["atlas-hotels"]
    assert "12 tests, 2 candidats." in claim(tiny, tmp_path)["atlas-hotels"]
    tiny.rulebook["field_firms"] = {"north": "Zed", "south": "Zed"}
    assert "– Étude Zed pour Baro" in claim(tiny, tmp_path)["atlas-hotels"]
    tiny.rulebook["field_firms"] = {"south": "north"}
    assert "– Étude north pour Baro" in claim(tiny, tmp_path)["atlas-hotels"]
    del tiny.rulebook["field_firms"]
    tiny.audits["Zulu/phone"] = [tiny.audits["south/phone"].pop()]  # a hotel's re-check: no counted test
    tiny.audits["Yankee/phone"] = [tiny.audits["south/phone"].pop(0)]  # atlas-hotels' T009; capitals come first
    assert "– Étude Yankee, north et south pour Baro" in claim(tiny, tmp_path)["atlas-hotels"]
    assert "– Étude north et south pour Baro" in claim(tiny, tmp_path)["atlas-banks"]


def test_only_counted_tests_and_ranked_candidates_are_told(tmp_path: Path, tiny: TinyEdition) -> None:
    contested(tiny.audits_only(), contest("C", "T021", "excluded")).test("T010")["outcome"] = "aborted"
    assert claim(tiny, tmp_path)["atlas-hotels"].endswith(", 10 tests, 2 candidats.")
    tiny.rulebook["eligibility"]["min_candidates"] = 1
    tiny.withdraw("bahia-hotels")
    assert claim(tiny, tmp_path)["atlas-hotels"].endswith(", 5 tests, 1 candidat.")


def test_without_audits_there_are_neither_firms_nor_tests(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["components"] = {"audit": 0, "survey": 0, "vote": 10000}
    del tiny.rulebook["channels"], tiny.rulebook["grids"]
    assert claim(tiny, tmp_path)["atlas-hotels"] == (
        "Élu Service Client de l'Année Maroc 2026 – Catégorie Hôtels – Étude pour Baromètre Service Client Maroc, "
        "du 1er septembre au 31 octobre 2025, 2 candidats."
    )


def test_a_shared_title_says_so_to_each(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["components"] = {"audit": 0, "survey": 0, "vote": 10000}
    tiny.rulebook["tie_break"] = []
    votes = [vote for vote in tiny.votes or [] if vote["category_id"] == "hotels"]
    tiny.votes = [vote for vote in tiny.votes or [] if vote["category_id"] != "hotels"] + votes[:18]
    for number, vote in enumerate(votes[:18]):
        vote["candidate_id"] = ("atlas-hotels", "bahia-hotels")[number % 2]
    told = claim(tiny, tmp_path, "en")
    assert told["atlas-hotels"] == told["bahia-hotels"]
    assert told["atlas-hotels"].startswith("Customer Service of the Year 2026, joint winner – Category Hotels – Study")
    assert "joint" not in told["atlas-banks"]
