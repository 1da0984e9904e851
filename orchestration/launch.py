"""Running the Dagster jobs from the command line: the same definitions, the same instance, one process.

Belongs here: the Dagster home and the call. What the jobs do is in `defs/`; what the CLI says is in `cli/`.
"""

import os
from collections.abc import Mapping
from typing import Any

from orchestration.files import write_atomic
from orchestration.locks import release_edition
from orchestration.settings import Settings

DAGSTER_YAML = b"""telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    tag_concurrency_limits:
      - key: dagster/partition
        value:
          applyLimitPerUniqueValue: true
        limit: 1
"""
"""One run at a time for each edition; nothing is sent anywhere."""


def prepare_dagster_home(settings: Settings) -> None:
    """Make the folder that Dagster keeps its runs in, and point Dagster to it."""
    home = settings.home / "dagster"
    config = home / "dagster.yaml"
    if not config.exists():
        write_atomic(config, DAGSTER_YAML)
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")


def run_job(settings: Settings, job: str, edition: str, config: Mapping[str, Any] | None = None) -> str:
    """Run a job on an edition in this process and return its run id; the run is seen in the UI like any other.

    An error of a step is raised as it is (InputError, Refused, …), so that the caller can say it in words.
    """
    prepare_dagster_home(settings)
    import dagster as dg

    from orchestration.defs.partitions import editions
    from orchestration.definitions import defs

    try:
        with dg.DagsterInstance.get() as instance:
            instance.add_dynamic_partitions(editions.name or "", [edition])
            result = defs.resolve_job_def(job).execute_in_process(
                run_config=dict(config or {}), instance=instance, partition_key=edition, raise_on_error=True
            )
            return result.run_id
    finally:
        release_edition(settings, edition)
