"""Start Superset on the published file: `make superset`.

Belongs here: what must stand before the server answers (its own store, accounts, what is imported), and starting it.
It runs in Superset's environment, from the project's folder, and knows nothing of the pipeline but the published file.
"""

import argparse
import os
import secrets
import sys
from pathlib import Path

from deploy.superset import bundle

FOLDER = Path(__file__).resolve().parent
READER = "Palmares reader"
"""Role: reads everything that is published, and nothing else."""
ACCOUNTS = {"admin": ["Admin"], "analyst": ["Gamma", "sql_lab", READER]}


def main() -> None:
    """Prepare Superset's store, import database, datasets and dashboards anew, and become the server."""
    options = _options()
    if not options.published.exists():
        sys.exit(f"{options.published} is not there.\n  How to mend it: publish an edition first (palmares publish).")
    home: Path = options.home.resolve()
    os.umask(0o077)
    home.mkdir(parents=True, exist_ok=True)
    _kept_secret(home / "secret")
    os.environ |= {
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
        "PALMARES_PUBLISHED_DB": str(options.published.absolute()),
        "FLASK_APP": "superset.app:create_app()",
    }
    _prepare(home)
    print(f"Superset: http://127.0.0.1:{options.port}/ (accounts: {home}/*.password)", flush=True)
    # Workers that answer one request at a time: only so a query can be cut off after its time.
    server = ["gunicorn", "--workers", str(options.workers), "--timeout", "120", "--preload", "--no-control-socket"]
    server += ["--bind", f"127.0.0.1:{options.port}", "superset.app:create_app()"]
    os.execv(sys.executable, [sys.executable, "-m", *server])  # noqa: S606 - from a list


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--published", type=Path, required=True, help="the published DuckDB file")
    parser.add_argument("--home", type=Path, required=True, help="where Superset keeps its own store")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--workers", type=int, default=3)
    return parser.parse_args()


def _kept_secret(path: Path) -> str:
    """A secret of this house, made once, its owner's alone."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(42))
    return path.read_text(encoding="ascii")


def _prepare(home: Path) -> None:
    """Bring the store to this version of Superset, then import everything over what stood there."""
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        from flask import g
        from flask_migrate import upgrade
        from superset import appbuilder, db, security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.models.core import Database

        upgrade(directory=str(Path(sys.modules["superset"].__file__ or "").parent / "migrations"))
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        reader = security_manager.add_role(READER)
        for name, roles in ACCOUNTS.items():
            if security_manager.find_user(name) is None:
                wanted = [security_manager.find_role(role) for role in roles]
                password = _kept_secret(home / f"{name}.password")
                security_manager.add_user(name, "Palmarès", name, f"{name}@localhost", role=wanted, password=password)
        g.user = security_manager.find_user("admin")
        ImportAssetsCommand(bundle.contents(app.config["URI"])).run()
        database = db.session.query(Database).filter_by(uuid=bundle.DATABASE).one()
        security_manager.add_permission_role(
            reader, security_manager.add_permission_view_menu("database_access", database.perm)
        )
        db.session.commit()


if __name__ == "__main__":
    main()
