"""Two DuckDB files are the same only if they hold the same: every row as often, every description, every key."""

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.publication.compare import same_tables

MADE = (
    "CREATE TABLE mark (name VARCHAR PRIMARY KEY, mark BIGINT, told VARCHAR)",
    "COMMENT ON COLUMN mark.mark IS 'In millionths.'",
    "INSERT INTO mark VALUES ('a', 1, NULL), ('b', 2, ''), ('c', NULL, 'x')",
    "CREATE SCHEMA archive",
    'CREATE TABLE archive.line (a INTEGER, "row" INTEGER)',
    "INSERT INTO archive.line VALUES (1, 1), (1, 1), (2, 1)",
    "CREATE VIEW elected AS SELECT name FROM mark WHERE mark > 1",
)


def made(path: Path, *statements: str) -> Path:
    """A file in which these were executed."""
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            con.execute(statement)
    return path


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """What publication has just made."""
    return made(tmp_path / "due.duckdb", *MADE)


def test_the_same_rows_in_another_order_are_the_same(due: Path, tmp_path: Path) -> None:
    other = made(
        tmp_path / "other.duckdb", *MADE[:2], "INSERT INTO mark VALUES ('c', NULL, 'x'), ('b', 2, '')", *MADE[3:]
    )
    assert not same_tables(other, due)
    made(other, "INSERT INTO mark VALUES ('a', 1, NULL)")
    assert same_tables(other, due)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE mark SET mark = 3 WHERE name = 'b'",
        "UPDATE mark SET mark = 0 WHERE name = 'c'",
        "UPDATE mark SET told = '' WHERE name = 'a'",
        "UPDATE mark SET told = NULL WHERE name = 'b'",
        "DELETE FROM mark WHERE name = 'c'",
        "INSERT INTO mark VALUES ('d', 1, NULL)",
        "INSERT INTO archive.line VALUES (2, 1)",
        "DELETE FROM archive.line WHERE a = 2; INSERT INTO archive.line VALUES (1, 1)",
        'UPDATE archive.line SET "row" = 2 WHERE a = 2',
        "COMMENT ON COLUMN mark.mark IS 'In hundredths.'",
        "COMMENT ON TABLE mark IS 'Marks.'",
        "CREATE OR REPLACE VIEW elected AS SELECT name FROM mark WHERE mark > 0",
        "CREATE TABLE more (name VARCHAR)",
        "CREATE MACRO twice(x) AS 2 * x",
        "CREATE UNIQUE INDEX quick ON mark (told)",
        "ALTER TABLE archive.line ADD COLUMN b INTEGER",
    ],
)
def test_whatever_was_changed_is_another_file(due: Path, tmp_path: Path, change: str) -> None:
    other = Path(shutil.copyfile(due, tmp_path / "other.duckdb"))
    assert same_tables(other, due)
    assert not same_tables(made(other, change), due)


def test_what_is_no_database_is_another_file(due: Path, tmp_path: Path) -> None:
    (tmp_path / "other.duckdb").write_bytes(b"no database")
    assert not same_tables(tmp_path / "other.duckdb", due)
