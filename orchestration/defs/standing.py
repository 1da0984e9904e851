"""Where an edition stands, at a glance: an asset that says what `palmares status` says.

Belongs here: showing it. Where an edition stands is found by `orchestration/status`, and decided nowhere in the UI.
"""

from typing import Any

import dagster as dg

from orchestration.defs.accounts import table
from orchestration.defs.dossier import dossier_document
from orchestration.defs.environment import NEEDED
from orchestration.defs.links import link, quarantine_link
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run, run_tags
from orchestration.defs.sources import ENGINEERS
from orchestration.settings import Settings
from orchestration.status import State, describe


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


def standing_metadata(state: State, settings: Settings) -> dict[str, Any]:
    """The standing as the UI shows it: sentences, open warnings and failed checks, and where to look further."""
    shown: dict[str, Any] = {
        "standing": dg.MetadataValue.md("```\n" + "\n".join(state.lines()) + "\n```"),
        "stage": state.sentence,
        "who must act": state.who,
        "next": state.next,
        "warnings open": len(state.open_warnings),
        "blocked by": ", ".join(check.id for check in state.failed) or "nothing",
        "Data Docs": dg.MetadataValue.path(settings.home / "data_docs" / state.edition / "index.html"),
    }
    if state.open_warnings:
        shown["open warnings"] = table(
            ("check", "observed", "accept it with"),
            [
                (one.id, one.observed, f'palmares accept {state.edition} {one.id} --reason "…" --by "…"')
                for one in state.open_warnings
            ],
        )
    shown["open the rows set aside"] = quarantine_link(state.edition)
    shown["open Data Docs"] = link(settings, settings.home / "data_docs" / state.edition)
    if state.dossier:
        shown["dossier"] = dg.MetadataValue.path(str(state.dossier.pdf))
        shown["open the dossier"] = link(settings, state.dossier.page)
    if state.release:
        shown["release"] = dg.MetadataValue.path(str(state.release))
        shown["open the release"] = link(settings, state.release)
    return shown
