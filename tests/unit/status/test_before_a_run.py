"""What no run can take on: a folder that begins, files that are not there, a rulebook that cannot be used."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.settings import Settings
from orchestration.status import EditionStage, State, describe
from orchestration.words import in_language
from tests.fixtures.tiny import EDITION, TinyEdition, relog


def test_an_empty_folder_is_an_edition_that_begins(settings: Settings) -> None:
    (settings.raw / "2031").mkdir()
    state = describe(settings, "2031")
    assert state.stage == EditionStage.NOTHING_DEPOSITED and state.problems == []
    assert "palmares init 2031" in state.next


def test_a_file_without_a_log_is_not(settings: Settings) -> None:
    (settings.raw / "2031").mkdir()
    (settings.raw / "2031" / "rulebook.yml").write_text("x: 1\n")
    assert describe(settings, "2031").stage == EditionStage.CUSTODY_BROKEN


def status_of(settings: Settings, tiny: TinyEdition, change: Callable[[Path], object] = lambda folder: None) -> State:
    folder = tiny.write(settings.raw)
    change(folder)
    relog(folder)
    return describe(settings, EDITION)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("rulebook.yml", "rulebook.yml: no rulebook is deposited"),
        ("candidates.csv", "candidates.csv: the rulebook uses this source, nothing of it is deposited"),
        ("audits", "audits/: the rulebook uses this source, nothing of it is deposited"),
        ("survey/responses.csv", "survey/: the rulebook uses this source, nothing of it is deposited"),
        ("survey/targets.csv", "survey/targets.csv: the rulebook uses this source, nothing of it is deposited"),
        ("votes/votes.csv", "votes/: the rulebook uses this source, nothing of it is deposited"),
        ("bailiff.pem", "bailiff.pem: the rulebook lists this signer, the certificate is not deposited"),
    ],
)
def test_what_is_not_deposited_is_named_and_the_organiser_must_act(
    settings: Settings, tiny: TinyEdition, path: str, problem: str
) -> None:
    def leave_out(folder: Path) -> None:
        shutil.rmtree(folder / path) if (folder / path).is_dir() else (folder / path).unlink()

    state = status_of(settings, tiny, leave_out)
    assert (state.stage, state.who, state.problems) == (EditionStage.INCOMPLETE, "organiser", [problem])
    assert "deposit what is missing" in state.next


def test_what_the_rulebook_does_not_use_is_not_missed(settings: Settings, tiny: TinyEdition) -> None:
    tiny.rulebook["components"] = {"audit": 10000, "survey": 0, "vote": 0}

    def leave_out(folder: Path) -> None:
        shutil.rmtree(folder / "survey")
        shutil.rmtree(folder / "votes")

    assert status_of(settings, tiny, leave_out).stage == EditionStage.NOT_RUN
    assert status_of(settings, TinyEdition()).stage == EditionStage.NOT_RUN, "a whole edition waits for its run"


def test_a_rulebook_that_cannot_be_used_is_the_organisers_to_correct(settings: Settings, tiny: TinyEdition) -> None:
    tiny.rulebook["min_mark"] = "many"
    state = status_of(settings, tiny)
    assert (state.stage, state.who) == (EditionStage.RULES_BROKEN, "organiser")
    assert "min_mark" in state.problems[0] and "--replaces" in state.next
    assert "min_mark\u00a0: la clé est inconnue" in in_language(state.problems[0], "fr")
