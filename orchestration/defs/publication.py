"""The assets of publication: the release, and what BI tools and the public read."""

import dagster as dg

from orchestration.defs.dossier import dossier_document
from orchestration.defs.environment import NEEDED
from orchestration.defs.links import link
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run
from orchestration.defs.sources import ENGINEERS
from orchestration.defs.telling import tell
from orchestration.publication import publish as publication
from orchestration.publication import publish_warehouse
from orchestration.run import Now
from orchestration.status import state_of

_looked: dict[str, Now] = {}
"""What the release was made from, by run, the last one alone: the step that follows in the same process tells where the
edition stands without looking at it all once more."""


class CorrectionConfig(dg.Config):
    """For a release that follows another one of the same edition: why, and who asked."""

    correction_reason: str = ""
    asked_by: str = ""


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED,
    group_name="publication",
    owners=ENGINEERS,
    deps=[dossier_document],
    description="The release, if the gate allows it. The gate is decided here, from the evidence, and fails closed.",
)
def publication_release(context: dg.AssetExecutionContext, config: CorrectionConfig) -> dg.MaterializeResult[None]:
    """Looks at everything again, asks the gate, makes the release; refused with all the reasons otherwise."""
    correction = publication.CorrectionRequest(config.correction_reason, config.asked_by)
    with current_run(context) as run:
        now = Now(run)
        release = publication.publish_release(now, correction)
    _looked.clear()
    _looked[run.run_id] = now
    shown = {"release": dg.MetadataValue.path(str(release)), "open the release": link(run.settings, release)}
    return dg.MaterializeResult(metadata={**shown, "number": int(release.name)})


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED,
    group_name="publication",
    owners=ENGINEERS,
    kinds={"duckdb", "parquet"},
    deps=[publication_release],
    description="What BI tools and the public read: warehouse, Parquet, palmarès page and JSON, swapped in one step.",
)
def publication_warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Brings the published warehouse up to the releases; readers keep what they hold."""
    with current_run(context) as run:
        path = publish_warehouse(run.settings)
        tell(context, run.settings, state_of(_looked.get(run.run_id) or Now(run)))
    return dg.MaterializeResult(metadata={"warehouse": dg.MetadataValue.path(str(path))})
