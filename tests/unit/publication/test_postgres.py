"""The same tables in a real PostgreSQL server: keys, descriptions, one transaction, readers who never wait or fail."""

import os
import threading
from collections.abc import Callable
from typing import Any

import duckdb
import psycopg
import pytest

from orchestration.errors import InputError, PalmaresError
from orchestration.publication import copy_to_postgres, publish_warehouse
from orchestration.publication.postgres import OURS, READER, SCHEMAS, definitions
from orchestration.release import TABLES, Corrects
from tests.fixtures.little_release import House, moved_final
from tests.fixtures.postgres_server import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("invented")]
PUBLICATIONS, READS = (50, 20_000) if os.environ.get("PALMARES_ATTACKS") == "full" else (3, 100)


@pytest.fixture
def house(shown_house: Callable[[], House]) -> House:
    """An edition with one published release."""
    return shown_house()


@pytest.fixture
def server(postgres: PostgresServer) -> PostgresServer:
    """The server without anything of ours."""
    with psycopg.connect(postgres.url) as con:
        for schema in SCHEMAS.values():
            con.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())
    return postgres


def ask(server: PostgresServer, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(server.url) as con:
        return con.execute(query.encode(), values or None).fetchall()


def correct(house: House, micro: int, number: int) -> None:
    """Publish a release in which a mark has moved."""
    house.marts(moved_final("C-1", micro))
    house.release(Corrects(number=number, asked_by="direction", reason="ressaisie"))
    publish_warehouse(house.settings)


def test_the_server_holds_the_very_rows_that_are_published(house: House, server: PostgresServer) -> None:
    copied = copy_to_postgres(house.settings.published_db, server.url)
    assert copied.server == "127.0.0.1/postgres"
    assert copied.notice is None
    with duckdb.connect(str(house.settings.published_db), read_only=True) as con:
        for schema, there in SCHEMAS.items():
            for table in definitions(con, schema):
                rows = con.execute(f'SELECT {table.names} FROM {schema}."{table.name}" ORDER BY ALL').fetchall()
                copy = ask(server, f'SELECT {table.names} FROM {there}."{table.name}"')
                assert sorted(map(repr, copy)) == sorted(map(repr, rows)), table.name
                assert copied.rows[f"{there}.{table.name}"] == len(rows)


def test_whole_numbers_stay_whole_and_columns_are_described(house: House, server: PostgresServer) -> None:
    copy_to_postgres(house.settings.published_db, server.url)
    types = dict(
        ask(
            server,
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'palmares' AND table_name = 'fct_ranking'",
        )
    )
    assert (types["final_micro"], types["final"], types["eligible"]) == ("bigint", "numeric", "boolean")
    [(comment,)] = ask(
        server,
        "SELECT col_description('palmares.fct_ranking'::regclass, ordinal_position::int)"
        " FROM information_schema.columns WHERE table_schema = 'palmares' AND table_name = 'fct_ranking'"
        " AND column_name = 'final_micro'",
    )
    assert comment == next(c.comment for c in TABLES["fct_ranking"].columns if c.name == "final_micro")


KEYS = """
    SELECT c.table_schema, c.table_name, c.constraint_type, k.constraint_name, k.column_name
    FROM information_schema.table_constraints AS c
    JOIN information_schema.key_column_usage AS k USING (constraint_schema, constraint_name, table_schema, table_name)
    WHERE c.table_schema = ANY(%s) ORDER BY c.table_schema, c.table_name, k.constraint_name, k.ordinal_position
"""
REFERRED = """
    SELECT r.constraint_schema, k.table_name, r.constraint_name, k.table_schema
    FROM information_schema.referential_constraints AS r
    JOIN information_schema.table_constraints AS k
    ON r.unique_constraint_schema = k.constraint_schema AND r.unique_constraint_name = k.constraint_name
    WHERE r.constraint_schema = ANY(%s)
"""


def test_keys_of_the_file_are_keys_of_the_server_for_whoever_only_reads(house: House, server: PostgresServer) -> None:
    """Every table, through information_schema as BI tools look for them, which hides keys from a mere SELECT."""
    copy_to_postgres(house.settings.published_db, server.url)
    with duckdb.connect(str(house.settings.published_db), read_only=True) as con:
        declared = {there: definitions(con, schema) for schema, there in SCHEMAS.items()}
    with psycopg.connect(server.url) as con_there:
        con_there.execute(f"SET ROLE {READER}".encode())
        rows = con_there.execute(KEYS.encode(), [[*SCHEMAS.values()]]).fetchall()
        parents = con_there.execute(REFERRED.encode(), [[*SCHEMAS.values()]]).fetchall()
    keys: dict[tuple[str, ...], list[str]] = {}
    for schema, table, kind, name, column in rows:
        keys.setdefault((schema, table, kind, name), []).append(column)
    referred = {(schema, name): parent for schema, parent, name, home in parents if home == schema}
    found = sorted(
        (schema, table, referred.get((schema, name), ""), tuple(columns))
        for (schema, table, _, name), columns in keys.items()
    )
    assert found == sorted(
        (there, table.name, parent, columns)
        for there, tables in declared.items()
        for table in tables
        for parent, columns in [
            ("", table.primary),
            *(("", own) for own in table.unique),
            *((parent, own) for parent, own, _ in table.references),
        ]
    )
    assert len(found) == len(parents) + sum(map(len, declared.values())) + 1 and len(parents) > 40


def test_whoever_sees_the_keys_can_tie_nothing_to_them(house: House, server: PostgresServer) -> None:
    """A foreign key of a reader's own table would stop the next publication."""
    copy_to_postgres(house.settings.published_db, server.url)
    with psycopg.connect(server.url, autocommit=True) as con:
        con.execute("CREATE SCHEMA IF NOT EXISTS theirs")
        con.execute(f"GRANT ALL ON SCHEMA theirs TO {READER}".encode())
        con.execute(f"SET ROLE {READER}".encode())
        granted = con.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.column_privileges"
            " WHERE privilege_type = 'REFERENCES'"
        ).fetchall()
        assert len(granted) == len({(schema, table) for schema, table, _ in granted}) > 50
        for schema, table, column in granted:
            with pytest.raises(psycopg.errors.InvalidForeignKey):
                con.execute(f'CREATE TABLE theirs.mine (a text REFERENCES {schema}."{table}" ("{column}"))'.encode())
        for key in ("dim_edition (edition)", "dim_candidate (edition, candidate_id)"):
            columns = key.partition("(")[2].rstrip(")")
            fields = ", ".join(f"{one} text" for one in columns.split(", "))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                con.execute(
                    f"CREATE TABLE theirs.mine ({fields}, FOREIGN KEY ({columns}) REFERENCES palmares.{key})".encode()
                )
        con.execute("RESET ROLE")
        con.execute("DROP SCHEMA theirs")


