"""docs/deposits.md: its files are an edition that `palmares check` takes as it is, its tables name every column."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.custody import deposit, source_of
from orchestration.intake.columns import columns_of
from orchestration.intake.patterns import ID, ROW_ID, WORD
from orchestration.intake.sources import audits, candidates, contests, survey, targets
from orchestration.rulebook import VOTE_COLUMNS, parse_rulebook
from orchestration.settings import Settings
from orchestration.status import inspect_edition
from orchestration.status.inspection import Inspection
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


def inspected(folder: Path, files: Mapping[str, str]) -> Inspection:
    """What `palmares check 2027` says of these files."""
    inbox = folder / "inbox"
    for name, text in {**files, "bailiff.pem": signer().pem.decode()}.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text(text, "utf-8")
    deposit(folder / "raw" / "2027", [inbox], "Suppliers", "N. Clerk")
    return inspect_edition(Settings(home=folder / "var", raw=folder / "raw"), "2027")


def test_the_files_of_the_page_are_an_edition_without_fault(tmp_path: Path) -> None:
    found = inspected(tmp_path, FILES)
    assert found.reasons == [] and found.rows == []
    assert {file["file"] for file in found.data["files"]} == {*COLUMNS} - {"survey/targets.csv"}
    assert found.data["unknown_columns"] == []


def test_a_cell_that_looks_like_a_person_refuses_its_file_whatever_the_file(tmp_path: Path) -> None:
    assert "refuses its whole file, whatever the column" in PAGE.replace("\n", " ")
    persons = {
        name: text.rstrip("\n").rpartition(",")[0] + ",n.clerk@example.org\n" if name in COLUMNS else text
        for name, text in FILES.items()
    }
    refused = [reason for reason in inspected(tmp_path, persons).reasons if reason.endswith("[personal_data]")]
    assert sorted(reason.partition(", ")[0] for reason in refused) == sorted(COLUMNS)


@pytest.mark.parametrize(("kind", "pattern"), [("id", ROW_ID), ("short id", ID), ("word", WORD)])
def test_the_forms_of_ids_are_those_that_cells_are_held_to(kind: str, pattern: str) -> None:
    told = re.search(rf"An? \*{kind}\* is (\d+) to (\d+) of\s`([^`]+)`", PAGE)
    assert told is not None
    least, most, signs = int(told[1]), int(told[2]), told[3]
    assert f"[{signs}]{{0,{most - 1}}}" == re.sub(r"^\[[^]]*\]", "", pattern) and least == 1


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_says_which_form_its_ids_have(name: str) -> None:
    above = PAGE[: PAGE.index(f'```csv title="{name}"\n')].rpartition("\n#")[2]
    rulebook = parse_rulebook(FILES["rulebook.yml"].encode(), "rulebook.yml", "2027")
    kinds = {"id": "id", "identifier": "short id"}
    bound = {
        column.name: kinds[column.form.kind]
        for column in columns_of(source_of(name), rulebook, "phone")
        if column.form.kind in kinds and not column.refers
    }
    told = dict(re.findall(r"^\| `(\w+)` \|(?: yes \|| no \|)? (id|short id)\b", above, flags=re.M))
    keyed = {column for column in bound if column not in told and "keyed hash" in table_before(name)[column]}
    assert told == {column: kind for column, kind in bound.items() if column not in keyed | {"rechecks"}}
