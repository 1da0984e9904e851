"""The marks of a working warehouse made on Spark: its rows over, the same dbt project there, its tables back.

Belongs here: handing over, having it done, taking back, in the pipeline's environment. What runs in Spark's is
`deploy/spark/score.py`, in a process of its own; whether Spark is there at all, and the note of it, `engine.py`.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import PalmaresError
from orchestration.scoring.dbt import dbt_executable, ensure_manifest, environment, profile_args
from orchestration.scoring.engine import ENVIRONMENT, PYTHON, check_spark, note
from orchestration.scoring.say import say
from orchestration.settings import PROJECT_DIR, Settings, engine_threads, memory_allowed
from orchestration.storage import connect, listed, literal, quoted, write_atomic
from orchestration.units import MIB

if TYPE_CHECKING:
    import duckdb

Manifest = Mapping[str, Any]

ROWS = ("intake", "rulebook")
"""The schemas that intake writes and the models read."""
LEAST_WORKER = 512
"""MiB: a worker of Spark takes no task with less."""
LOG = "spark.log"
TAIL = 2000
"""Letters of the log's end that an error says."""


@dataclass(frozen=True)
class Scored:
    """What Spark told of itself, and how many rows were taken back."""

    packages: Mapping[str, str]
    executors: int
    seconds: float
    rows: int


def work_folder(settings: Settings, edition: str) -> Path:
    """Where rows and tables lie on their way to Spark and back."""
    return settings.home / "spark" / edition


def score_on_spark(
    settings: Settings, warehouse: Path, folder: Path, account: Path, more: Iterable[str] = ()
) -> Scored:
    """Make the marks of a working warehouse on Spark and put them in the place of those that stand, all or none.

    `folder` is made anew and stays. `account` is where dbt's own account of the build goes, for the checks to read.
    `more` are further arguments of `deploy/spark/score.py`. Raises PalmaresError when Spark is not there, or cannot.
    """
    check_spark()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    manifest = json.loads(ensure_manifest().read_bytes())
    built = empty_build(settings, warehouse, folder / "built", manifest)
    with connect(warehouse, read_only=True) as con:
        hand_over(con, manifest, folder / "rows")
    report = score(folder, [*_share(), *more])
    with connect(warehouse) as con:
        rows = take_back(
            con, built, spark=folder / "home" / "warehouse", manifest=manifest, packages=report["packages"]
        )
    account.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", "run_results.json"):
        write_atomic(account / name, (folder / "dbt" / name).read_bytes())
    return Scored(report["packages"], report["executors"], report["seconds"], rows)


