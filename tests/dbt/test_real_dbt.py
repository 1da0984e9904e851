"""dbt itself, as the pipeline runs it: `dbt build` on the file of a working warehouse, and its unit tests."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.compiled import Compiled
from orchestration.release.catalogue import DIGESTED
from orchestration.scoring import dbt as dbt_args
from orchestration.settings import Settings
from orchestration.storage.warehouse import connect
from tests.dbt import warehouse
from tests.dbt.conftest import Score
from tests.dbt.oracle import Oracle
from tests.dbt.worlds import World, random_world

pytestmark = pytest.mark.slow

EDITION = "2031"
TYPES = {"text": "VARCHAR", "time": "TIMESTAMP", "boolean": "BOOLEAN", "date": "DATE"}


def run_dbt(settings: Settings, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """One run of dbt on the edition's working warehouse, in a process of its own."""
    return subprocess.run(
        [dbt_args.dbt_executable(), *arguments, *dbt_args.profile_args()],
        env=dbt_args.environment(settings, EDITION),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def world() -> World:
    """An edition with all three components, in which a channel has no test."""
    worlds = (random_world(seed) for seed in range(1000))
    used = (world for world in worlds if all(row["weight"] for row in world["rulebook.component"]))
    return next(world for world in used if None in Oracle(world).final.values())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, world: World) -> Settings:
    """Palmarès after `dbt build` of that edition."""
    folder = tmp_path_factory.mktemp("palmares")
    settings = Settings(home=folder / "var", raw=folder / "raw")
    warehouse.write(settings.work_db(EDITION), world)
    run = run_dbt(settings, dbt_args.build_args())
    assert run.returncode == 0, run.stdout + run.stderr
    return settings


def results(settings: Settings) -> dict[str, str]:
    """Status of each node of the last run, by name."""
    path = dbt_args.target_path(settings, EDITION) / "run_results.json"
    return {node["unique_id"].split(".")[2]: node["status"] for node in json.loads(path.read_bytes())["results"]}


def query(settings: Settings, sql: str) -> list[dict[str, Any]]:
    """Rows of the working warehouse."""
    with connect(settings.work_db(EDITION), read_only=True) as con:
        return warehouse.rows(con, sql)


def test_a_build_makes_the_marts_that_the_compiled_sql_makes(built: Settings, world: World, score: Score) -> None:
    """One SQL, two ways to run it: the mutations that are scored in-process are scored by the real thing."""
    with score(world) as con, connect(built.work_db(EDITION), read_only=True) as real:
        for table in DIGESTED:
            sql = f"SELECT * FROM marts.{table.name} ORDER BY ALL"
            assert con.execute(sql).fetchall() == real.execute(sql).fetchall(), table.name


def test_the_marts_have_exactly_the_columns_of_the_contract(built: Settings) -> None:
    """Names and order of SPEC 8, as the release writes them; marks are whole numbers and decimals, never floats."""
    columns = query(built, "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns")
    order = query(built, "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'marts'")
    assert {row["table_schema"] for row in columns} == {"rulebook", "intake", "staging", "intermediate", "marts"}
    types = {(row["table_name"], row["column_name"]): row["data_type"] for row in columns}
    for table in DIGESTED:
        names = [row["column_name"] for row in order if row["table_name"] == table.name]
        assert names == list(table.names), table.name
        for column in table.columns:
            found = types[table.name, column.name]
            if column.type == "integer":
                assert found in ("INTEGER", "BIGINT"), column.name
            else:
                assert found == TYPES.get(column.type, column.type.upper()), column.name
    assert not [row for row in columns if row["data_type"] in ("DOUBLE", "FLOAT", "REAL")]
    assert {row["table_name"] for row in columns if row["table_schema"] == "marts"} == {t.name for t in DIGESTED}


def test_the_columns_that_are_documented_are_those_that_exist(built: Settings, manifest: Path) -> None:
    """Of all layers: contracts see to the marts, nothing else would to the views below."""
    nodes = json.loads(manifest.read_bytes())["nodes"].values()
    documented = {node["name"]: set(node["columns"]) for node in nodes if node["resource_type"] in ("model", "seed")}
    columns = query(built, "SELECT table_schema, table_name, column_name FROM information_schema.columns")
    made = [row for row in columns if row["table_schema"] in ("staging", "intermediate", "marts")]
    actual: dict[str, set[str]] = {}
    for row in made:
        actual.setdefault(row["table_name"], set()).add(row["column_name"])
    assert actual == documented


def test_descriptions_stand_in_the_file_that_analysts_open(built: Settings) -> None:
    """persist_docs writes them as comments."""
    (row,) = query(built, "SELECT comment FROM duckdb_tables() WHERE table_name = 'fct_ranking'")
    assert row["comment"].startswith("Final mark and rank")


def test_a_failed_data_test_is_a_warning_and_the_build_goes_on(built: Settings, compiled: Compiled) -> None:
    """The edition lacks tests on some channel: evidence for the gate, not an end of the run."""
    statuses = results(built)
    with connect(built.work_db(EDITION), read_only=True) as con:
        told = compiled.run_results(compiled.failures(con))
    assert {node["unique_id"].split(".")[2]: node["status"] for node in told["results"]} == {
        name: status for name, status in statuses.items() if name != "title_history"
    }
    assert set(statuses.values()) == {"success", "pass", "warn"}
    assert statuses["laureates"] == "success"


def test_a_second_build_over_the_first_gives_the_same_marts(built: Settings) -> None:
    """Tables are replaced, none is added to."""
    before = query(built, "SELECT * FROM marts.fct_ranking ORDER BY ALL")
    assert run_dbt(built, dbt_args.build_args(select="fct_channel_mark+")).returncode == 0
    assert query(built, "SELECT * FROM marts.fct_ranking ORDER BY ALL") == before


def test_the_unit_tests_of_the_formulas_pass(built: Settings) -> None:
    """Each formula, halves, ties, rechecks, conflicts, keep rules, bursts and outcomes, in dbt's own unit tests."""
    run = run_dbt(built, ["test", "--select", "test_type:unit"])
    assert run.returncode == 0, run.stdout
    path = dbt_args.target_path(built, EDITION) / "run_results.json"
    statuses = [node["status"] for node in json.loads(path.read_bytes())["results"]]
    assert len(statuses) >= 34
    assert set(statuses) == {"pass"}


def test_dbt_tells_nobody_of_its_runs(built: Settings) -> None:
    """No anonymous usage statistics: neither the cookie that they need nor a trace of sending."""
    assert not list(dbt_args.DBT_DIR.glob("**/.user.yml"))
    log = (dbt_args.target_path(built, EDITION) / "logs" / "dbt.log").read_text()
    assert "Sending event" not in log
