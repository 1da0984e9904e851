"""What a supplier agrees to: contracts of the published standard that say what intake says, and pages that read well.

The standard's schema is the one that its Python package ships.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
import yaml

from orchestration.drafting import write_contracts
from orchestration.drafting.contract_page import contract_page
from orchestration.drafting.contracts import contract, deliveries
from orchestration.errors import InputError
from orchestration.intake import quarantined, scanned
from orchestration.rulebook import Rulebook, parse_rulebook
from orchestration.settings import Settings
from orchestration.storage import connect
from tests.fixtures.tiny import EDITION, Row, TinyEdition, digest

CELLS = (
    *("", "NA", "0", "1", "3", "4", "5", "7", "8", "10", "11", "999", "1000", "32767", "32768", "-1", "1.5", "04"),
    *("+1", " 1", "1 ", "123456.789", "1234567", "1.2345", "1e1", ".5", "1.", "a", "A-1", "_a", "-a", "a..b", "é"),
    *("x" * 32, "x" * 33, "x" * 60, "x" * 61, "x" * 64, "x" * 65, "x" * 128, "x" * 129, "x" * 200, "x" * 201),
    *("=1+1", "@x", "(x)", "'x", "a@b", "a#b:c/d", "2025-11-17", "2025-11-28", "2025-11-29", "2025-02-30", "a b"),
    "2025-10-01T09:00:00+01:00",
    *("2025-10-06T10:30:00", "2025-10-06T25:00:00", "2025-09-01T00:00:00", "2025-08-31T23:59:59", "2025-10-06"),
    *("2025-10-31T23:59:59", "2025-11-01T00:00:00", "2025-11-30T23:59:59", "2025-12-01T00:00:00"),
    *("2025-10-31T23:59:59+01:00", "2025-11-01T00:00:00+01:00", "2025-10-01T08:59:59+01:00", "17/11"),
    *("before_sale", "completed", "entered", "withdrawn", "hotels", "rejected", "excluded", "other", "web"),
    *(digest("evidence"), digest("evidence").upper(), digest("evidence")[1:], "g" * 64),
)  # fmt: skip
"""What is tried in each column."""

ELSEWHERE = {
    "impossible_times", "category_mismatch", "unknown_candidate", "unknown_test", "unknown_profile_value",
    "contested_twice",
}  # fmt: skip
"""Reasons that no form of one cell can tell: the cell is measured by another cell, or another file."""


@pytest.fixture(scope="module")
def edition() -> TinyEdition:
    """The tiny edition with a measured criterion and a window for contests; any share of rows may be set aside."""
    edition = TinyEdition()
    edition.measure("email", "delay", "minute", ("30", 2), ("", 0))
    edition.contest("T001")
    edition.rulebook["quarantine"]["max_share"] = 10_000
    edition.rulebook["field_firms"] = {"north": "North", "south": "South"}
    return edition


@pytest.fixture(scope="module")
def rulebook(edition: TinyEdition) -> Rulebook:
    return rules_of(edition.rulebook)


def rules_of(rules: dict[str, Any]) -> Rulebook:
    return parse_rulebook(yaml.safe_dump(rules, allow_unicode=True, sort_keys=False).encode(), "rulebook.yml")


@pytest.fixture(scope="module")
def standard() -> Any:
    """The standard's own schema, version 3.1."""
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
    assert "v3.1.0" in schema["properties"]["apiVersion"]["enum"]
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_file_that_is_due_has_a_contract_of_the_standard(rulebook: Rulebook, standard: Any, lang: str) -> None:
    made = {one.place: contract(one, rulebook, "0" * 64, lang) for one in deliveries(rulebook)}
    assert set(made) == {
        *("candidates.csv", "survey/panel.csv", "survey/targets.csv", "votes/votes.csv", "contests.csv"),
        *(f"audits/{firm}/{channel}.csv" for firm in ("north", "south") for channel in ("phone", "email")),
    }
    for place, document in made.items():
        wrong = [f"{error.json_path}: {error.message}" for error in standard.iter_errors(document)]
        assert not wrong, (place, wrong)
        assert document["servers"][0]["path"] == document["schema"][0]["physicalName"] == place
    assert len({document["id"] for document in made.values()}) == len(made)


def test_the_schema_of_the_standard_bites(rulebook: Rulebook, standard: Any) -> None:
    document = contract(next(deliveries(rulebook)), rulebook, "0" * 64, "en")
    document["schema"][0]["properties"][0]["logicalType"] = "identifier"
    assert not standard.is_valid(document)


def test_what_a_rulebook_does_not_ask_for_is_not_due(edition: TinyEdition) -> None:
    rules = {
        **edition.rulebook,
        **{"components": {"audit": 10_000, "survey": 0, "vote": 0}, "tie_break": ["audit"], "field_firms": {}},
    }
    for name in ("survey", "vote", "contest"):
        del rules[name]
    assert [one.place for one in deliveries(rules_of(rules))] == [
        *("candidates.csv", "audits/field-firm/phone.csv", "audits/field-firm/email.csv"),
    ]


