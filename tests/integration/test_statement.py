"""`palmares statement`: a candidate's own tests and nothing else, as a rival would look at it, until the signature."""

import csv
import io
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from benchmarks.inprocess import Line, Marks
from orchestration.bailiff import sign_dossier
from orchestration.entrants import Written, contest_test, write_statement
from orchestration.entrants.statement_csv import COLUMNS, inert
from orchestration.errors import InputError, Refused
from orchestration.settings import Settings
from tests.fixtures.tiny import CANDIDATES, PASSWORD, TinyEdition, digest
from tests.integration.command import Palmares, run_in_process

LANGUAGES = ("fr", "en", "ar")
PLACES = {name: f"Ville{place}{name.partition('-')[0]}" for place, name in enumerate(CANDIDATES)}


def telling(tiny: TinyEdition) -> TinyEdition:
    """Every cell says whose it is, and one firm made a re-check of one candidate name a test of another."""
    tiny.rulebook["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    tiny.measure("phone", "greeting", "second", ("20", 4), ("60.5", 2), ("", 0))
    for place, row in enumerate(tiny.tests()):
        name = row["candidate_id"]
        row.update(
            city=PLACES[name], operator=f"Op {PLACES[name]}", journey_id=f"J-{PLACES[name]}", step=str(place + 1)
        )
        if row["channel"] == "phone" and row["outcome"] == "completed":
            row["greeting"] = f"{place}.5"
    tiny.contest("T001", decision="excluded", reason="REASON-OF-THE-ORGANISER")
    tiny.contest("T002", "K2", decision="", ground="service_down")
    next(row for row in tiny.tests() if row["rechecks"] == "T001")["rechecks"] = "T002"
    return tiny


@pytest.fixture
def settings(tmp_path: Path, tiny: TinyEdition) -> Settings:
    telling(tiny).write(tmp_path / "raw")
    return Settings(tmp_path / "home", tmp_path / "raw")


def printed(written: Written) -> str:
    """All that both files say, as a person and as a program reads them, metadata too."""
    pdf, table = written.paths
    read = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, encoding="utf-8").stdout
    reader = PdfReader(BytesIO(pdf.read_bytes()))
    read += " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
    return re.sub("[\u2066-\u2069\u200b\u200e\u200f]", "", read) + table.read_text("utf-8")


def rows_of(written: Written) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.paths[1].read_text("utf-8"), newline="")))


