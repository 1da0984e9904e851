"""What the quarantine says of a row, in French: every detail that intake writes has some, and no French is idle."""

import re
from pathlib import Path

import pytest

from orchestration.intake import rules
from orchestration.intake.say import DETAILS, told_detail
from orchestration.intake.sources import audits, candidates, contests, survey, votes
from orchestration.intake.times import Clock
from orchestration.rulebook import load_rulebook
from orchestration.storage import load
from orchestration.words import Words
from tests.fixtures.tiny import TinyEdition

FRENCH = Words("fr", folders=(DETAILS,)).section("detail")


@pytest.fixture
def details(tiny: TinyEdition, tmp_path: Path) -> set[str]:
    """Every detail: those of the rules of all sources, and those of lines that made no row."""
    book = load_rulebook(tiny.write(tmp_path / "raw") / "rulebook.yml")
    clock = Clock(book.zone, book.fieldwork.start.year, book.fieldwork.end.year)
    of_rules = [
        *(*candidates.rules(book), *audits.rules(book, clock), *survey.rules(book, clock)),
        *(*votes.rules(book), *contests.rules()),
    ]
    return {rules.ENCODED_OTHERWISE, rules.NO_ROW, *(rule.detail for rule in of_rules)}


def test_every_detail_has_its_french(details: set[str]) -> None:
    assert len(details) > 30, "they are found at all"
    for detail in details:
        told = told_detail(detail)
        assert told == detail, "what is kept is English"
        assert told.fr != detail, detail
        assert re.findall("[0-9]+", told.fr) == re.findall("[0-9]+", detail), told.fr


def test_no_french_is_idle(details: set[str]) -> None:
    """A key with `{…}` stands for a detail with figures there."""
    for english in FRENCH:
        pattern = re.sub(r"\\{\w+\\}", "[0-9]+", re.escape(english))
        assert any(re.fullmatch(pattern, detail) for detail in details), english


def test_the_file_is_read_strictly_too_and_has_nothing_else() -> None:
    assert load(DETAILS / "fr.yml").keys() == {"detail"}, "no key stands twice"
    for english, text in FRENCH.items():
        assert set(re.findall("{.*?}", text)) == set(re.findall("{.*?}", english)), english


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ("is not an id", "n’est pas un identifiant"),
        ("is not a whole number from 0 to 32767", "n’est pas un nombre entier de 0 à 32767"),
        ("is not a whole number from nought to 7", "is not a whole number from nought to 7"),
        ("as a later version says it", "as a later version says it"),
    ],
)
def test_figures_are_kept_and_a_detail_that_nobody_knows_stays_as_it_is(detail: str, told: str) -> None:
    assert (told_detail(detail), told_detail(detail).fr) == (detail, told)
