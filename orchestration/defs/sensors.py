"""Two watchers: one finds new editions and deposits, one announces documents that a bailiff handed back.

Neither publishes: publishing stays a human act.
"""

import dagster as dg

from orchestration.defs.dossier import dossier_document
from orchestration.defs.jobs import prepare_edition
from orchestration.defs.partitions import editions
from orchestration.dossier import handed_back as noticing
from orchestration.settings import Settings


@dg.sensor(
    job=prepare_edition,
    minimum_interval_seconds=30,
    description="Adds an edition for each new folder of deposits and asks for one run of prepare_edition for each "
    "state of its custody log. Off until somebody switches it on: it starts computations.",
)
def new_deposits(context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]) -> dg.SensorResult:
    """Add an edition for each new folder, and ask for one run for each state of its custody log."""
    state = noticing.deposits_state(settings)
    known = set(context.instance.get_dynamic_partitions(editions.name or ""))
    new = sorted(set(state) - known)
    requests = [
        dg.RunRequest(run_key=f"{edition}:{log}", partition_key=edition) for edition, log in state.items() if log
    ]
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[editions.build_add_request(new)] if new else [],
        skip_reason=None if requests else "no edition has a custody log",
    )


@dg.sensor(
    minimum_interval_seconds=30,
    target=None,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Announces each document that a bailiff handed back, once, as an observation of the edition's dossier. "
    "Starts nothing and publishes nothing.",
)
def signed_dossier(context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]) -> dg.SensorResult:
    """Say which documents came in since the last look, whether they count, and what a person may do with them."""
    documents = noticing.handed_back(settings)
    seen = set((context.cursor or "").split("\n"))
    fresh = [(document, noticing.verdict(settings, document)) for document in documents if document.mark not in seen]
    summary = "; ".join(f"{document.edition}, {document.path.name}: {verdict}" for document, verdict in fresh)
    return dg.SensorResult(
        cursor="\n".join(document.mark for document in documents),
        skip_reason=summary or "nothing new was handed back",
        asset_events=[
            dg.AssetObservation(
                dossier_document.key,
                partition=document.edition,
                description=verdict,
                metadata={"handed back": dg.MetadataValue.path(str(document.path)), "SHA-256": document.sha256},
            )
            for document, verdict in fresh
        ],
    )
