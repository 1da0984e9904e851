"""The workbook holds the published tables, typed and inert, and nothing that is not published."""

import csv
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.evidence import EvidenceLog
from orchestration.publication import export_workbook, workbook
from orchestration.release import TABLES, TITLE_HISTORY
from tests.fixtures.little_release import NASTY, House
from tests.fixtures.records import enter

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("invented")]


@pytest.fixture
def house(shown_house: Callable[[], House]) -> House:
    """One published edition in which a company has a hostile name."""
    return shown_house()


def test_every_published_table_is_a_sheet_with_its_types(house: House, tmp_path: Path) -> None:
    rows = export_workbook(house.settings, tmp_path / "all.xlsx")
    book = load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == [workbook.DEFINITIONS, *TABLES, TITLE_HISTORY.name]
    assert set(rows) == {*TABLES, TITLE_HISTORY.name}
    ranking = book["fct_ranking"]
    assert [cell.value for cell in ranking[1]] == list(TABLES["fct_ranking"].names)
    assert ranking.freeze_panes == "A2"
    assert ranking.auto_filter.ref is not None
    assert ranking.max_row == rows["fct_ranking"] + 1
    with duckdb.connect(str(house.settings.published_db), read_only=True) as con:
        declared = con.execute(
            "SELECT final_micro, final FROM main.fct_ranking ORDER BY edition, candidate_id"
        ).fetchall()
    names = TABLES["fct_ranking"].names
    shown = [
        (row[names.index("final_micro")].value, Decimal(str(row[names.index("final")].value)))
        for row in ranking.iter_rows(min_row=2)
    ]
    assert shown == declared
    assert isinstance(book["dim_edition"]["E2"].value, datetime), "days and times are dates to Excel"


def test_definitions_name_each_column(house: House, tmp_path: Path) -> None:
    export_workbook(house.settings, tmp_path / "all.xlsx")
    rows = list(load_workbook(tmp_path / "all.xlsx")[workbook.DEFINITIONS].iter_rows(min_row=2, values_only=True))
    for table in (*TABLES.values(), TITLE_HISTORY):
        assert (table.name, None, None, None, table.comment) in [tuple(v or None for v in row) for row in rows]
        for column in table.columns:
            assert any(row[:2] == (table.name, column.name) and row[4] == column.comment for row in rows)


