"""What serves: Dagster's home, its runs, the port of the UI.

Belongs here: looks at Dagster that leave it as it is.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import yaml

from orchestration.doctor.diagnosis import Diagnosis
from orchestration.doctor.say import say
from orchestration.instance import authority, cannot_listen, prepare_dagster_home, runs_left_behind
from orchestration.run import PARTITION_TAG, YOUNG, service_is_free
from orchestration.settings import Settings
from orchestration.storage import read_file

if TYPE_CHECKING:
    import dagster as dg


def dagster_home(settings: Settings) -> Iterator[Diagnosis]:
    """Its configuration can be read, and sends nothing anywhere."""
    config = settings.dagster / "dagster.yaml"
    if not config.exists():
        return  # made by the first command that needs it
    try:
        loaded = yaml.safe_load(read_file(config))
    except (ValueError, yaml.YAMLError, OSError):
        loaded = None
    if not isinstance(loaded, dict):
        yield Diagnosis("dagster", say("dagster.unreadable"), str(config), say("dagster.unreadable_mend"))
    elif not (isinstance(telemetry := loaded.get("telemetry"), dict) and telemetry.get("enabled") is False):
        yield Diagnosis("dagster", say("dagster.telemetry"), str(config), say("dagster.telemetry_mend"))


def dead_runs(settings: Settings) -> Iterator[Diagnosis]:
    """Runs that are shown as running and are dead; they hold back every run of their edition."""
    config = settings.dagster / "dagster.yaml"
    if not config.exists() or any(dagster_home(settings)):
        return
    prepare_dagster_home(settings)
    import dagster as dg

    try:
        with dg.DagsterInstance.get() as instance:
            dead = [run for run in runs_left_behind(instance, settings) if _is_settled(instance, run)]
    except Exception as error:  # whatever Dagster's storage raises, the installation cannot run with it
        where = os.environ["DAGSTER_HOME"]
        what = say("dagster.storage", error=f"{type(error).__name__}: {error}"[:300])
        yield Diagnosis("runs", what, where, say("dagster.storage_mend"))
        return
    for run in dead:
        what = say("runs.dead", run=run.run_id, job=run.job_name)
        yield Diagnosis("runs", what, str(settings.dagster), say("runs.dead_mend"))


def _is_settled(instance: "dg.DagsterInstance", run: "dg.DagsterRun") -> bool:
    """Whether a run has an edition that it must hold, and has had the time to take it."""
    record = instance.get_run_record_by_id(run.run_id)
    young = record is not None and datetime.now(UTC) - record.create_timestamp.astimezone(UTC) < YOUNG
    return PARTITION_TAG in run.tags and not young


def port(settings: Settings, host: str, port: int) -> Iterator[Diagnosis]:
    """The UI can listen where it is told to, or does."""
    why = cannot_listen(host, port)
    if why is not None and service_is_free(settings, "ui"):
        where = authority(host, port)
        yield Diagnosis("port", say("port.taken", error=why), where, say("port.taken_mend"))
