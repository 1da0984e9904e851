"""Two watchers: one finds new editions and deposits, one announces a signed dossier.

Neither publishes: publishing stays a human act.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.jobs import prepare_edition
from orchestration.defs.partitions import editions
from orchestration.files import sha256_bytes
from orchestration.settings import Settings


def deposits_state(settings: Settings) -> dict[str, str]:
    """Each edition found in the deposits folder, with the digest of its custody log ("" without one)."""
    state = {}
    for edition in settings.editions():
        log = settings.edition_raw(edition) / "deposits.jsonl"
        state[edition] = sha256_bytes(log.read_bytes()) if log.exists() else ""
    return state


def signed_files(settings: Settings) -> list[tuple[str, str]]:
    """(edition, file name) of each signed document that a bailiff handed back."""
    return [
        (edition, path.name)
        for edition in settings.editions()
        for folder in settings.signoff_dirs(edition)
        if folder.is_dir()
        for path in sorted(folder.glob("*.pdf"))
    ]


@dg.sensor(job=prepare_edition, minimum_interval_seconds=30, description="Finds new editions and new deposits.")
def new_deposits(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Add an edition for each new folder, and ask for one run for each state of its custody log."""
    state = deposits_state(Settings.from_env())
    known = set(context.instance.get_dynamic_partitions(editions.name or ""))
    new = sorted(set(state) - known)
    requests = [
        dg.RunRequest(run_key=f"{edition}:{log}", partition_key=edition) for edition, log in state.items() if log
    ]
    return dg.SensorResult(
        run_requests=requests, dynamic_partitions_requests=[editions.build_add_request(new)] if new else []
    )


@dg.sensor(minimum_interval_seconds=30, target=None, description="Announces a signed dossier; publishes nothing.")
def signed_dossier(context: dg.SensorEvaluationContext) -> Iterator[dg.SkipReason]:
    """Say which signed documents came in since the last look, and what a person may do with them."""
    found = signed_files(Settings.from_env())
    seen = set((context.cursor or "").split("\n"))
    fresh = [f"{edition}/{name}" for edition, name in found if f"{edition}/{name}" not in seen]
    context.update_cursor("\n".join(f"{edition}/{name}" for edition, name in found))
    if fresh:
        context.log.info(
            "signed: %s. To publish: job publish_edition, or `palmares publish EDITION`.", ", ".join(fresh)
        )
    yield dg.SkipReason(f"Signed and waiting for a person to publish: {', '.join(fresh)}" if fresh else "nothing new")
