"""State and deposits: whether they can be written, have room, are held by somebody, and are what they were.

Belongs here: looks that take a moment. What needs every deposit read is `palmares check` and `palmares verify`.
"""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.custody import unfinished
from orchestration.doctor.diagnosis import Diagnosis
from orchestration.doctor.say import say
from orchestration.errors import PalmaresError
from orchestration.evidence import EvidenceBroken, EvidenceLog
from orchestration.publication import strangers
from orchestration.release import CHAIN, MAKING, MANIFEST, is_folder, read_chain, release_dir, unlisted
from orchestration.run import edition_is_free
from orchestration.settings import EDITION_ID, Settings
from orchestration.storage import NotOrdinary, check_lock, sha256_file
from orchestration.units import MIB

LITTLE = 1024 * MIB
"""Bytes that a disk should have free at least; three times the largest edition, where that is more."""
FEW = 1000
"""Files that can still be made."""
AHEAD = timedelta(minutes=10)


def folders(settings: Settings) -> Iterator[Diagnosis]:
    """The state folder can be written and is its owner's alone; the deposits can be read."""
    nearest = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    if not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        yield Diagnosis("folders", say("folders.not_writable"), str(nearest), say("folders.not_writable_mend"))
    elif settings.home.exists() and settings.home.stat().st_mode & 0o077:
        mend = say("folders.open_mend", home=settings.home)
        yield Diagnosis("folders", say("folders.open"), str(settings.home), mend)
    for room in sorted(settings.home.iterdir()) if os.access(settings.home, os.R_OK | os.X_OK) else ():
        if is_folder(room) and not os.access(room, os.R_OK | os.W_OK | os.X_OK):
            yield Diagnosis("folders", say("folders.not_writable"), str(room), say("folders.not_writable_mend"))
    if not settings.raw.is_dir() or not os.access(settings.raw, os.R_OK | os.X_OK):
        yield Diagnosis("folders", say("folders.no_deposits"), str(settings.raw), say("folders.no_deposits_mend"))
        return
    for edition in settings.editions():
        if not os.access(settings.raw / edition, os.R_OK | os.X_OK):
            where = str(settings.raw / edition)
            yield Diagnosis("folders", say("folders.no_deposits"), where, say("folders.no_deposits_mend"))


def room(settings: Settings) -> Iterator[Diagnosis]:
    """The next run will not fill the disk."""
    nearest = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    needed = max([LITTLE, *(3 * _size(settings.raw / edition) for edition in settings.editions())])
    free = shutil.disk_usage(nearest).free
    if free < needed:
        what = say("room.bytes", free=free // MIB, due=needed // MIB)
        yield Diagnosis("room", what, str(nearest), say("room.mend"))
    state = os.statvfs(nearest)
    if state.f_files and state.f_favail < FEW:
        yield Diagnosis("room", say("room.files", free=state.f_favail), str(nearest), say("room.mend"))


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def clock(settings: Settings) -> Iterator[Diagnosis]:
    """The clock of the machine is not behind the newest record of any evidence."""
    now = datetime.now(UTC)
    for log in _logs(settings):
        try:
            records = EvidenceLog(log).records()
        except EvidenceBroken:
            continue  # told as evidence
        if records and datetime.fromisoformat(records[-1].at) > now + AHEAD:
            yield Diagnosis("clock", say("clock.behind", at=records[-1].at), str(log), say("clock.mend"))


def locks(settings: Settings) -> Iterator[Diagnosis]:
    """Locks that are none, and editions that are held by what a command that ended has left."""
    folder = settings.home / "locks"
    for lock in sorted(folder.glob("*.lock")) if folder.is_dir() else ():
        try:
            check_lock(lock)
        except NotOrdinary:
            yield Diagnosis("locks", say("locks.odd"), str(lock), say("locks.odd_mend"))
            continue
        if EDITION_ID.fullmatch(lock.stem) and not edition_is_free(settings, lock.stem):
            owner = _owner(lock.with_suffix(".owner.json"))
            if owner and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
                what = say("locks.orphan", edition=lock.stem, owner=owner)
                yield Diagnosis("locks", what, str(lock), say("locks.orphan_mend", lock=lock))


def _owner(path: Path) -> int:
    try:
        return int(json.loads(path.read_bytes())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def unfinished_deposits(settings: Settings) -> Iterator[Diagnosis]:
    """Deposits that were cut short."""
    for edition in settings.editions():
        if unfinished(settings.raw / edition):
            what = say("deposits.unfinished", edition=edition)
            yield Diagnosis("deposits", what, str(settings.raw / edition), say("deposits.mend"))


def evidence(settings: Settings) -> Iterator[Diagnosis]:
    """Every chain of evidence is whole."""
    for log in _logs(settings):
        try:
            EvidenceLog(log).records()
        except EvidenceBroken as broken:
            yield Diagnosis("evidence", say("evidence.broken", what=broken), str(log), say("evidence.mend"))


def _logs(settings: Settings) -> list[Path]:
    return sorted((settings.home / "evidence").glob("*.jsonl"))


def releases(settings: Settings) -> Iterator[Diagnosis]:
    """Every release of the chain stands there with its manifest, and nothing else among them."""
    place = settings.releases
    try:
        chain = read_chain(place)
    except PalmaresError as error:
        yield Diagnosis("releases", say("releases.chain", what=error), str(place / CHAIN), say("evidence.mend"))
        return
    for line in chain:
        folder = release_dir(place, line)
        manifest = folder / MANIFEST
        if not is_folder(folder) or not manifest.is_file() or sha256_file(manifest) != line.manifest_sha256:
            yield Diagnosis("releases", say("releases.altered"), str(folder), say("evidence.mend"))
    for entry in sorted(place.iterdir()) if place.is_dir() else ():
        if EDITION_ID.fullmatch(entry.name) and is_folder(entry):
            strays = unlisted(place, chain, entry.name)
        else:
            strays = [] if entry.name == CHAIN or entry.name.startswith(f".{CHAIN}") else [entry]
        for path in strays:
            if not path.name.startswith(MAKING):  # the next publication sweeps that away
                yield Diagnosis("releases", say("releases.stray"), str(path), say("releases.stray_mend"))


def published(settings: Settings) -> Iterator[Diagnosis]:
    """Nothing stands among what readers open that publication did not put there."""
    for path in strangers(settings):
        yield Diagnosis("published", say("published.stray"), str(path), say("published.stray_mend"))
