"""Dagster's own state: dead runs are not shown as running, one server at a time, errors reach the terminal whole."""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from orchestration.defs.partitions import POOL
from orchestration.defs.runs import as_failure
from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.instance import launch, serving
from orchestration.instance.home import (
    LEFT_BEHIND,
    fail_run_left_behind,
    fail_runs_left_behind,
    register_editions,
)
from orchestration.instance.origin import LOCATION
from orchestration.progress import listening
from orchestration.run.context import PARTITION_TAG
from orchestration.run.locks import (
    edition_held,
    edition_is_free,
    hold_edition,
    hold_service,
    release_edition,
    turn_held,
)
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.words import say
from tests.fixtures.tiny import TinyEdition

pytestmark = pytest.mark.alone


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance on disk."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        yield made


def _run(instance: dg.DagsterInstance, edition: str, status: dg.DagsterRunStatus) -> str:
    run = create_run_for_test(instance, status=status, tags={PARTITION_TAG: edition}, run_id=str(uuid.uuid4()))
    return run.run_id


def _status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_run_in_progress_whose_edition_nobody_holds_is_closed_as_failed(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    dead = _run(instance, "2026", dg.DagsterRunStatus.STARTED)
    unborn = _run(instance, "2026", dg.DagsterRunStatus.NOT_STARTED)
    alive = _run(instance, "2027", dg.DagsterRunStatus.STARTED)
    done = _run(instance, "2026", dg.DagsterRunStatus.SUCCESS)
    with edition_held(settings, "2027", alive):
        assert set(fail_runs_left_behind(instance, settings)) == {dead, unborn}
    assert _status(instance, dead) == _status(instance, unborn) == dg.DagsterRunStatus.FAILURE
    assert _status(instance, alive) == dg.DagsterRunStatus.STARTED
    assert _status(instance, done) == dg.DagsterRunStatus.SUCCESS
    assert any(LEFT_BEHIND in entry.message for entry in instance.all_logs(dead))


def test_the_run_that_held_an_edition_last_is_closed_by_the_next_one(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    dead = _run(instance, "2026", dg.DagsterRunStatus.STARTED)
    hold_edition(settings, "2026", dead)
    release_edition(settings, "2026")
    assert edition_is_free(settings, "2026")
    before = hold_edition(settings, "2026", "the next run")
    release_edition(settings, "2026")
    assert before == dead
    fail_run_left_behind(instance, before)
    fail_run_left_behind(instance, None)
    fail_run_left_behind(instance, "a run that nobody knows")
    assert _status(instance, dead) == dg.DagsterRunStatus.FAILURE


def test_every_folder_of_deposits_is_an_edition(settings: Settings, instance: dg.DagsterInstance) -> None:
    (settings.raw / "2026").mkdir()
    assert register_editions(instance, settings) == ["2026"]
    assert register_editions(instance, settings) == []


def test_editions_stand_in_order_whenever_they_came_and_keep_what_was_made(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    def add(*new: str) -> list[str]:
        for edition in new:
            (settings.raw / edition).mkdir()
        assert register_editions(instance, settings) == sorted(new)
        return list(instance.get_dynamic_partitions("editions"))

    assert add("2026", "2028") == ["2026", "2028"]
    made = dg.AssetKey("made")
    instance.report_runless_asset_event(dg.AssetMaterialization(made, partition="2028"))
    assert add("2027", "2025-lounges") == ["2025-lounges", "2026", "2027", "2028"]
    assert instance.get_materialized_partitions(made) == {"2028"}
    assert add("2029") == ["2025-lounges", "2026", "2027", "2028", "2029"]
    instance.add_dynamic_partitions("editions", ["2024"])  # as the sensor adds one whose folder came later
    assert add() == ["2024", "2025-lounges", "2026", "2027", "2028", "2029"]


def test_a_second_server_on_the_same_state_is_refused(settings: Settings) -> None:
    lock = hold_service(settings, "ui")
    assert lock is not None
    try:
        with pytest.raises(InputError, match="already serves"):
            serving.serve_ui(settings, "127.0.0.1", 0)
    finally:
        os.close(lock)


def test_a_taken_port_is_said_before_anything_starts(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="cannot listen there"):
        serving.serve_ui(settings, "127.0.0.1", taken.getsockname()[1])
    assert not settings.home.exists()


def test_the_command_line_gets_the_error_that_the_step_raised(
    settings: Settings, tiny: TinyEdition, own_environment: None
) -> None:
    (tiny.write(settings.raw) / "candidates.csv").unlink()
    with pytest.raises(Refused, match=r"candidates\.csv") as refused:
        launch.prepare(settings, "2026")
    assert len(refused.value.reasons) == 1 and "How to mend it" in refused.value.reasons[0]
    assert edition_is_free(settings, "2026")
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs()
    assert run.tags[".dagster/repository"] == "__repository__@palmares"
    assert run.remote_job_origin is not None and run.remote_job_origin.job_name == "prepare_edition"
    assert LOCATION in (PROJECT_DIR / "deploy" / "workspace.yaml").read_text("utf-8")


def test_an_edition_waits_for_a_turn_and_says_so(settings: Settings, tiny: TinyEdition, own_environment: None) -> None:
    (tiny.write(settings.raw) / "candidates.csv").unlink()  # the run ends as soon as it may begin
    told: list[str] = []
    with ExitStack() as others:
        for _ in range(2):
            others.enter_context(turn_held(settings, 2))

        def hear(what: str, *_: object) -> None:
            told.append(what)
            others.close()

        with listening(hear), pytest.raises(Refused, match=r"candidates\.csv"):
            launch.prepare(settings, "2026")
    assert told[0] == say("turn.waits", turns=2)
    with dg.DagsterInstance.get() as instance:
        instance.event_log_storage.set_concurrency_slots(POOL, 3)
        assert launch.turns(instance) == 3, "what is set under Deployment, Concurrency"


def test_a_failure_in_the_ui_has_what_where_and_how_as_parts() -> None:
    told = as_failure(InputError("it is torn", "votes.csv", "ask again"))
    assert told.description == "votes.csv: it is torn\n  How to mend it: ask again" and not told.allow_retries
    assert list(told.metadata) == ["what is wrong", "where", "how to mend it"]
    assert list(as_failure(InputError("it is torn")).metadata) == ["what is wrong"]
    assert list(as_failure(Refused(["one", "two"])).metadata) == ["reason 1", "reason 2"]
    assert as_failure(PalmaresError("it is held")).metadata == {}
