"""Running the Dagster jobs from the command line: the same definitions, the same instance, one process.

Belongs here: the calls. What the jobs do is in `defs/`; what Dagster keeps is prepared in `instance`; the UI is
started by `serving`; what the CLI says is in `cli/`.
"""

import io
import os
import uuid
from collections.abc import Mapping
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import PalmaresError
from orchestration.instance.home import fail_run_left_behind, prepare_dagster_home, register_editions
from orchestration.instance.origin import mark_runs
from orchestration.progress import report
from orchestration.run import Now, Run, hold_edition, release_edition, turn_held
from orchestration.scoring import DUCKDB
from orchestration.settings import Settings
from orchestration.status import freshness, never_checked

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from dagster import DagsterInstance

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
"""The command line speaks for itself; the run's whole log stands in the UI."""

COMPUTING = "prepare_edition"
"""The job whose runs wait for a turn; publication, and a dossier made anew, do not wait for other editions."""

BEGUN = "group:intake or group:scoring or key:assurance_intake"
"""What is made of an edition before its marks are judged, in Dagster's selection syntax."""


def run_job(
    settings: Settings, job: str, edition: str, config: Mapping[str, Any] | None = None, assets: str | None = None
) -> str:
    """Run a job on an edition in this process and return its run id; the run is seen in the UI like any other.

    `assets` leaves out those of the job that this selection does not name, in Dagster's selection syntax.
    An error of a step is raised as the step raised it (InputError, Refused, …), so that the caller can say it in words.
    """
    prepare_dagster_home(settings)
    import dagster as dg

    from orchestration.definitions import defs

    run_id = str(uuid.uuid4())
    before = hold_edition(settings, edition, run_id)
    try:
        with (
            dg.DagsterInstance.get() as instance,
            turn_held(settings, turns(instance)) if job == COMPUTING else nullcontext(),
            redirect_stdout(io.StringIO()),
        ):
            mark_runs(instance, job)
            register_editions(instance, settings)
            fail_run_left_behind(instance, before)
            definition = defs.resolve_job_def(job)
            selected = dg.AssetSelection.from_string(assets).resolve(defs.resolve_asset_graph()) if assets else None
            definition.execute_in_process(
                run_config={"loggers": QUIET, **(config or {})},
                instance=instance,
                partition_key=edition,
                run_id=run_id,
                asset_selection=sorted(selected) if selected else None,
                raise_on_error=True,
            )
    except dg.Failure as failure:
        if isinstance(failure.__cause__, PalmaresError):
            raise failure.__cause__ from None
        raise
    finally:
        release_edition(settings, edition)
    return run_id


def turns(instance: "DagsterInstance") -> int:
    """So many editions the command line computes at once: as many as the pool of the queue lets out."""
    from orchestration.defs.partitions import POOL

    limits = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    return max(1, limits.get(POOL) or instance.global_op_concurrency_default_limit or 1)


def prepare(settings: Settings, edition: str, *, again: bool = False, engine: str = DUCKDB) -> None:
    """Run `prepare_edition`: everything up to the dossier that does not stand, or (`again`) all of it."""
    config = {
        "ops": {"intake_custody": {"config": {"again": again}}},
        "resources": {"engine": {"config": {"name": engine}}},
    }
    run_job(settings, COMPUTING, edition, config)


def begin(settings: Settings, edition: str) -> "BaseProcess":
    """Start making rows and marks of an edition, and checking what was received, in a process of its own.

    It ends with 0 when all is done, and says nothing: what went wrong is said when `judge` does it again.
    """
    prepare_dagster_home(settings)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:  # its storage is made here, and not by two at once
        register_editions(instance, settings)
    process = get_context("spawn").Process(target=_make_marks, args=(settings, edition), daemon=True)
    process.start()
    return process


def _make_marks(settings: Settings, edition: str) -> None:
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        run_job(settings, COMPUTING, edition, assets=BEGUN)


def judge(settings: Settings, edition: str, begun: "BaseProcess | None" = None) -> None:
    """Run `prepare_edition` as far as the checks: its dossier comes when all that it is to say is entered.

    `begun` is what `begin` returned: what it has done is not done again.
    """
    if begun is not None:
        begun.join()
    done = begun is not None and begun.exitcode == 0
    assets = "key:assurance_scoring" if done else f"{BEGUN} or key:assurance_scoring"
    run_job(settings, COMPUTING, edition, assets=assets)


def judge_again(settings: Settings, edition: str) -> None:
    """Run the checks of the marks once more, for what the bailiff entered since, and make the dossier."""
    run_job(settings, COMPUTING, edition, assets="key:assurance_scoring or group:dossier or group:standing")


def bring_up_to_date(settings: Settings, edition: str, engine: str = DUCKDB) -> None:
    """Run `prepare_edition`, in which each step says whether it is skipped; where nothing is due, say so without a run.

    What stands is judged from the evidence (`status.freshness`). Every deposit is read for that, and rows and results:
    the latter by the job alone, where it is due anyway.
    """
    now = Now(Run(settings, edition, "fresh"))
    if never_checked(now) or not (judgement := freshness(now, engine)).dossier:
        prepare(settings, edition, engine=engine)
        return
    for line in judgement.lines:
        report(line)


def remake_dossier(settings: Settings, edition: str) -> None:
    """Run `remake_dossier`: the dossier anew, from what is already computed and checked."""
    run_job(settings, "remake_dossier", edition)


def publish(settings: Settings, edition: str, *, reason: str | None = None, by: str | None = None) -> Path:
    """Run `publish_edition`; returns the release's folder. Raises Refused with all reasons when the gate says no."""
    config = {"ops": {"publication_release": {"config": {"correction_reason": reason or "", "asked_by": by or ""}}}}
    run_job(settings, "publish_edition", edition, config)
    from orchestration.release import newest_release

    release = newest_release(settings.releases, edition)
    assert release is not None, "a publication that ended well left a release"
    return release