def test_another_publication_replaces_all_and_another_call_nothing(house: House, server: PostgresServer) -> None:
    copy_to_postgres(house.settings.published_db, server.url)
    correct(house, 15_000_000, 1)
    first = copy_to_postgres(house.settings.published_db, server.url)
    assert ask(server, "SELECT final_micro FROM palmares.fct_ranking WHERE candidate_id = 'C-1'") == [(15_000_000,)]
    assert copy_to_postgres(house.settings.published_db, server.url) == first


@pytest.mark.sampled
def test_readers_see_one_publication_whole_and_never_wait(house: House, server: PostgresServer) -> None:
    """Each reader sees a mark and the release that it belongs to; neither an error, nor one without the other.

    PALMARES_ATTACKS=full reads 20 000 times during 50 publications.
    """
    marks = {1: 16_123_456}
    copy_to_postgres(house.settings.published_db, server.url)
    stop, seen, wrong = threading.Event(), [], []

    def read() -> None:
        with psycopg.connect(server.url, autocommit=True) as con:
            while not stop.is_set():
                row = con.execute(
                    "SELECT e.release, r.final_micro FROM palmares.dim_edition AS e JOIN palmares.fct_ranking AS r"
                    " USING (edition) WHERE candidate_id = 'C-1'"
                ).fetchall()
                seen.append(row)
                if len(row) != 1 or marks.get(row[0][0]) != row[0][1]:
                    wrong.append(row)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(2, PUBLICATIONS + 2):
        marks[number] = 15_000_000 + number
        correct(house, marks[number], number - 1)
        copy_to_postgres(house.settings.published_db, server.url)
    stop.set()
    for reader in readers:
        reader.join(30)
    assert wrong == []
    assert len(seen) >= READS


