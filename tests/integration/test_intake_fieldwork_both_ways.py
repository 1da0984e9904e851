"""Tests and responses that go past the rules, and the same ones judged by them: the same rows, quarantine, accounts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import landing, load_edition
from orchestration.intake.readers import limits, parquet_rows
from orchestration.intake.readers.parts import Part
from orchestration.intake.sources import taken
from orchestration.intake.sources.plain_responses import TakenResponses
from orchestration.intake.sources.plain_tests import TakenTests
from orchestration.intake.sources.sifting import as_text
from orchestration.settings import Settings
from tests.fixtures.tiny import Row, TinyEdition, encode
from tests.fixtures.tries import tries

NAMES = ("", "Fès", "Hay Riad", "=1+1", "0612345678", "طنجة", "\u200bx", "-", "a" * 61, "Aïn\u0301 7", "𐐀")
IDS = ("", "T001", "T010", "17", "-x", "a..b", "0612345678", "é", "T 3", "x" * 129)
TIMES = (
    *("", "2025-09-10T10:00:00Z", "2025-09-10T10:00:00.5+01:00", "2025-09-10 10:00", "2025-09-10T10:00+01"),
    *("2025-09-31T10:00:00", "2025-09-10T10:00:00+14:00", "soon", "2025-09-10T25:00:00", "2025-09-10T10:00:00."),
    *("2025-11-10T10:00:00", "2025-11-01T00:30:00+01:00", "2025-10-31T23:59:59", "1999-09-10T10:00:00Z"),
    *("2025-09-10T10:00:00.1234567+01:00", "2025-09-10T10:00:00.123456789", "2025-09-10T10:00:00.1234567891Z"),
)
TESTS: dict[str, tuple[str, ...]] = {
    "test_id": IDS,
    "candidate_id": ("atlas-hotels", "", "nobody"),
    "channel": ("phone", "email", "", "telex"),
    "scenario": ("sale", "", "later"),
    "language": ("fr", "", "two words", "0612345678"),
    "shopper_id": IDS,
    "started_at": TIMES,
    "ended_at": TIMES,
    "outcome": ("completed", "unanswered", "aborted", "", "COMPLETED"),
    "evidence_sha256": ("", "a" * 64, "A" * 64, "g" * 64, "abc"),
    "rechecks": IDS,
    "solution": ("", "NA", "0", "04", "4", "5", "-1", "3.0", "٣", " 3", "1000"),
    "greeting": ("", "NA", "0", "19.9", "19.900", "20", "999999.999", "1e3", "3.0001", "007.50", "+1"),
    "site": NAMES,
    "city": NAMES,
    "operator": NAMES,
    "persona": ("", "resident", "two words", "x@y.zz"),
    "journey_id": ("", "J1", "..", "0612345678"),
    "step": ("", "1", "01", "999", "1000", "0", "x"),
    "repeated": ("", "0", "1", "2", "01"),
    "note": ("", "calm", "born 05/11/2025 at 10:30", "0612345678", "x (at) y.zz", "12"),
}
RESPONSES: dict[str, tuple[str, ...]] = {
    "respondent_id": ("R001", "R009", *IDS),
    "candidate_id": ("atlas-hotels", "", "nobody"),
    "answered_at": TIMES,
    "satisfaction": ("", "0", "10", "11", "07", "x"),
    "recommendation": ("", "0", "10", "11"),
    "effort": ("", "0", "1", "7", "8"),
    "contacts": ("", "0", "99", "100", "32767", "32768"),
    "resolved": ("", "0", "1", "2"),
    "gender": ("f", "m", "", "x", "0612345678"),
    "region": ("north", "south", "nowhere"),
    "note": TESTS["note"],
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, pieces and batches of a few rows, so that all seams are met."""
    monkeypatch.setattr(limits, "CAREFUL_BYTES", 900)
    monkeypatch.setattr(parquet_rows, "ROWS", 3)
    monkeypatch.setattr(taken, "AT_ONCE", 5)
    monkeypatch.setattr(landing, "GATHERED", 2)