def test_a_contract_allows_what_intake_accepts_and_nothing_else(
    edition: TinyEdition, rulebook: Rulebook, tmp_path: Path
) -> None:
    """Each cell in each column of each file, alone in a row that is right otherwise."""
    tried: dict[tuple[str, int], tuple[dict[str, Any], str, bool]] = {}
    spoilt, zone = edition.copy(), rulebook.zone
    for one in deliveries(rulebook):
        rows = rows_of(spoilt, one.source, one.place)
        if one.source == "targets" or one.supplier == "south":
            continue
        first = dict(rows[0])
        for column in contract(one, rulebook, "0" * 64, "en")["schema"][0]["properties"]:
            if (one.source, column["name"]) == ("audits", "channel") or (column["unique"] and one.channel == "email"):
                continue  # another channel refuses the file; one test_id in two files is a conflict
            for cell in CELLS:
                rows.append(spare(one.source, first, number=len(tried), column=column["name"], cell=cell))
                tried[DEPOSITED.get(one.place, one.place), len(rows) + 1] = (column, cell, allows(column, cell, zone))
    folder = spoilt.write(tmp_path / "raw")
    settings = Settings(home=tmp_path / "var", raw=tmp_path / "raw")
    assert folder.name == EDITION
    with scanned(settings, EDITION) as (found, made), connect(made, read_only=True) as con:
        assert not [problem for problem in found.problems if problem.code != "bad_target"], found.problems
        aside = {(row["file"], row["line"]): row for row in quarantined(con)}
    wrong = []
    for place, (column, cell, allowed) in tried.items():
        row = aside.get(place)
        if row is not None and (row["reason"] in ELSEWHERE or row["detail"] == "lies before opened_on"):
            assert allowed or row["column_name"] != column["name"] or row["reason"] != "malformed_value"
        elif (row is None) != allowed:
            wrong.append((place[0], column["name"], cell, f"the contract says {allowed}", row and row["reason"]))
        elif row is not None and row["column_name"] not in (column["name"], None):
            wrong.append((place[0], column["name"], cell, "another column was blamed", row["column_name"]))
    assert len(tried) > 4000
    assert not wrong, "\n".join(map(str, wrong[:30]))


def rows_of(edition: TinyEdition, source: str, place: str) -> list[Row]:
    """The rows of a file, to be added to."""
    known = {"candidates": edition.candidates, "survey": edition.survey, "votes": edition.votes}
    rows = {**known, "contests": edition.contests, "targets": edition.targets}.get(source)
    return edition.audits[place.removeprefix("audits/").removesuffix(".csv")] if rows is None else rows


OTHERS: dict[tuple[str, str], Row] = {
    ("audits", "ended_at"): {"outcome": "aborted"},
    ("audits", "started_at"): {"outcome": "aborted", "ended_at": ""},
    ("candidates", "withdrawn_on"): {"status": "withdrawn"},
    ("candidates", "status"): {"withdrawn_on": ""},
    ("contests", "decided_on"): {"opened_on": "2025-11-17"},
    ("contests", "opened_on"): {"decision": "", "decided_on": ""},
}
"""What else must stand in the row so that the column may hold all that it can."""

DEPOSITED = {"survey/panel.csv": "survey/responses.csv"}
"""Where the tiny edition has a file that the contract calls otherwise."""

KEYS = {
    **{"audits": "test_id", "candidates": "candidate_id", "survey": "respondent_id", "votes": "vote_id"},
    "contests": "contest_id",
}


def spare(source: str, first: Row, number: int, column: str, cell: str) -> Row:
    """A row like the first of its file, under a key of its own, with a cell in a column."""
    own = {KEYS[source]: f"N{number}"}
    if source == "audits":
        own |= {"outcome": "completed", "journey_id": f"J{number}", "step": ""}
    if source == "contests" and not cell:
        own["decision"] = ""  # while it is open, what a decision needs may be empty
    return {**first, **own, **OTHERS.get((source, column), {}), column: cell}


def allows(column: dict[str, Any], cell: str, zone: ZoneInfo) -> bool:
    """Whether a contract's column may hold a cell, by the document alone."""
    own = {one["property"]: one["value"] for one in column["customProperties"]}
    options = column.get("logicalTypeOptions", {})
    if cell in own["missingValues"]:
        return True
    if column["required"] and not cell:
        return False
    words = [rule["arguments"]["validValues"] for rule in column.get("quality", ())]
    if any(cell not in known for known in words):
        return False
    return bool(JUDGES[column["logicalType"]](cell, options, zone))


def _text(cell: str, options: dict[str, Any], _: ZoneInfo) -> bool:
    return len(cell) <= options.get("maxLength", 1_000) and bool(re.search(options.get("pattern", ""), cell))


