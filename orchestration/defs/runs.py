"""From a Dagster context to a run, and from our errors to what the UI shows.

Belongs here: the seam between Dagster and the steps, in one place.
"""

import dagster as dg

from orchestration.locks import hold_edition
from orchestration.settings import Settings
from orchestration.steps.context import Run


def current_run(context: dg.AssetExecutionContext) -> Run:
    """The run of this step: its edition is the partition, its id is Dagster's. The edition is held from here on."""
    run = Run(Settings.from_env(), context.partition_key, context.run_id)
    hold_edition(run.settings, run.edition, run.run_id)
    return run
