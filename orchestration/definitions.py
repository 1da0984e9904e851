"""Dagster's code location: everything declared under `defs/`.

Belongs here: putting it together. `build_defs` takes other resources in place of ours, for a test or another place.
"""

from collections.abc import Mapping

import dagster as dg

from orchestration import defs as declared
from orchestration.defs import acts, environment, jobs, notices, sensors, sources


def build_defs(resource_overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """The code location. `resource_overrides`: resources by name, `{"settings": Settings(home, raw)}`."""
    return dg.Definitions(
        assets=[*dg.load_assets_from_package_module(declared), *sources.deposits],
        jobs=[
            jobs.prepare_edition, jobs.remake_dossier, jobs.publish_edition, jobs.verify_everything,
            acts.accept_warning, acts.reread_source,
        ],
        schedules=[jobs.every_night],
        sensors=[sensors.new_deposits, sensors.signed_dossier, notices.failed_run, notices.open_warning],
        resources={
            environment.SETTINGS: environment.settings,
            environment.ENGINE: environment.engine,
            **(resource_overrides or {}),
        },
    )  # fmt: skip


defs = build_defs()
