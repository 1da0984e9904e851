"""A folder without a log, a file and a run is an edition that begins, not one whose custody is broken."""

from orchestration.settings import Settings
from orchestration.status import EditionStage, describe


def test_an_empty_folder_is_an_edition_that_begins(settings: Settings) -> None:
    (settings.raw / "2031").mkdir()
    state = describe(settings, "2031")
    assert state.stage == EditionStage.NOTHING_DEPOSITED and state.problems == []
    assert "palmares init 2031" in state.next


def test_a_file_without_a_log_is_not(settings: Settings) -> None:
    (settings.raw / "2031").mkdir()
    (settings.raw / "2031" / "rulebook.yml").write_text("x: 1\n")
    assert describe(settings, "2031").stage == EditionStage.CUSTODY_BROKEN
