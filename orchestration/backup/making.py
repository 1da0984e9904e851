"""`palmares backup`: state and deposits in one archive, while others work.

Belongs here: what is taken, in which order, under which locks. The state is whole at every moment (a kill at any of
them loses nothing), so a backup need not stop the house; it must only take things in an order that is one of those:

1. the lock of the releases: nobody publishes meanwhile, so that releases, their chain and the evidence of them agree;
2. each edition that nobody works on is held; of one that is at work the working warehouse is left out, and told;
3. the evidence first (its head before the log, which only grows), then what it names, which only grows too, then
   the releases;
4. the deposits last, edition by edition under the lock of their custody: one that comes meanwhile is in, and is told by
   `status` as any deposit after a dossier.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import custody
from orchestration.backup.archive import FORMAT, About, Writer
from orchestration.backup.say import say
from orchestration.errors import InputError, PalmaresError
from orchestration.progress import report
from orchestration.publication import RELEASES_LOCK
from orchestration.release import is_folder
from orchestration.run import edition_held, edition_is_free, utc_now, version
from orchestration.settings import EDITION_ID, Settings
from orchestration.storage import locked, sync_dir

MADE_AGAIN = frozenset({"dagster", "data_docs", "dbt", "locks", "published", "spark"})
"""Rooms of the state folder that are not taken: whatever is not listed here is."""
EVIDENCE, WORK, RELEASES = "evidence", "work", "releases"
MAKING = ".palmares-backup-"
RUN_ID = "palmares backup"


@dataclass(frozen=True)
class Made:
    """A backup: `fingerprint` is the SHA-256 of its manifest, `size` the bytes of its files before they were packed."""

    path: Path
    fingerprint: str
    files: int
    size: int
    editions: tuple[str, ...]
    busy: tuple[str, ...]

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {**vars(self), "path": str(self.path)}


def make_backup(settings: Settings, folder: Path) -> Made:
    """Make a backup in a folder; complete, or absent. Raises InputError where it would be part of what it keeps."""
    folder = folder.absolute()
    for kept in (settings.home, settings.raw):
        if folder.resolve().is_relative_to(kept.resolve()):
            raise InputError(say("make.inside", kept=kept), str(folder), say("make.inside_mend"))
    folder.mkdir(parents=True, exist_ok=True)
    at = utc_now()
    target = folder / f"palmares-{at.strftime('%Y%m%dT%H%M%SZ')}.zip"
    if os.path.lexists(target):
        raise InputError(say("make.exists"), str(target), say("make.exists_mend"))
    _sweep(folder)
    editions = _editions(settings)
    making = folder / f"{MAKING}{os.getpid()}"
    try:
        with making.open("xb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            writer = Writer(stream)
            try:
                busy = _take_state(settings, editions, writer)
                for edition in settings.editions():
                    _take_deposits(settings.raw / edition, writer)
                moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
                about = About(format=FORMAT, version=version(), made_at=moment, editions=editions, busy=busy)
                fingerprint = writer.finish(about)
            except BaseException:
                writer.give_up()
                raise
            stream.flush()
            os.fsync(stream.fileno())
            making.rename(target)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    sync_dir(folder)
    return Made(target, fingerprint, files=len(writer.digests), size=writer.size, editions=editions, busy=busy)


def _editions(settings: Settings) -> tuple[str, ...]:
    """Editions that have deposits or evidence."""
    logs = {path.name.split(".")[0] for path in (settings.home / EVIDENCE).glob("*.jsonl")}
    return tuple(sorted({*settings.editions(), *(name for name in logs if EDITION_ID.fullmatch(name))}))


def _take_state(settings: Settings, editions: tuple[str, ...], writer: Writer) -> tuple[str, ...]:
    """Add the state folder; returns the editions that were being worked on."""
    if not settings.home.is_dir():
        return ()
    busy: list[str] = []
    with ExitStack() as held:
        held.enter_context(locked(settings.lock_file(RELEASES_LOCK)))
        for edition in editions:
            try:
                if not edition_is_free(settings, edition):
                    raise PalmaresError
                held.enter_context(edition_held(settings, edition, RUN_ID))
            except PalmaresError:
                busy.append(edition)
        rooms = sorted(
            (room for room in settings.home.iterdir() if room.name not in MADE_AGAIN and not room.name.startswith(".")),
            key=lambda room: (room.name != EVIDENCE, room.name == RELEASES, room.name),
        )
        at_work = re.compile(rf"var/{WORK}/({'|'.join(map(re.escape, busy))})\.duckdb(\..*)?")
        for room in rooms:
            for name, path in _files(room, f"var/{room.name}"):
                if not (busy and at_work.fullmatch(name)):
                    _add(writer, name, path)
    return tuple(busy)


def _take_deposits(folder: Path, writer: Writer) -> None:
    """Add an edition's folder, whole: a deposit that was cut short is finished first, a new one waits."""
    with custody.custody_lock(folder) if os.access(folder.parent, os.W_OK) else nullcontext():
        custody.resume(folder)
        for name, path in _files(folder.resolve(), f"raw/{folder.name}", hidden=True):
            _add(writer, name, path)


def _add(writer: Writer, name: str, path: Path) -> None:
    report("backup", len(writer.digests))
    try:
        writer.add(name, path)
    except FileNotFoundError:
        if os.path.lexists(path):
            raise
        # Who works on an edition has just swept it away: it was no part of the state.


def _files(place: Path, name: str, hidden: bool = False) -> Iterator[tuple[str, Path]]:
    """Every file at or below a place, with its name in the archive; locks and half-made files aside.

    InputError for a link or anything else that is no file: it would not be the same elsewhere.
    """
    if is_folder(place):
        for entry in sorted(place.iterdir(), key=lambda path: (not path.name.endswith(".head"), path.name)):
            if hidden or not (entry.name.startswith(".") or entry.name.endswith(".lock")):
                yield from _files(entry, f"{name}/{entry.name}", hidden)
    elif place.is_symlink() or not place.is_file():
        if os.path.lexists(place):
            raise InputError(say("make.odd"), str(place), say("make.odd_mend"))
    else:
        yield name, place


def _sweep(folder: Path) -> None:
    """Remove what backups that were killed left here; one in the making is locked by who makes it."""
    for left in folder.glob(f"{MAKING}*"):
        descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            left.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