def empty_build(settings: Settings, warehouse: Path, folder: Path, manifest: Manifest) -> Path:
    """A warehouse of the same name in which DuckDB's dbt made every table and view of no rows at all: their columns,
    types, `NOT NULL`, descriptions and order; and the seeds, which need no engine. Raises PalmaresError with dbt's
    words."""
    folder.mkdir()
    built = folder / warehouse.name
    with connect(built) as con:
        con.execute(f"ATTACH {literal(str(warehouse))} AS work (READ_ONLY)")
        for schema, table in sources(manifest):
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
            con.execute(f"CREATE TABLE {_name(schema, table)} AS FROM work.{_name(schema, table)} LIMIT 0")
    paths = {"DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder / "logs")}
    kinds = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    command = [dbt_executable(), "--quiet", "build", *kinds, *profile_args()]
    variables = {**environment(settings, None, warehouse=str(built)), **paths}
    run = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if run.returncode:
        raise PalmaresError(say("engine.no_tables", said=(run.stdout + run.stderr)[-TAIL:].strip()))
    return built


def hand_over(con: "duckdb.DuckDBPyConnection", manifest: Manifest, rows: Path) -> None:
    """Write the tables that the models read, and no others, as Parquet: `rows/<schema>/<table>/`."""
    for schema, table in sources(manifest):
        place = rows / schema / table
        place.mkdir(parents=True)
        con.execute(f"COPY {_name(schema, table)} TO {literal(str(place / 'rows.parquet'))} (FORMAT parquet)")


def _share() -> list[str]:
    """A worker for each thread that DuckDB would have; together they take the half that DuckDB would take."""
    workers = engine_threads() or os.cpu_count() or 1
    memory = max(LEAST_WORKER, memory_allowed() // 2 // MIB // workers)
    return ["--workers", str(workers), "--memory", f"{memory}m"]


def score(folder: Path, more: Iterable[str]) -> Mapping[str, Any]:
    """Have Spark make the marks; what it told of itself. What it says goes into `spark.log`; raises PalmaresError with
    the end of that when it could not."""
    command = [str(ENVIRONMENT / PYTHON), "-m", "deploy.spark.score", "--rows", str(folder / "rows")]
    command += ["--home", str(folder / "home"), "--target-path", str(folder / "dbt"), *more]
    log = folder / LOG
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=PROJECT_DIR, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        with ending_with_us(process.pid):
            process.wait()
    if process.returncode:
        raise PalmaresError(say("engine.failed", log=log, said=log.read_text("utf-8", "replace")[-TAIL:].strip()))
    report: Mapping[str, Any] = json.loads((folder / "home" / "told.json").read_bytes())
    return report


@contextmanager
def ending_with_us(pid: int) -> Iterator[None]:
    """Have a process killed if this one is, inside the block: no child of ours, it would go on working for nobody."""
    watch = ["/bin/sh", "-c", 'read done || kill -9 "$0"', str(pid)]  # it reads nothing more when we are gone
    watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        watcher.communicate(b"done\n")


def take_back(
    con: "duckdb.DuckDBPyConnection", built: Path, spark: Path, manifest: Manifest, packages: Mapping[str, str]
) -> int:
    """Put Spark's tables in the place of those that stand, in the columns and types of `built`, with the note of who
    made them; counts the rows. All or none: an empty cell where the contract has none, a number that does not fit, a
    column that is missing raises PalmaresError, and nothing is changed."""
    con.execute(f"ATTACH {literal(str(built))} AS built (READ_ONLY)")
    on_spark, counted = set(tables(manifest)), 0
    con.execute("BEGIN")
    try:
        again = _made_anew(con)
        for schema, table, columns in again:
            files = literal(str(spark / f"{schema}.db" / table / "*.parquet"))
            rows = f"read_parquet({files})" if (schema, table) in on_spark else f"built.{_name(schema, table)}"
            counted += _filled(con, _name(schema, table), listed(columns), rows)
        if missing := on_spark - {(schema, table) for schema, table, _ in again}:
            raise PalmaresError(say("engine.not_taken", table=", ".join(map(".".join, sorted(missing))), why="–"))
        for view in _views(con, manifest):
            con.execute(view)
        note(con, packages)
    except BaseException:
        con.execute("ROLLBACK")
        raise
    else:
        con.execute("COMMIT")
    finally:
        con.execute("DETACH built")
    return counted


_OF_BUILT = f"database_name = 'built' AND NOT internal AND schema_name NOT IN ({', '.join(map(literal, ROWS))})"


def _made_anew(con: "duckdb.DuckDBPyConnection") -> list[tuple[str, str, list[str]]]:
    """Make the tables of the attached `built` here, without a row, and in place of all that stands in their schemas."""
    answer = con.execute(f"SELECT schema_name, table_name, sql FROM duckdb_tables() WHERE {_OF_BUILT} ORDER BY ALL")
    statements = answer.fetchall()
    views = con.execute(f"SELECT schema_name FROM duckdb_views() WHERE {_OF_BUILT}").fetchall()
    for schema in sorted({row[0] for row in [*statements, *views]}):
        con.execute(f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")
        con.execute(f"CREATE SCHEMA {quoted(schema)}")
    for _, _, sql in statements:
        con.execute(sql)
    return [(schema, table, _described(con, schema, table)) for schema, table, _ in statements]


def _views(con: "duckdb.DuckDBPyConnection", manifest: Manifest) -> Iterator[str]:
    """What makes each view of `built` here, one after those that it reads."""
    views = con.execute(f"SELECT schema_name, view_name, sql FROM duckdb_views() WHERE {_OF_BUILT}").fetchall()
    statements = {(schema, name): sql for schema, name, sql in views}
    needs = {key: node.get("depends_on", {}).get("nodes", ()) for key, node in manifest["nodes"].items()}
    for key in TopologicalSorter(needs).static_order():
        node = manifest["nodes"].get(key, {"schema": "", "name": ""})
        if (sql := statements.get((node["schema"], node["name"]))) is not None:
            yield sql


def _described(con: "duckdb.DuckDBPyConnection", schema: str, table: str) -> list[str]:
    """Give a table and its columns the descriptions that they have in `built`; the names of the columns."""
    place, name = [schema, table], _name(schema, table)
    of = "WHERE database_name = 'built' AND schema_name = ? AND table_name = ?"
    ((words,),) = con.execute(f"SELECT comment FROM duckdb_tables() {of}", place).fetchall()
    if words is not None:
        con.execute(f"COMMENT ON TABLE {name} IS {literal(words)}")
    columns = con.execute(f"SELECT column_name, comment FROM duckdb_columns() {of} ORDER BY column_index", place)
    described = columns.fetchall()
    for column, words in described:
        if words is not None:
            con.execute(f"COMMENT ON COLUMN {name}.{quoted(column)} IS {literal(words)}")
    return [column for column, _ in described]


def _filled(con: "duckdb.DuckDBPyConnection", name: str, columns: str, rows: str) -> int:
    import duckdb  # `status` asks this room without it

    try:
        row = con.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {rows}").fetchone()
    except duckdb.Error as error:  # its own words may quote a cell
        raise PalmaresError(say("engine.not_taken", table=name, why=type(error).__name__)) from error
    return int(row[0]) if row else 0


def tables(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Schema and name of each table that dbt makes of rows; views and seeds need no taking back."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table":
            yield node["schema"], node["name"]


def sources(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Schema and name of each table that the models read."""
    for source in manifest["sources"].values():
        if source["source_name"] in ROWS:
            yield source["schema"], source["name"]


def _name(schema: str, table: str) -> str:
    return f"{quoted(schema)}.{quoted(table)}"
