"""The Dagster instance of this installation: its home, its code location, runs launched on it, the UI served.

home.py               Dagster's own state: its folder, the editions it knows, runs that died
events.py             its event log on SQLite, with connections kept
launch.py origin.py   jobs run from the command line; their place in the UI
opening.py            what must be true before a server opens
files.py              dossiers, Data Docs, releases, rows set aside, beside Dagster's pages
shown.py              checks that nobody evaluated, refusals: shown otherwise than by Dagster
webserver.py          Dagster's web server, answering only to its own name
serving.py            the UI: web server and daemon, from start to stop
dev.py                `dagster dev`, with our web server

Belongs here: everything that knows Dagster and is no definition. Does not belong here: assets and jobs (`defs`).
"""

from orchestration.instance.home import prepare_dagster_home, runs_left_behind
from orchestration.instance.launch import bring_up_to_date, prepare, publish, remake_dossier
from orchestration.instance.serving import authority, cannot_listen, serve_ui

__all__ = [
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
