"""What our web server shows otherwise than Dagster's would: checks that nobody came to evaluate, and refusals.

Belongs here: two changes of how stored events are read; nothing that is stored, decided or run depends on them.

Dagster shows every check of a failed run that was not evaluated as failed. Where a run stops at its first step that
paints all of them red, and the one that is the cause cannot be found. Here a check is *skipped* when its step never
began, and failed in its execution only when the step itself broke down. And a step that refuses ends with a
`dagster.Failure`: its words are for people and tell all, so that the frames behind them are left in the run's log.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.definitions.asset_key import AssetCheckKey

RUNS_REMEMBERED = 4096


def never_begun(instance: "dg.DagsterInstance", run_id: str) -> "frozenset[AssetCheckKey]":
    """The checks that a run which has ended intended to evaluate, in steps that it never came to."""
    import dagster as dg

    of_type = {dg.DagsterEventType.STEP_START, dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED}
    planned: dict[Any, str | None] = {}
    begun: set[str | None] = set()
    for entry in instance.all_logs(run_id, of_type=of_type):
        event = entry.get_dagster_event()
        if event.event_type is dg.DagsterEventType.STEP_START:
            begun.add(event.step_key)
        else:
            planned[event.asset_check_planned_data.asset_check_key] = event.step_key
    return frozenset(key for key, step in planned.items() if step not in begun)


def show_our_way() -> None:
    """Have this process show skipped checks and refusals as they are meant; for a web server as it starts."""
    from dagster._core.storage import asset_check_state as state
    from dagster._core.storage.asset_check_execution_record import (
        AssetCheckExecutionRecord,
        AssetCheckExecutionResolvedStatus,
    )
    from dagster._core.storage.dagster_run import DagsterRunStatus
    from dagster_graphql.schema.errors import GraphenePythonError

    asking: ContextVar[Any] = ContextVar("asking")
    remembered = lru_cache(RUNS_REMEMBERED)(never_begun)  # of a run that has ended, nothing changes any more
    of_record, of_partitions, bulk = (
        AssetCheckExecutionRecord.resolve_status,
        state._resolve_in_progress_subsets,
        state.bulk_update_asset_check_state,
    )
    original_init: Any = GraphenePythonError.__init__

    async def resolve_status(self: Any, loading_context: Any) -> Any:
        status = await of_record(self, loading_context)
        if status is AssetCheckExecutionResolvedStatus.EXECUTION_FAILED and self.key in remembered(
            loading_context.instance, self.run_id
        ):
            return AssetCheckExecutionResolvedStatus.SKIPPED
        return status

    def bulk_update(instance: Any, keys: Any, initial_states: Any) -> Any:
        token = asking.set(instance)
        try:
            return bulk(instance, keys, initial_states)
        finally:
            asking.reset(token)

    def resolve_partitions(key: Any, partitions: Any, in_progress: Mapping[str, Any], runs: Mapping[str, Any]) -> Any:
        seen = {
            run_id: DagsterRunStatus.CANCELED  # ended, and not by failing: what was in progress was skipped
            if status is DagsterRunStatus.FAILURE and run_id in in_progress and key in remembered(asking.get(), run_id)
            else status
            for run_id, status in runs.items()
        }
        return of_partitions(key, partitions, in_progress, seen)

    def init(self: Any, error_info: Any) -> None:
        refused = error_info.cls_name == "Failure"
        original_init(self, error_info._replace(stack=[], cause=None, context=None) if refused else error_info)

    AssetCheckExecutionRecord.resolve_status = resolve_status  # type: ignore[method-assign]
    state.bulk_update_asset_check_state = bulk_update
    state._resolve_in_progress_subsets = resolve_partitions  # type: ignore[assignment]
    GraphenePythonError.__init__ = init  # type: ignore[method-assign]
