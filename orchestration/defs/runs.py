"""From a Dagster context to a run, and from our errors to what the UI shows.

Belongs here: the seam between Dagster and the steps, in one place.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg

from orchestration.defs.telling import tell
from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.run import Run, hold_edition
from orchestration.settings import Settings
from orchestration.status import describe
from orchestration.storage import disk_fault


@contextmanager
def current_run(context: dg.AssetExecutionContext | dg.OpExecutionContext) -> Iterator[Run]:
    """The run of this step: its edition is the partition, its id is Dagster's, its folders those of the resource
    `settings`. The edition is held from here on.

    An error that is told to a person as a sentence becomes a failure that the UI shows as that sentence, not as a
    traceback; the command line gets the error itself (`launch.run_job`).
    """
    settings: Settings = context.resources.settings
    try:
        run = Run(settings, context.partition_key, context.run.run_id)
        hold_edition(run.settings, run.edition, run.run_id)
        if "edition" not in context.run.tags:
            context.instance.add_run_tags(run.run_id, {"edition": run.edition})
        yield run
    except PalmaresError as error:
        _tell(context, settings)
        raise as_failure(error) from error
    except Exception as error:
        fault = disk_fault(error, settings.home)
        if fault is None:
            raise
        raise as_failure(fault) from fault


def _tell(context: dg.AssetExecutionContext | dg.OpExecutionContext, settings: Settings) -> None:
    """Show where the edition of a refused run stands: the asset that would say so hangs on the step that failed."""
    with suppress(Exception):  # the refusal is told whatever becomes of this
        tell(context, settings, describe(settings, context.partition_key))


def as_failure(error: PalmaresError) -> dg.Failure:
    """What is wrong, where, and how to mend it, as the UI shows it: never tried again by itself."""
    if isinstance(error, InputError):
        parts = {"what is wrong": error.what, "where": error.where, "how to mend it": error.mend}
        metadata = {name: text for name, text in parts.items() if text}
    elif isinstance(error, Refused):
        metadata = {f"reason {number}": reason for number, reason in enumerate(error.reasons, 1)}
    else:
        metadata = {}
    return dg.Failure(str(error), metadata=metadata, allow_retries=False)
