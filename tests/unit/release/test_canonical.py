"""Canonical results: one spelling for equal inputs, refused when the marts are not what SPEC 8 says."""

import hashlib
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.errors import PalmaresError
from orchestration.release.canonical import compute_digest, export_results, results_digest
from orchestration.release.catalogue import DIGESTED, TABLES
from orchestration.release.csvform import CsvFormError, encode, encode_line, parse, parse_lines
from tests.fixtures.little_release import MARTS
from tests.fixtures.marts import build

EXTRA: dict = {"dim_edition": [], "quality_check": []}
OUTCOME = TABLES["category_outcome"]


@pytest.fixture
def rulebook(tmp_path: Path) -> Path:
    path = tmp_path / "rulebook.yml"
    path.write_bytes(b"edition: '2031'\n")
    return path


def test_results_are_byte_identical_whatever_the_order_of_rows_and_the_threads(tmp_path: Path) -> None:
    seen = []
    for number, threads in enumerate((1, 2, 8)):
        shuffled = MARTS.rows()
        for table_rows in shuffled.values():
            random.Random(number).shuffle(table_rows)
        con = build(shuffled)
        con.execute(f"SET threads = {threads}")
        out = tmp_path / str(number)
        export_results(con, out, EXTRA)
        seen.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    assert seen[0] == seen[1] == seen[2]
    assert sorted(seen[0]) == sorted(f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet"))


def test_the_digest_before_publication_is_that_of_the_files(tmp_path: Path, rulebook: Path) -> None:
    con = build(MARTS.rows())
    digests = export_results(con, tmp_path / "results", EXTRA)
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "results").glob("*.csv")}
    assert digests == files
    assert compute_digest(con, rulebook) == results_digest(files, rulebook.read_bytes())


def test_the_digest_is_that_of_sha256sum_lines_without_the_edition_and_the_checks(
    tmp_path: Path, rulebook: Path
) -> None:
    con = build(MARTS.rows())
    digests = export_results(con, tmp_path / "results", EXTRA)
    lines = sorted(
        [
            f"{value}  {name}\n"
            for name, value in digests.items()
            if name not in ("dim_edition.csv", "quality_check.csv")
        ]
        + [f"{hashlib.sha256(rulebook.read_bytes()).hexdigest()}  rulebook.yml\n"],
        key=lambda line: line.split("  ")[1],
    )
    assert len(lines) == len(DIGESTED) + 1
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert results_digest(digests, rulebook.read_bytes()) == expected


def test_one_micropoint_or_one_byte_of_the_rulebook_changes_the_digest(rulebook: Path) -> None:
    before = compute_digest(build(MARTS.rows()), rulebook)
    con = build(MARTS.rows())
    con.execute("UPDATE marts.fct_ranking SET final_micro = final_micro + 1 WHERE candidate_id = 'C-4'")
    assert compute_digest(con, rulebook) != before
    rulebook.write_bytes(rulebook.read_bytes() + b"\n")
    assert compute_digest(build(MARTS.rows()), rulebook) != before


def test_rows_stand_in_the_bytewise_order_of_their_key(tmp_path: Path) -> None:
    names = ["b", "a", "Z", "é", "ب", "a-1", "a_1", "A"]
    con = build({**MARTS.rows(), **{"category_outcome": [("2031", name, "elected") for name in names]}})
    export_results(con, tmp_path / "results", EXTRA)
    text = (tmp_path / "results" / "category_outcome.csv").read_text("utf-8")
    written = [line.split(",")[1] for line in text.splitlines()[1:]]
    assert written == sorted(names, key=str.encode)


def test_null_and_the_empty_string_are_spelt_differently(tmp_path: Path) -> None:
    con = build({**MARTS.rows(), **{"category_outcome": [("2031", "a", None), ("2031", "b", "")]}})
    export_results(con, tmp_path / "results", EXTRA)
    data = (tmp_path / "results" / "category_outcome.csv").read_bytes()
    assert data == b'edition,category_id,outcome\n2031,a,\n2031,b,""\n'
    assert [row["outcome"] for row in parse(OUTCOME, data)] == [None, ""]


