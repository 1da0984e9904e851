"""Keys of the published warehouse: constraints that a BI tool reads, and that no row breaks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import PalmaresError
from orchestration.publication.fill import RELEASES
from orchestration.publication.warehouse import publish_warehouse
from orchestration.release.catalogue import TABLES, TITLE_HISTORY
from orchestration.release.record import Corrects
from orchestration.release.relations import PARENTS, references
from tests.fixtures.little_release import MARTS, House, moved_final, unverified

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("invented")]

CORRECTION = Corrects(number=1, asked_by="Direction", reason="note de C-4 ressaisie")
ALL = (*TABLES.values(), TITLE_HISTORY)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with two releases of one edition, so that a key of the archive needs the number."""
    root = tmp_path_factory.mktemp("keys")
    house = House(root)
    house.release()
    house.marts(moved_final("C-4", 10_500_000))
    house.release(CORRECTION)
    return root


@pytest.fixture
def house(kept: Path, tmp_path: Path) -> House:
    """A copy of it."""
    shutil.copytree(kept, tmp_path, symlinks=True, dirs_exist_ok=True)
    return House(tmp_path)


@pytest.fixture(scope="module")
def published(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, as a BI tool opens it."""
    root = tmp_path_factory.mktemp("published")
    shutil.copytree(kept, root, symlinks=True, dirs_exist_ok=True)
    with unverified():
        path = publish_warehouse(House(root).settings)
    with duckdb.connect(str(path), read_only=True) as con:
        yield con


def keys(con: duckdb.DuckDBPyConnection, schema: str, kind: str) -> dict[tuple[str, str], list[str]]:
    """Columns of each constraint of a kind, by table and name, from information_schema alone."""
    found: dict[tuple[str, str], list[str]] = {}
    for table, name, column in con.execute(
        """
        SELECT k.table_name, k.constraint_name, k.column_name FROM information_schema.table_constraints AS c
        JOIN information_schema.key_column_usage AS k USING (table_schema, table_name, constraint_name)
        WHERE c.table_schema = ? AND c.constraint_type = ? ORDER BY k.table_name, k.constraint_name, k.ordinal_position
        """,
        [schema, kind],
    ).fetchall():
        found.setdefault((table, name), []).append(column)
    return found


def test_each_table_of_main_has_the_primary_key_of_the_contract(published: duckdb.DuckDBPyConnection) -> None:
    found = {table: columns for (table, _), columns in keys(published, "main", "PRIMARY KEY").items()}
    assert found == {table.name: list(table.keys) for table in ALL}


def test_each_table_of_the_archive_has_the_number_of_the_release_in_its_key(
    published: duckdb.DuckDBPyConnection,
) -> None:
    found = {table: columns for (table, _), columns in keys(published, "archive", "PRIMARY KEY").items()}
    with_number = {
        table.name: ["edition", "release", *(key for key in table.keys if key not in ("edition", "release"))]
        for table in (*TABLES.values(), RELEASES)
    }
    assert found == with_number


def test_a_place_in_the_chain_is_that_of_one_release(published: duckdb.DuckDBPyConnection) -> None:
    assert [columns for columns in keys(published, "archive", "UNIQUE").values()] == [["seq"]]
    assert keys(published, "main", "UNIQUE") == {}


def test_the_foreign_keys_of_main_lead_to_the_parents_that_are_listed(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        """
        SELECT table_name, referenced_table, constraint_column_names, referenced_column_names FROM duckdb_constraints()
        WHERE schema_name = 'main' AND constraint_type = 'FOREIGN KEY'
        """
    ).fetchall()
    assert sorted((child, parent, tuple(mine), tuple(theirs)) for child, parent, mine, theirs in rows) == sorted(
        (name, parent, columns, columns)
        for name, table in TABLES.items()
        for parent, columns in references(table).items()
    )
    assert {tuple(columns) for columns in keys(published, "main", "FOREIGN KEY").values()} == {
        columns for table in TABLES.values() for columns in references(table).values()
    }
    (count,) = published.execute("SELECT count(*) FROM information_schema.referential_constraints").fetchone() or (0,)
    assert count >= len(rows)


def test_every_table_leads_to_its_edition() -> None:
    """Only the edition itself refers to nothing, and no table refers to one that is filled after it."""
    order = list(TABLES)
    assert set(TABLES) - set(PARENTS) == {"dim_edition"}
    for name, parents in PARENTS.items():
        assert parents
        for parent in parents:
            assert order.index(parent) < order.index(name)
            assert set(TABLES[parent].keys) <= set(TABLES[name].names)


def test_the_archive_leads_to_its_releases(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        """
        SELECT table_name, referenced_table FROM duckdb_constraints()
        WHERE schema_name = 'archive' AND constraint_type = 'FOREIGN KEY'
        """
    ).fetchall()
    assert sorted(rows) == sorted(
        [("dim_edition", "release"), *((child, parent) for child, parents in PARENTS.items() for parent in parents)]
    )


BROKEN = [
    ("fct_contest", ("2031", "K-1", "C-1", "T999", "2030-10-01", "other", None, None)),
    ("fct_effort", ("2031", "C-9", 0, *[None] * 9)),
    ("dim_candidate", ("2031", "C-7", "eta", "Êta", "spas", "entered")),
]


@pytest.mark.parametrize(("table", "row"), BROKEN, ids=[table for table, _ in BROKEN])
def test_a_row_without_its_parent_is_published_by_nobody(house: House, table: str, row: tuple[object, ...]) -> None:
    """What stood before stands; so the file that readers open never holds such a row."""
    before = publish_warehouse(house.settings).resolve()
    rows = moved_final("C-4", 10_250_000)
    house.marts({**rows, table: [*{**MARTS.rows(), **rows}[table], row]})
    house.release(CORRECTION.model_copy(update={"number": 2}))
    with pytest.raises(PalmaresError, match=f"a row breaks a key of (main|archive).{table}"):
        publish_warehouse(house.settings)
    assert house.settings.published_db.resolve() == before


def test_the_file_itself_refuses_a_row_that_breaks_a_key(house: House, tmp_path: Path) -> None:
    """Repeated, empty, or without a parent: for whoever would copy the file and add to it."""
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(publish_warehouse(house.settings).read_bytes())
    with duckdb.connect(str(copy)) as con:
        for sql, complaint in (
            ("INSERT INTO fct_ranking SELECT * FROM fct_ranking LIMIT 1", "Duplicate key"),
            ("INSERT INTO category_outcome VALUES ('2031', NULL, 'elected')", "NOT NULL"),
            ("INSERT INTO category_outcome VALUES ('2031', 'spas', 'elected')", "foreign key"),
            ("INSERT INTO dim_candidate VALUES ('2031', 'C-8', 'x', 'X', NULL, 'entered')", "NOT NULL"),
        ):
            with pytest.raises(duckdb.ConstraintException, match=complaint):
                con.execute(sql)
