"""The Dagster instance of this installation: its home, its code location, runs launched on it, the UI served.

Belongs here: everything that knows Dagster and is no definition. Does not belong here: assets and jobs (`defs`).
"""

from orchestration.instance.home import PARTITION_TAG, prepare_dagster_home, runs_left_behind
from orchestration.instance.launch import bring_up_to_date, prepare, publish, remake_dossier
from orchestration.instance.serving import authority, cannot_listen, serve_ui

__all__ = [
    "PARTITION_TAG",
    "authority",
    "bring_up_to_date",
    "cannot_listen",
    "prepare",
    "prepare_dagster_home",
    "publish",
    "remake_dossier",
    "runs_left_behind",
    "serve_ui",
]
