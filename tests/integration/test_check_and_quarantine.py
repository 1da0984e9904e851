"""`palmares check` says what a run would say, and both it and `palmares quarantine` lead to the rows."""

import csv
import re
from pathlib import Path

import pytest

from orchestration.errors import InputError
from orchestration.intake import load_edition
from orchestration.settings import Settings
from orchestration.status import inspect_edition, inspect_file, quarantine
from orchestration.status.inspection import Inspection
from tests.fixtures.tiny import TinyEdition, relog
from tests.integration.command import Palmares

OVER = "is no rating of the criterion, empty or NA"


@pytest.fixture
def place(tmp_path: Path, tiny: TinyEdition) -> Path:
    """An edition with two ratings over the maximum among 28 tests: more than its rulebook lets be set aside."""
    tiny.test("T001")["greeting"] = tiny.test("T003")["courtesy"] = "9"
    tiny.write(tmp_path / "raw")
    return tmp_path


@pytest.fixture
def palmares(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    return Palmares(place / "var", place / "raw", capsys, monkeypatch)


def test_check_refuses_what_a_run_would_refuse_and_shows_the_rows(palmares: Palmares, place: Path) -> None:
    said = palmares("check", "2026")
    assert said.code == 1
    assert "intake.quarantine_share" in said.err and "palmares deposit" in said.err
    assert f"audits/north/phone.csv:2 greeting (T001): malformed_value, {OVER}" in said.out
    assert "audits 2 / 28 (audits/north/phone.csv:2, audits/north/phone.csv:4)" in said.err
    assert "atlas-banks phone 3 / 4 (audits/north/phone.csv:4)" in said.err, "which rows are missing there"
    assert not (place / "var" / "work" / "2026.duckdb").exists()


def test_what_is_wrong_with_the_rulebook_is_told_in_french(palmares: Palmares, place: Path) -> None:
    book = place / "raw" / "2026" / "rulebook.yml"
    book.write_text(book.read_text("utf-8").replace("min_mark: '12.50'", "min_mark: '25'"), encoding="utf-8")
    said = palmares("check", "2026", "--lang", "fr")
    assert (said.code, said.out) == (2, "")
    assert said.err.replace("\u00a0", " ").replace("\u202f", " ").splitlines() == [
        f"Erreur : {book} : 1 problème dans le règlement",
        "  ligne 15, eligibility.min_mark : '25' n’est pas un tel nombre ; il faut : un nombre entre guillemets de 0"
        ' à 20.00, avec un point et au plus 6 décimales, comme "20.00"',
        "  Remède : corriger le fichier et le déposer de nouveau (« palmares deposit … --replaces »)",
    ]
    assert "eligibility.min_mark: '25' is not such a number; right: a number in quotes" in palmares("check", "2026").err


def test_the_rows_go_to_a_file_for_the_supplier(palmares: Palmares, place: Path) -> None:
    said = palmares("check", "2026", "--csv", place / "rows.csv", "--json")
    with (place / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["line"], row["key"], row["column_name"]) for row in rows] == [
        ("audits/north/phone.csv", "2", "T001", "greeting"),
        ("audits/north/phone.csv", "4", "T003", "courtesy"),
    ]
    assert [{name: str(cell) for name, cell in row.items()} for row in said.data["rows"]] == rows
    assert {check["id"] for check in said.data["failed"]} >= {"intake.quarantine_share", "intake.completion_reached"}


