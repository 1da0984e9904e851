"""Personal data: one table of cases and random text, on which intake (in Python and in SQL) and the recount agree."""

import re
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import duckdb
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import personal
from orchestration.intake.normal import normal
from orchestration.intake.personal import Kind, condition, looks_personal, register
from orchestration.recount import persons
from orchestration.words.typography import french

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "personal_cases.yml").read_text("utf-8"))
TABLE = [
    pytest.param(cell, Kind(kind), verdict == "personal", id=f"{verdict}-{kind}-{number}")
    for verdict, kinds in CASES.items()
    for kind, cells in kinds.items()
    for number, cell in enumerate(cells)
]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that knows the function of the normal form."""
    with duckdb.connect() as opened:
        register(opened)
        yield opened


def in_sql(con: duckdb.DuckDBPyConnection, cells: list[str], kind: Kind) -> list[bool]:
    """What DuckDB says of cells."""
    given = "SELECT unnest(?::VARCHAR[]) AS x, generate_subscripts(?::VARCHAR[], 1) AS n"
    query = f"SELECT {condition('x', kind)} FROM ({given}) ORDER BY n"
    return [bool(found) for (found,) in con.execute(query, [cells, cells]).fetchall()]


def recounted(cell: str) -> bool:
    """What the recount says of a key, its choice of cells to look at included."""
    return bool(len(pl.DataFrame({"x": [cell]}).filter(persons.suspects("x")))) and persons.is_personal(cell)


@pytest.mark.parametrize(("cell", "kind", "personal"), TABLE)
def test_each_case_is_judged_alike_by_both_counts(
    con: duckdb.DuckDBPyConnection, cell: str, kind: Kind, personal: bool
) -> None:
    assert looks_personal(cell, kind) is personal
    assert in_sql(con, [cell], kind) == [personal]
    if kind is Kind.KEY:
        assert recounted(cell) is personal


SIGNS = "0123456789" * 3 + "+-./_ ()@:,;=#%&<>[]" * 2 + "ABabfnici\u200b\u00a0\uff10\uff20\u0661\u2011\u2022\u0410\n"
PIECES = [
    *(
        "06",
        "212",
        "00212",
        "+212",
        "tel:",
        "CIN",
        "AB123456",
        "gmail.com",
        "%40",
        "&#64;",
        "(at)",
        "(dot)",
        "2025",
        "::",
    ),
    *("192.168", "05/11/2025", "0612345678", "mailto:", "word "),
]
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.text(SIGNS, max_size=6),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=100)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_both_counts_agree_on_any_text(con: duckdb.DuckDBPyConnection, cells: list[str]) -> None:
    cells = [cell.replace("\0", "") for cell in cells]
    for kind in Kind:
        assert in_sql(con, cells, kind) == [looks_personal(cell, kind) for cell in cells]
    assert [recounted(cell) for cell in cells] == [looks_personal(cell, Kind.KEY) for cell in cells]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_normal_form_is_printable_ascii_and_the_same_in_both_counts(text: str) -> None:
    assert normal(text).isascii() and (normal(text).isprintable() or not normal(text))
    assert persons.as_read(text) == normal(text)


HOSTILE = {
    "letters": "a",
    "digits": "0",
    "phones": "0612345678",
    "at-signs": "@",
    "addresses": "a@b",
    "dots": "a@....",
    "blanks": " ",
    "brackets": "(at)",
    "percents": "%25",
    "references": "&#64;",
    "long-reference": "&#9999999",
    "pluses": "+",
    "cards": "cin:",
    "no-width": "\u200b",
    "ligatures": "\ufdfa",
    "dates": "05/11/2025",
    "colons": "::",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_text_and_not_with_its_square(con: duckdb.DuckDBPyConnection, piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // max(len(piece), len(normal(piece))))  # a ligature is read as the words that it joins
        begin = process_time()
        for kind in Kind:
            looks_personal(text, kind)
            in_sql(con, [text], kind)
        recounted(text)
        french(text)
        return process_time() - begin

    seconds(1_000)
    small, large = seconds(12_500), seconds(200_000)  # sixteen times as long; the square would take 256 times
    assert large < 60 * max(small, 0.01)


@pytest.mark.parametrize("piece", ["a", "@", "a@b", "a@b.", ".", "a.", "@.", "\uff20a"])
def test_a_million_letters_pass_the_e_mail_pattern_in_a_time_that_grows_with_them(piece: str) -> None:
    """A megabyte in one cell: a text as long as that hung the check for hours when the pattern took its square."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begin = process_time()
        re.search(personal.EMAIL, text)
        looks_personal(text)
        recounted(text)
        return process_time() - begin

    seconds(1_000)
    small, large = seconds(25_000), seconds(1_000_000)  # forty times as long; the square would take 1600 times
    assert large < 160 * max(small, 0.01)