def test_the_reader_reads_and_does_nothing_else(house: House, server: PostgresServer) -> None:
    copy_to_postgres(house.settings.published_db, server.url)
    with psycopg.connect(server.url, autocommit=True) as con:
        con.execute(f"SET ROLE {READER}".encode())
        assert con.execute("SELECT count(*) FROM palmares.laureates").fetchall()
        for statement in ("DELETE FROM palmares.laureates", "CREATE TABLE palmares.mine (a int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                con.execute(statement.encode())
    settings = ask(server, "SELECT unnest(rolconfig) FROM pg_roles WHERE rolname = %s", READER)
    assert {value for (value,) in settings} == {"statement_timeout=60s", "default_transaction_read_only=on"}


def test_a_user_who_may_make_no_roles_is_told_and_served(house: House, server: PostgresServer) -> None:
    with psycopg.connect(server.url, autocommit=True) as con:
        con.execute("DROP OWNED BY bi_reader; DROP ROLE IF EXISTS bi_reader" if _has_reader(con) else "SELECT 1")
        con.execute("DROP ROLE IF EXISTS plain")
        con.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        con.execute("GRANT CREATE ON DATABASE postgres TO plain")
    url = f"postgresql://plain:plain@127.0.0.1:{server.port}/postgres"
    copied = copy_to_postgres(house.settings.published_db, url)
    assert copied.notice is not None
    assert READER in copied.notice
    assert ask(server, "SELECT count(*) FROM palmares.laureates") == [(1,)]
    with psycopg.connect(server.url, autocommit=True) as con:
        con.execute("DROP OWNED BY plain CASCADE; DROP ROLE plain")


def _has_reader(con: "psycopg.Connection[Any]") -> bool:
    return con.execute("SELECT 1 FROM pg_roles WHERE rolname = 'bi_reader'").fetchone() is not None


def test_a_schema_of_somebody_else_is_left_alone(house: House, server: PostgresServer) -> None:
    with psycopg.connect(server.url) as con:
        con.execute("CREATE SCHEMA palmares")
        con.execute("CREATE TABLE palmares.theirs (a int)")
    with pytest.raises(PalmaresError, match="did not make"):
        copy_to_postgres(house.settings.published_db, server.url)
    assert ask(server, "SELECT count(*) FROM palmares.theirs") == [(0,)]


def test_tables_of_another_shape_are_made_anew(house: House, server: PostgresServer) -> None:
    copy_to_postgres(house.settings.published_db, server.url)
    with psycopg.connect(server.url) as con:
        con.execute(f"COMMENT ON SCHEMA palmares IS '{OURS}of before'".encode())
        con.execute("DROP TABLE palmares.laureates CASCADE")
    copy_to_postgres(house.settings.published_db, server.url)
    assert ask(server, "SELECT count(*) FROM palmares.laureates") == [(1,)]


def test_a_server_that_is_away_undoes_nothing_and_gets_the_same_later(house: House, server: PostgresServer) -> None:
    copy_to_postgres(house.settings.published_db, server.url)
    before = ask(server, "SELECT final_micro FROM palmares.fct_ranking ORDER BY candidate_id")
    correct(house, 14_500_000, 1)
    server.control("-m", "fast", "stop")
    try:
        with pytest.raises(PalmaresError, match="the release stands") as away:
            copy_to_postgres(house.settings.published_db, server.url)
    finally:
        server.start()
    assert "secret" not in str(away.value)
    assert ask(server, "SELECT final_micro FROM palmares.fct_ranking ORDER BY candidate_id") == before
    copy_to_postgres(house.settings.published_db, server.url)
    assert (14_500_000,) in ask(server, "SELECT final_micro FROM palmares.fct_ranking")


def test_a_failure_in_the_middle_leaves_what_was_there(
    house: House, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_to_postgres(house.settings.published_db, server.url)
    correct(house, 14_500_000, 1)

    def fail(*_: object) -> str:
        raise psycopg.errors.DiskFull("no room")

    monkeypatch.setattr("orchestration.publication.postgres._grant", fail)
    with pytest.raises(PalmaresError, match="holds what it held before"):
        copy_to_postgres(house.settings.published_db, server.url)
    assert (16_123_456,) in ask(server, "SELECT final_micro FROM palmares.fct_ranking")


@pytest.mark.parametrize("url", ["mysql://x/y", "palmares", "", "host=localhost"])
def test_what_is_no_address_is_refused(house: House, url: str) -> None:
    with pytest.raises(InputError, match="not the address"):
        copy_to_postgres(house.settings.published_db, url)
