"""How Superset is set for Palmarès: which file it may open, and how.

Belongs here: Superset's own settings. What is shown stands in `dashboards.yml`, how it is started in `start.py`, which
sets the variables read here.

Whoever may write SQL could read every file of the host through DuckDB, also over a read-only connection: so the
engine is always made here, whatever is entered in Superset's pages. Only the published file is opened, read-only, with
external access off and the configuration locked.
"""

import os
from pathlib import Path
from typing import Any

HOME = Path(os.environ["SUPERSET_HOME"])
PUBLISHED = Path(os.environ["PALMARES_PUBLISHED_DB"])
URI = "duckdb:///palmares.duckdb"
"""What Superset stores of the database: a name, for the file's place is this setting alone."""

SECRET_KEY = (HOME / "secret").read_text(encoding="ascii")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"
LANGUAGES = {"fr": {"flag": "fr", "name": "Français"}, "en": {"flag": "us", "name": "English"}}
BABEL_DEFAULT_LOCALE = os.environ.get("PALMARES_LANG", "fr")
PREVENT_UNSAFE_DB_CONNECTIONS = True
ALERT_REPORTS_ENABLED = False
SQLLAB_TIMEOUT = 30
"""Seconds that a query in SQL Lab may take."""
SQL_MAX_ROW = 100_000
if BABEL_DEFAULT_LOCALE == "fr":
    D3_FORMAT = {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0MAD"]}
TALISMAN_CONFIG = {
    # Nothing is asked of a network: Superset's own list has its makers' counter and servers of maps.
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
LOCK = {
    "enable_external_access": False,
    "lock_configuration": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "1GB",
    "threads": 2,
}


def _open_published(url: Any, options: dict[str, Any], *_: Any) -> tuple[Any, dict[str, Any]]:
    """The version that is shown now, whatever address and options were entered.

    The link is followed here: DuckDB keeps one instance for a path, so by the link's own name a reader could be given
    the version of before.
    """
    if str(url) != URI:
        raise ValueError("only the published file of Palmarès is opened here")
    return url.set(database=str(PUBLISHED.resolve(strict=True)), query={}), {
        "poolclass": options["poolclass"],
        "connect_args": {"read_only": True, "config": dict(LOCK)},
    }


DB_CONNECTION_MUTATOR = _open_published
