"""The dbt project's SQL without dbt: compiled once, then run in-process on any DuckDB connection.

Belongs here: taking models and data tests out of a manifest and running them in order. An edition is computed by dbt
itself; this serves those who compute thousands of variants (`benchmarks/mutation`, property tests), for which dbt's
seconds of start-up are too many. The SQL is the same, byte for byte, but for the name of the database.

    compiled = Compiled.from_manifest(compile_project(folder))
    with connect(":memory:") as con:
        ...                                 # fill the schemas rulebook and intake
        compiled.run(con)                   # staging, intermediate, marts; again after a change of the rows
        failures = compiled.failures(con)   # what the data tests find; `run_results` says it as dbt would
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import InputError
from orchestration.scoring.dbt import DBT_DIR, write_manifest

MAX_KEYS = 20
"""Failing rows that are told; all are counted."""


@dataclass(frozen=True)
class Model:
    """One model: dbt's id of it, where it stands, whether it is a view, and the query it is made by."""

    unique_id: str
    name: str
    schema: str
    is_view: bool
    sql: str

    @property
    def statement(self) -> str:
        """What makes it, in place of one that is there."""
        kind = "VIEW" if self.is_view else "TABLE"
        return f'CREATE OR REPLACE {kind} "{self.schema}"."{self.name}" AS {self.sql}'


@dataclass(frozen=True)
class DataTest:
    """One data test: dbt's id of it, the check whose evidence it is, and the query that returns the failing rows."""

    unique_id: str
    name: str
    check: str
    sql: str


@dataclass(frozen=True)
class Failure:
    """A data test that found rows: how many, and the first of them as text, in order."""

    test: str
    check: str
    count: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Compiled:
    """Models in the order in which they can be made, and the data tests by name."""

    models: tuple[Model, ...]
    tests: tuple[DataTest, ...]

    @classmethod
    def from_manifest(cls, path: Path) -> "Compiled":
        """Read a manifest of `dbt compile`, `run` or `build`. Raises InputError for one that is not compiled."""
        manifest = json.loads(path.read_bytes())
        nodes: Mapping[str, Any] = manifest["nodes"]
        relations = _relations([*nodes.values(), *manifest["sources"].values()])
        models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
        order = TopologicalSorter(
            {key: set(node["depends_on"]["nodes"]) & models.keys() for key, node in models.items()}
        )
        order.prepare()
        ordered: list[str] = []
        while ready := sorted(order.get_ready()):
            ordered.extend(ready)
            order.done(*ready)
        tests = sorted(key for key, node in nodes.items() if node["resource_type"] == "test")
        return cls(
            models=tuple(_model(models[key], relations, path) for key in ordered),
            tests=tuple(_test(nodes[key], relations, path) for key in tests),
        )

    def run(self, con: duckdb.DuckDBPyConnection) -> None:
        """Make all models anew, in one transaction, from the schemas `rulebook` and `intake` of this connection."""
        con.execute("BEGIN")
        try:
            for schema in sorted({model.schema for model in self.models}):
                con.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            for model in self.models:
                con.execute(model.statement)
        except BaseException:
            con.execute("ROLLBACK")
            raise
        con.execute("COMMIT")

    def failures(self, con: duckdb.DuckDBPyConnection) -> list[Failure]:
        """Run the data tests on what `run` made; only those that found rows are told."""
        return [failure for test in self.tests if (failure := run_test(con, test)) is not None]

    def run_results(self, failures: Iterable[Failure]) -> dict[str, Any]:
        """What dbt writes as `run_results.json` of a build that made every model and whose tests found these rows."""
        counts = {failure.test: failure.count for failure in failures}
        built = [{"unique_id": model.unique_id, "status": "success", "failures": None} for model in self.models]
        tested = [
            {
                "unique_id": test.unique_id,
                "status": "warn" if test.name in counts else "pass",
                "failures": counts.get(test.name, 0),
            }
            for test in self.tests
        ]
        return {"results": [*built, *tested]}


def run_test(con: duckdb.DuckDBPyConnection, test: DataTest) -> Failure | None:
    """Run one data test; None when it found no row."""
    counted = con.execute(f"SELECT count(*) FROM ({test.sql}) AS found").fetchone()
    count = counted[0] if counted else 0
    if not count:
        return None
    rows = con.execute(f"SELECT * FROM ({test.sql}) AS found ORDER BY ALL LIMIT {MAX_KEYS}").fetchall()
    keys = tuple(" / ".join("" if value is None else str(value) for value in row) for row in rows)
    return Failure(test.name, test.check, count, keys)


def compile_project(target: Path, project: Path = DBT_DIR) -> Path:
    """Compile the dbt project into a folder, on no warehouse at all, and return the manifest with its SQL.

    Raises PalmaresError with dbt's own words when it does not compile.
    """
    return write_manifest(["compile"], project, target)


def _relations(nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Every relation's name as compiled, and the same without the database it was compiled for."""
    return {
        node["relation_name"]: '"{}"."{}"'.format(node["schema"], node.get("alias") or node["identifier"])
        for node in nodes
        if node.get("relation_name")
    }


def _sql(node: Mapping[str, Any], relations: Mapping[str, str], path: Path) -> str:
    sql = node.get("compiled_code")
    if not isinstance(sql, str):
        raise InputError(f"{node['name']} is not compiled", str(path), "make the manifest with `dbt compile`")
    for named, short in relations.items():
        sql = sql.replace(named, short)
    return sql


def _model(node: Mapping[str, Any], relations: Mapping[str, str], path: Path) -> Model:
    is_view = node["config"]["materialized"] == "view"
    return Model(
        node["unique_id"], node["alias"], schema=node["schema"], is_view=is_view, sql=_sql(node, relations, path)
    )


def _test(node: Mapping[str, Any], relations: Mapping[str, str], path: Path) -> DataTest:
    return DataTest(node["unique_id"], node["name"], node["config"]["meta"]["check"], _sql(node, relations, path))
