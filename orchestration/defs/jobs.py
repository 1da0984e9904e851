"""The jobs: prepare an edition up to its dossier, make the dossier anew, publish it.

Preparing and publishing are two because a person stands between them: nothing publishes by itself.
"""

import dagster as dg

PREPARE_GROUPS = ("intake", "scoring", "assurance", "dossier")

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
    selection=dg.AssetSelection.groups("dossier"),
    executor_def=dg.in_process_executor,
    description="The dossier anew, after an acceptance was entered. Computes no mark.",
)
