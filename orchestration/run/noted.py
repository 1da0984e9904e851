"""A note beside the working warehouse: with which packages its rows were made, and the digest of each of its tables.

Belongs here: leaving it and comparing with it. It proves nothing, anybody may write it: it can only make something
stale, and tell by name what somebody edited. What is believed stands in the evidence.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.run.context import Run, package_versions
from orchestration.storage import canonical_json, read_file, write_atomic
from orchestration.units import MIB


def note_rows(run: Run, tables: Mapping[str, str]) -> None:
    """Write the note: the packages of this environment, and the digest of each table as it was made."""
    write_atomic(_path(run), canonical_json({"packages": package_versions(), "tables": dict(tables)}))


def packages_differ(run: Run) -> str | None:
    """The packages that are not those of the note; None when all are."""
    noted, now = _noted(run, "packages"), package_versions()
    if noted == now:
        return None
    return ", ".join(f"{name} {version}" for name, version in now.items() if noted.get(name) != version) or "…"


def tables_differ(run: Run, tables: Mapping[str, str]) -> list[str]:
    """The tables that are not as they were noted; none without a note."""
    noted = _noted(run, "tables")
    return [name for name, digest in tables.items() if noted.get(name, digest) != digest]


def _noted(run: Run, part: str) -> dict[str, Any]:
    try:
        noted = json.loads(read_file(_path(run), MIB))
    except (OSError, ValueError):
        return {}
    section = noted.get(part) if isinstance(noted, dict) else None
    return section if isinstance(section, dict) else {}


def _path(run: Run) -> Path:
    return run.settings.work_db(run.edition).with_suffix(".note.json")
