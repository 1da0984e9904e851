"""What a report says: the facts of its candidate, and nothing that speaks of another."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.release.record import Corrects
from orchestration.report.compose import compose
from orchestration.report.facts import report_of
from orchestration.report.load import Published
from orchestration.report.model import CandidateReport, Letter, RowLine, RowsLeftOut, TieKey
from orchestration.report.write import write_reports
from orchestration.settings import Settings
from tests.fixtures.award import ENTRIES, LONG, Award, changed, entry
from tests.fixtures.marts import Entry
from tests.unit.report.report_ground import told

LANGUAGES = ("fr", "en", "ar")


def published_from(root: Path, *args: Any, **book: Any) -> Published:
    made = Award(root, *args, **book)
    made.release()
    return Published(made.settings, made.edition)


# --- nothing of others -----------------------------------------------------------------------------------------------


def names_of(other: Entry, own: Entry) -> Iterator[str]:
    """What identifies another candidate: its id, its company's, its name, its tests."""
    place = ENTRIES.index(other)
    yield other.key
    if other.firm != own.firm:
        yield other.firm
        yield other.company
    yield from (f"T{place:02d}{rest}" for rest in ("00", "01", "10", "11", "8", "9"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("own", ENTRIES, ids=lambda one: one.key)
def test_no_report_names_another_candidate_its_company_or_its_tests(
    published: Published, own: Entry, lang: str
) -> None:
    text = told(report_of(published, own.key), lang)
    assert own.key in text and own.company in text
    for other in ENTRIES:
        if other.key != own.key:
            assert [name for name in names_of(other, own) if name in text] == []


@pytest.mark.parametrize("own", ENTRIES, ids=lambda one: one.key)
def test_no_report_shows_the_final_mark_of_another_but_that_of_the_title(published: Published, own: Entry) -> None:
    text = told(report_of(published, own.key))
    known = {own.final, *(one.final for one in ENTRIES if one.category == own.category and one.rank == 1)}
    for other in ENTRIES:
        if other.final and other.final not in known:
            assert f"{other.final // 1_000_000},{other.final // 10_000 % 100:02d}" not in told_finals(text), other.key


def told_finals(text: str) -> str:
    """The sentences that speak of marks, without the tables of means (which may happen to be equal to a mark)."""
    return "\n".join(line for line in text.splitlines() if len(line) > 30)


def test_no_report_holds_a_shopper(published: Published) -> None:
    assert "S-SECRET" not in "".join(told(report_of(published, one.key), "en") for one in ENTRIES)
    assert "1" in [line for line in told(report_of(published, "bank-a"), "en").splitlines()]
    assert report_of(published, "bank-a").conflicts == 1 and report_of(published, "bank-b").conflicts == 0


def test_a_laureate_is_not_told_by_how_much_it_won(published: Published) -> None:
    """The margin is the mark of the next, which nobody publishes."""
    report = report_of(published, "shop-a")
    assert report.verdict == ("elected", "won_tie_break")
    assert not hasattr(report.marks, "margin")


def test_a_name_keeps_its_own_direction_in_arabic(published: Published) -> None:
    assert compose(report_of(published, "bank-a"), "ar").company == "\u2066#panic(1)\u2069"
    assert compose(report_of(published, "bank-d"), "ar").company == "\u2067شركة الأطلس\u2069"


def test_who_loses_a_tie_is_told_the_criterion_that_decided_and_its_own_value(tmp_path: Path) -> None:
    house = Award(tmp_path)
    rows = house.results()
    at = next(place for place, row in enumerate(rows["fct_channel_mark"]) if row[1:3] == ("shop-a", "phone"))
    mark = next(n for n, cell in enumerate(rows["fct_channel_mark"][at]) if cell == 14_830_000)
    higher = [*rows["fct_channel_mark"]]
    higher[at] = (*higher[at][:mark], 14_930_000, *higher[at][mark + 1 :])
    house.marts({"fct_channel_mark": higher})
    house.release()
    published = Published(house.settings, house.edition)
    report = report_of(published, "shop-b")
    assert (report.verdict, report.tie_key) == (("tie_broken",), TieKey("channel:phone", 14_830_000))
    text = told(report)
    assert "pris dans leur ordre (partie 7)" in text
    assert (
        "Le critère qui a décidé\u00a0: canal téléphone. Le vôtre\u00a0: 14,83\u202f; celui du titre est plus haut"
        in text
    )
    assert "14,93" not in text, "the other's value is not told"
    assert "telephone channel" in told(report, "en") or "channel telephone" in told(report, "en")
    won = report_of(published, "shop-a")
    assert (won.verdict, won.tie_key) == (("elected", "won_tie_break"), TieKey("channel:phone", 14_930_000))
    text = told(won)
    assert "Au moins un autre candidat a exactement votre note finale" in text
    assert (
        "Le critère qui a décidé\u00a0: canal téléphone. Le vôtre\u00a0: 14,93\u202f; celui de l’autre est plus bas"
        in text
    )
    assert "14,83" not in text, "the other's value is not told"
    assert "shop-b" in published.fields[-1].published, "its final mark is known to who holds the title"


def test_an_elected_company_reads_its_claim_and_what_goes_beyond_it(published: Published) -> None:
    letter = Letter("Mme Alami, 12 rue Tarik", "2031-03-31", "2031-12-31")
    report = report_of(published, "hotel-b", letter)
    assert report.claim is not None
    for lang in LANGUAGES:
        text = told(report, lang)
        assert all(claim in text for claim in report.claim.values()), lang
    text = told(report)
    assert "31\u00a0décembre 2031" in text and "31\u00a0mars 2031" in text and "Mme Alami, 12 rue Tarik" in text
    assert "Taire «\u00a0ex æquo\u00a0»" in text and "Taire" not in told(report_of(published, "bank-a"))
    assert [section.key for section in compose(report, "fr").sections][:2] == ["claim", "mark"]
    late = told(report_of(published, "bank-b", letter))
    assert "La mention" not in late and "Élu –" not in late and "Mme Alami" in late


def test_what_no_release_knows_is_left_to_a_hand(published: Published) -> None:
    text = told(report_of(published, "bank-b"))
    assert text.count("à remplir par l’organisateur") == 2 and "palmares explain" not in text
    assert "2031/1 bank-b" in text


@pytest.mark.parametrize(
    "letter",
    [
        *(Letter(until="demain"), Letter(title_until="2031-2-1"), Letter(contact="=A1"), Letter(contact="a\u202eb")),
        *(Letter(until="2020-01-01"), Letter(title_until="2020-01-01")),  # before the release itself
    ],
)
def test_what_is_added_to_a_report_is_looked_at(published: Published, letter: Letter) -> None:
    with pytest.raises(InputError):
        list(write_reports(published.settings, published.edition, "bank-a", letter=letter))


def test_the_comparison_says_with_whom_and_why_not_with_the_category(published: Published) -> None:
    assert "celle des 4 candidats classés de votre catégorie" in told(report_of(published, "bank-b"))
    assert "celle des 11 candidats classés du secteur «\u00a0privé\u00a0»" in told(report_of(published, "hotel-c"))
    assert "celle des 13 candidats classés de toute cette édition" in told(report_of(published, "taxi-b"))


def test_with_nobody_to_hide_among_nothing_is_compared(tmp_path: Path) -> None:
    two = (
        Entry("a", "Alpha", category="banks", final=15_000_000, rank=1),
        Entry("b", "Beta", category="banks", final=14_000_000, rank=2),
    )
    report = report_of(published_from(tmp_path, two, {"banks": "elected"}), "b")
    assert report.marks and report.marks.compared is None
    lines: list[Any] = [*report.marks.channels, *report.marks.criteria, *report.marks.effort]
    assert all(line.mean is None for line in lines)
    text = told(report)
    assert "Aucune moyenne n’est montrée" in text and "\nMoyenne\n" not in text and "\nÉcart\n" not in text
    assert report.marks.strong and "la part de points obtenus est la plus grande" in text


# --- the candidate's own ---------------------------------------------------------------------------------------------


def test_the_marks_are_those_of_the_release_and_the_means_those_of_the_circle(published: Published) -> None:
    marks = report_of(published, "bank-b").marks
    assert marks is not None
    assert (marks.final, marks.rank, marks.title_mark) == (14_870_000, 2, 16_123_456)
    phone = marks.channels[0]
    assert (phone.channel, phone.planned, phone.counted, phone.mark) == ("phone", 2, 2, 15_170_000)
    banks = [one.final for one in ENTRIES if one.category == "banks" and one.final]
    assert phone.mean == (2 * sum(final + 300_000 for final in banks) + 4) // 8
    assert marks.components[0].mean == (2 * sum(banks) + 4) // 8
    assert [line.mean for line in marks.components if line.component == "vote"] == [None]
    assert (marks.low, marks.high) == (1437, 1537)


def test_criteria_and_families_are_shares_of_points(published: Published) -> None:
    marks = report_of(published, "bank-a").marks
    assert marks is not None
    waiting = next(one for one in marks.criteria if one.criterion_id == "waiting_time")
    assert (waiting.ratings, waiting.share) == (12, 9583)  # 23 of 24 points
    assert waiting.mean == 8958  # the mean of 9583, 9167, 8750 and 8333
    assert [line.family for line in marks.families] == ["reachability", "relation", "answer"]
    assert marks.families[0].share == 9608  # 23 of 24 and 26 of 27 points: 49 of 51
    assert all(one.channel == "phone" for one in (*marks.strong, *marks.weak)), "the e-mail's are rated 9 times"


def test_an_elected_a_joint_and_a_late_candidate_are_told_so_in_words(published: Published) -> None:
    assert "Votre candidature est élue : " in told(report_of(published, "bank-a")).replace("\u00a0", " ")
    assert "élue à égalité" in told(report_of(published, "hotel-b"))
    late = told(report_of(published, "hotel-c")).replace("\u00a0", " ")
    assert "la note publiée de 15,41" in late and "Écart avec la vôtre : moins d’un centième de point" in late
    below = told(report_of(published, "bank-d"))
    assert "la note publiée de 16,12" in below and "inférieure à la note minimale de 12,50" in below
    assert "no candidate reaches the minimum mark of 12.50" in told(report_of(published, "taxi-a"), "en")
    assert "Candidates ranked: 1; the rulebook asks for at least 2." in told(report_of(published, "fuel-a"), "en")


def test_a_withdrawn_candidate_is_told_that_it_has_no_mark_and_which_tests_are_excluded(published: Published) -> None:
    report = report_of(published, "fuel-b")
    assert report.withdrawn and report.verdict == ("withdrawn",)
    assert {(test.test_id, test.reason, test.mark) for test in report.not_counted} == {
        (f"T13{rest}", "withdrawn", None) for rest in ("00", "01", "10", "11")
    }
    text = told(report)
    assert "a été retirée de la compétition" in text and "candidat retiré" in text and "Vos notes par canal" not in text


def test_tests_that_are_not_counted_stand_with_their_local_day_and_their_reason(published: Published) -> None:
    report = report_of(published, "bank-b")
    assert [(test.test_id, test.reason) for test in report.not_counted] == [("T018", "recheck"), ("T019", "aborted")]
    assert report.tests == {"phone": 3, "email": 3}
    assert "11\u00a0septembre 2030" in told(report), "half past eleven in Greenwich is the next day in Lagos"
    assert "re-contrôle d’un autre test 1" in told(report)


def test_an_edition_of_audits_alone_says_what_it_has_not(tmp_path: Path) -> None:
    alone = published_from(tmp_path, components={"audit": 10_000, "survey": 0, "vote": 0})
    report = report_of(alone, "bank-b")
    assert report.marks and [line.component for line in report.marks.components] == ["audit"]
    text = told(report)
    assert "ne comporte pas d’enquête" in text and "Note de vote" not in text and "survey." not in text


def test_an_edition_without_audits_says_so(tmp_path: Path) -> None:
    with_survey = Award(tmp_path, components={"audit": 0, "survey": 9000, "vote": 1000})
    rows = with_survey.results()
    empty = ("fct_test_mark", "fct_criterion", "fct_channel_mark")
    with_survey.marts_of({**rows, **{name: [] for name in empty}})
    with_survey.release()
    text = told(report_of(Published(with_survey.settings, "2031"), "bank-b"))
    assert (
        "ne comporte pas d’audit" in text and "Aucun critère n’a été noté" in text and "Tests utilisables" not in text
    )


def test_rules_are_quoted_with_their_place_and_value(published: Published) -> None:
    text = told(report_of(published, "bank-b"), "en").splitlines()
    for place, value in {
        "eligibility.min_mark": "12.50",
        "eligibility.min_completion": "95%",
        "eligibility.min_candidates": "2",
        "tie_break": "audit mark, telephone channel",
        "components": "Audit 70% · Survey 20% · Vote 10%",
        "survey.keep": "the last one counts",
        "channels.phone": "counts as 0",
    }.items():
        assert text[text.index(place) - 1] == value, place


# --- rows left out ---------------------------------------------------------------------------------------------------


def test_rows_that_cannot_be_shown_to_be_the_release_s_are_not_told_and_the_report_says_why(
    published: Published,
) -> None:
    report = report_of(published, "bank-b")
    assert report.left_out == RowsLeftOut("not_at_hand")
    assert "sans les fichiers de travail de cette publication" in told(report)
    older = replace(report, left_out=RowsLeftOut("not_in_release"))
    assert "ne fait pas partie de cette publication" in told(older)


def test_rows_set_aside_and_votes_left_out_are_told_by_reason(published: Published) -> None:
    rows = RowsLeftOut(
        "listed",
        (RowLine("ZE-1", "audits/firm/phone.csv", 12, "malformed_value"),),
        (("survey", "quarantined", "outside_window", 2), ("votes", "excluded", "burst", 1234)),
    )
    text = told(replace(report_of(published, "bank-b"), left_out=rows))
    for piece in (
        "ZE-1",
        "audits/firm/phone.csv:12",
        "valeur mal écrite ou impossible",
        "rafale de votes",
        "1\u202f234",
    ):
        assert piece in text
    assert "Aucune réponse et aucun vote" in told(
        replace(report_of(published, "bank-b"), left_out=RowsLeftOut("listed"))
    )


# --- only what is published ------------------------------------------------------------------------------------------


def test_an_edition_that_is_not_published_is_refused_in_words(settings: Settings) -> None:
    (settings.raw / "2031").mkdir()
    with pytest.raises(
        Refused, match="edition 2031 is not published: a candidate is told only what the bailiff signed"
    ):
        next(write_reports(settings, "2031", "bank-a"))


def test_unsigned_work_is_never_looked_at(tmp_path: Path, award: Award, published: Published) -> None:
    """Marks changed in the working warehouse after publication are in no report."""
    before = told(report_of(published, "bank-b"))
    try:
        award.entries = changed("bank-b", final=19_990_000)
        award.marts({})
        assert told(report_of(Published(award.settings, "2031"), "bank-b")) == before
    finally:
        award.entries = ENTRIES
        award.marts({})


def test_an_altered_release_gives_no_report(tmp_path: Path, award: Award) -> None:
    settings = Settings(tmp_path / "home", award.settings.raw)
    shutil.copytree(award.settings.releases, settings.releases)
    ranking = settings.releases / "2031" / "1" / "results" / "fct_ranking.csv"
    ranking.chmod(0o644)
    ranking.write_bytes(ranking.read_bytes().replace(b"14870000", b"19870000"))
    with pytest.raises(PalmaresError, match="was altered since the release"):
        report_of(Published(settings, "2031"), "bank-b")
    manifest = settings.releases / "2031" / "1" / "manifest-sha256.txt"
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(PalmaresError, match="missing or was altered since it was published"):
        Published(settings, "2031")


def test_an_unknown_release_candidate_or_language_is_wrong_use(award: Award) -> None:
    for candidate, number, lang in (("nobody", None, "fr"), ("bank-a", 7, "fr"), ("bank-a", None, "de")):
        with pytest.raises(InputError):
            next(write_reports(award.settings, "2031", candidate_id=candidate, number=number, lang=lang))


# --- several releases ------------------------------------------------------------------------------------------------


def test_a_correction_is_told_without_saying_who_asked(tmp_path: Path) -> None:
    house = Award(tmp_path)
    house.release()
    house.entries = changed("bank-b", final=14_880_000)
    house.marts({})
    house.release(Corrects(number=1, asked_by=LONG, reason=f"a test of {LONG} was entered twice"))
    new, old = (told(report_of(Published(house.settings, "2031", number), "bank-b")) for number in (2, 1))
    assert "La publication nº\u00a02 corrige" in new and LONG not in new
    assert "a été remplacée depuis par la publication nº\u00a02" in old and "remplacée" not in new
    assert "14,88" in new and "14,87" in old


def test_a_withdrawal_between_two_releases_takes_the_comparison_away(tmp_path: Path) -> None:
    house = Award(tmp_path)
    house.release()
    house.entries = changed("hotel-c", final=None, rank=None)
    house.marts({})
    house.release(Corrects(number=1, asked_by="X", reason="Y"))
    first, second = (report_of(Published(house.settings, "2031", number), "shop-a").marks for number in (1, 2))
    assert first and first.compared and first.compared.level == "sector"
    assert second and second.compared is None, "the difference of both sectors would be the mark of hotel-c"
    banks = report_of(Published(house.settings, "2031", 2), "bank-b").marks
    assert banks and banks.compared and banks.compared.level == "category"


def test_entries_cover_what_they_are_meant_to(published: Published) -> None:
    told_levels = {
        report.marks.compared.level
        for one in ENTRIES
        if (report := report_of(published, one.key)).marks and report.marks.compared
    }
    assert told_levels == {"category", "sector", "edition"}
    assert entry("bank-a").firm == entry("shop-c").firm == "firm-two"
    assert isinstance(report_of(published, "bank-a"), CandidateReport) and os.path.isdir(published.release.folder)
