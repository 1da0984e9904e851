"""Acts of a person from the UI: accepting a warning, having a source read again. A form each, for an edition.

Belongs here: the forms, and the runs that carry them out. What must be true before an act is entered, and its record in
the evidence, are the command line's own (`orchestration/bailiff`): `palmares accept` and `palmares run --again`.
"""

import dagster as dg
from pydantic import Field

from orchestration.bailiff import enter_acceptances
from orchestration.defs.dossier import document_metadata, dossier_document
from orchestration.defs.environment import NEEDED
from orchestration.defs.intake import intake_custody
from orchestration.defs.jobs import PREPARE_GROUPS
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run
from orchestration.defs.sources import BY_NOUN
from orchestration.defs.telling import tell
from orchestration.dossier import make as document
from orchestration.status import describe


class Acceptance(dg.Config):
    """The form of an acceptance."""

    check: str = Field(
        description="Which warning: its id, as `edition_standing` names it, such as intake.tests_open_hours."
    )
    reason: str = Field(description="Why it is acceptable, in one line. Printed in the dossier and signed with it.")
    by: str = Field(description="Who accepts it: a name. Printed in the dossier.")


@dg.op(
    required_resource_keys=NEEDED,
    description="Enters the acceptance as evidence, and makes the dossier anew so that it is signed with it.",
)
def enter_acceptance(context: dg.OpExecutionContext, config: Acceptance) -> None:
    """What `palmares accept` does, in this run."""
    with current_run(context) as run:
        enter_acceptances(
            run.settings, run.edition, reasons={config.check: config.reason}, by=config.by, run_id=run.run_id
        )
        dossier = document.make_dossier(run)
        state = describe(run.settings, run.edition)
    shown = document_metadata(dossier, run.settings)
    context.log_event(dg.AssetMaterialization(dossier_document.key, partition=run.edition, metadata=shown))
    tell(context, run.settings, state)


@dg.job(
    partitions_def=editions,
    executor_def=dg.in_process_executor,
    description="Accepts a warning of an edition: which check, why, who. Recorded as `palmares accept` records it; the "
    "dossier is made anew. Launchpad, choose the edition, fill in `ops: enter_acceptance: config:`.",
)
def accept_warning() -> None:
    """One acceptance."""
    enter_acceptance()


reread_source = dg.define_asset_job(
    "reread_source",
    selection=dg.AssetSelection.groups(*PREPARE_GROUPS),
    executor_def=dg.in_process_executor,
    config={"ops": {intake_custody.op.name: {"config": {"again": True, "source": "audits", "reason": "", "by": ""}}}},
    description="Has a source read again from its deposits, with those that hang on it, and all that follows made "
    f"anew, up to the dossier. Which source ({', '.join(BY_NOUN)}), why and who asks are kept with the source. The "
    "other sources are carried over where they stand.",
)