def changed(draw: st.DrawFn, rows: list[Row], cells: dict[str, tuple[str, ...]], often: int) -> None:
    """Make some rows odd in a cell, and write some twice, one of them perhaps odd."""
    for row in list(rows):
        if draw(st.integers(0, often)) == 0:
            rows.append(dict(row))
        if draw(st.integers(0, often)) == 0:
            column = draw(st.sampled_from(sorted(cells)))
            odd = draw(st.sampled_from((row, rows[-1])))
            odd[column] = draw(st.sampled_from(cells[column]))
    names = list(dict.fromkeys(name for row in rows for name in row))
    rows[:] = [{name: row.get(name, "") for name in names} for row in rows]


@st.composite
def editions(draw: st.DrawFn) -> TinyEdition:
    """A clean edition with odd rows in tests and responses, in files of any form, one of which is corrected."""
    tiny = TinyEdition()
    if draw(st.booleans()):
        tiny.measure("phone", "greeting", "second", ("20", 4), ("60", 1), ("", 0))
    for name, rows in tiny.audits.items():
        changed(draw, rows, TESTS, 8)
        form = draw(st.sampled_from(("csv", "parquet")))
        tiny.extra |= {f"audits/{name}.csv": None, f"audits/{name}.{form}": encode(rows, form)}
    assert tiny.survey is not None
    changed(draw, tiny.survey, RESPONSES, 8)
    form = draw(st.sampled_from(("csv", "parquet")))
    tiny.extra |= {"survey/responses.csv": None, f"survey/more.{form}": encode(tiny.survey[::2], form)}
    tiny.extra |= {"survey/again.csv": encode(tiny.survey[1::2], "csv")}
    return tiny


@contextmanager
def judged() -> Iterator[None]:
    """Let no row go past the rules."""

    def split(self: object, path: str, header: Sequence[str], part: Part) -> tuple[pa.Table | None, Part]:
        return None, as_text(part)

    with pytest.MonkeyPatch.context() as patch:
        for source in (TakenTests, TakenResponses):
            patch.setattr(source, "split", split)
        yield


