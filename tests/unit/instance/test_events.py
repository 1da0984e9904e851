"""Dagster's event log with kept connections: the same files, nothing lost, and seen by whoever watches."""

import os
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.storage.event_log import EventLogStorage, SqliteEventLogStorage
from sqlalchemy import text

from orchestration.instance.events import KEPT, KeptEventLogStorage
from orchestration.instance.home import DAGSTER_YAML

STORE = """
import os
import dagster as dg
with dg.DagsterInstance.get() as instance:
    instance.report_runless_asset_event(dg.AssetMaterialization("marks", partition="2026"))
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Dagster home with the configuration that is shipped."""
    (tmp_path / "dagster.yaml").write_bytes(DAGSTER_YAML.read_bytes())
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


@dg.asset
def marks() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 4})


def materialise(instance: dg.DagsterInstance) -> str:
    return dg.materialize([marks], instance=instance).run_id


def kinds(storage: EventLogStorage[dg.DagsterInstance], run_id: str) -> list[str]:
    return [
        record.event_log_entry.dagster_event_type.value
        for record in storage.get_records_for_run(run_id).records
        if record.event_log_entry.dagster_event_type
    ]


def test_the_shipped_configuration_uses_it_where_dagster_keeps_its_own(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, KeptEventLogStorage)
        run = materialise(instance)
    assert (home / "history" / "runs" / f"{run}.db").is_file()
    assert not list((home / "history" / "runs").glob("*-wal")), "closed, it leaves one file a database"


def test_either_storage_reads_what_the_other_wrote(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        ours = materialise(instance)
        told = kinds(instance.event_log_storage, ours)
    plain = {
        key: value for key, value in yaml.safe_load(DAGSTER_YAML.read_text()).items() if key != "event_log_storage"
    }
    (home / "dagster.yaml").write_text(yaml.safe_dump(plain))
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        assert kinds(instance.event_log_storage, ours) == told and "PIPELINE_SUCCESS" in told
        theirs = materialise(instance)
    (home / "dagster.yaml").write_bytes(DAGSTER_YAML.read_bytes())
    with dg.DagsterInstance.get() as instance:
        assert kinds(instance.event_log_storage, theirs) == told
        latest = instance.get_latest_materialization_event(dg.AssetKey("marks"))
        assert latest is not None and latest.run_id == theirs


def test_a_killed_process_loses_no_event(home: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", STORE], env=os.environ, check=False)
    assert killed.returncode == -9
    with dg.DagsterInstance.get() as instance:
        assert instance.get_latest_materialization_event(dg.AssetKey("marks")) is not None


def test_no_more_than_some_databases_stay_open(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, KeptEventLogStorage)
        for run in [f"run-{number}" for number in range(KEPT + 2)] * 2:
            with storage.run_connection(run) as connection:
                assert connection.execute(text("select count(*) from event_logs")).scalar() == 0
        opened = {Path(target) for fd in Path("/proc/self/fd").iterdir() if (target := linked(fd)).endswith(".db")}
        assert len([path for path in opened if path.is_relative_to(home / "history" / "runs")]) == KEPT


def linked(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # the descriptor that listed the folder
        return ""


def test_a_wiped_log_is_empty_and_goes_on(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        run = materialise(instance)
        instance.event_log_storage.wipe()
        assert kinds(instance.event_log_storage, run) == []
        again = materialise(instance)
        assert "PIPELINE_SUCCESS" in kinds(instance.event_log_storage, again)


def test_whoever_watches_a_run_hears_of_each_event_before_its_end(home: Path) -> None:
    """The UI watches the file of a run; with the connection kept, what is committed stands in a log beside it."""
    heard: list[str] = []
    with dg.DagsterInstance.get() as instance, dg.DagsterInstance.get() as watching:
        run = materialise(instance)
        heard.clear()
        watching.event_log_storage.watch(run, None, lambda entry, _: heard.append(entry.message))
        stored = instance.get_run_by_id(run)
        assert stored is not None
        instance.report_engine_event("one more", stored)
        until = time.monotonic() + 20
        while "one more" not in heard and time.monotonic() < until:
            time.sleep(0.05)
        assert "one more" in heard
        file = home / "history" / "runs" / f"{run}.db"
        before = file.stat().st_mtime_ns
        assert kinds(watching.event_log_storage, run)
        time.sleep(0.5)
        assert file.stat().st_mtime_ns == before, "who reads wakes nobody, and so not itself"
