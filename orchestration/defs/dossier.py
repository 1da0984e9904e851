"""The asset of the dossier: what the bailiff reads and signs."""

from typing import Any

import dagster as dg

from orchestration.defs.assurance import assurance_intake, assurance_scoring
from orchestration.defs.environment import NEEDED
from orchestration.defs.links import link
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run
from orchestration.defs.skipping import skipped
from orchestration.defs.sources import ENGINEERS
from orchestration.dossier import Dossier
from orchestration.dossier import make as document
from orchestration.settings import Settings


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED,
    group_name="dossier",
    kinds={"pdf"},
    owners=ENGINEERS,
    deps=[assurance_intake, assurance_scoring],
    description="The dossier: PDF to be signed and the same as a page. Not made while a blocking check fails.",
)
def dossier_document(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Makes the dossier of the current results, or keeps it when nothing that it says has changed."""
    with current_run(context) as run:
        kept = skipped(run.run_id, "dossier")  # told; whether it is kept is judged once more, from what is there
        dossier = document.make_dossier(run)
    shown = document_metadata(dossier, run.settings) | kept
    return dg.MaterializeResult(metadata=shown, data_version=dg.DataVersion(dossier.sha256))


def document_metadata(dossier: Dossier, settings: Settings) -> dict[str, Any]:
    """What is shown of a dossier."""
    return {
        "PDF": dg.MetadataValue.path(str(dossier.pdf)),
        "page": dg.MetadataValue.path(str(dossier.html)),
        "SHA-256": dossier.sha256,
        "open the page": link(settings, dossier.html),
        "open the PDF": link(settings, dossier.pdf),
    }
