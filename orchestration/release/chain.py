"""The releases on disk, as one chain over all editions.

Belongs here: reading and appending `releases/chain.jsonl`, finding releases, and what else stands among them. What a
line is stands in `record.py`, how a folder is made and an unfinished publication finished in `publication/build.py`.
"""

import os
import shutil
import stat
from pathlib import Path

from orchestration.errors import PalmaresError
from orchestration.release.manifest import MANIFEST
from orchestration.release.record import (
    CHAIN,
    RECORD,
    ChainLine,
    RecordError,
    ReleaseRecord,
    parse_chain,
    parse_record,
    spell_chain,
)
from orchestration.release.say import say
from orchestration.settings import EDITION_ID
from orchestration.storage import add_lines, read_file, sha256_file

MAKING = ".making-"
"""Prefix of a release in the making. A reader never looks at such a folder."""


def release_dir(releases: Path, line: ChainLine) -> Path:
    """The folder of a release of the chain."""
    return releases / line.edition / str(line.number)


def read_chain(releases: Path) -> list[ChainLine]:
    """The chain of all releases, oldest first.

    Raises PalmaresError when it is not what was written, or where a link stands for a folder of releases: whoever reads
    on would follow it.
    """
    _editions(releases)
    path = releases / CHAIN
    if path.is_symlink():
        raise PalmaresError(say("chain.link", path=path))
    try:
        chain = parse_chain(read_file(path) if path.exists() else b"")
    except RecordError as error:
        raise PalmaresError(say("chain.changed", path=path, error=error)) from None
    for line in chain:
        if (folder := release_dir(releases, line)).is_symlink():
            raise PalmaresError(say("chain.release_link", folder=folder))
    return chain


def read_record(folder: Path) -> ReleaseRecord:
    """release.json of a release folder; raises PalmaresError when it is not what was written."""
    try:
        return parse_record(read_file(folder / RECORD))
    except (OSError, RecordError) as error:
        raise PalmaresError(say("read.unreadable", path=folder / RECORD, error=error)) from None


def releases_of(chain: list[ChainLine], edition: str) -> list[ChainLine]:
    """Releases of one edition, oldest first."""
    return [line for line in chain if line.edition == edition]


def newest(chain: list[ChainLine]) -> list[ChainLine]:
    """The newest release of each edition, by edition."""
    return sorted({line.edition: line for line in chain}.values(), key=lambda line: line.edition)


def newest_release(releases: Path, edition: str) -> Path | None:
    """The folder of an edition's newest release, or None when it has none."""
    lines = releases_of(read_chain(releases), edition)
    return release_dir(releases, lines[-1]) if lines else None


def append(releases: Path, chain: list[ChainLine], line: ChainLine) -> None:
    """Add a line to the chain; the caller holds the lock."""
    add_lines(releases / CHAIN, spell_chain(chain), [line])


def recover(releases: Path) -> list[ChainLine]:
    """What a crash left in the making is swept away, under the lock; returns the chain.

    Nothing is adopted: a folder without a line is none of the chain, however well it is made (`unlisted`). A listed
    release that is missing, altered or a link stops everything: nothing may be built on it.
    """
    chain = read_chain(releases)
    for edition in _editions(releases):
        for entry in edition.iterdir():
            if entry.name.startswith(MAKING):
                remove(entry)
    for line in chain:
        sealed_dir(releases, line)
    return chain


def sealed_dir(releases: Path, line: ChainLine) -> Path:
    """The folder of a release, whose manifest is the one that its line seals; PalmaresError when it is not."""
    folder = release_dir(releases, line)
    manifest = folder / MANIFEST
    if not is_folder(folder) or not manifest.is_file() or sha256_file(manifest) != line.manifest_sha256:
        raise PalmaresError(say("chain.altered", folder=folder))
    return folder


def unlisted(releases: Path, chain: list[ChainLine], edition: str) -> list[Path]:
    """What stands among an edition's releases without a line in the chain, by name."""
    place = releases / edition
    known = {str(line.number) for line in releases_of(chain, edition)}
    return sorted(entry for entry in place.iterdir() if entry.name not in known) if place.is_dir() else []


def _editions(releases: Path) -> list[Path]:
    """The folders of the editions. A link is followed nowhere: what it leads to is none of the house's."""
    if not os.path.lexists(releases):
        return []
    places = (
        [entry for entry in sorted(releases.iterdir()) if EDITION_ID.fullmatch(entry.name)] if releases.is_dir() else []
    )
    for place in (releases, *places):
        if not is_folder(place):
            raise PalmaresError(say("chain.no_folder", place=place))
    return places


def is_folder(path: Path) -> bool:
    """Whether a path is a folder itself, and not a link to one."""
    return os.path.lexists(path) and stat.S_ISDIR(path.lstat().st_mode)


def remove(path: Path) -> None:
    """Remove what stands at a path of our own: a folder whole, even if read-only; a link, not what it leads to."""
    if not is_folder(path):
        path.unlink(missing_ok=True)
        return
    for inner in [path, *(entry for entry in path.rglob("*") if is_folder(entry))]:
        inner.chmod(0o755)
    shutil.rmtree(path)
