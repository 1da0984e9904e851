"""The published warehouse: one DuckDB file and the same tables as Parquet, replaced in one step.

Belongs here: versions of what BI tools and the public read, and the swap. The tables are read from the releases
alone: never from a working warehouse. A version is a folder of its own; `current` is a symbolic link that one
rename moves, so that a reader holds the old version whole or opens the new one whole.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from orchestration.errors import PalmaresError
from orchestration.publication.build import LOCK
from orchestration.publication.fill import fill_warehouse
from orchestration.publication.history import SEED, title_rows
from orchestration.publication.palmares import palmares_data, palmares_html, palmares_json
from orchestration.publication.revocations import Revoked, revocations
from orchestration.release import MAKING, Release, newest, read_chain, recover, release_dir, spell_chain
from orchestration.settings import Settings
from orchestration.storage import canonical_json, locked, read_file, sha256_bytes, sha256_file, sync_dir

KEPT = 5
"""Versions kept, the newest included. Who opened an older one keeps reading it: the system frees it when it is
closed; who comes back later opens `current`."""
STATE = "made-from.txt"
DUCKDB = "palmares.duckdb"
SHOWN = (DUCKDB, "parquet", "palmares.json", "index.html")


def publish_warehouse(settings: Settings, seed: Path = SEED) -> Path:
    """Bring the published warehouse up to the releases; returns the path of the DuckDB file that readers open.

    Nothing is done when the current version was made from the same releases, the same revocations and the same earlier
    titles, and is still as it was made. Raises PalmaresError when there is no release, when one of them was altered, or
    when the evidence that would tell of a revocation is broken.
    """
    with locked(settings.lock_file(LOCK)):
        chain = recover(settings.releases)
        if not chain:
            raise PalmaresError("nothing is published yet: there is no release")
        revoked = revocations(settings, chain)
        known = sha256_bytes(canonical_json([[*key, vars(one)] for key, one in sorted(revoked.items())]))
        state = f"{sha256_bytes(spell_chain(chain))} {sha256_file(seed) if seed.exists() else '-'} {known}\n"
        current = settings.published / "current"
        told = _told(current)
        if not told.startswith(state) or told != state + _digests(current):
            every = [Release(release_dir(settings.releases, line)) for line in chain]
            shown = [Release(release_dir(settings.releases, line)) for line in newest(chain)]
            _swap(current, _make(settings.published / "versions", every, shown, revoked, seed, state))
        _show(settings.published)
        _forget(settings.published / "versions", current)
        return settings.published_db


def is_shown(settings: Settings) -> bool:
    """Whether what readers open was made from all the releases of the chain: else a publication was cut short."""
    made_from = settings.published / "current" / STATE
    chain = sha256_bytes(spell_chain(read_chain(settings.releases)))
    return made_from.is_file() and read_file(made_from).decode("ascii", "replace").startswith(chain)


def _numbers(versions: Path) -> list[int]:
    return sorted(int(path.name) for path in versions.iterdir() if path.name.isdecimal())


def _make(versions: Path, every: list[Release], shown: list[Release], revoked: Revoked, seed: Path, state: str) -> Path:
    """Write a version. A revoked release stays in the archive; it has no rows and no titles among what stands."""
    versions.mkdir(parents=True, exist_ok=True)
    for stale in versions.glob(f"{MAKING}*"):
        shutil.rmtree(stale)
    number = max(_numbers(versions), default=0) + 1
    folder = versions / f"{MAKING}{number}"
    (folder / "parquet").mkdir(parents=True)
    standing = [one for one in shown if (one.record.edition, one.record.number) not in revoked]
    released = {one.record.edition for one in shown}
    fill_warehouse(folder / DUCKDB, folder / "parquet", every, shown, revoked, title_rows(standing, released, seed))
    editions = palmares_data(shown, revoked)
    (folder / "palmares.json").write_bytes(palmares_json(editions))
    (folder / "index.html").write_bytes(palmares_html(editions))
    (folder / STATE).write_text(state + _digests(folder), encoding="ascii")
    _sync(folder)
    target = versions / str(number)
    folder.rename(target)
    sync_dir(versions)
    return target


def _told(version: Path) -> str:
    """What a version was made from, and of which files it was made; nothing when there is none."""
    path = version / STATE
    return read_file(path).decode("ascii", "replace") if path.is_file() else ""


def _digests(version: Path) -> str:
    """SHA-256 of each file that readers open, as `sha256sum` writes it: a version that was edited is made anew."""
    files = sorted(path for path in version.resolve().rglob("*") if path.is_file() and path.name != STATE)
    return "".join(f"{sha256_file(path)}  {path.relative_to(version.resolve()).as_posix()}\n" for path in files)


def _sync(folder: Path) -> None:
    for path in _walk(folder):
        if path.is_file():
            path.chmod(path.stat().st_mode & 0o444)
        # fsync works on a read-only handle; folders too.
        sync_dir(path)
    sync_dir(folder)


def _walk(folder: Path) -> Iterable[Path]:
    return sorted(folder.rglob("*"), reverse=True)


def _link(link: Path, target: str) -> None:
    """Point a symbolic link somewhere else in one step."""
    temporary = link.with_name(f".{link.name}.next")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
    sync_dir(link.parent)


def _swap(current: Path, version: Path) -> None:
    _link(current, f"versions/{version.name}")


def _show(published: Path) -> None:
    """Stable names beside `current`, for tools that want a file rather than a folder."""
    for name in SHOWN:
        link = published / name
        if not link.is_symlink():
            _link(link, f"current/{name}")


def _forget(versions: Path, current: Path) -> None:
    """Remove all but the newest versions; never the one that is shown."""
    shown = current.resolve().name
    for number in _numbers(versions)[:-KEPT]:
        if str(number) != shown:
            shutil.rmtree(versions / str(number))