def _number(form: str) -> Any:
    def judge(cell: str, options: dict[str, Any], _: ZoneInfo) -> bool:
        if not re.fullmatch(form, cell):
            return False
        return options.get("minimum", 0) <= Decimal(cell) <= options.get("maximum", 10**9)

    return judge


def _day(cell: str, options: dict[str, Any], _: ZoneInfo) -> bool:
    try:
        read = date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else None
    except ValueError:
        read = None
    return read is not None and options.get("minimum", "") <= cell <= options.get("maximum", "9999")


def _time(cell: str, options: dict[str, Any], zone: ZoneInfo) -> bool:
    def instant(text: str) -> datetime:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.replace(tzinfo=zone)

    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:", cell):
        return False
    try:
        at = instant(cell)
    except ValueError:
        return False
    assert options["defaultTimezone"] == str(zone)
    return (
        at >= instant(options["minimum"])
        and ("maximum" not in options or at <= instant(options["maximum"]))
        and ("exclusiveMaximum" not in options or at < instant(options["exclusiveMaximum"]))
    )


JUDGES: dict[str, Any] = {
    **{"string": _text, "integer": _number(r"\d{1,9}"), "number": _number(r"\d{1,6}(\.\d{1,3})?")},
    **{"date": _day, "timestamp": _time},
}


def pages(rulebook: Rulebook, lang: str) -> Iterator[tuple[Any, str]]:
    for one in deliveries(rulebook):
        yield one, contract_page(one, rulebook, "ab" * 32, lang)


@pytest.mark.parametrize(("lang", "says"), [("fr", "Ce que vous remettez"), ("en", "What you hand in")])
def test_the_page_names_every_column_and_every_reason(rulebook: Rulebook, lang: str, says: str) -> None:
    for one, page in pages(rulebook, lang):
        assert says in page and f'lang="{lang}"' in page and one.place in page and "{" not in page.split("</style>")[1]
        for column in one.columns:
            assert f"<code>{column.name}</code>" in page
        assert not re.search(r"(src|href)=|<script", page), "a page needs no network and runs nothing"
    audits = next(page for one, page in pages(rulebook, lang) if one.source == "audits")
    for code in ("malformed_value", "outside_window", "conflicting_rows", "no_applicable_criterion"):
        assert f"<code>{code}</code>" in audits
    assert "Greeting" in audits and ("de 0 à 4" if lang == "fr" else "from 0 to 4") in audits
    delay = next(page for one, page in pages(rulebook, lang) if one.channel == "email")
    assert ("nombre, en minutes" if lang == "fr" else "number in minutes:") in delay


def test_a_label_is_text_on_the_page_and_in_the_contract(edition: TinyEdition, standard: Any) -> None:
    rules = TinyEdition(rulebook=edition.copy().rulebook).rulebook
    label = "<img src=x onerror=alert(1)> & : # - 'é'"
    rules["grids"]["phone"][0]["label"] = {"fr": label}
    book = rules_of(rules)
    one = next(one for one in deliveries(book) if one.channel == "phone")
    page = contract_page(one, book, "0" * 64, "fr")
    assert "<img" not in page and "&lt;img" in page
    document = contract(one, book, "0" * 64, "fr")
    assert standard.is_valid(document)
    assert label in [column.get("businessName") for column in document["schema"][0]["properties"]]


def test_the_command_writes_a_folder_a_supplier_and_the_same_again(edition: TinyEdition, tmp_path: Path) -> None:
    edition.write(tmp_path / "raw")
    settings = Settings(home=tmp_path / "var", raw=tmp_path / "raw")
    made = write_contracts(settings, EDITION, tmp_path / "contracts", "fr")
    names = {path.relative_to(tmp_path / "contracts").as_posix() for path in made}
    assert {"north/phone.odcs.yaml", "north/phone.fr.html", "north/phone.en.html", "platform/votes.odcs.yaml"} <= names
    assert {f"{supplier}/precheck.{lang}.html" for supplier in ("north", "panel") for lang in ("fr", "en")} <= names
    assert len(names) == 3 * 9 + 2 * 5 and not (tmp_path / "var").exists()
    before = {path: path.read_bytes() for path in made}
    write_contracts(settings, EDITION, tmp_path / "contracts", "fr")
    assert before == {path: path.read_bytes() for path in made}
    read = yaml.safe_load((tmp_path / "contracts" / "north" / "phone.odcs.yaml").read_text("utf-8"))
    assert read["kind"] == "DataContract" and read["description"]["purpose"].startswith("Les tests mystère")


def test_without_a_rulebook_there_is_nothing_to_agree_to(tmp_path: Path) -> None:
    (tmp_path / "raw" / "2027").mkdir(parents=True)
    with pytest.raises(InputError, match="no rulebook of 2027"):
        write_contracts(Settings(home=tmp_path / "var", raw=tmp_path / "raw"), "2027", tmp_path / "out", "en")
