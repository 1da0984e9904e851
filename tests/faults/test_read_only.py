"""Folders that nobody may write to: what needs no writing works, everything else says so in a sentence.

Bound read-only by the system, because permissions do not stop the root user that continuous integration runs as.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import truth
from tests.faults.child import take
from tests.faults.command import palmares
from tests.faults.line import COMMANDS, KEY, STEPS, Stages
from tests.faults.small_disk import read_only, small_disk
from tests.fixtures.tries import FULL

pytestmark = pytest.mark.slow
WORDS = ("the disk is read-only", "How to mend it: let Palmarès write there")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, so that what is bound read-only is surely gone with the test."""
    with small_disk(tmp_path / "disk") as disk:
        yield disk.folder / "line"


def test_deposits_may_be_read_only_from_the_run_to_the_published_warehouse(stages: Stages, place: Path) -> None:
    """The signed dossier then stands in the state folder, and counts there."""
    before = truth.look(stages.copy("read", place))
    settings = truth.settings_of(place)
    with read_only(settings.raw):
        ended = take(stages.means, place, STEPS)
        assert ended.code == 0, ended.error
        end = truth.must_hold(place, before)
    assert (end.shown, len(end.releases)) == (2, 2)
    assert len(list((settings.home / "signoffs" / "2026").glob("*.pdf"))) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_state_folder_that_is_read_only_is_named_and_nothing_changes(stages: Stages, step: str, place: Path) -> None:
    before = truth.look(stages.copy(step, place))
    settings = truth.settings_of(place)
    with read_only(settings.home):
        ended = take(stages.means, place, (step,))
        if step == "sign":  # nothing but the lock is written there: the signature goes beside the deposits
            assert ended.code == 1
        assert ended.code == 1 and ended.told, ended.error
        assert all(word in ended.error for word in WORDS) and str(settings.home) in ended.error, ended.error
        assert truth.must_hold(place, before) == before


@pytest.mark.parametrize(("folder", "step"), [("releases", "publish"), ("published", "show"), ("evidence", "judge")])
def test_a_part_of_the_state_that_is_read_only_is_named_and_readers_keep_what_they_had(
    stages: Stages, folder: str, step: str, place: Path
) -> None:
    before = truth.look(stages.copy(step, place))
    part = truth.settings_of(place).home / folder
    with read_only(part):
        ended = take(stages.means, place, (step,))
        assert ended.code == 1 and ended.told, ended.error
        assert all(word in ended.error for word in WORDS) and str(part) in ended.error, ended.error
        assert truth.must_hold(place, before).shown == 1
    rest = STEPS[:5] if step == "judge" else COMMANDS["publish"]
    again = take(stages.means, place, rest)
    assert again.code == 0, again.error
    assert truth.must_hold(place, before).shown == (1 if step == "judge" else 2)


def test_commands_on_read_only_folders_end_in_words(stages: Stages, place: Path, tmp_path: Path) -> None:
    stages.copy("sign", place)
    settings, log = truth.settings_of(place), tmp_path / "log"
    delivery = tmp_path / "corrections.yml"
    delivery.write_text("[]\n")
    deposit = ("deposit", "2026", str(delivery), "--supplier", "Firm", "--by", "Nadia Clerk")
    with read_only(settings.raw):
        said = palmares(settings, log, *deposit)
        assert said.code == 2 and "Read-only" in said.err and "How to mend it" in said.err, said
        assert str(settings.raw) in said.err and "Traceback" not in said.words
    with read_only(settings.home):
        assert palmares(settings, log, "status", "2026").code == 0, "looking needs no writing"
        for words in (
            ("sign", "2026", "--key", str(place / KEY)),
            ("run", "2026"),
            *([("publish", "2026")] if FULL else []),
        ):
            said = palmares(settings, log, *words)
            assert said.code == 2 and all(word in said.err for word in WORDS), said
            assert str(settings.home) in said.err and "Traceback" not in said.words
