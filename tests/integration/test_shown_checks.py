"""A real run of an edition whose custody is broken: what was found is red, what nobody came to is skipped."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context
from dagster._core.loader import LoadingContext
from dagster._core.storage import asset_check_state as state
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecord as Execution
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionResolvedStatus as Status
from dagster_graphql.schema.errors import GraphenePythonError
from dagster_shared.error import SerializableErrorInfo

from expectations import custody_results
from orchestration.custody import audit
from orchestration.defs.assurance import check_name
from orchestration.defs.partitions import editions
from orchestration.errors import Refused
from orchestration.instance import launch, shown
from orchestration.settings import Settings
from tests.fixtures.tiny import EDITION, TinyEdition

pytestmark = pytest.mark.alone
ERROR: Any = GraphenePythonError
PATCHED: list[tuple[Any, str]] = [
    (Execution, "resolve_status"),
    (state, "bulk_update_asset_check_state"),
    (state, "_resolve_in_progress_subsets"),
    (GraphenePythonError, "__init__"),
]


class Asking(LoadingContext):
    """What a request of the UI hands to whoever answers it."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._loaders: dict[Any, Any] = {}

    instance = property(lambda self: self._instance)
    loaders = property(lambda self: self._loaders)


def test_of_a_broken_edition_the_causes_are_red_and_what_nobody_came_to_is_skipped(
    settings: Settings, tiny: TinyEdition, own_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny.write(settings.raw)
    (folder / "candidates.csv").unlink()
    with pytest.raises(Refused, match=r"candidates\.csv"):
        launch.prepare(settings, EDITION)
    due = {check_name(one.check_id): one.outcome for one in custody_results(audit(folder))}
    assert set(due.values()) == {"passed", "failed"}
    with dg.DagsterInstance.get() as instance:
        planned = _planned(instance)
        assert len(planned) > 60
        before = {key: _status(instance, key) for key in planned}
        for owner, name in PATCHED:  # to be put back behind us: other tests want Dagster's own
            monkeypatch.setattr(owner, name, getattr(owner, name))
        shown.show_our_way()
        after = {key: _status(instance, key) for key in planned}
        by_partition = {key: _of_partitions(instance, key) for key in planned}
    told = {key.name: status for key, status in after.items() if key.name in due}
    assert told == {name: Status.SUCCEEDED if due[name] == "passed" else Status.FAILED for name in due}
    rest = [key for key in planned if key.name not in due]
    assert {before[key] for key in rest} == {Status.EXECUTION_FAILED}, "Dagster shows them otherwise by now"
    assert {after[key] for key in rest} == {Status.SKIPPED}
    assert by_partition == {key: {after[key]} for key in planned}


def test_a_check_whose_own_step_broke_down_is_no_skipped_one(tmp_path: Path) -> None:
    spec = dg.AssetCheckSpec("sound", asset="broken")

    @dg.asset(check_specs=[spec])
    def broken() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        yield dg.MaterializeResult()
        raise ValueError("an error of the program")

    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        ended = dg.materialize([broken], instance=instance, raise_on_error=False)
        assert shown.never_begun(instance, ended.run_id) == frozenset()


def test_a_refusal_is_shown_in_words_and_an_error_with_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in PATCHED:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    shown.show_our_way()
    cause = SerializableErrorInfo("Refused: a file is lost", ["frame"], "Refused")
    refused = ERROR(SerializableErrorInfo("a file is lost", ["frame"], "Failure", cause))
    assert (refused.resolve_message(None), refused.resolve_stack(None)) == ("a file is lost", [])
    assert refused.resolve_causes(None) == []
    error = ERROR(SerializableErrorInfo("division by zero", ["frame"], "ZeroDivisionError", cause))
    assert (error.resolve_stack(None), len(error.resolve_causes(None))) == (["frame"], 1)


def _planned(instance: dg.DagsterInstance) -> list[dg.AssetCheckKey]:
    [run] = instance.get_runs()
    logs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED)
    return [entry.get_dagster_event().asset_check_planned_data.asset_check_key for entry in logs]


def _status(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> Status:
    [record] = instance.event_log_storage.get_asset_check_execution_history(key, 5)
    return asyncio.run(record.resolve_status(Asking(instance)))


def _of_partitions(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> set[Status]:
    with partition_loading_context(dynamic_partitions_store=instance):
        subsets = instance.event_log_storage.get_asset_check_state([(key, editions)])[key].subsets
    return {status for status, subset in subsets.items() if not subset.is_empty}