def test_the_first_rows_are_shown_and_all_where_they_are_asked_for(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.status.inspection.ROWS", 1)
    settings = Settings(home=place / "var", raw=place / "raw")
    found = inspect_edition(settings, "2026")
    assert len(found.rows) == 2 and "1 of 2 rows" in found.rows[1] and len(found.data["rows"]) == 1
    assert len(inspect_edition(settings, "2026", every_row=True).rows) == 2


def test_quarantine_lists_what_the_last_run_set_aside(palmares: Palmares, place: Path) -> None:
    before = palmares("quarantine", "2026")
    assert before.code == 2 and "palmares run 2026" in before.err
    settings = Settings(home=place / "var", raw=place / "raw")
    load_edition(settings, "2026")
    assert palmares("quarantine", "2026").out.count(OVER) == 2
    assert [row["key"] for row in palmares("quarantine", "2026", "--json").data["rows"]] == ["T001", "T003"]
    assert quarantine(settings, "2026", rows_to=place / "again.csv").rows
    assert (place / "again.csv").read_text("utf-8").count(OVER) == 2


SPOILT = {
    "audits": [
        {"shopper_id": "=1+1"},
        {"started_at": "yesterday"},
        {"ended_at": "2025-11-01T00:00:00"},
        {"greeting": "9"},
    ],
    "survey": [{"satisfaction": "11"}, {"contacts": "99999"}, {"gender": "?"}, {"resolved": "oui"}],
    "votes": [{"voter_key": ""}, {"category_id": "rockets"}, {}, {"candidate_id": "unheard-of"}],
}
ENGLISH = re.compile(r"\b(is|not|lies|was|kept|made|rows?|line|of|from|to|the)\b")


def spoil(place: Path) -> None:
    """An edition with rows of every source that cannot be used, and two lines that make no row."""
    tiny = TinyEdition()
    assert tiny.survey is not None and tiny.votes is not None
    rows = {"audits": tiny.audits["north/phone"], "survey": tiny.survey, "votes": tiny.votes}
    for source, key in (("audits", "test_id"), ("survey", "respondent_id"), ("votes", "vote_id")):
        first = rows[source][0]
        rows[source] += [
            {**first, **({key: f"X{n}"} if cells else {}), **cells} for n, cells in enumerate(SPOILT[source])
        ]
    tiny.contest("T999")
    files = tiny.render()
    tiny.extra["survey/responses.csv"] = files["survey/responses.csv"] + b"\xe9t\xe9\n"
    tiny.extra["votes/votes.csv"] = files["votes/votes.csv"] + b"one,cell too few\n"
    tiny.write(place / "spoilt" / "raw")


def test_a_french_answer_says_in_french_why_a_row_is_set_aside_and_what_programs_read_stays_english(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(place)
    palmares = Palmares(place / "var", place / "spoilt" / "raw", capsys, monkeypatch)
    load_edition(Settings(home=place / "var", raw=place / "spoilt" / "raw"), "2026")
    english, french = palmares("--lang", "en", "quarantine", "2026"), palmares("--lang", "fr", "quarantine", "2026")
    kept = palmares("--lang", "fr", "quarantine", "2026", "--csv", place / "fr.csv", "--json").data["rows"]
    assert len(kept) == 15
    assert [
        line.rpartition(f"{row['reason']}, ")[2] for line, row in zip(english.out.splitlines(), kept, strict=True)
    ] == [row["detail"] for row in kept]
    told = [line.partition("\u00a0: ")[2] for line in french.out.splitlines()]
    assert [line for line in told if ENGLISH.search(line)] == []
    for line in (
        "shopper_id (X0)\u00a0: valeur mal écrite ou impossible, n’est pas un identifiant",
        "contacts (X1)\u00a0: valeur mal écrite ou impossible, n’est pas un nombre entier de 0 à 32767",
        "(V001)\u00a0: répétition exacte d’une ligne, une ligne égale du même identifiant a été gardée",
        "\u00a0: ligne illisible, la ligne n’est pas en UTF-8 (peut-être en Windows-1252)\u00a0: enregistrer",
    ):
        assert line in french.out
    checked = palmares("--lang", "fr", "check", "2026", "--all")
    assert french.out in checked.out
    assert palmares("--lang", "en", "quarantine", "2026", "--csv", place / "en.csv").code == 0
    assert (place / "fr.csv").read_bytes() == (place / "en.csv").read_bytes()


def test_an_edition_with_nothing_set_aside_says_so(palmares: Palmares, place: Path) -> None:
    TinyEdition().write(place / "clean" / "raw")
    load_edition(Settings(home=place / "var", raw=place / "clean" / "raw"), "2026")
    assert "(none)" in palmares("quarantine", "2026").out
    found = inspect_edition(Settings(home=place / "var", raw=place / "clean" / "raw"), "2026")
    assert (found.reasons, found.rows, found.data["failed"]) == ([], [], [])


def test_a_warning_is_told_and_does_not_refuse(place: Path) -> None:
    tiny = TinyEdition()
    tiny.contest("T001")
    tiny.contest("T001", "K2")
    tiny.write(place / "warned" / "raw")
    found = inspect_edition(Settings(home=place / "var", raw=place / "warned" / "raw"), "2026")
    assert found.reasons == [] and found.data["warnings"]
    assert any(found.data["warnings"][0]["id"] in line for line in found.notes)


def trial(place: Path, name: str, data: bytes, path: str) -> Inspection:
    (place / name).write_bytes(data)
    before = sorted(one for one in (place / "raw").rglob("*"))
    found = inspect_file(Settings(home=place / "var", raw=place / "raw"), "2026", place / name, path)
    assert sorted(one for one in (place / "raw").rglob("*")) == before, "nothing is taken into custody"
    assert not list((place / "var").glob(".check.*"))
    return found


def test_a_file_is_judged_before_it_is_in_custody(place: Path) -> None:
    good, bad = TinyEdition(), "audits/north/phone.csv"
    fine = trial(place, "better.csv", good.render()[bad], bad)
    assert fine.reasons == [] and fine.rows == [] and "28" not in fine.head[0] and "0 set aside" in fine.head[0]
    again = trial(place, "same.csv", (place / "raw" / "2026" / bad).read_bytes(), bad)
    assert len(again.rows) == 2 and "200 basis points" in again.reasons[0]
    headless = trial(place, "cut.csv", b"test_id,channel\nT1,phone\n", "audits/north/email.csv")
    assert "[missing_column]" in headless.reasons[0] and len(headless.reasons) == 1
    spelt = trial(place, "spelt.csv", good.render()[bad].replace(b"follow_up", b"followup", 1), bad)
    assert "(perhaps followup → follow_up)" in spelt.reasons[0]
    new = trial(place, "third.csv", good.render()["votes/votes.csv"], "votes/votes2.csv")
    assert {row["reason"] for row in new.data["rows"]} == {"duplicate_row"}
    assert "of the source votes" in new.reasons[0]


def test_the_share_that_a_file_is_held_to_is_one_of_its_source(place: Path) -> None:
    """Intake lets a short file of nothing but repeats pass where its source is long; who sends it hears of it."""
    tiny, extra = TinyEdition(), "audits/north/phone2.csv"
    tiny.rulebook["quarantine"]["max_share"] = 4000
    tiny.audits["north/phone2"] = [dict(tiny.test("T001"))]
    beside = {path: data for path, data in tiny.render().items() if path != extra}
    for path, data in beside.items():
        (place / "roomy" / "raw" / "2026" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "roomy" / "raw" / "2026" / path).write_bytes(data)
    relog(place / "roomy" / "raw" / "2026")
    found = trial(place / "roomy", "phone2.csv", tiny.render()[extra], extra)
    assert found.reasons == [] and [row["reason"] for row in found.data["rows"]] == ["duplicate_row"]
    assert "1 of 1 rows of this file" in found.notes[0] and "4000 basis points" in found.notes[0]


def test_a_file_of_contests_is_held_to_no_share(place: Path) -> None:
    tiny = TinyEdition()
    tiny.contest("T999")
    tiny.write(place / "contested" / "raw")
    contests = tiny.render()["contests.csv"]
    found = trial(place / "contested", "contests.csv", contests.replace(b"K1", b"K2"), "contests.csv")
    assert [row["reason"] for row in found.data["rows"]] == ["unknown_test"]
    assert (found.reasons, found.notes) == ([], [])


def test_files_that_have_no_rows_and_paths_that_are_none(palmares: Palmares, place: Path) -> None:
    rules = TinyEdition().render()["rulebook.yml"]
    assert "it can be read" in trial(place, "rules.yml", rules, "rulebook.yml").head[0]
    with pytest.raises(InputError, match="min_mark"):
        trial(place, "rules.yml", rules.replace(b"12.50", b"no"), "rulebook.yml")
    fix = b"- {id: K1, file: candidates.csv, key: nobody, column: company, expect: A, value: B, reason: R, by: N,"
    fix += b" on: 2025-11-20}\n"
    assert "matches no row" in trial(place, "fix.yml", fix, "corrections.yml").reasons[0]
    for args in (("--file", place / "absent.csv"), ("--file", place / "rules.yml", "--as", "notes.txt")):
        assert palmares("check", "2026", *args).code == 2
    assert palmares("check", "2031", "--file", place / "rules.yml", "--as", "candidates.csv").code == 2
    said = palmares(
        "check", "2026", "--file", place / "fix.yml", "--as", "corrections.yml", "--json", "--csv", place / "r.csv"
    )
    assert said.code == 1 and said.data["path"] == "corrections.yml"
    assert (place / "r.csv").read_text("utf-8").startswith("source,file,line,")


def test_a_list_of_candidates_in_windows_1252_is_told_before_what_follows_from_it(place: Path) -> None:
    tiny = TinyEdition()
    tiny.extra["candidates.csv"] = tiny.render()["candidates.csv"].decode().encode("cp1252")
    tiny.write(place / "other" / "raw")
    found = inspect_edition(Settings(home=place / "var", raw=place / "other" / "raw"), "2026")
    assert "Windows-1252" in found.rows[0] and found.rows[0].lstrip().startswith("candidates.csv:5")
    assert "intake.candidates_accepted" in found.reasons[0] and len(found.reasons) > 1
    assert any("first candidates.csv: 1 row(s)" in note for note in found.notes)


def test_a_rulebook_that_is_tried_is_named_by_the_file_that_was_handed_over(place: Path) -> None:
    with pytest.raises(InputError, match="the key is unknown") as wrong:
        trial(place, "draft.yml", b"organizer: B\n", "rulebook.yml")
    assert wrong.value.where == str(place / "draft.yml") and not list((place / "var").glob(".check.*"))
