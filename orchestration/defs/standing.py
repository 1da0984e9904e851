"""Where an edition stands, at a glance: an asset that says what `palmares status` says.

Belongs here: the asset, last of a run that goes well. How it is shown, also by a run that does not, is `telling.py`.
"""

import dagster as dg

from orchestration.defs.dossier import dossier_document
from orchestration.defs.environment import NEEDED
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run
from orchestration.defs.sources import ENGINEERS
from orchestration.defs.telling import run_tags, standing_metadata
from orchestration.status import describe


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED,
    group_name="standing",
    kinds={"markdown"},
    owners=ENGINEERS,
    deps=[dossier_document],
    description="Where the edition stands, what is missing and who must act: what `palmares status` says.",
)
def edition_standing(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Looks, records nothing, and tags the run with what it saw."""
    with current_run(context) as run:
        state = describe(run.settings, run.edition)
    context.instance.add_run_tags(context.run.run_id, run_tags(state))
    return dg.MaterializeResult(metadata=standing_metadata(state, run.settings))
