"""What the UI tells of where an edition stands: on the page of `edition_standing`, and in the list of runs.

Belongs here: how it is shown, and that both places are told at once, whichever step of whichever run saw it last: one
that is refused, one that publishes. Where an edition stands is found by `orchestration/status`.
"""

from typing import Any

import dagster as dg

from orchestration.defs.accounts import table
from orchestration.defs.links import link, quarantine_link
from orchestration.settings import Settings
from orchestration.status import State

STANDING = "edition_standing"
SHORT = 12
"""Digits of a digest in a tag: enough to tell two results apart in a list of runs."""


def tell(context: dg.AssetExecutionContext | dg.OpExecutionContext, settings: Settings, state: State) -> None:
    """Show where the edition stands, from a step that is not `edition_standing` itself."""
    shown = standing_metadata(state, settings)
    context.log_event(dg.AssetMaterialization(STANDING, partition=state.edition, metadata=shown))
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


def standing_metadata(state: State, settings: Settings) -> dict[str, Any]:
    """The standing as the UI shows it: sentences, open warnings and failed checks, and where to look further."""
    shown: dict[str, Any] = {
        "standing": dg.MetadataValue.md("```\n" + "\n".join(state.lines()) + "\n```"),
        "stage": state.sentence,
        "who must act": state.who,
        "next": state.next,
        "warnings open": len(state.open_warnings),
        "blocked by": ", ".join(check.id for check in state.failed) or "nothing",
        "Data Docs": dg.MetadataValue.path(settings.data_docs(state.edition) / "index.html"),
    }
    if state.failed:
        shown["failed checks"] = table(
            ("check", "observed", "how to mend it"),
            [(check.id, check.seen, str(check.remedy)) for check in state.failed],
        )
    if state.open_warnings:
        shown["open warnings"] = table(
            ("check", "observed", "accept it with"),
            [
                (check.id, check.seen, f'palmares accept {state.edition} {check.id} --reason "…" --by "…"')
                for check in state.open_warnings
            ],
        )
    shown["open the rows set aside"] = quarantine_link(state.edition)
    shown["open Data Docs"] = link(settings, settings.data_docs(state.edition))
    if state.dossier:
        shown["dossier"] = dg.MetadataValue.path(str(state.dossier.pdf))
        shown["open the dossier"] = link(settings, state.dossier.page)
    if state.release:
        shown["release"] = dg.MetadataValue.path(str(state.release))
        shown["open the release"] = link(settings, state.release)
    return shown
