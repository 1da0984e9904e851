"""The jobs: prepare an edition up to its dossier, make the dossier anew, publish it.

Preparing and publishing are two because a person stands between them: nothing publishes by itself.
"""

import dagster as dg

from orchestration.defs.nightly import verify_custody_and_releases

PREPARE_GROUPS = ("intake", "scoring", "assurance", "dossier", "standing")

prepare_edition = dg.define_asset_job(
    "prepare_edition",
    selection=dg.AssetSelection.groups(*PREPARE_GROUPS),
    executor_def=dg.in_process_executor,
    description="From the deposits to the dossier: custody, rows, marks, checks, recount, dossier. Publishes nothing.",
)

publish_edition = dg.define_asset_job(
    "publish_edition",
    selection=dg.AssetSelection.groups("publication"),
    executor_def=dg.in_process_executor,
    description="The release and the published warehouse of a signed dossier. The gate is decided inside.",
)

remake_dossier = dg.define_asset_job(
    "remake_dossier",
    selection=dg.AssetSelection.groups("dossier", "standing"),
    executor_def=dg.in_process_executor,
    description="The dossier anew, after an acceptance was entered. Computes no mark.",
)


@dg.job(
    executor_def=dg.in_process_executor,
    description="Custody of every edition and every release, verified anew. Writes nothing; fails with what is wrong.",
)
def verify_everything() -> None:
    """One look at all that was received and published."""
    verify_custody_and_releases()


every_night = dg.ScheduleDefinition(
    name="every_night",
    job=verify_everything,
    cron_schedule="0 3 * * *",
    description="Verifies custody and releases at three in the morning. Off until somebody switches it on.",
)
