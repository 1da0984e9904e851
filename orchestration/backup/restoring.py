"""`palmares restore`: a backup in a folder of its own, complete or absent.

Belongs here: unpacking beside the place, and the one rename that puts all of it there. The published warehouse is not
taken from the archive but made anew from the releases, each verified. What is wrong with the state that was kept is
told and not mended: a backup gives back what there was, and the gates refuse what they refused.
"""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import custody
from orchestration.backup.archive import Archive, opened
from orchestration.backup.say import say
from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.evidence import EvidenceBroken, EvidenceLog
from orchestration.progress import report
from orchestration.publication import publish_warehouse
from orchestration.release import is_folder, read_chain, release_dir, remove
from orchestration.settings import Settings
from orchestration.storage import locked, settle, sync_dir
from orchestration.units import MIB
from orchestration.words import told

SPARE = 64 * MIB
"""Bytes that are left free on the disk."""


@dataclass(frozen=True)
class Restored:
    """A backup that stands in `folder` again. `told`: what is wrong with the state that it holds."""

    folder: Path
    files: int
    made_at: str
    editions: tuple[str, ...]
    busy: tuple[str, ...]
    fingerprint: str
    told: tuple[str, ...]

    @property
    def settings(self) -> Settings:
        """The two folders."""
        return _settings(self.folder)

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        folders = {"raw": str(self.settings.raw), "home": str(self.settings.home)}
        return {**vars(self), "folder": str(self.folder), **folders}


def restore(archive: Path, folder: Path, fingerprint: str | None = None) -> Restored:
    """Put a backup into a folder that is empty or not there: `raw/` and `var/` in it. All of it, or nothing.

    `fingerprint`: the one that `backup` told (spaces do not matter); another archive is refused. Raises InputError for
    an archive that is none, was changed or would write elsewhere, and for a folder that holds anything.
    """
    folder = folder.absolute()
    _check_empty(folder)
    with opened(archive) as kept:
        if fingerprint is not None and "".join(fingerprint.split()).lower() != kept.fingerprint:
            raise InputError(say("restore.fingerprint", found=kept.fingerprint), str(archive), say("archive.other"))
        folder.parent.mkdir(parents=True, exist_ok=True)
        _check_room(folder.parent, kept.size)
        making = folder.with_name(f".{folder.name}.restoring")
        lock = folder.with_name(f".{folder.name}.lock")
        with locked(lock):
            remove(making)  # what a restore that was killed left
            try:
                faults = _make(kept, making)
                _put(making, folder)
            except BaseException:
                remove(making)
                raise
            finally:
                lock.unlink(missing_ok=True)
        about = kept.about
        return Restored(
            folder,
            len(kept.digests),
            about.made_at,
            about.editions,
            busy=about.busy,
            fingerprint=kept.fingerprint,
            told=tuple(faults),
        )


def _settings(folder: Path) -> Settings:
    return Settings(folder / "var", folder / "raw")


def _check_empty(folder: Path) -> None:
    if os.path.lexists(folder) and not (is_folder(folder) and not any(folder.iterdir())):
        raise InputError(say("restore.not_empty"), str(folder), say("restore.not_empty_mend"))
    if os.path.ismount(folder):
        raise InputError(say("restore.mount"), str(folder), say("restore.mount_mend", folder=folder / "palmares"))


def _check_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size + SPARE > free:
        what = say("restore.room", size=-(-size // MIB), free=free // MIB)
        raise InputError(what, str(folder), say("restore.room_mend"))


def _make(kept: Archive, making: Path) -> list[str]:
    """Unpack everything, bring it to disk, and show the releases; returns what is wrong with it."""
    for top in ("raw", "var"):
        (making / top).mkdir(parents=True)
    for number, name in enumerate(kept.digests):
        report("restore", number, len(kept.digests))
        path = making / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            kept.unpack(name, target)
            target.flush()
            os.fsync(target.fileno())
    settings = _settings(making)
    faults = _wrong(settings)
    remove(settings.home / "locks")
    for place in sorted((path for path in making.rglob("*") if is_folder(path)), reverse=True):
        sync_dir(place)
    sync_dir(making)
    return faults


def _wrong(settings: Settings) -> list[str]:
    """What a look at the restored state finds: custody, evidence, releases. Releases are shown if they are whole."""
    faults: list[str] = []
    for edition in settings.editions():
        faults += [problem.message for problem in custody.audit(settings.raw / edition).problems]
    for log in sorted((settings.home / "evidence").glob("*.jsonl")):
        try:
            EvidenceLog(log).records()
        except EvidenceBroken as broken:
            faults.append(told(broken))
    try:
        chain = read_chain(settings.releases)
        for line in chain:
            settle(release_dir(settings.releases, line))
        if chain:
            publish_warehouse(settings)
    except Refused as refused:
        faults += refused.summary
    except (PalmaresError, OSError) as error:
        faults.append(told(error))
    return faults


def _put(making: Path, folder: Path) -> None:
    """The one step: from here on all of it is there."""
    try:
        making.rename(folder)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise InputError(say("restore.not_empty"), str(folder), say("restore.not_empty_mend")) from error
        raise
    sync_dir(folder.parent)
