"""Addresses under which the UI's own port shows what runs have made: dossiers, Data Docs, releases, rows set aside.

Belongs here: the address of a path. What is served there, and to whom, stands in `orchestration/instance/files.py`.
"""

from pathlib import Path

import dagster as dg

from orchestration.settings import Settings

PREFIX = "/palmares"
KINDS = ("dossiers", "data_docs", "releases")
"""Folders of the state that are served, by their own names."""
QUARANTINE = "quarantine"


def link(settings: Settings, path: Path) -> dg.UrlMetadataValue:
    """The link that opens a file or folder of these kinds."""
    inside = path.relative_to(settings.home)
    assert inside.parts[0] in KINDS, inside
    return dg.MetadataValue.url(f"{PREFIX}/{inside.as_posix()}{'' if path.suffix else '/'}")


def quarantine_link(edition: str) -> dg.UrlMetadataValue:
    """The link to the rows that the last run of an edition set aside."""
    return dg.MetadataValue.url(f"{PREFIX}/{QUARANTINE}/{edition}")
