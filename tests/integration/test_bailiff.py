"""What a bailiff does before signing, through the command line, on an edition taken through the line in process.

One edition is sealed, drawn from, traced, and what follows is looked at; each test takes up where the last one ended.
"""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.evidence.draws import read_draws
from orchestration.release.canonical import table_rows, write_table
from orchestration.release.catalogue import TABLES
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.storage.warehouse import connect
from tests.fixtures.tiny import TinyEdition
from tests.integration.command import Palmares, run_in_process

PAGE = (PROJECT_DIR / "docs" / "format.md").read_text("utf-8")
pytestmark = pytest.mark.slow
BY = "Maître Essai"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bailiff")


@pytest.fixture(scope="module")
def line(place: Path) -> Line:
    """The edition, deposited and not yet run."""
    TinyEdition().write(place / "raw")
    return Line(Settings(place / "var", place / "raw"), "2026", Marks.kept())


@pytest.fixture
def palmares(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    return Palmares(place / "var", place / "raw", capsys, monkeypatch)


def states(palmares: Palmares) -> dict[str, str]:
    return {seal["stage"]: seal["state"] for seal in palmares("status", "2026", "--json").data["seals"]}


def test_rules_and_collection_are_sealed_before_anything_is_run(line: Line, palmares: Palmares) -> None:
    said = palmares("seal", "2026", "rules", "--by", BY, "--json")
    assert (said.code, said.data["number"], said.data["repeated"]) == (0, 1, False)
    assert Path(said.data["sheet"]).read_bytes().startswith(b"%PDF-1.7")
    told = palmares("seal", "2026", "collection", "--by", BY)
    assert told.code == 0 and re.search(r"fingerprint +([0-9a-f]{4} ){15}[0-9a-f]{4}\n", told.out)
    assert states(palmares) == {"rules": "kept", "collection": "kept"}
    assert "seal 1    rules, " in palmares("check", "2026").out
    assert [seal["stage"] for seal in palmares("check", "2026", "--json").data["seals"]] == ["rules", "collection"]


def test_wrong_use_of_the_seal_says_what_is_right(line: Line, palmares: Palmares) -> None:
    before = line.settings.evidence_log("2026").read_bytes()
    assert palmares("seal", "2026", "votes", "--by", BY).code == 2
    assert "one of: fr, en, ar" in palmares("seal", "2026", "rules", "--by", BY, "--lang", "de").err
    assert palmares("seal", "2026", "results", "--by", BY).code == 1, "nothing is scored yet"
    assert palmares("draw", "2026", "--seed", "46132").code == 1
    again = palmares("seal", "2026", "rules", "--by", BY, "--lang", "ar", "--json")
    assert again.data["repeated"] is True and again.data["sheet"].endswith("1-rules.ar.pdf")
    assert line.settings.evidence_log("2026").read_bytes() == before


def test_results_are_sealed_once_they_are_scored(line: Line, palmares: Palmares) -> None:
    run_in_process(line)
    first = palmares("status", "2026", "--json").data["dossier"]
    assert palmares("seal", "2026", "results", "--by", BY).code == 0
    state = palmares("status", "2026", "--json").data
    assert state["stage"] == "a reservation, a seal or a draw was entered since the dossier was made"
    assert [seal["state"] for seal in state["seals"]] == ["kept", "kept", "kept"]
    key = TinyEdition().write_p12(line.settings.home)
    assert "a seal or a draw was entered" in palmares("sign", "2026", "--key", key).err
    run_in_process(line)
    second = palmares("status", "2026", "--json").data["dossier"]
    assert second["sha256"] != first["sha256"] and second["results_sha256"] == first["results_sha256"]
    page = Path(second["page"]).read_text("utf-8")
    assert "Scellé nº\u00a03 – Résultats" in page and BY in page


def test_the_dice_choose_tests_and_the_sheets_are_written(line: Line, palmares: Palmares) -> None:
    said = palmares("draw", "2026", "--seed", "4 6 1 3 2", "--size", "5", "--json")
    assert said.code == 0, said.err
    data = said.data
    assert data["seed"] == "46132" and len(data["tests"]) == 5
    assert data["whole"] == {} and data["close"], "by lot alone; the titles for which it cannot speak are named"
    everything = [*data["tests"], *(test for tests in data["whole"].values() for test in tests)]
    folder = line.settings.draws("2026") / "46132"
    assert sorted(path.name for path in folder.iterdir()) == ["form.csv", "sheets.fr.pdf"]
    with (folder / "form.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["test_id"] for row in csv.DictReader(stream)] == everything
    sheets = (folder / "sheets.fr.pdf").read_bytes()
    (folder / "form.csv").write_text("half filled in\n")
    again = palmares("draw", "2026", "--seed", "46132", "--size", "5", "--json")
    assert (again.code, again.data["repeated"], again.data["tests"]) == (0, True, data["tests"])
    assert (folder / "sheets.fr.pdf").read_bytes() == sheets
    assert (folder / "form.csv").read_text() == "half filled in\n", "what somebody is filling in is left alone"
    told = palmares("draw", "2026", "--seed", "46132", "--size", "5", "--lang", "ar")
    assert "It was drawn already" in told.out and "for the bailiff alone" in told.out
    assert "palmares draw 2026 --whole " in told.out, "a title for which the sample cannot speak"


def text(path: Path) -> str:
    told = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    return re.sub(r"\s+", "", told)


def test_each_drawn_test_is_shown_as_it_was_received(line: Line) -> None:
    [draw] = read_draws(line.records())
    told = text(line.settings.draws("2026") / "46132" / "sheets.fr.pdf")
    for test in draw.all_tests:
        [row] = [
            found
            for path in (line.raw / "audits").rglob("*.csv")
            for found in path.read_text("utf-8").splitlines()
            if found.startswith(f"{test},")
        ]
        assert row in told, test


def test_shoppers_stay_out_of_the_evidence_and_of_the_dossier(line: Line, palmares: Palmares) -> None:
    shopper = next(iter(TinyEdition().audits["north/phone"]))["shopper_id"]
    assert shopper in text(line.settings.draws("2026") / "46132" / "sheets.fr.pdf")
    assert f'"{shopper}' not in line.settings.evidence_log("2026").read_text("utf-8")


@pytest.fixture(scope="module")
def results(line: Line, place: Path) -> Path:
    """The two files of a release that a redraw needs, as a release has them."""
    folder = place / "release" / "results"
    folder.mkdir(parents=True)
    with connect(line.work, read_only=True, threads=1) as con:
        for name in ("fct_test_mark", "fct_ranking"):
            write_table(folder, TABLES[name], table_rows(con, TABLES[name]))
    return folder.parent


def script(kind: str) -> str:
    found = re.search(rf"^```{kind} redraw\n(.*?)^```$", PAGE, re.S | re.M)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("seed", ["46132", "11111", "6543216543"])
def test_anybody_redraws_the_list_with_the_script_of_the_documents(
    seed: str, line: Line, palmares: Palmares, results: Path
) -> None:
    arguments = ["--size", "5"] if seed == "46132" else ["--size", "7", "--close-at-most", "2"]
    said = palmares("draw", "2026", "--seed", seed, *arguments, "--json").data
    assert len([written for written in script("python").splitlines() if written]) == 11, "ten, and the imports"
    code = results / "redraw.py"
    code.write_text(script("python"), "utf-8")
    command = [sys.executable, "-I", str(code), seed, arguments[1], *said["whole"]]
    told = subprocess.run(command, cwd=results, check=True, capture_output=True, encoding="utf-8").stdout
    assert told.split() == [*said["tests"], *(test for tests in said["whole"].values() for test in tests)]
    if seed != "46132":
        assert said["whole"], "the categories of this edition are close"


def test_the_sample_is_redrawn_with_sha256sum_alone(line: Line, palmares: Palmares, results: Path) -> None:
    said = palmares("draw", "2026", "--seed", "46132", "--size", "5", "--json").data
    told = subprocess.run(
        ["sh", "-c", script("sh")], cwd=results, check=True, capture_output=True, encoding="utf-8"
    ).stdout
    assert len(told.split()) == 22, "all counted tests: there are fewer than thirty"
    assert told.split()[:5] == said["tests"]


def test_a_title_that_no_sample_speaks_for_is_traced_wholly_by_its_name(
    line: Line, palmares: Palmares, results: Path
) -> None:
    category = "banks"
    said = palmares("draw", "2026", "--whole", category, "--json")
    assert (said.code, said.data["seed"], said.data["tests"], list(said.data["whole"])) == (0, "00001", [], [category])
    again = palmares("draw", "2026", "--whole", category)
    assert again.code == 0 and "Full trace 00001" in again.out and "It was asked for already" in again.out
    code = results / "redraw.py"
    code.write_text(script("python"), "utf-8")
    command = [sys.executable, "-I", str(code), "00001", "0", category]
    redrawn = subprocess.run(command, cwd=results, check=True, capture_output=True, encoding="utf-8").stdout
    assert redrawn.split() == said.data["whole"][category] and redrawn
    for wrong, words in ((["--whole", "nowhere"], "no category nowhere"), ([], "one of the two")):
        refused = palmares("draw", "2026", *wrong)
        assert refused.code == 2 and words in refused.err
    assert palmares("trace", "2026", "--seed", "00001", "--sheet", filled(line, "00001"), "--by", BY).code == 0
    assert "00001, categories as a whole" in palmares("status", "2026").out


def test_an_open_draw_is_a_warning_until_its_result_is_entered(line: Line, palmares: Palmares) -> None:
    assert [draw.seed for draw in read_draws(line.records())] == ["46132", "11111", "6543216543", "00001"]
    run_in_process(line)
    [warning] = palmares("status", "2026", "--json").data["open_warnings"]
    assert warning["id"] == "scoring.traces_conform"
    assert "46132 [open]" in str(warning["failing_keys"])


def filled(line: Line, seed: str, **odd: str) -> Path:
    [draw] = [one for one in read_draws(line.records()) if one.seed == seed]
    path = line.settings.home / f"filled-{seed}.csv"
    rows = [f"{test},{odd.get(test, 'conforme')},vu par S01" for test in draw.all_tests]
    path.write_text("\n".join(["test_id,outcome,remark", *rows]) + "\n", "utf-8")
    return path


def test_what_the_bailiff_found_enters_the_evidence_and_the_dossier(line: Line, palmares: Palmares) -> None:
    for seed in ("11111", "6543216543"):
        said = palmares("trace", "2026", "--seed", seed, "--sheet", filled(line, seed), "--by", BY)
        assert said.code == 0, said.err
    [draw] = [one for one in read_draws(line.records()) if one.seed == "46132"]
    sheet = filled(line, "46132", **{draw.tests[1]: "introuvable"})
    said = palmares("trace", "2026", "--seed", "46132", "--sheet", sheet, "--by", BY, "--json")
    assert (said.code, said.data["not_found"], said.data["odd"]) == (0, 1, [f"{draw.tests[1]} not_found"])
    run_in_process(line)
    state = palmares("status", "2026", "--json").data
    assert [found["failing_keys"] for found in state["open_warnings"]] == [[f"46132 {draw.tests[1]} [not_found]"]]
    page = Path(state["dossier"]["page"]).read_text("utf-8")
    assert "INTROUVABLE" in page and "46132" in page and "vu par S01" not in page
    assert "vu par S01" not in line.settings.evidence_log("2026").read_text("utf-8"), "a remark stays with its form"
    kept = [path.read_text("utf-8") for path in (line.settings.draws("2026") / "46132").glob("filled-*.csv")]
    assert kept == [sheet.read_text("utf-8")]


def test_a_result_is_entered_once_and_corrected_with_a_reason(line: Line, palmares: Palmares) -> None:
    sheet = line.settings.home / "filled-46132.csv"
    again = palmares("trace", "2026", "--seed", "46132", "--sheet", sheet, "--by", BY, "--json")
    assert (again.code, again.data["repeated"]) == (0, True)
    other = filled(line, "46132")
    refused = palmares("trace", "2026", "--seed", "46132", "--sheet", other, "--by", BY)
    assert refused.code == 1 and "--corrects" in refused.err
    corrected = ["--corrects", "retrouvé dans un autre classeur"]
    assert palmares("trace", "2026", "--seed", "46132", "--sheet", other, "--by", BY, *corrected).code == 0
    run_in_process(line)
    state = palmares("status", "2026", "--json").data
    assert state["open_warnings"] == [] and state["stage"] == "waiting for the bailiff"
    assert "retrouvé dans un autre classeur" in Path(state["dossier"]["page"]).read_text("utf-8")


def test_wrong_use_of_draw_and_trace_says_what_is_right(line: Line, palmares: Palmares, place: Path) -> None:
    before = line.settings.evidence_log("2026").read_bytes()
    assert "roll at least 5 dice" in palmares("draw", "2026", "--seed", "123").err
    assert "give the same, or roll the dice again" in palmares("draw", "2026", "--seed", "46132", "--size", "9").err
    unknown = palmares("trace", "2026", "--seed", "99999", "--sheet", place / "x.csv", "--by", BY)
    assert unknown.code == 2 and "one of: 46132, 11111, 6543216543, 00001" in unknown.err
    missing = palmares("trace", "2026", "--seed", "46132", "--sheet", place / "x.csv", "--by", BY)
    assert missing.code == 2 and "cannot be read" in missing.err
    (place / "x.csv").write_text("test_id,outcome,remark\nT001,fine,\n")
    bad = palmares("trace", "2026", "--seed", "46132", "--sheet", place / "x.csv", "--by", BY)
    assert bad.code == 2 and "line 2" in bad.err
    assert line.settings.evidence_log("2026").read_bytes() == before


def test_a_result_entered_after_the_signature_stops_the_publication(line: Line, palmares: Palmares) -> None:
    key = TinyEdition().write_p12(line.settings.home)
    assert palmares("sign", "2026", "--key", key).code == 0
    kept = line.settings.evidence_log("2026").parent
    shutil.copytree(kept, kept.with_name("kept"))
    odd = filled(line, "46132", **{read_draws(line.records())[0].tests[0]: "non conforme"})
    words: list[str | Path] = ["--sheet", odd, "--by", BY, "--corrects", "un second regard"]
    assert palmares("trace", "2026", "--seed", "46132", *words).code == 0
    refused = palmares("publish", "2026")
    assert refused.code == 1
    for reason in ("scoring.traces_conform", "no longer says what the signed dossier says", "result of a draw 20"):
        assert reason in refused.err, reason
    assert not (line.settings.home / "releases" / "2026").exists()
    shutil.rmtree(kept)
    kept.with_name("kept").rename(kept)
    assert palmares("publish", "2026").code == 0, "the same edition without that result is published"


def test_trace_sheets_and_seals_are_no_part_of_the_release(line: Line) -> None:
    release = line.settings.releases / "2026" / "1"
    names = {path.name for path in release.rglob("*")}
    assert not {"form.csv", "sheets.fr.pdf", "1-rules.fr.pdf"} & names
    record = json.loads((release / "release.json").read_bytes())
    assert record["digests"]["results_sha256"] == read_draws(line.records())[0].results_sha256


def test_the_fingerprint_on_the_sheet_is_what_verify_takes(line: Line, palmares: Palmares, place: Path) -> None:
    copied = place / "usb" / "1"
    shutil.copytree(line.settings.releases / "2026" / "1", copied)
    palmares._patch.setenv("PALMARES_HOME", str(place / "stranger"))
    seals: dict[str, str] = {
        record.body.stage: record.body.fingerprint for record in line.records() if record.kind == "seal"
    }
    for stage, code in (("results", 0), ("collection", 0), ("rules", 4)):
        groups = [seals[stage][at : at + 4] for at in range(0, 64, 4)]
        assert palmares("verify", copied, "--fingerprint", " ".join(groups)).code == code, stage
        assert palmares("verify", copied, "--fingerprint", *groups).code == code, "as typed, without quotes"
    said = palmares("verify", copied, "--fingerprint", seals["rules"])
    assert "that of the rulebook" in said.out
    assert palmares("verify", copied, "--fingerprint", "ab" * 32).code == 1
    assert palmares("verify", copied, "and", "something", "else").code == 2