@pytest.mark.parametrize(("candidate", "lang"), [(name, lang) for name in CANDIDATES for lang in LANGUAGES][::4])
def test_a_rival_finds_nothing_of_another_and_no_shopper(settings: Settings, candidate: str, lang: str) -> None:
    tiny = telling(TinyEdition())
    read = printed(write_statement(settings, "2026", candidate, lang))
    own = {row["test_id"] for row in tiny.tests() if row["candidate_id"] == candidate}
    assert candidate in read and all(test_id in read for test_id in own)
    others = {row["test_id"] for row in tiny.tests()} - own
    secrets = {row["shopper_id"] for row in tiny.tests()} | {digest(f"recording {test_id}") for test_id in own | others}
    secrets |= {PLACES[name] for name in CANDIDATES if name != candidate} | set(CANDIDATES) - {candidate}
    company = tiny.candidate(candidate)["company"]
    secrets |= {row["company"] for row in tiny.candidates if row["company"] != company}
    secrets |= {"phone.csv", "email.csv", "REASON-OF", "K2" if candidate != "bahia-hotels" else "K1"}
    assert sorted(secret for secret in secrets | others if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", read)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_no_mark_and_no_rank(settings: Settings, lang: str) -> None:
    written = write_statement(settings, "2026", "atlas-hotels", lang)
    assert not {"mark", "rank", "final", "counted", "weight"} & set(COLUMNS)
    pages = printed(written).removesuffix(written.paths[1].read_text("utf-8"))
    found = re.findall(r".{0,60}(?<![\d.,:])\d{1,2}[.,]\d{2}(?![\d.,]).{0,60}", pages)
    assert found == [], "a number with two decimals is a mark"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_hour_and_a_value_are_read_from_their_first_digit(settings: Settings, lang: str) -> None:
    """On a right-to-left page, what may break between its digits is shown from its end: 14.5 as 5.14."""
    pages = printed(write_statement(settings, "2026", "atlas-hotels", lang))
    pages = pages.split("test_id")[0]
    assert re.search(r"12(:|\sh\s)56", pages) and re.search(r"14[.,]5", pages)
    assert not re.search(r"56(:|\sh\s)12|5[.,]14", pages)


def test_every_test_stands_there_criterion_by_criterion(settings: Settings, tiny: TinyEdition) -> None:
    rows = rows_of(write_statement(settings, "2026", "atlas-hotels"))
    grids = {channel: len(grid) for channel, grid in tiny.rulebook["grids"].items()}
    own = [row for row in tiny.tests() if row["candidate_id"] == "atlas-hotels"]
    assert len(rows) == sum(grids[row["channel"]] for row in own)
    first = [row for row in rows if row["test_id"] == "T001"]
    assert [row["criterion_id"] for row in first] == ["greeting", "solution", "courtesy", "follow_up"]
    waited = first[0]
    assert (waited["rating"], waited["max"], waited["value"], waited["unit"]) == ("4", "4", "0.5", "second")
    assert (waited["started_at"], waited["city"]) == ("2025-09-01T09:00:00+01:00", PLACES["atlas-hotels"])
    assert (waited["contest_id"], waited["contest_decision"], waited["contest_decided_on"]) == (
        "K1",
        "excluded",
        "2025-11-20",
    )
    assert [row["rechecks"] for row in rows if row["test_id"] == "T025"] == [""] * 4
    assert first[3]["rating"] == "3" and {row["rating"] for row in rows if row["test_id"] == "T005"} == {"4", ""}


def test_an_unanswered_test_and_one_that_was_set_aside(settings: Settings, tiny: TinyEdition, tmp_path: Path) -> None:
    rows = rows_of(write_statement(settings, "2026", "atlas-banks"))
    silent = [row for row in rows if row["test_id"] == "T007"]
    assert len(silent) == 4 and {(row["outcome"], row["rating"]) for row in silent} == {("unanswered", "")}
    tiny.test("T003")["solution"] = "9"
    tiny.write(tmp_path / "other")
    other = Settings(tmp_path / "other-home", tmp_path / "other")
    assert "T003" not in printed(write_statement(other, "2026", "atlas-banks"))


def test_equal_deposits_give_equal_bytes_and_corrections_are_made(
    settings: Settings, tiny: TinyEdition, tmp_path: Path
) -> None:
    first = write_statement(settings, "2026", "atlas-hotels", "ar")
    assert write_statement(settings, "2026", "atlas-hotels", "ar").sha256 == first.sha256
    entry = {"id": "C1", "file": "audits/north/phone.csv", "key": "T001", "column": "solution", "expect": "3"}
    tiny.corrections.append(entry | {"value": "0", "reason": "Slip.", "by": "N. Clerk", "on": "2025-12-01"})
    tiny.write(tmp_path / "other")
    other = Settings(tmp_path / "other-home", tmp_path / "other")
    assert [row["rating"] for row in rows_of(write_statement(other, "2026", "atlas-hotels"))[:2]] == ["4", "0"]


def test_a_long_grid_goes_on_in_another_table_and_signs_are_only_signs(tiny: TinyEdition, tmp_path: Path) -> None:
    grid = tiny.rulebook["grids"]["email"]
    for number in range(20):
        label = {"fr": f"Délai =HYPERLINK({number}) #panic() *x*"}
        grid.append({"id": f"more_{number}", "family": "answer", "weight": 1, "max": 2, "label": label})
        for row in tiny.audits["north/email"] + tiny.audits["south/email"]:
            row[f"more_{number}"] = "1"
    tiny.candidate("atlas-hotels")["company"] = "#panic(1) $x$ <script>"
    tiny.write(tmp_path / "raw")
    written = write_statement(Settings(tmp_path / "home", tmp_path / "raw"), "2026", "atlas-hotels")
    read = printed(written)
    assert "#panic(1) $x$ <script>" in read and "23" in read
    labels = {row["criterion"] for row in rows_of(written) if row["criterion_id"] == "more_7"}
    assert labels == {"Délai =HYPERLINK(7) #panic() *x*"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r", "＝1", "'=1"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert inert(cell) == f"'{cell}" and inert(None) == "" and inert("a=1") == "a=1" and inert(0) == "0"


def test_wrong_use_is_told_and_names_no_other_candidate(settings: Settings) -> None:
    for candidate in ("zenith-hotels", "../../etc/passwd", "atlas-hotels'; --", ""):
        with pytest.raises(InputError, match="is not a candidate of edition 2026") as caught:
            write_statement(settings, "2026", candidate)
        assert not any(name in str(caught.value) for name in CANDIDATES if name not in candidate)
    with pytest.raises(InputError, match="no statement in 'de'"):
        write_statement(settings, "2026", "atlas-hotels", "de")
    assert not (settings.home / "statements").exists()


def test_an_edition_without_contests_says_so(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.withdraw("atlas-hotels")
    tiny.write(tmp_path / "raw")
    written = write_statement(Settings(tmp_path / "home", tmp_path / "raw"), "2026", "atlas-hotels", "en")
    assert "lets nobody contest a test" in re.sub(r"\s+", " ", printed(written))


def test_the_command_names_both_files(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    palmares = Palmares(settings.home, settings.raw, capsys, monkeypatch)
    told = palmares("statement", "2026", "atlas-hotels", "--lang", "en")
    folder = settings.home / "statements" / "2026"
    assert told.out.split() == [str(folder / f"atlas-hotels.en.{form}") for form in ("pdf", "csv")]
    assert palmares("statement", "2026", "cedre-banks", "--json").data["tests"] == 6
    assert palmares("statement", "2026", "nobody").code == 2


@pytest.mark.slow
def test_after_the_signature_there_is_none_until_the_deposits_change(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    tiny.write(tmp_path / "raw")
    settings = Settings(tmp_path / "home", tmp_path / "raw")
    line = Line(settings, "2026", Marks.kept())
    dossier = run_in_process(line)
    write_statement(settings, "2026", "atlas-hotels")
    sign_dossier(settings, "2026", tiny.write_p12(tmp_path), PASSWORD)
    with pytest.raises(Refused, match="the deposits of edition 2026 are signed"):
        write_statement(settings, "2026", "atlas-hotels")
    shutil.move(dossier.pdf, tmp_path / "gone.pdf")
    write_statement(settings, "2026", "atlas-hotels")
    shutil.move(tmp_path / "gone.pdf", dossier.pdf)
    contest_test(settings, "2026", "T001", ground="other", on="2025-11-18")
    assert write_statement(settings, "2026", "atlas-hotels").tests == 7
