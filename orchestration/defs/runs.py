"""From a Dagster context to a run, and from our errors to what the UI shows.

Belongs here: the seam between Dagster and the steps, in one place.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dagster as dg

from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.run import Run, hold_edition
from orchestration.settings import Settings
from orchestration.status import State, describe
from orchestration.storage import disk_fault

SHORT = 12
"""Digits of a digest in a tag: enough to tell two results apart in a list of runs."""


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
        _tag(context, settings)
        raise as_failure(error) from error
    except Exception as error:
        fault = disk_fault(error, settings.home)
        if fault is None:
            raise
        raise as_failure(fault) from fault


def _tag(context: dg.AssetExecutionContext | dg.OpExecutionContext, settings: Settings) -> None:
    """Tag a run that is refused with where its edition stands, so that the list of runs tells it."""
    with suppress(Exception):  # a tag is a convenience: the refusal is told whatever becomes of it
        state = describe(settings, context.partition_key)
        context.instance.add_run_tags(context.run.run_id, run_tags(state))


def run_tags(state: State) -> dict[str, str]:
    """What a list of runs shows of the edition that a run worked on: no key, no name of a person."""
    digest = state.dossier.results_sha256 if state.dossier else None
    return {
        "edition": state.edition,
        "stage": state.stage.value,
        "warnings_open": str(len(state.open_warnings)),
        "results": (digest or "none")[:SHORT],
    }


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
