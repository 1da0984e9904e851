"""Intake and the recount read the same deposits by two different codes: their accounts of every file are the same."""

import io
import json
import random
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.recount import CannotRecount, recount
from tests.fixtures.tiny import Row, TinyEdition, encode
from tests.integration.intake_ground import Taken, take_in
from tests.integration.test_intake_quarantine import (
    BARE_LINES,
    CANDIDATES,
    RESPONSES,
    STRANGE_LINES,
    TESTS,
    VOTES,
    add_all,
)

Account = dict[str, tuple[str, int, int, dict[str, int]]]


def by_intake(taken: Taken) -> Account:
    """Source, rows read, rows accepted and rows set aside by reason of each file, as intake has them."""
    accounts: Account = {file.file: (file.source, file.read, file.accepted, {}) for file in taken.report.files}
    for file, reason, count in taken.rows("SELECT file, reason, count(*) FROM intake.quarantine GROUP BY file, reason"):
        accounts[file][3][reason] = count
    return accounts


def by_recount(taken: Taken, edition: str) -> Account:
    """The same as the recount has them."""
    weights = dict(taken.rows("SELECT respondent_id, weight_micro FROM intake.survey_weight"))
    found = recount(taken.settings.edition_raw(edition), weights)
    return {file.file: (file.source, file.rows_read, file.rows_accepted, file.quarantined) for file in found.files}


