"""Dagster's own state: its folder, the editions it knows, the runs that died without saying so.

Belongs here: what must be true of the Dagster instance before a run starts or the UI opens. Results, evidence and
releases never depend on it: it may be deleted, and only the history shown in the UI is lost.
"""

import os
from typing import TYPE_CHECKING

from orchestration.run import PARTITION_TAG, edition_is_free
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.storage import write_atomic

if TYPE_CHECKING:
    import dagster as dg

DAGSTER_YAML = PROJECT_DIR / "deploy" / "dagster.yaml"
LEFT_BEHIND = (
    "The process of this run ended without finishing it: it was killed, or the machine stopped. Nothing is half done; "
    "launch the job again."
)


def prepare_dagster_home(settings: Settings) -> None:
    """Make the folder that Dagster keeps its runs in, and point Dagster to it."""
    home = settings.dagster
    config = home / "dagster.yaml"
    if not config.exists():
        write_atomic(config, DAGSTER_YAML.read_bytes())
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("PALMARES_DAGSTER_FILES", str(home))  # deploy/server/dagster.yaml asks for it
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")


def register_editions(instance: "dg.DagsterInstance", settings: Settings) -> list[str]:
    """Make every edition of the deposits folder a partition; returns those that were not one yet.

    Dagster lists partitions as they were added: those that come after a new one are added once more behind it. What is
    known of a partition hangs on its name and stays.
    """
    from orchestration.defs.partitions import editions

    name = editions.name or ""
    known = instance.get_dynamic_partitions(name)
    ordered = sorted({*known, *settings.editions()})
    kept = next((place for place, (old, new) in enumerate(zip(known, ordered, strict=False)) if old != new), len(known))
    for edition in known[kept:]:
        instance.delete_dynamic_partition(name, edition)
    instance.add_dynamic_partitions(name, ordered[kept:])
    return sorted(set(ordered) - set(known))


def fail_run_left_behind(instance: "dg.DagsterInstance", run_id: str | None) -> None:
    """Mark a run as failed whose process is gone (its edition's lock was free), if nobody has.

    Otherwise it would be shown as running for ever, and the queue would hold back every run of its edition.
    """
    run = instance.get_run_by_id(run_id) if run_id else None
    if run is not None and run.status in _in_progress():
        instance.report_run_failed(run, LEFT_BEHIND)


def fail_runs_left_behind(instance: "dg.DagsterInstance", settings: Settings) -> list[str]:
    """Mark every run as failed that was cut short while no server watched it; returns their ids.

    For a starting server, which is the only one (`hold_service`).
    """
    dead = runs_left_behind(instance, settings)
    for run in dead:
        instance.report_run_failed(run, LEFT_BEHIND)
    return [run.run_id for run in dead]


def runs_left_behind(instance: "dg.DagsterInstance", settings: Settings) -> "list[dg.DagsterRun]":
    """Runs that are shown as in progress and are dead: nobody holds their edition."""
    import dagster as dg

    running = instance.get_runs(dg.RunsFilter(statuses=_in_progress()))
    return [run for run in running if edition_is_free(settings, run.tags.get(PARTITION_TAG, ""))]


def _in_progress() -> "list[dg.DagsterRunStatus]":
    import dagster as dg

    status = dg.DagsterRunStatus  # one that was killed before its first step has not even begun
    return [status.NOT_STARTED, status.STARTING, status.STARTED, status.CANCELING]
