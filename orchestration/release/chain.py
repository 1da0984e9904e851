"""The releases on disk, as one chain over all editions.

Belongs here: reading and appending `releases/chain.jsonl`, finding releases, and bringing the folder and the chain
back together after a crash. What a line is stands in `record.py`, how a folder is made in `build.py`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.errors import PalmaresError
from orchestration.release.manifest import MANIFEST
from orchestration.release.record import (
    CHAIN,
    RECORD,
    ChainLine,
    RecordError,
    ReleaseRecord,
    last_manifest,
    next_line,
    parse_chain,
    parse_record,
    spell_chain,
)
from orchestration.settings import EDITION_ID
from orchestration.storage import add_lines, read_file, sha256_file

MAKING = ".making-"
"""Prefix of a release in the making. A reader never looks at such a folder."""


def release_dir(releases: Path, line: ChainLine) -> Path:
    """The folder of a release of the chain."""
    return releases / line.edition / str(line.number)


def read_chain(releases: Path) -> list[ChainLine]:
    """The chain of all releases, oldest first; raises PalmaresError when it is not what was written."""
    path = releases / CHAIN
    try:
        return parse_chain(read_file(path) if path.exists() else b"")
    except RecordError as error:
        raise PalmaresError(f"{path}: {error}. The chain of releases was changed; nothing is published on it") from None


def read_record(folder: Path) -> ReleaseRecord:
    """release.json of a release folder; raises PalmaresError when it is not what was written."""
    try:
        return parse_record(read_file(folder / RECORD))
    except (OSError, RecordError) as error:
        raise PalmaresError(f"{folder / RECORD} cannot be read: {error}") from None


def releases_of(chain: list[ChainLine], edition: str) -> list[ChainLine]:
    """Releases of one edition, oldest first."""
    return [line for line in chain if line.edition == edition]


def newest(chain: list[ChainLine]) -> list[ChainLine]:
    """The newest release of each edition, by edition."""
    return sorted({line.edition: line for line in chain}.values(), key=lambda line: line.edition)


def newest_release(releases: Path, edition: str) -> Path | None:
    """The folder of an edition's newest release, or None when it has none."""
    found = releases_of(read_chain(releases), edition)
    return release_dir(releases, found[-1]) if found else None


def append(releases: Path, chain: list[ChainLine], line: ChainLine) -> None:
    """Add a line to the chain; the caller holds the lock."""
    add_lines(releases / CHAIN, spell_chain(chain), [line])


def _folders(releases: Path) -> Iterator[Path]:
    for edition in sorted(releases.iterdir()) if releases.is_dir() else []:
        if edition.is_dir() and EDITION_ID.fullmatch(edition.name):
            yield from sorted(folder for folder in edition.iterdir() if folder.is_dir())


def recover(releases: Path) -> list[ChainLine]:
    """Bring folders and chain together, under the lock, and return the chain.

    A release whose folder was put in place before its line was written gets its line; what was in the making is
    removed; a listed release that is missing or altered stops everything: nothing may be built on it.
    """
    chain = read_chain(releases)
    listed = {release_dir(releases, line): line for line in chain}
    for folder in _folders(releases):
        if folder.name.startswith(MAKING):
            remove_tree(folder)
        elif folder not in listed:
            record = read_record(folder)
            place = (record.edition, str(record.number), record.seq, record.previous)
            if place != (folder.parent.name, folder.name, len(chain) + 1, last_manifest(chain)):
                raise PalmaresError(f"{folder} stands among the releases, but is none of this chain: move it away")
            line = next_line(chain, record.edition, record.number, sha256_file(folder / MANIFEST))
            append(releases, chain, line)
            chain.append(line)
    for folder, line in listed.items():
        manifest = folder / MANIFEST
        if not manifest.is_file() or sha256_file(manifest) != line.manifest_sha256:
            raise PalmaresError(f"{folder}: the release is missing or was altered since it was published")
    return chain


def remove_tree(folder: Path) -> None:
    """Remove a folder of our own making, whose folders may already be read-only."""
    for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
        inner.chmod(0o755)
    shutil.rmtree(folder)
