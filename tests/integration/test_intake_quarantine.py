"""Rows that cannot be used: each reason, kept whole, and accounts that close."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.tiny import TinyEdition, encode
from tests.integration.intake_ground import Taken, take_in

Change = Callable[[dict[str, str]], object]

TESTS: list[tuple[str, dict[str, str], str, str | None]] = [
    ("an empty id", {"test_id": ""}, "malformed_value", "test_id"),
    ("an id that is a path", {"test_id": "../../etc/passwd"}, "malformed_value", "test_id"),
    ("no candidate", {"candidate_id": ""}, "malformed_value", "candidate_id"),
    ("a stranger", {"candidate_id": "unheard-of"}, "unknown_candidate", "candidate_id"),
    ("markup for a candidate", {"candidate_id": "<script>alert(1)</script>"}, "unknown_candidate", "candidate_id"),
    ("an unknown channel", {"channel": "telex"}, "unknown_channel", "channel"),
    ("no channel", {"channel": ""}, "malformed_value", "channel"),
    ("an unknown scenario", {"scenario": "later"}, "malformed_value", "scenario"),
    ("an unknown outcome", {"outcome": "COMPLETED"}, "malformed_value", "outcome"),
    ("no language", {"language": ""}, "malformed_value", "language"),
    ("a formula for a shopper", {"shopper_id": "=1+1"}, "malformed_value", "shopper_id"),
    ("no start", {"started_at": ""}, "malformed_value", "started_at"),
    ("a day that is not in the calendar", {"started_at": "2025-09-31T10:00"}, "malformed_value", "started_at"),
    ("no end of a completed test", {"ended_at": ""}, "malformed_value", "ended_at"),
    ("a start before fieldwork", {"started_at": "2025-08-31T23:59:59"}, "outside_window", "started_at"),
    ("an end after fieldwork", {"ended_at": "2025-11-01T00:00:00"}, "outside_window", "ended_at"),
    ("the year 9999", {"ended_at": "9999-12-31T23:59:59"}, "outside_window", "ended_at"),
    ("an end before its start", {"ended_at": "2025-09-01T08:00:00"}, "impossible_times", "ended_at"),
    ("half a fingerprint", {"evidence_sha256": "abc"}, "malformed_value", "evidence_sha256"),
    ("a recheck of two tests", {"rechecks": "T001 T002"}, "malformed_value", "rechecks"),
    ("a rating above the maximum", {"solution": "5"}, "malformed_value", "solution"),
    ("a rating below zero", {"solution": "-1"}, "malformed_value", "solution"),
    ("a rating with a point", {"solution": "3.0"}, "malformed_value", "solution"),
    ("a rating in other digits", {"solution": "٣"}, "malformed_value", "solution"),
    ("a rating of full width", {"solution": "２"}, "malformed_value", "solution"),
    ("a rating with an exponent", {"solution": "1e0"}, "malformed_value", "solution"),
    ("minus nothing", {"solution": "-0"}, "malformed_value", "solution"),
    ("a rating with a blank", {"solution": " 3"}, "malformed_value", "solution"),
    ("a lower-case na", {"solution": "na"}, "malformed_value", "solution"),
    ("NUL in a rating", {"solution": "3\0"}, "malformed_value", "solution"),
    ("ten megabytes", {"shopper_id": "x" * 10_000_000}, "malformed_value", "shopper_id"),
    (
        "nothing rated",
        {"greeting": "", "solution": "NA", "courtesy": "", "follow_up": "NA"},
        "no_applicable_criterion",
        None,
    ),
]

RESPONSES: list[tuple[str, dict[str, str], str, str | None]] = [
    ("no respondent", {"respondent_id": ""}, "malformed_value", "respondent_id"),
    ("a stranger", {"candidate_id": "unheard-of"}, "unknown_candidate", "candidate_id"),
    ("no time", {"answered_at": ""}, "malformed_value", "answered_at"),
    ("before the survey", {"answered_at": "2025-10-31T23:59:59+01:00"}, "outside_window", "answered_at"),
    ("the day after", {"answered_at": "2025-12-01T00:00"}, "outside_window", "answered_at"),
    ("eleven of ten", {"satisfaction": "11"}, "malformed_value", "satisfaction"),
    ("effort zero", {"effort": "0"}, "malformed_value", "effort"),
    ("effort eight", {"effort": "8"}, "malformed_value", "effort"),
    ("a comma", {"recommendation": "8,5"}, "malformed_value", "recommendation"),
    ("a word for a fact", {"resolved": "oui"}, "malformed_value", "resolved"),
    ("two for a fact", {"repeated": "2"}, "malformed_value", "repeated"),
    ("endless contacts", {"contacts": "99999"}, "malformed_value", "contacts"),
    ("no answer", {"satisfaction": "", "recommendation": "", "effort": ""}, "no_answer", None),
    ("no profile", {"gender": ""}, "unknown_profile_value", "gender"),
    ("an unknown region", {"region": "atlantis"}, "unknown_profile_value", "region"),
]

VOTES: list[tuple[str, dict[str, str], str, str | None]] = [
    ("no id", {"vote_id": ""}, "malformed_value", "vote_id"),
    ("no voter", {"voter_key": ""}, "malformed_value", "voter_key"),
    ("no address", {"ip_hash": ""}, "malformed_value", "ip_hash"),
    ("no channel", {"channel": ""}, "malformed_value", "channel"),
    ("no category", {"category_id": ""}, "malformed_value", "category_id"),
    ("no candidate", {"candidate_id": ""}, "malformed_value", "candidate_id"),
    ("no time", {"cast_at": "2025-10-01"}, "malformed_value", "cast_at"),
    ("an unknown category", {"category_id": "rockets"}, "unknown_category", "category_id"),
    ("a stranger", {"candidate_id": "unheard-of"}, "unknown_candidate", "candidate_id"),
    ("another's category", {"category_id": "banks"}, "category_mismatch", "category_id"),
    ("a second early", {"cast_at": "2025-10-01T08:59:59+01:00"}, "outside_window", "cast_at"),
    ("a second late", {"cast_at": "2025-11-01T00:00:00+01:00"}, "outside_window", "cast_at"),
]

CANDIDATES: list[tuple[str, dict[str, str], str, str | None]] = [
    ("an id with a blank", {"candidate_id": "a b"}, "malformed_value", "candidate_id"),
    ("no company id", {"company_id": ""}, "malformed_value", "company_id"),
    ("no name", {"company": ""}, "malformed_value", "company"),
    ("a formula for a name", {"company": "=HYPERLINK()"}, "malformed_value", "company"),
    ("an unknown category", {"category_id": "rockets"}, "unknown_category", "category_id"),
    ("an unknown status", {"status": "gone"}, "malformed_value", "status"),
    ("no day", {"status": "withdrawn", "withdrawn_on": "2025-02-30"}, "malformed_value", "withdrawn_on"),
    ("entered and withdrawn", {"withdrawn_on": "2025-10-01"}, "malformed_value", "withdrawn_on"),
]


def add_all(rows: list[dict[str, str]], key: str, cases: list[tuple[str, dict[str, str], str, str | None]]) -> None:
    """Put a spoilt copy of the first row behind the good ones for each case, under an id of its own."""
    rows += [{**rows[0], key: f"{rows[0][key]}-{place}", **cells} for place, (_, cells, _, _) in enumerate(cases)]


def check_all(taken: Taken, source: str, good: int, cases: list[tuple[str, dict[str, str], str, str | None]]) -> None:
    """Every spoilt row is set aside for its reason, and kept as it came; the good ones are accepted."""
    found = taken.rows(
        f"SELECT line, reason, column_name, raw FROM intake.quarantine WHERE source = '{source}' ORDER BY line"
    )
    told = [(what, reason, column) for (what, _, _, _), (_, reason, column, _) in zip(cases, found, strict=True)]
    assert told == [(what, reason, column) for what, _, reason, column in cases]
    assert [line for line, _, _, _ in found] == list(range(good + 2, good + 2 + len(cases)))
    for (_, cells, _, _), (_, _, _, raw) in zip(cases, found, strict=True):
        assert cells.items() <= json.loads(raw).items()


def test_each_defect_of_a_test_has_its_reason(tiny: TinyEdition, tmp_path: Path) -> None:
    rows = tiny.audits["north/phone"]
    good = len(rows)
    add_all(rows, "test_id", TESTS)
    taken = take_in(tiny, tmp_path)
    check_all(taken, "audits", good, TESTS)
    assert taken.rows("SELECT count(*) FROM intake.test") == [(28,)]


def test_each_defect_of_a_response_has_its_reason(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.survey is not None
    add_all(tiny.survey, "respondent_id", RESPONSES)
    check_all(take_in(tiny, tmp_path), "survey", 32, RESPONSES)


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_each_defect_of_a_vote_has_its_reason(form: str, tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    tiny.votes.sort(key=lambda row: row["category_id"] != "hotels")
    add_all(tiny.votes, "vote_id", VOTES)
    taken = take_in(tiny, tmp_path, votes=form)
    found = taken.rows("SELECT reason, column_name FROM intake.quarantine WHERE source = 'votes' ORDER BY line")
    assert found == [(reason, column) for _, _, reason, column in VOTES]
    assert taken.rows("SELECT count(*) FROM intake.vote") == [(40,)]


def test_each_defect_of_a_candidate_has_its_reason(tiny: TinyEdition, tmp_path: Path) -> None:
    add_all(tiny.candidates, "candidate_id", CANDIDATES)
    check_all(take_in(tiny, tmp_path), "candidates", 4, CANDIDATES)


def test_what_may_be_empty_is_null(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.survey is not None
    tiny.survey[0].update(satisfaction="", contacts="", resolved="")
    silent = next(row for row in tiny.tests() if row["outcome"] == "unanswered")
    silent.update(ended_at="", evidence_sha256="")
    taken = take_in(tiny, tmp_path)
    assert taken.report.quarantined == {}
    first = tiny.survey[0]["respondent_id"]
    assert taken.rows(
        f"SELECT satisfaction, contacts, resolved FROM intake.response WHERE respondent_id = '{first}'"
    ) == [(None, None, None)]
    assert taken.rows(
        f"SELECT ended_at, evidence_sha256, rechecks FROM intake.test WHERE test_id = '{silent['test_id']}'"
    ) == [(None, None, None)]


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_an_exact_repeat_is_kept_once_and_rows_that_differ_are_all_set_aside(
    form: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    twice, torn = tiny.votes[3], tiny.votes[5]
    tiny.votes += [dict(twice), {**torn, "channel": "kiosk"}, dict(twice)]
    taken = take_in(tiny, tmp_path, votes=form)
    assert sorted(taken.set_aside()) == sorted(
        [(twice["vote_id"], "duplicate_row", None)] * 2 + [(torn["vote_id"], "conflicting_rows", None)] * 2
    )
    assert taken.rows(f"SELECT count(*) FROM intake.vote WHERE vote_id = '{twice['vote_id']}'") == [(1,)]


def test_values_that_mean_the_same_are_the_same_however_they_are_written(tiny: TinyEdition, tmp_path: Path) -> None:
    test = tiny.audits["north/phone"][2]
    again = {**test, "started_at": f"{test['started_at']}+01:00", "courtesy": f"0{test['courtesy']}"}
    tiny.audits["north/phone"].append(again)
    assert take_in(tiny, tmp_path).set_aside() == [(test["test_id"], "duplicate_row", None)]


def test_one_test_from_two_firms_is_a_conflict(tiny: TinyEdition, tmp_path: Path) -> None:
    test = dict(tiny.audits["north/phone"][2])
    tiny.audits["south/phone"].append(test)
    assert take_in(tiny, tmp_path).set_aside() == [(test["test_id"], "conflicting_rows", None)] * 2


def test_a_malformed_twin_spoils_the_good_one_and_keeps_its_own_reason(tiny: TinyEdition, tmp_path: Path) -> None:
    test = tiny.audits["north/phone"][2]
    tiny.audits["north/phone"].append({**test, "solution": "many"})
    assert take_in(tiny, tmp_path).set_aside() == [
        (test["test_id"], "conflicting_rows", None),
        (test["test_id"], "malformed_value", "solution"),
    ]


def test_one_respondent_with_two_profiles_is_nobody(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.survey is not None
    first = tiny.survey[0]
    other = {"f": "m", "m": "f"}[first["gender"]]
    tiny.survey.append({**first, "candidate_id": "atlas-banks", "gender": other})
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [(first["respondent_id"], "contradictory_profile", None)] * 2
    assert taken.rows("SELECT count(*) FROM intake.survey_weight") == [(31,)]


def test_a_local_time_that_never_happened_is_malformed_and_one_that_happened_twice_the_first(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    tiny.rulebook["fieldwork"] = {"start": "2025-02-01", "end": "2025-10-31"}
    rows = tiny.audits["north/phone"]
    rows[0].update(started_at="2025-04-06T02:30:00")
    rows[1].update(started_at="2025-02-23T02:30:00", ended_at="2025-02-23T02:50:00")
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [(rows[0]["test_id"], "malformed_value", "started_at")]
    assert taken.rows(f"SELECT started_at::VARCHAR FROM intake.test WHERE test_id = '{rows[1]['test_id']}'") == [
        ("2025-02-23 01:30:00",)
    ]


def test_days_of_fieldwork_are_local_days_both_included(tiny: TinyEdition, tmp_path: Path) -> None:
    rows = tiny.audits["north/phone"]
    rows[0].update(started_at="2025-08-31T23:00:00Z", ended_at="2025-08-31T23:20:00Z")  # 1 September in Casablanca
    rows[1].update(started_at="2025-10-31T23:30:00", ended_at="2025-10-31T23:59:59")
    rows[2].update(started_at="2025-10-31T23:30:00Z", ended_at="2025-10-31T23:40:00Z")  # 1 November in Casablanca
    assert take_in(tiny, tmp_path).set_aside() == [(rows[2]["test_id"], "outside_window", "started_at")]


def test_lines_of_csv_that_make_no_row_are_kept_with_their_number(tiny: TinyEdition, tmp_path: Path) -> None:
    data = encode(tiny.audits["north/phone"], "csv").split(b"\n")
    data[2:2] = [b'T900,"open', b"", b"\xff\xfe", b"a,b"]
    tiny.extra = {"audits/north/phone.csv": b"\n".join(data)}
    taken = take_in(tiny, tmp_path)
    assert taken.rows("SELECT line, key, reason, raw::JSON->>'line' FROM intake.quarantine ORDER BY line") == [
        (3, None, "unreadable_row", 'T900,"open'),
        (5, None, "unreadable_row", "\\xff\\xfe"),
        (6, None, "unreadable_row", "a,b"),
    ]
    assert taken.rows("SELECT line FROM intake.test WHERE test_id = 'T002'") == [(7,)]
    assert taken.rows("SELECT rows_read, rows_accepted FROM intake.row_account WHERE file LIKE '%north/phone%'") == [
        (len(tiny.audits["north/phone"]) + 3, len(tiny.audits["north/phone"]))
    ]


STRANGE_LINES = [
    *('{"vote_id": "V', "[1]", "{}x", "null", '"text"', "{'a': 1}", '{"a": NaN}', '{"a": 1,}', "{a: 1}", "   "),
    *('{"vote_id": "X", "vote_id": "X"}', '{"a": "\\ud800"}', '{"a": 007}', '{"a": "\t"}', '{"a": [}', "[" * 5_000),
]
"""Lines that are no JSON object."""

BARE_LINES = ['{"a": [1]}', '{"a": {"b": 1}}', '{"vote_id": 1.5}', '{"vote_id": true}', '{"vote_id": ["V"]}', "{}"]
"""Objects that lack what a vote needs."""


def test_lines_of_ndjson_that_are_no_object_are_kept_with_their_number(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    good = encode(tiny.votes, "ndjson").splitlines()
    lines = [*(line.encode() for line in STRANGE_LINES), b'\xff{"a": 1}', b"", *good, *map(str.encode, BARE_LINES)]
    tiny.extra = {"votes/votes.ndjson": b"\n".join(lines)}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    found = taken.rows(
        "SELECT line, raw::JSON->>'line' FROM intake.quarantine WHERE reason = 'unreadable_row' ORDER BY line"
    )
    assert found == list(enumerate([*STRANGE_LINES, '\\xff{"a": 1}'], start=1))
    assert taken.rows("SELECT raw FROM intake.quarantine WHERE reason = 'malformed_value' ORDER BY line") == [
        (line,) for line in BARE_LINES
    ]
    assert taken.rows("SELECT rows_read, rows_accepted FROM intake.row_account WHERE source = 'votes'") == [
        (40 + len(found) + len(BARE_LINES), 40)
    ]


def test_ndjson_numbers_nulls_and_more_keys_are_understood(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    votes: list[dict[str, object]] = [dict(row) for row in tiny.votes]
    votes[0] |= {"vote_id": 17, "browser": "x", "screen": 1.5, "mobile": True}
    votes[3] |= {"vote_id": 10**30, "browser": {"name": ["x", None]}}
    votes[4] |= {"vote_id": -0.5}
    votes[5] |= {"channel": False}
    votes[1] |= {"ip_hash": None}
    del votes[2]["channel"]
    lines = [json.dumps(row).encode() for row in votes]
    tiny.extra = {"votes/votes.ndjson": b"\r\n".join(lines) + b"\r\n"}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert taken.rows("SELECT vote_id FROM intake.vote WHERE line IN (1, 4, 6) ORDER BY line") == [
        ("17",), (str(10**30),), (votes[5]["vote_id"],)
    ]  # fmt: skip
    found = taken.rows("SELECT line, reason, column_name, raw FROM intake.quarantine ORDER BY line")
    assert [row[:3] for row in found] == [
        (2, "malformed_value", "ip_hash"), (3, "malformed_value", "channel"), (5, "malformed_value", "vote_id")
    ]  # fmt: skip
    assert [json.loads(row[3]) for row in found] == [
        votes[1],
        votes[2],
        votes[4],
    ]  # as received: null stays null, absent stays absent
    assert [column for _, column in taken.report.unknown_columns] == ["browser", "mobile", "screen"]


def test_a_typed_cell_of_the_wrong_kind_is_set_aside(tiny: TinyEdition, tmp_path: Path) -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(encode(tiny.audits["north/phone"], "xlsx")))
    sheet = book.active
    assert sheet is not None
    column = next(cell.column for cell in sheet[1] if cell.value == "solution")
    for row, value in ((2, True), (3, 3.5), (4, "=1+1")):
        sheet.cell(row, column, value)
    sheet.cell(5, column, 3.0)
    data = io.BytesIO()
    book.save(data)
    tiny.extra = {"audits/north/phone.xlsx": data.getvalue()}
    del tiny.audits["north/phone"]
    taken = take_in(tiny, tmp_path)
    assert [row[1:] for row in taken.set_aside()] == [("malformed_value", "solution")] * 3
    assert taken.rows("SELECT raw::JSON->>'solution' FROM intake.quarantine ORDER BY line") == [
        ("true",),
        ("3.5",),
        ("=1+1",),
    ]


def test_hostile_cells_are_kept_as_they_came_and_do_nothing(tiny: TinyEdition, tmp_path: Path) -> None:
    hostile = [
        "'; DROP TABLE intake.test; --",
        '"><script>alert(1)</script>',
        "=cmd|'/c calc'!A0",
        "\\",
        "{{7*7}}",
        "a\nb",
    ]
    row = tiny.audits["north/phone"][0]
    tiny.audits["north/phone"] += [{**row, "test_id": f"X{n}", "scenario": cell} for n, cell in enumerate(hostile)]
    for test in tiny.audits["north/phone"]:
        test["note ' \" ; -- <b>"] = hostile[0]
    taken = take_in(tiny, tmp_path)
    raw = [json.loads(value) for (value,) in taken.rows("SELECT raw FROM intake.quarantine ORDER BY line")]
    assert [cells.get("scenario") for cells in raw[:5]] == hostile[:5]
    assert raw[0]["note ' \" ; -- <b>"] == hostile[0]
    assert set(taken.reasons()) == {"malformed_value", "unreadable_row"}  # a line's end in a column that is used
    assert ("audits/north/phone.csv", "note ' \" ; -- <b>") in taken.report.unknown_columns
    assert taken.rows("SELECT count(*) FROM intake.test") == [(28,)]


@pytest.mark.parametrize("corrected", [False, True])
def test_a_row_set_aside_is_kept_whole_whatever_its_columns_are_called(
    corrected: bool, tiny: TinyEdition, tmp_path: Path
) -> None:
    test = tiny.test("T001")
    language, test["scenario"] = test["language"], "never"
    header, *rows = tiny.render()["audits/north/phone.csv"].decode().splitlines()
    lines = [f"{header},,x,x,,x,x (column 20)", *(f"{row},a,b,c,d,e,f" for row in rows)]
    tiny.extra = {"audits/north/phone.csv": "\n".join(lines).encode()}
    if corrected:
        told = {"reason": "slip", "by": "Nadia Clerk", "on": "2025-12-02"}
        where = {"id": "C1", "file": "audits/north/phone.csv", "key": "T001", "column": "language"}
        tiny.corrections = [{**where, "expect": language, "value": "es", **told}]
    taken = take_in(tiny, tmp_path)
    ((raw,),) = taken.rows("SELECT raw FROM intake.quarantine")
    more = {"": "a", "x": "b", "x (column 18)": "c", " (column 19)": "d", "x (column 20)'": "e", "x (column 20)": "f"}
    assert json.loads(raw, object_pairs_hook=list) == [*test.items(), *more.items()]


def test_details_and_keys_never_repeat_a_refused_cell(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.audits["north/phone"][0]["test_id"] = "secret <cell>"
    taken = take_in(tiny, tmp_path)
    (row,) = taken.rows("SELECT key, detail, column_name FROM intake.quarantine")
    assert row == (None, "is not an id", "test_id")


def test_every_code_of_intake_has_words() -> None:
    """Why a row is set aside is said by the documents' catalogue, what blocks an edition by the room's own."""
    import re

    from orchestration import intake
    from orchestration.intake.say import say
    from orchestration.words import Words

    source = "\n".join(path.read_text("utf-8") for path in Path(intake.__file__).parent.rglob("*.py"))
    problems = re.findall(r'(?:FileProblem|problems\.add|_problem)\(\s*(?:\w+, )*"([a-z_.]+)"', source)
    assert len(problems) > 30
    assert [str(say(key, **dict.fromkeys(PLACEHOLDERS, "?"))) for key in problems]
    reasons = set(re.findall(r'Rule\(\s*\*?\(?"([a-z_]+)"', source))
    assert len(reasons) > 8
    assert [code for code in reasons if not Words("fr").knows("reason", code)] == []


PLACEHOLDERS = (
    "error", "mend", "count", "most", "columns", "kind", "channels", "cells", "lines", "variable", "total", "fields",
    "contest", "names", "id", "name", "row", "problem", "read", "near", "others",
)  # fmt: skip
