"""Great Expectations on DuckDB: an engine that keeps its connection, and a datasource of queries on one file.

Belongs here: what Great Expectations needs to be told about DuckDB. It costs seconds to import.
"""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.datasource.fluent.sql_datasource import QueryAsset, SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.pool import StaticPool

from orchestration.storage import engine_config

BATCH = "all"


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Great Expectations' SQL engine, keeping its connection: DuckDB's results and temporary tables die with it.

    It connects again to ask for the columns of a query; what it is given is the same connection.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, poolclass=StaticPool, isolation_level="AUTOCOMMIT", **kwargs)

    @contextlib.contextmanager
    def get_connection(self) -> Iterator[Any]:
        """The one connection of this engine."""
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """Give the file back: whoever writes it next must not find it held."""
        if self._connection:
            self._connection.close()
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """A SQL datasource on that engine; defining it adds `add_duckdb` to a context's data sources."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    execution_engine_override: ClassVar[Any] = DuckDBExecutionEngine


def add_datasource(context: Any, name: str, db_path: Path, tables: Iterable[str]) -> Any:
    """A datasource on a file, read-only, with an asset for each of these tables (which may be made later)."""
    return context.data_sources.add_duckdb(
        name,
        connection_string=f"duckdb:///{db_path}",
        kwargs={"connect_args": {"read_only": True, "config": engine_config()}},
        # All at once: each asset that is added alone has the whole datasource written down again.
        assets=[
            QueryAsset(
                name=table, query=f"SELECT * FROM {quoted(table)}", batch_definitions=[BatchDefinition(name=BATCH)]
            )
            for table in tables
        ],
    )


def quoted(table: str) -> str:
    """A table's name in SQL: of a schema, or a temporary one."""
    return table if "." in table else f'"{table}"'
