"""docs/deposits.md: its files are an edition that `palmares check` takes as it is, its tables name every column."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.custody import deposit
from orchestration.intake.sources import audits, candidates, contests, survey, targets
from orchestration.rulebook import VOTE_COLUMNS
from orchestration.settings import Settings
from orchestration.status import inspect_edition
from tests.fixtures.throwaway import signer

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "deposits.md").read_text("utf-8")
FILES = dict(re.findall(r"^```\w+ title=\"(\S+)\"\n(.*?)^```$", PAGE, flags=re.M | re.S))
COLUMNS = {
    "candidates.csv": candidates.COLUMNS,
    "audits/firm-a/phone.csv": (*audits.REQUIRED, *audits.OPTIONAL),
    "survey/panel.csv": (*survey.REQUIRED, "contacts", *survey.FACTS),
    "survey/targets.csv": targets.COLUMNS,
    "votes/web.csv": VOTE_COLUMNS,
    "contests.csv": contests.COLUMNS,
}
NEEDED = {"audits/firm-a/phone.csv": audits.REQUIRED, "survey/panel.csv": survey.REQUIRED}


def table_before(name: str) -> Mapping[str, str]:
    """The table before a file: the second column by the name of the first."""
    above = PAGE[: PAGE.index(f'```csv title="{name}"\n')].rpartition("\n#")[2]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in above.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row[1] for row in cells}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_names_every_column_and_no_other(name: str) -> None:
    told = table_before(name)
    assert sorted(told) == sorted(COLUMNS[name])
    if name in NEEDED:
        assert {column for column, needed in told.items() if needed == "yes"} == set(NEEDED[name])


def test_the_files_of_the_page_are_an_edition_without_fault(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for name, text in {**FILES, "bailiff.pem": signer().pem.decode()}.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text(text, "utf-8")
    deposit(tmp_path / "raw" / "2027", [inbox], "Suppliers", "N. Clerk")
    found = inspect_edition(Settings(home=tmp_path / "var", raw=tmp_path / "raw"), "2027")
    assert found.reasons == [] and found.rows == []
    assert {file["file"] for file in found.data["files"]} == {*COLUMNS} - {"survey/targets.csv"}
    assert found.data["unknown_columns"] == []