def taken_in(home: Path, raw: Path) -> dict[str, Any]:
    """All that intake says of an edition."""
    state = Settings(home=home, raw=raw)
    report = load_edition(state, "2026")
    with duckdb.connect(str(state.work_db("2026")), read_only=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'intake'").fetchall()
        rows = {name: con.execute(f"SELECT * FROM intake.{name} ORDER BY ALL").fetchall() for (name,) in tables}
    return {**rows, "problems": report.problems}


@pytest.mark.sampled
@settings(max_examples=tries(60, 4))
@given(tiny=editions())
def test_both_ways_give_the_same_rows_and_set_the_same_aside(
    tmp_path_factory: pytest.TempPathFactory, tiny: TinyEdition
) -> None:
    place = tmp_path_factory.mktemp("both")
    tiny.write(place / "raw")
    past = taken_in(place / "past", place / "raw")
    with judged():
        assert taken_in(place / "judged", place / "raw") == past


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where an edition is written and taken in."""
    return tmp_path


def both(tiny: TinyEdition, place: Path) -> dict[str, Any]:
    """What intake says of an edition, the same whichever way its rows went."""
    tiny.write(place / "raw")
    past = taken_in(place / "past", place / "raw")
    with judged():
        assert taken_in(place / "judged", place / "raw") == past
    return past


def test_honest_rows_go_past_the_rules(tiny: TinyEdition, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    for source in (TakenTests, TakenResponses):
        split = source.split

        def counted(self: Any, path: str, header: Sequence[str], part: Part, split: Any = split) -> Any:
            table, others = split(self, path, header, part)
            left.append(len(others))
            return table, others

        monkeypatch.setattr(source, "split", counted)
    tiny.write(place / "raw")
    found = taken_in(place / "past", place / "raw")
    assert (len(found["test"]), len(found["response"]), sum(left)) == (28, 32, 0)


def test_a_refused_file_takes_no_criteria_from_another_with_the_same_tests(tiny: TinyEdition, place: Path) -> None:
    again = [dict(row) for row in tiny.audits["north/phone"]]
    again[-1]["note"] = "call 0612345678"
    tiny.audits = {"north/again": again, **tiny.audits}
    found = both(tiny, place)
    assert [problem.code for problem in found["problems"]] == ["personal_data"]
    assert len(found["test"]) == 28 and not found["quarantine"]
    rated = {row[0] for row in found["rating"]}
    assert {row["test_id"] for row in again if row["outcome"] == "completed"} <= rated


def test_nothing_stays_of_a_refused_file_of_responses(tiny: TinyEdition, place: Path) -> None:
    assert tiny.survey is not None
    named = {**tiny.survey[0], "respondent_id": "x@y.zz"}
    tiny.extra["survey/more.csv"] = encode([{**tiny.survey[0], "gender": "m"}, named], "csv")
    found = both(tiny, place)
    assert [problem.code for problem in found["problems"]] == ["personal_data"]
    assert ("R001", "gender", "f") in found["profile"] and not found["quarantine"]


def test_a_file_of_two_channels_leaves_nothing(tiny: TinyEdition, place: Path) -> None:
    phone, email = tiny.audits["north/phone"], tiny.audits.pop("north/email")
    names = list(dict.fromkeys(name for row in (*phone, *email) for name in row))
    tiny.audits["north/phone"] = [{name: row.get(name, "") for name in names} for row in (*phone, *email)]
    found = both(tiny, place)
    assert [problem.code for problem in found["problems"]] == ["several_channels"]
    assert {row[0] for row in found["test"]} == {"audits/south/phone.csv", "audits/south/email.csv"}


def test_a_file_without_a_column_of_its_grid_leaves_nothing(tiny: TinyEdition, place: Path) -> None:
    for row in tiny.audits["north/phone"]:
        del row["courtesy"]
    assert [problem.code for problem in both(tiny, place)["problems"]] == ["missing_column"]


def test_a_corrected_file_is_judged_whole(tiny: TinyEdition, place: Path) -> None:
    correction = {
        "id": "C1",
        "file": "audits/north/phone.csv",
        "key": "T001",
        "column": "solution",
        "expect": tiny.test("T001")["solution"],
        "value": "0",
        "reason": "Misheard",
        "by": "Nadia Clerk",
        "on": "2025-11-20",
    }
    tiny.corrections = [correction]
    found = both(tiny, place)
    assert ("T001", "solution", 0) in found["rating"] and len(found["correction"]) == 1


def test_a_survey_without_raking_has_no_profiles(tiny: TinyEdition, place: Path) -> None:
    del tiny.rulebook["survey"]["raking"]
    tiny.targets = None
    found = both(tiny, place)
    assert (len(found["response"]), found["profile"], len(found["survey_weight"])) == (32, [], 32)


def test_several_profiles_of_one_person_are_set_aside_wherever_they_stand(tiny: TinyEdition, place: Path) -> None:
    assert tiny.survey is not None
    other = {**tiny.survey[0], "gender": "m", "candidate_id": "cedre-banks", "answered_at": "2025-11-05T10:00:00Z"}
    tiny.extra["survey/more.csv"] = encode([other, {**other, "respondent_id": "R002", "answered_at": "soon"}], "csv")
    found = both(tiny, place)
    assert [(row[1], row[3], row[4]) for row in found["quarantine"]] == [
        ("survey/more.csv", "R001", "contradictory_profile"),
        ("survey/more.csv", "R002", "malformed_value"),
        ("survey/responses.csv", "R001", "contradictory_profile"),
    ]