def test_both_account_for_every_defect_in_the_same_way(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.survey is not None and tiny.votes is not None
    add_all(tiny.audits["north/phone"], "test_id", TESTS)
    add_all(tiny.survey, "respondent_id", RESPONSES)
    add_all(tiny.votes, "vote_id", VOTES)
    add_all(tiny.candidates, "candidate_id", CANDIDATES)
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", '"a, b, c, d, e, f, g, h, i"'), (",", '"a; b; c; d; e; f; g; h; i"')]
)
def test_both_cut_a_file_alike_whose_unknown_column_has_the_other_delimiter_in_its_name(
    delimiter: str, name: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    tiny.extra = {}
    for path, rows in (("candidates.csv", tiny.candidates), ("votes/votes.csv", tiny.votes)):
        assert rows is not None
        lines = encode(rows, "csv").decode().replace(",", delimiter).splitlines()
        tiny.extra[path] = "\n".join(
            [f"{lines[0]}{delimiter}{name}", *(f"{line}{delimiter}x" for line in lines[1:]), ""]
        ).encode()
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)
    assert all(read == accepted > 0 for _, read, accepted, _ in by_intake(taken).values())


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_both_read_the_same_lines_of_a_broken_file(form: str, tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    lines = encode(tiny.votes, form).split(b"\n")
    strange = (
        [*STRANGE_LINES, *BARE_LINES]
        if form == "ndjson"
        else ['a,"b', 'c,d",e', ",,,,,,", 'x"y,,,,,,', '"a"b,,,,,,', "", "   ", "\r"]
    )
    for place, line in enumerate(strange):
        lines.insert(3 + 2 * place, line.encode())
    tiny.extra = {f"votes/votes.{form}": b"\n".join([*lines, b"\xff"])}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("seed", range(4))
def test_both_account_for_random_damage_in_the_same_way(seed: int, tiny: TinyEdition, tmp_path: Path) -> None:
    chance = random.Random(seed)
    sources: list[list[Row]] = [*tiny.audits.values(), tiny.survey or [], tiny.votes or []]
    cells = ["", "NA", "0", "1", "x", "2025-10-05T10:00", "2025-10-05T10:00Z", "3.0", "<b>", "atlas-hotels", "phone"]
    for rows in sources:
        for _ in range(12):
            row = chance.choice(rows)
            column = chance.choice([name for name in row if name != "channel" or "test_id" not in row])
            if chance.random() < 0.3:
                rows.append(dict(row))
            elif chance.random() < 0.3:
                row[column] = chance.choice(rows)[column]
            else:
                row[column] = chance.choice(cells)
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert by_intake(taken) == by_recount(taken, tiny.edition)


ROW = "r/o~w 'é" + '\\"'
"""A column that nobody knows, with all that a name may hold and a path in JSON must hide."""


@pytest.mark.parametrize("form", ["csv", "csv.gz", "ndjson", "parquet"])
def test_both_find_the_vote_that_a_correction_names_by_a_column_that_nobody_knows(
    form: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    for place, vote in enumerate(tiny.votes):
        vote |= {ROW: f"row {place}", "line": "all"}
    key = {ROW: "row 3", "line": "all"}
    tiny.corrections = [
        _correction(f"votes/votes.{form}", key, column="candidate_id", row=tiny.votes[3], value="nobody")
    ]
    taken = take_in(tiny, tmp_path, votes=form)
    assert taken.report.problems == () and taken.reasons() == {"unknown_candidate": 1}
    assert taken.report.unknown_columns == tuple((f"votes/votes.{form}", name) for name in ("line", ROW))
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def test_both_find_a_line_of_ndjson_by_a_key_that_some_lines_lack_or_write_otherwise(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    lines = [json.dumps({**vote, "row": str(place)}) for place, vote in enumerate(tiny.votes)]
    lines[0] = json.dumps(tiny.votes[0])
    lines[3] = lines[3].replace('"row": "3"', '"\\u0072ow": true')
    lines[4] = json.dumps({**tiny.votes[4], "row": [1, "é"], "more": 1})
    tiny.extra = {"votes/votes.csv": None, "votes/v.ndjson": "\n".join(lines).encode()}
    changed = {0: "", 3: "true", 4: '["1", "é"]'}
    tiny.corrections = [
        _correction(
            "votes/v.ndjson",
            {"row": row},
            column="candidate_id",
            row=tiny.votes[place],
            value="nobody",
            name=f"C{place}",
        )
        for place, row in changed.items()
    ]
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == () and taken.reasons() == {"unknown_candidate": 3}
    assert taken.report.unknown_columns == (("votes/v.ndjson", "more"), ("votes/v.ndjson", "row"))
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_both_refuse_a_correction_by_a_column_that_is_not_there(form: str, tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    tiny.corrections = [
        _correction(f"votes/votes.{form}", {"row": "3"}, column="channel", row=tiny.votes[3], value="kiosk")
    ]
    taken = take_in(tiny, tmp_path, votes=form)
    assert taken.codes() == ["correction_column"]
    with pytest.raises(CannotRecount, match="row is missing" if form == "ndjson" else "meets 0 rows"):
        by_recount(taken, tiny.edition)


CONTROL = "bell\a"
FILES = {
    "candidates": "candidates.csv",
    "audits": "audits/north/phone.csv",
    "survey": "survey/responses.csv",
    "targets": "survey/targets.csv",
    "votes": "votes/votes.csv",
}
TRAILING = {"candidates": 6, "audits": 15, "survey": 14, "targets": 3, "votes": 7}
"""How many columns each of these files has."""


def _with_columns(data: bytes, names: str, cells: str) -> bytes:
    """A CSV with more columns behind its own."""
    header, *rows = data.decode().splitlines()
    return "\n".join([f"{header},{names}", *(f"{row},{cells}" for row in rows)]).encode()


@pytest.mark.parametrize("corrected", [False, True], ids=["as they came", "corrected"])
@pytest.mark.parametrize("source", FILES)
def test_both_ignore_columns_of_one_name_or_none_that_nobody_knows(
    source: str, corrected: bool, tiny: TinyEdition, tmp_path: Path
) -> None:
    path, known = FILES[source], TRAILING[source]
    tiny.extra = {path: _with_columns(tiny.render()[path], f"comment,,comment,,{CONTROL}", "a,b,c,d,e")}
    if corrected and source == "votes":
        tiny.corrections = [
            _correction(path, {"vote_id": "V003"}, column="channel", row=(tiny.votes or [])[2], value="kiosk")
        ]
    elif corrected:  # the careful way: a file that a correction names
        rows = {"candidates": tiny.candidates, "audits": tiny.audits["north/phone"], "survey": tiny.survey}
        row = (rows | {"targets": tiny.targets})[source][0]  # type: ignore[index]
        column = {"candidates": "company", "audits": "language", "survey": "effort", "targets": "share"}[source]
        key = {name: row[name] for name in list(row)[:2]}
        value = row[column] + "0" if source == "targets" else "7"
        tiny.corrections = [_correction(path, key, column, row, value=value)]
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert [column for _, column in taken.report.unknown_columns] == [
        *sorted([f"(column {known + place})" for place in (2, 4, 5)]),
        "comment",
    ]
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def test_both_ignore_header_cells_of_a_workbook_that_are_empty(tiny: TinyEdition, tmp_path: Path) -> None:
    rows = tiny.audits.pop("north/email")
    book = openpyxl.load_workbook(io.BytesIO(encode(rows, "xlsx")))
    width = book.worksheets[0].max_column
    for place, name in ((3, "note"), (5, "note"), (6, CONTROL.replace("\a", "\t"))):
        book.worksheets[0].cell(1, width + place, name)
    book.worksheets[0].cell(2, width + 1, "seen")
    data = io.BytesIO()
    book.save(data)
    tiny.extra = {"audits/north/email.xlsx": data.getvalue()}
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == () and taken.reasons() == {}
    unnamed = [f"(column {width + place})" for place in (1, 2, 4, 6)]
    assert [column for _, column in taken.report.unknown_columns] == [*sorted(unnamed), "note"]
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def _with_arrays(rows: list[Row], **columns: pa.Array) -> bytes:
    """Rows as Parquet, with more columns."""
    table = pq.read_table(io.BytesIO(encode(rows, "parquet")))
    for name, cells in columns.items():
        table = table.append_column(name, pa.array(cells.to_pylist() * len(rows), cells.type))
    data = io.BytesIO()
    pq.write_table(table, data)
    return data.getvalue()


OPAQUE = {
    "tags": pa.array([["a", "b"]]),
    "geo": pa.array([{"x": 1.5}]),
    "pairs": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    "payload": pa.array([b"\x00\xff"]),
    CONTROL: pa.array(["x"]),
}


@pytest.mark.parametrize("source", ["audits", "survey", "votes"])
def test_both_ignore_columns_of_parquet_that_are_no_flat_text(source: str, tiny: TinyEdition, tmp_path: Path) -> None:
    rows = {"audits": tiny.audits["north/phone"], "survey": tiny.survey, "votes": tiny.votes}[source]
    assert rows is not None
    rows[1]["candidate_id"] = "nobody"
    rows.append(dict(rows[2]))  # of tests and votes one of the two is read once more
    path = FILES[source].replace(".csv", ".parquet")
    tiny.extra = {FILES[source]: None, path: _with_arrays(rows, **OPAQUE)}
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    found = [column for _, column in taken.report.unknown_columns]
    assert found == [f"(column {TRAILING[source] + 5})", "geo", "pairs", "payload", "tags"]
    kept = [json.loads(raw) for (raw,) in taken.rows("SELECT raw FROM intake.quarantine")]
    assert len(kept) == (1 if source == "survey" else 2)
    told = {"tags": '["a", "b"]', "geo": '{"x": 1.5}', "pairs": '[["a", 1]]', "payload": "0x00ff", CONTROL: "x"}
    assert all(row.items() >= told.items() for row in kept)
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def test_both_ignore_keys_of_ndjson_with_any_name(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    for vote in tiny.votes:
        vote |= {"": "x", CONTROL: "y", "é": "z"}
    taken = take_in(tiny, tmp_path, votes="ndjson")
    assert taken.report.problems == ()
    assert [column for _, column in taken.report.unknown_columns] == ['""', '"bell\\u0007"', "é"]
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def test_both_ignore_a_key_of_ndjson_that_hides_in_the_name_of_another(tiny: TinyEdition, tmp_path: Path) -> None:
    for vote in tiny.votes or []:
        vote["vote_id\u200b"] = "1"
    taken = take_in(tiny, tmp_path, votes="ndjson")
    assert taken.report.problems == () and len(taken.report.unknown_columns) == 1
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def test_both_ignore_a_column_of_lengths_of_time(tiny: TinyEdition, tmp_path: Path) -> None:
    plain, timed = tmp_path / "plain.parquet", tmp_path / "timed.parquet"
    plain.write_bytes(encode(tiny.votes or [], "parquet"))
    with duckdb.connect() as con:
        lasting = f"SELECT *, INTERVAL 3 MONTH AS lasted, [INTERVAL 1 DAY] AS each FROM '{plain}'"
        con.execute(f"COPY ({lasting}) TO '{timed}' (FORMAT parquet)")
    tiny.extra = {"votes/votes.csv": None, "votes/votes.parquet": timed.read_bytes()}
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == () and len(taken.report.unknown_columns) == 2
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("name", ["*", "^.*$", "^vote_id$"])
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_both_take_the_name_of_a_column_in_a_correction_as_it_is_written(
    name: str, form: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    for number, vote in enumerate(tiny.votes):
        vote[name] = str(number)
    path = f"votes/votes.{form}"
    tiny.corrections = [_correction(path, {name: "3"}, column="channel", row=tiny.votes[3], value="kiosk")]
    taken = take_in(tiny, tmp_path, votes=form)
    assert taken.report.problems == ()
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("source", ["candidates", "audits", "survey", "votes"])
def test_both_refuse_a_correction_by_a_column_that_stands_twice(source: str, tiny: TinyEdition, tmp_path: Path) -> None:
    path = FILES[source]
    tiny.extra = {path: _with_columns(tiny.render()[path], "row,row", "3,4")}
    tiny.corrections = [_correction(path, {"row": "3"}, column="candidate_id", row=tiny.candidates[0], value="nobody")]
    taken = take_in(tiny, tmp_path)
    assert taken.codes() == ["correction_column"]
    assert "columns that stand twice in the header (row)" in str(taken.report.problems[0])
    with pytest.raises(CannotRecount, match="'row' stands twice"):
        by_recount(taken, tiny.edition)


@pytest.mark.parametrize("column", ["tags", "payload"])
@pytest.mark.parametrize("source", ["audits", "votes"])
def test_both_refuse_a_correction_by_a_column_that_is_no_flat_text(
    source: str, column: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    rows = {"audits": tiny.audits["north/phone"], "votes": tiny.votes}[source]
    assert rows is not None
    path = FILES[source].replace(".csv", ".parquet")
    tiny.extra = {FILES[source]: None, path: _with_arrays(rows, **OPAQUE)}
    tiny.corrections = [_correction(path, {column: "a"}, column="channel", row=rows[0], value="kiosk")]
    taken = take_in(tiny, tmp_path)
    assert taken.codes() == ["correction_column"]
    with pytest.raises(CannotRecount, match="a type that holds no text"):
        by_recount(taken, tiny.edition)


@pytest.mark.parametrize(
    ("names", "code", "said"),
    [
        ("city,city", "duplicate_column", "'city' stands twice"),
        ("ci\0ty", "header_name", "do not print stand in the name of city"),
        ("\ufefftest_id", "header_name", "do not print stand in the name of test_id"),
    ],
)
def test_both_refuse_a_known_column_that_stands_twice_or_hides(
    names: str, code: str, said: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    path = FILES["audits"]
    tiny.extra = {path: _with_columns(tiny.render()[path], names, "," * names.count(","))}
    taken = take_in(tiny, tmp_path)
    assert taken.codes() == [code]
    with pytest.raises(CannotRecount, match=said):
        by_recount(taken, tiny.edition)


def test_both_refuse_parquet_in_which_any_name_stands_twice(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    table = pq.read_table(io.BytesIO(_with_arrays(tiny.votes, a=pa.array(["x"]), b=pa.array(["y"]))))
    data = io.BytesIO()
    pq.write_table(table.rename_columns(["a" if name == "b" else name for name in table.column_names]), data)
    tiny.extra = {"votes/votes.csv": None, "votes/votes.parquet": data.getvalue()}
    taken = take_in(tiny, tmp_path)
    assert taken.codes() == ["duplicate_column"]
    with pytest.raises(CannotRecount, match="stands twice, and Parquet is read by name"):
        by_recount(taken, tiny.edition)


def _correction(
    file: str, key: dict[str, str], column: str, row: Row, value: str, name: str = "C1"
) -> dict[str, object]:
    """A correction of one cell of a row of this file."""
    told = {"reason": "slip", "by": "Nadia Clerk", "on": "2025-12-02"}
    return {"id": name, "file": file, "key": key, "column": column, "expect": row[column], "value": value, **told}
