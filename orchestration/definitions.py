"""Dagster's code location: everything declared under `defs/`."""

import dagster as dg

from orchestration import defs as declared
from orchestration.defs import acts, jobs, notices, sensors, sources

defs = dg.Definitions(
    assets=[*dg.load_assets_from_package_module(declared), *sources.deposits],
    jobs=[
        *(jobs.prepare_edition, jobs.remake_dossier, jobs.publish_edition, jobs.verify_everything),
        *(acts.accept_warning, acts.reread_source),
    ],
    schedules=[jobs.every_night],
    sensors=[sensors.new_deposits, sensors.signed_dossier, notices.failed_run, notices.open_warning],
)