def test_parquet_holds_the_same_rows_with_their_types(tmp_path: Path) -> None:
    con = build(MARTS.rows())
    export_results(con, tmp_path / "results", EXTRA)
    table = pq.read_table(tmp_path / "results" / "laureates.parquet").to_pylist()
    expected = con.execute("SELECT * FROM marts.laureates").fetchall()
    assert [tuple(row.values()) for row in table] == expected
    tests = pq.read_schema(tmp_path / "results" / "fct_test_mark.parquet")
    assert str(tests.field("mark_micro").type) == "int64"
    assert str(tests.field("mark").type) == "decimal128(4, 2)"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE marts.laureates", "no table marts.laureates"),
        ("ALTER TABLE marts.laureates DROP claim_ar", "no column claim_ar"),
        ("ALTER TABLE marts.fct_ranking ALTER final_micro TYPE DOUBLE", "final_micro is DOUBLE where integer is due"),
        ("ALTER TABLE marts.fct_ranking ALTER final TYPE FLOAT", "final is FLOAT"),
        ("INSERT INTO marts.category_outcome VALUES ('2031', 'banks', 'joint')", "two rows of one key"),
        ("INSERT INTO marts.category_outcome VALUES ('2031', NULL, 'joint')", "key is empty"),
    ],
)
def test_marts_that_are_not_those_of_the_contract_are_refused(statement: str, said: str, rulebook: Path) -> None:
    con = build(MARTS.rows())
    con.execute(statement)
    with pytest.raises(PalmaresError, match=said):
        compute_digest(con, rulebook)


@given(st.lists(st.lists(st.none() | st.text(), min_size=2, max_size=4), min_size=1))
def test_what_is_written_is_read_back(lines: list[list[str | None]]) -> None:
    data = b"".join(encode_line([cell and cell.replace("\ud800", "") for cell in line]) for line in lines)
    assert b"".join(encode_line(fields) for _, fields in parse_lines(data)) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_read_as_written_or_refused(noise: bytes) -> None:
    try:
        lines = list(parse_lines(noise))
    except CsvFormError:
        return
    assert b"".join(encode_line(fields) for _, fields in lines) == noise


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "line 1: "),
        (b"edition,category_id,outcome", "does not end with LF"),
        (b"edition,outcome,category_id\n", "header"),
        (b"edition,category_id,outcome\n2031,a\n", "line 2: 2 fields where 3"),
        (b"edition,category_id,outcome\n2031,,x\n", "category_id is empty"),
        (b"edition,category_id,outcome\n2031,b,x\n2031,a,x\n", "line 3: rows are not in strict order"),
        (b"edition,category_id,outcome\n2031,a,x\n2031,a,y\n", "strict order"),
        (b'edition,category_id,outcome\n2031,"a",x\n', "quotes where the form has none"),
        (b'edition,category_id,outcome\n2031,a"b,x\n', "stray quote"),
        (b"edition,category_id,outcome\r\n", "stray quote or carriage return"),
        (b"edition,category_id,outcome\n2031,\xff,x\n", "line 2: not UTF-8"),
        (b"\xef\xbb\xbfedition,category_id,outcome\n", "header"),
    ],
)
def test_another_spelling_is_refused_with_its_line(body: bytes, said: str) -> None:
    with pytest.raises(CsvFormError, match=said):
        parse(OUTCOME, body)


@pytest.mark.parametrize("text", ["+1", "01", "-0", "1.0", "1e3", "", "9" * 19, "١"])
def test_an_integer_has_one_spelling(text: str) -> None:
    table = TABLES["fct_survey_weight"]
    with pytest.raises(CsvFormError, match="not a canonical integer"):
        parse(table, b"".join(encode(table, [("2031", "R1", text)])))
