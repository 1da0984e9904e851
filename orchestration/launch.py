"""Starting things: a Dagster job from the command line (same definitions, same instance, one process), and the UI.

Belongs here: the calls. What the jobs do is in `defs/`; what Dagster keeps is prepared in `instance`; what the CLI
says is in `cli/`.
"""

import io
import os
import signal
import socket
import sys
import uuid
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from orchestration.errors import InputError, PalmaresError
from orchestration.instance import (
    fail_run_left_behind,
    fail_runs_left_behind,
    prepare_dagster_home,
    register_editions,
)
from orchestration.locks import hold_edition, hold_service, release_edition
from orchestration.settings import PROJECT_DIR, Settings

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
"""The command line speaks for itself; the run's whole log stands in the UI."""

WORKSPACE = PROJECT_DIR / "deploy" / "workspace.yaml"
_SUPERSEDED = "ignore:Function `dev_command` is superseded"


def run_job(settings: Settings, job: str, edition: str, config: Mapping[str, Any] | None = None) -> str:
    """Run a job on an edition in this process and return its run id; the run is seen in the UI like any other.

    An error of a step is raised as the step raised it (InputError, Refused, …), so that the caller can say it in words.
    """
    prepare_dagster_home(settings)
    import dagster as dg

    from orchestration.definitions import defs

    run_id = str(uuid.uuid4())
    before = hold_edition(settings, edition, run_id)
    try:
        with dg.DagsterInstance.get() as instance, redirect_stdout(io.StringIO()):
            register_editions(instance, settings)
            fail_run_left_behind(instance, before)
            defs.resolve_job_def(job).execute_in_process(
                run_config={"loggers": QUIET, **(config or {})},
                instance=instance,
                partition_key=edition,
                run_id=run_id,
                raise_on_error=True,
            )
    except dg.Failure as failure:
        if isinstance(failure.__cause__, PalmaresError):
            raise failure.__cause__ from None
        raise
    finally:
        release_edition(settings, edition)
    return run_id


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
    """Run Dagster's web server and daemon on this code location until interrupted; does not return.

    One server at a time for a state folder: two would each work off the same queue.
    """
    from orchestration.dbt_args import ensure_manifest

    _refuse_taken_port(host, port)
    if not hold_service(settings, "ui"):
        raise InputError(
            "another `palmares ui` already serves this state folder",
            str(settings.home),
            "use that one, or stop it (Ctrl-C) and start again",
        )
    prepare_dagster_home(settings)
    ensure_manifest()
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        register_editions(instance, settings)
        for run_id in fail_runs_left_behind(instance, settings):
            print(f"Run {run_id} was cut short while no server watched; it is now shown as failed.")
    os.environ |= {"PALMARES_HOME": str(settings.home), "PALMARES_RAW": str(settings.raw)}
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's `&` makes children deaf to these: Dagster would not stop
        signal.signal(number, signal.SIG_DFL)
    print(f"Palmarès: http://{host}:{port} (ready in about half a minute; Ctrl-C ends it)")
    print(f"  deposits {settings.raw}\n  state    {settings.home}", flush=True)
    command = [sys.executable, "-W", _SUPERSEDED, "-m", "dagster", "dev", "-w", str(WORKSPACE)]
    os.execv(sys.executable, [*command, "-h", host, "-p", str(port)])  # noqa: S606 - no shell; it takes our place


def _refuse_taken_port(host: str, port: int) -> None:
    """Dagster would choose another port, or fail deep inside a child."""
    try:
        [address, *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(address[0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except OSError as error:
        raise InputError(
            f"cannot listen there: {error.strerror}", f"{host}:{port}", "choose another (--port, --host)"
        ) from error
