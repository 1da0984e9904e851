"""What the page of an edition shows, of a state made by hand."""

from pathlib import Path

from orchestration.defs.telling import standing_metadata
from orchestration.settings import Settings
from orchestration.status import EditionStage, State
from orchestration.status.state import CheckSeen
from orchestration.words import Sentence

SEEN = CheckSeen(
    id="intake.quarantine_share",
    sentence=Sentence("Rows set aside stay few.", "Peu de lignes sont écartées."),
    remedy=Sentence("deposit a corrected file", "déposer un fichier corrigé"),
    expected="≤ 200 bp",
    observed="audits 357 bp",
    failing_count=1,
    failing_keys=("audits/north/phone.csv:7",),
    keys="(audits/north/phone.csv:7)",
)


def test_a_blocked_edition_names_the_file_and_the_line_and_how_to_mend_it(tmp_path: Path) -> None:
    state = State("2027", EditionStage.BLOCKED, failed=[SEEN], open_warnings=[SEEN])
    shown = standing_metadata(state, Settings(tmp_path, tmp_path))
    [failed] = shown["failed checks"].records
    assert failed.data["observed"] == "audits 357 bp (audits/north/phone.csv:7)"
    assert failed.data["how to mend it"] == str(SEEN.remedy) != ""
    [warning] = shown["open warnings"].records
    assert warning.data["accept it with"].startswith("palmares accept 2027 intake.quarantine_share ")


def test_an_edition_that_nothing_blocks_shows_no_table_of_it(tmp_path: Path) -> None:
    shown = standing_metadata(State("2027", EditionStage.UNSIGNED), Settings(tmp_path, tmp_path))
    assert shown["blocked by"] == "nothing" and not {"failed checks", "open warnings"} & shown.keys()
