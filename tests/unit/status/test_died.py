"""Runs that died are named by whoever looks, without Dagster, and no other run is."""

import json
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from orchestration.instance import prepare_dagster_home
from orchestration.run import PARTITION_TAG, YOUNG, hold_edition, release_edition
from orchestration.settings import Settings
from orchestration.status import describe
from orchestration.status.died import died_runs

STATUS = dg.DagsterRunStatus
LATER = datetime.now(UTC) + timedelta(days=1)  # since this file was read; the tests before it may take an hour


@pytest.fixture
def instance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance of these settings, as it is shipped."""
    monkeypatch.setenv("DAGSTER_HOME", str(settings.home))  # so that it is put back
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        yield instance


def launched(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, edition: str = "2026") -> str:
    run = dg.DagsterRun("prepare_edition", str(uuid.uuid4()), status=status, tags={PARTITION_TAG: edition})
    return instance.add_run(run).run_id


@pytest.mark.parametrize("status", [STATUS.NOT_STARTED, STATUS.STARTING, STATUS.STARTED, STATUS.CANCELING])
def test_a_run_under_way_that_nobody_does_is_dead(
    instance: dg.DagsterInstance, settings: Settings, status: dg.DagsterRunStatus
) -> None:
    run = launched(instance, status)
    assert [one.run_id for one in died_runs(settings, "2026", LATER)] == [run]
    assert died_runs(settings, "2027", LATER) == ()


@pytest.mark.parametrize("status", [STATUS.SUCCESS, STATUS.FAILURE, STATUS.CANCELED])
def test_one_that_ended_is_not(instance: dg.DagsterInstance, settings: Settings, status: dg.DagsterRunStatus) -> None:
    launched(instance, status)
    assert died_runs(settings, "2026", LATER) == ()


def test_one_that_was_launched_just_now_may_not_have_begun(instance: dg.DagsterInstance, settings: Settings) -> None:
    launched(instance, STATUS.STARTING)
    assert died_runs(settings, "2026") == ()
    assert died_runs(settings, "2026", datetime.now(UTC) + YOUNG - timedelta(seconds=20)) == ()


def test_one_that_held_its_edition_is_dead_as_soon_as_it_is_free(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run = launched(instance, STATUS.STARTED)
    hold_edition(settings, "2026", run)
    try:
        assert died_runs(settings, "2026", LATER) == (), "it is at work"
    finally:
        release_edition(settings, "2026")
    (died,) = died_runs(settings, "2026")
    assert died.run_id == run
    (settings.raw / "2026").mkdir()
    (settings.raw / "2026" / "candidates.csv").write_text("x")
    state = describe(settings, "2026")
    assert [line for line in state.lines() if run[:8] in line and "it was killed, or the machine stopped" in line]
    assert json.loads(json.dumps(state.data))["died_runs"] == [died.data]


def test_a_damaged_or_strange_list_of_runs_says_nothing(settings: Settings) -> None:
    folder = settings.home / "dagster" / "history"
    folder.mkdir(parents=True)
    assert died_runs(settings, "2026") == ()
    (folder / "runs.db").write_bytes(b"no database" * 99)
    assert died_runs(settings, "2026") == ()
    (folder / "runs.db").unlink()
    with sqlite3.connect(folder / "runs.db") as con:
        con.execute("CREATE TABLE runs (run_id, status)")
    assert died_runs(settings, "2026") == ()


def test_who_looks_waits_for_no_dagster() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, orchestration.status.died; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "dagster" not in told.stdout.split()