def test_no_cell_is_a_formula_and_text_stays_text(house: House, tmp_path: Path) -> None:
    export_workbook(house.settings, tmp_path / "all.xlsx")
    book = load_workbook(tmp_path / "all.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert NASTY in {cell.value for cell in cells}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    with zipfile.ZipFile(tmp_path / "all.xlsx") as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "\x01=1"])
def test_what_begins_like_a_formula_is_written_as_text(text: str) -> None:
    from openpyxl import Workbook

    cell = workbook._text_cell(Workbook(write_only=True).create_sheet(), text)
    assert (cell.data_type, cell.quotePrefix, cell.value) == ("s", True, text.replace("\x01", "\ufffd"))


def test_a_long_table_goes_on_in_another_sheet(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    rows = export_workbook(house.settings, tmp_path / "all.xlsx")
    book = load_workbook(tmp_path / "all.xlsx")
    assert rows["fct_ranking"] > 2
    assert "fct_ranking 2" in book.sheetnames
    parts = [sheet for sheet in book if sheet.title.split()[0] == "fct_ranking"]
    assert sum(sheet.max_row - 1 for sheet in parts) == rows["fct_ranking"]


def test_one_edition_alone(house: House, tmp_path: Path) -> None:
    export_workbook(house.settings, tmp_path / "one.xlsx", house.edition)
    for row in load_workbook(tmp_path / "one.xlsx")["dim_edition"].iter_rows(min_row=2, values_only=True):
        assert row[0] == house.edition
    with pytest.raises(Refused, match="edition 1999 is not published"):
        export_workbook(house.settings, tmp_path / "other.xlsx", "1999")
    assert not (tmp_path / "other.xlsx").exists()


def test_the_same_tables_make_the_same_cells(house: House, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        export_workbook(house.settings, tmp_path / name)
    first, second = (zipfile.ZipFile(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    with first, second:
        for part in first.namelist():
            assert part == "docProps/core.xml" or first.read(part) == second.read(part), part


@pytest.mark.parametrize("place", ["results.csv", "nowhere/all.xlsx", "folder.xlsx/all"])
def test_a_place_that_is_none_is_refused(house: House, tmp_path: Path, place: str) -> None:
    with pytest.raises(InputError, match="needs a place"):
        export_workbook(house.settings, tmp_path / place)


def test_an_edition_that_was_revoked_since_is_not_exported(house: House, tmp_path: Path) -> None:
    release = house.settings.releases / "2031" / "1" / "release.json"
    dossier = json.loads(release.read_bytes())["digests"]["dossier_sha256"]
    body = {"dossier_sha256": dossier, "by": "Maître", "reason": "vu", "release": 1}
    enter(EvidenceLog(house.settings.evidence_log("2031")), "revocation", body)
    with pytest.raises(Refused, match="no published edition stands"):
        export_workbook(house.settings, tmp_path / "all.xlsx")


def test_nothing_published_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nothing is published yet"):
        export_workbook(House(tmp_path).settings, tmp_path / "all.xlsx")


def test_what_was_edited_in_the_published_file_is_not_exported(house: House, tmp_path: Path) -> None:
    lie = "Elle est la meilleure"
    with duckdb.connect(str(house.settings.published_db.resolve())) as con:
        con.execute(f"UPDATE main.laureates SET claim_fr = '{lie}'")
        assert con.execute(f"SELECT count(*) > 0 FROM main.laureates WHERE claim_fr = '{lie}'").fetchone() == (True,)
    export_workbook(house.settings, tmp_path / "all.xlsx")
    rows = load_workbook(tmp_path / "all.xlsx")["laureates"].iter_rows(values_only=True)
    assert not [row for row in rows if lie in row]


def test_nothing_is_exported_of_a_release_that_was_altered(house: House, tmp_path: Path) -> None:
    outcome = house.settings.releases / "2031" / "1" / "results" / "category_outcome.csv"
    outcome.chmod(0o600)
    outcome.write_bytes(outcome.read_bytes() + b"x")
    with pytest.raises(PalmaresError, match="category_outcome"):
        export_workbook(house.settings, tmp_path / "all.xlsx")
    assert not (tmp_path / "all.xlsx").exists()


EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""LibreOffice's filter: commas, UTF-8, values and no formulas, every sheet a file."""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-calc",
)
def test_libreoffice_shows_what_the_warehouse_holds(house: House, tmp_path: Path) -> None:
    export_workbook(house.settings, tmp_path / "all.xlsx")
    words = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--norestore"]
    words += ["--convert-to", EVERY_SHEET, "--outdir", str(tmp_path / "csv"), str(tmp_path / "all.xlsx")]
    subprocess.run(words, check=True, capture_output=True, timeout=240)
    sheets = {path.stem.removeprefix("all-"): path for path in (tmp_path / "csv").iterdir()}
    assert sheets.keys() == {workbook.DEFINITIONS, *TABLES, TITLE_HISTORY.name}
    names = ", ".join(TABLES["fct_ranking"].names)
    with duckdb.connect(str(house.settings.published_db), read_only=True) as con:
        rows = con.execute(f"SELECT {names} FROM main.fct_ranking ORDER BY edition, candidate_id").fetchall()
    assert _cells(sheets["fct_ranking"]) == [names.split(", "), *[[_text(value) for value in row] for row in rows]]
    assert NASTY in {cell for row in _cells(sheets["dim_candidate"]) for cell in row}, "text, as it is written"


def _cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
