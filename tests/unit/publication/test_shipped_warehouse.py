"""What is published of the shipped editions: it answers the ten questions of the documentation and holds no person."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.intake.personal import looks_personal
from orchestration.publication.postgres import SCHEMAS
from tests.fixtures.questions import Question, agrees, questions
from tests.fixtures.shipped import BEFORE, SHIPPED
from tests.fixtures.shipped_house import publish_shipped

pytestmark = pytest.mark.slow
IN_OFFICE = {"signed_by", "accepted_by", "asked_by", "revoked_by"}
"""Columns that name who acted for the award: the bailiff, and who answers for a warning or a correction."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that readers are given."""
    return publish_shipped(tmp_path_factory.mktemp("shipped")).parent


@pytest.fixture(scope="module")
def con(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    closed = {"enable_external_access": False, "lock_configuration": True}
    with duckdb.connect(str(published / "palmares.duckdb"), read_only=True, config={**closed}) as opened:
        yield opened


def test_there_are_ten() -> None:
    assert [one.title.partition(". ")[0] for one in questions()] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.title.partition(". ")[0])
def test_the_answer_is_that_of_the_page(question: Question, con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(question.sql).fetchall()
    assert rows and len(rows) == len(question.answer)
    for shown, row in zip(question.answer, rows, strict=True):
        assert len(shown) == len(row) and all(map(agrees, shown, row)), (shown, row)


def test_a_figure_that_is_not_the_answer_is_seen() -> None:
    assert agrees("0.0712", 0.07124) and not agrees("0.0712", 0.0713)
    assert agrees("29", 29) and not agrees("29", 30) and not agrees("yes", False) and not agrees("", 0)


def _column(path: Path, *names: str) -> set[str]:
    """Every value of these columns of a deposit."""
    if path.suffix == ".parquet":
        read = pl.read_parquet(path)
        return {value for name in names for value in read[name].drop_nulls().cast(pl.String)}
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig", "replace").splitlines()
    rows = csv.DictReader(lines, delimiter=";" if ";" in lines[0] else ",")
    return {row[name] or "" for row in rows for name in names}


@pytest.fixture(scope="module")
def persons() -> set[str]:
    """What stands for one person in the deposits: shoppers, voters and their addresses, who took files in."""
    tests = [
        path
        for path in (*SHIPPED.glob("audits/*/*"), *BEFORE.glob("audits/*/*"))
        if path.suffix in (".csv", ".parquet")
    ]
    found = {value for path in tests for value in _column(path, "shopper_id")}
    votes = [SHIPPED / "votes" / name for name in ("application.parquet", "sms.csv.gz")]
    found |= {value for path in votes for value in _column(path, "voter_key", "ip_hash")}
    logs = [path.read_text("utf-8").splitlines() for path in (SHIPPED / "deposits.jsonl", BEFORE / "deposits.jsonl")]
    found |= {json.loads(line)["received_by"] for lines in logs for line in lines}
    return found - {"", "None"}


@pytest.fixture(scope="module")
def respondents() -> set[str]:
    return _column(SHIPPED / "survey" / "panel-telephone.csv", "respondent_id") | _column(
        SHIPPED / "survey" / "panel-internet.parquet", "respondent_id"
    )


def test_no_published_column_holds_a_person(
    con: duckdb.DuckDBPyConnection, published: Path, persons: set[str], respondents: set[str]
) -> None:
    """Every column of the file and of Parquet; PostgreSQL and the workbook hold the same cells (their own tests). Of
    a respondent there is a number with its weight, as the contract has it, and nothing beside."""
    assert len(persons) > 10_000 and len(respondents) > 1_000
    columns = con.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal"
    ).fetchall()
    assert {schema for schema, _, _ in columns} == set(SCHEMAS) and len(columns) > 200
    texts = {
        f"{schema}.{table}.{column}": {
            value for (value,) in con.execute(f'SELECT DISTINCT "{column}" FROM {schema}."{table}"').fetchall()
        }
        for schema, table, column in columns
        if column not in IN_OFFICE
    }
    for path in (published / "parquet").iterdir():
        read = pl.read_parquet(path).select(pl.col(pl.String))
        texts |= {f"{path.name}.{name}": set(read[name].unique()) for name in read.columns if name not in IN_OFFICE}
    told = {place: values - {None} for place, values in texts.items()}
    weighted = {place for place, values in told.items() if values & respondents}
    assert weighted == {
        "main.fct_survey_weight.respondent_id",
        "archive.fct_survey_weight.respondent_id",
        "fct_survey_weight.parquet.respondent_id",
    }
    assert {place: values & persons for place, values in told.items() if values & persons} == {}
    looking = {place: [one for one in values if looks_personal(one)] for place, values in told.items()}
    assert {place: found for place, found in looking.items() if found} == {}


def test_no_public_page_holds_a_person(published: Path, persons: set[str], respondents: set[str]) -> None:
    shown = (published / "current").resolve()
    pages = [path for path in shown.rglob("*") if path.suffix in (".html", ".json", ".xml", ".svg", ".txt")]
    assert len(pages) > 5
    text = " ".join(path.read_text("utf-8") for path in pages)
    words = set(text.replace('"', " ").replace("<", " ").replace(">", " ").split())
    assert not words & (persons | respondents)
    assert not [name for name in persons if " " in name and name in text]
