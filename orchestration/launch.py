"""Running the Dagster jobs from the command line: the same definitions, the same instance, one process.

Belongs here: the Dagster home and the call. What the jobs do is in `defs/`; what the CLI says is in `cli/`.
"""

import io
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from orchestration.files import write_atomic
from orchestration.locks import release_edition
from orchestration.settings import PROJECT_DIR, Settings

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
"""The command line speaks for itself; the run's whole log stands in the UI."""

DAGSTER_YAML = PROJECT_DIR / "deploy" / "dagster.yaml"


def prepare_dagster_home(settings: Settings) -> None:
    """Make the folder that Dagster keeps its runs in, and point Dagster to it."""
    home = settings.home / "dagster"
    config = home / "dagster.yaml"
    if not config.exists():
        write_atomic(config, DAGSTER_YAML.read_bytes())
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")


def run_job(settings: Settings, job: str, edition: str, config: Mapping[str, Any] | None = None) -> str:
    """Run a job on an edition in this process and return its run id; the run is seen in the UI like any other.

    An error of a step is raised as it is (InputError, Refused, …), so that the caller can say it in words.
    """
    prepare_dagster_home(settings)
    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.defs.partitions import editions

    try:
        with dg.DagsterInstance.get() as instance, redirect_stdout(io.StringIO()):
            instance.add_dynamic_partitions(editions.name or "", [edition])
            result = defs.resolve_job_def(job).execute_in_process(
                run_config={"loggers": QUIET, **(config or {})},
                instance=instance,
                partition_key=edition,
                raise_on_error=True,
            )
            return result.run_id
    finally:
        release_edition(settings, edition)


def prepare(settings: Settings, edition: str) -> str:
    """Run `prepare_edition`: everything up to the dossier. Returns the run id."""
    return run_job(settings, "prepare_edition", edition)


def remake_dossier(settings: Settings, edition: str) -> str:
    """Run `remake_dossier`: the dossier anew, from what is already computed and checked. Returns the run id."""
    return run_job(settings, "remake_dossier", edition)


def publish(settings: Settings, edition: str, *, reason: str | None = None, by: str | None = None) -> Path:
    """Run `publish_edition`; returns the release's folder. Raises Refused with all reasons when the gate says no."""
    config = {"ops": {"publication_release": {"config": {"correction_reason": reason or "", "asked_by": by or ""}}}}
    run_job(settings, "publish_edition", edition, config)
    from orchestration.release.chain import newest_release

    release = newest_release(settings.releases, edition)
    assert release is not None, "a publication that ended well left a release"
    return release


def serve_ui(settings: Settings, host: str, port: int) -> None:
    """Run Dagster's web server and daemon on this code location until interrupted."""
    prepare_dagster_home(settings)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions", "-h", host, "-p", str(port)]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 - no shell; the server takes this process's place and signals
