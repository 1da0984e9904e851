"""Spark's tables in the place of those that stand: all of them, in the contract's columns and types, or none."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.errors import PalmaresError
from orchestration.scoring import noted
from orchestration.scoring.spark import sources, tables, take_back
from orchestration.storage import connect

MADE_BY = {"pyspark": "4.1.4"}
BUILT = """
    CREATE SCHEMA intake; CREATE TABLE intake.vote (vote_id VARCHAR);
    CREATE SCHEMA staging; CREATE TABLE staging.seed (year INTEGER); INSERT INTO staging.seed VALUES (2019);
    CREATE SCHEMA marts;
    CREATE TABLE marts.rank (edition VARCHAR NOT NULL, place INTEGER, mark DECIMAL(4, 2));
    COMMENT ON TABLE marts.rank IS 'Who''s where'; COMMENT ON COLUMN marts.rank.place IS 'From 1';
    CREATE TABLE marts.none (a INTEGER);
    CREATE VIEW marts.z_first AS SELECT place + 1 AS place FROM "2026".marts.rank;
    CREATE VIEW marts.a_second AS SELECT place + 1 AS place FROM "2026".marts.z_first
"""
STOOD = """
    CREATE SCHEMA intake; CREATE TABLE intake.vote AS SELECT 'V1' AS vote_id;
    CREATE SCHEMA marts; CREATE TABLE marts.rank AS SELECT '2026' AS edition, 9 AS place;
    CREATE VIEW marts.none AS SELECT 1; CREATE TABLE marts.of_older_code (a INTEGER)
"""
GOOD = "SELECT 2.5::DECIMAL(38, 18) AS mark, 7::BIGINT AS place, '2026' AS edition UNION ALL SELECT NULL, NULL, '2026'"


def a_node(name: str, kind: str = "table", needs: tuple[str, ...] = (), resource: str = "model") -> dict[str, Any]:
    config, on = {"materialized": kind}, {"nodes": list(needs)}
    schema = "staging" if resource == "seed" else "marts"
    return {"resource_type": resource, "schema": schema, "name": name, "config": config, "depends_on": on}


MANIFEST: Mapping[str, Any] = {
    "nodes": {
        "a_second": a_node("a_second", "view", ("z_first",)),
        "z_first": a_node("z_first", "view", ("rank",)),
        "rank": a_node("rank", needs=("source.vote",)),
        "none": a_node("none"),
        "seed": {key: value for key, value in a_node("seed", "seed", resource="seed").items() if key != "depends_on"},
    },
    "sources": {
        "source.vote": {"source_name": "intake", "schema": "intake", "name": "vote"},
        "source.other": {"source_name": "elsewhere", "schema": "x", "name": "y"},
    },
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What DuckDB's dbt made of no rows; the names of views are bound when the file is written, to its own name."""
    (tmp_path / "built").mkdir()
    with connect(tmp_path / "built" / "2026.duckdb") as con:
        con.execute(BUILT)
    return tmp_path / "built" / "2026.duckdb"


@pytest.fixture
def work(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(tmp_path / "2026.duckdb") as con:
        con.execute(STOOD)
        yield con


def on_spark(folder: Path, rank: str = GOOD, none: str | None = "SELECT 1 AS a WHERE false") -> Path:
    """Parquet as Spark leaves it."""
    for name, sql in (("rank", rank), ("none", none)):
        if sql is not None:
            place = folder / "spark" / "marts.db" / name
            place.mkdir(parents=True)
            duckdb.execute(f"COPY ({sql}) TO '{place}/part-0.parquet'")
    return folder / "spark"


def test_tables_views_seeds_and_descriptions_are_those_that_duckdb_would_have_made(
    work: duckdb.DuckDBPyConnection, built: Path, tmp_path: Path
) -> None:
    assert take_back(work, built, spark=on_spark(tmp_path), manifest=MANIFEST, packages=MADE_BY) == 3
    ranked = work.execute("SELECT * FROM marts.rank ORDER BY place").fetchall()
    assert [tuple(map(str, row)) for row in ranked] == [("2026", "7", "2.50"), ("2026", "None", "None")]
    assert work.execute("SELECT place FROM marts.a_second ORDER BY 1").fetchall() == [(9,), (None,)]
    assert work.execute("SELECT * FROM staging.seed").fetchall() == [(2019,)]
    assert work.execute("SELECT * FROM intake.vote").fetchall() == [("V1",)], "rows are not made on Spark"
    assert work.execute("SELECT * FROM marts.none").fetchall() == []
    left = work.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts' ORDER BY 1").fetchall()
    assert left == [("none",), ("rank",)], "nothing of older code"
    words = "SELECT comment FROM duckdb_{}() WHERE comment IS NOT NULL"
    said = [work.execute(words.format(one)).fetchall() for one in ("tables", "columns")]
    assert said == [[("Who's where",)], [("From 1",)]]
    assert noted(work) == MADE_BY
    with pytest.raises(duckdb.ConstraintException):
        work.execute("INSERT INTO marts.rank VALUES (NULL, 1, 1)")


FAULTS: dict[str, dict[str, Any]] = {
    "an empty cell": {"rank": "SELECT NULL::VARCHAR AS edition, 1 AS place, 1 AS mark"},
    "a number that does not fit": {"rank": "SELECT '2026' AS edition, 5000000000 AS place, 1 AS mark"},
    "a mark that does not fit": {"rank": "SELECT '2026' AS edition, 1 AS place, 1234.5 AS mark"},
    "a column that is missing": {"rank": "SELECT '2026' AS edition, 1 AS place"},
    "a table that is missing": {"none": None},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_changes_nothing_of_what_stood(
    work: duckdb.DuckDBPyConnection, built: Path, tmp_path: Path, fault: str
) -> None:
    with pytest.raises(PalmaresError, match=r"does not fit the table's contract .*Nothing was taken") as wrong:
        take_back(work, built, spark=on_spark(tmp_path, **FAULTS[fault]), manifest=MANIFEST, packages=MADE_BY)
    assert "marts" in str(wrong.value) and "5000000000" not in str(wrong.value), "no cell is quoted"
    assert work.execute("SELECT * FROM marts.rank").fetchall() == [("2026", 9)]
    assert work.execute("SELECT * FROM marts.none").fetchall() == [(1,)]
    assert noted(work) == {}
    assert len(work.execute("SHOW DATABASES").fetchall()) == 1


def test_a_table_that_dbt_would_make_and_did_not_is_missed(
    work: duckdb.DuckDBPyConnection, built: Path, tmp_path: Path
) -> None:
    more = {**MANIFEST, "nodes": {**MANIFEST["nodes"], "late": a_node("late")}}
    with pytest.raises(PalmaresError, match=r"marts\.late"):
        take_back(work, built, spark=on_spark(tmp_path), manifest=more, packages=MADE_BY)
    assert work.execute("SELECT * FROM marts.rank").fetchall() == [("2026", 9)]


def test_what_goes_over_and_what_comes_back() -> None:
    assert list(sources(MANIFEST)) == [("intake", "vote")]
    assert list(tables(MANIFEST)) == [("marts", "rank"), ("marts", "none")]
