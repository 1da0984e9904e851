"""Dagster's event log on SQLite, with its connections kept.

Dagster's own storage opens an engine and a connection for each statement and closes them after it. Being the last one
to close a database in WAL mode, it then folds the log into the file and waits for the disk: a run of an edition has a
thousand events, and spent more time there than on the edition. The files are the same: each storage opens the
other's.

Belongs here: that, and nothing about events. On PostgreSQL (`deploy/server`) it is not used.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import _check as check
from dagster._config.config_schema import UserConfigSchema
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool, QueuePool

KEPT = 8
"""So many databases stay open: the one of all runs, and those of the runs that were looked at last."""


class KeptEventLogStorage(SqliteEventLogStorage):
    """Dagster's event log under `$DAGSTER_HOME/history/runs`, a database a run, as Dagster keeps it by default."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Nothing to choose: it stands where Dagster's own would."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "KeptEventLogStorage":
        """Raises KeyError where `DAGSTER_HOME` is not set: every process that Dagster starts has it."""
        return cls(str(Path(os.environ["DAGSTER_HOME"]) / "history" / "runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(check.str_param(shard, "shard"))
            with engine.connect() as connection, connection.begin():
                yield connection

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event as Dagster does, and touch the file of its run: the UI watches that to show a run as it goes,
        and what was committed stands in the log beside it. Who reads touches nothing: it would wake itself."""
        super().store_event(event)
        os.utime(self.path_for_shard(event.run_id))

    def _engine(self, shard: str) -> Engine:
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        while len(self._engines) >= KEPT:
            self._engines.popitem(last=False)[1].dispose()
        place, patience = self.conn_string_for_shard(shard), {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        if shard not in self._initialized_dbs:
            self._initdb(create_engine(place, poolclass=NullPool, connect_args=patience))
            self._initialized_dbs.add(shard)
        # One connection, handed from thread to thread: whoever has it holds the lock.
        kept = {**patience, "check_same_thread": False}
        engine = create_engine(place, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=kept)
        event.listen(engine, "connect", _synchronise_seldom)
        self._engines[shard] = engine
        return engine

    def wipe(self) -> None:
        """Forget all events; nothing may hold a database open that is deleted."""
        self._let_go()
        super().wipe()

    def dispose(self) -> None:
        """Close what is open."""
        self._let_go()
        super().dispose()

    def _let_go(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _synchronise_seldom(connection: Any, _: Any) -> None:
    """A killed process loses nothing; a machine without power may lose the last events. No evidence is among them."""
    connection.execute("PRAGMA synchronous=NORMAL")
