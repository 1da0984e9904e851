"""`palmares fetch`: what suppliers left in a bucket, into custody.

Belongs here: the order of it. All that may be a deposit is read to the last byte, beside the deposits and not among
them; only then is it handed to custody, in one step. A server that falls silent in between leaves nothing behind.

Every object is read each time: a date, a size or a tag of a bucket says nothing of what custody holds. What differs
from what was taken under its name is told and left: a new version is a decision of a person, who names it and what it
replaces.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration import custody
from orchestration.custody import Deposit
from orchestration.errors import InputError
from orchestration.objects.address import Address
from orchestration.objects.names import Left, judge, place_of, shown
from orchestration.objects.say import say
from orchestration.objects.store import Changed, ListedObject, Store
from orchestration.progress import report
from orchestration.settings import Settings, check_edition_id
from orchestration.storage import locked, standing_folder
from orchestration.units import MIB
from orchestration.words import Sentence

INCOMING = ".fetched"
"""The folder of the state folder in which objects wait. What a kill left in it is swept away by the next fetch."""


@dataclass(frozen=True)
class Fetched:
    """What was taken, how many objects are in custody already, and what was left where it is."""

    taken: tuple[Deposit, ...]
    known: int
    left: tuple[Left, ...]


def fetch(
    settings: Settings,
    edition: str,
    address: Address,
    supplier: str,
    by: str,
    as_path: str | None = None,
    replaces: str | None = None,
) -> Fetched:
    """Take the objects below an address, or the one that it names, into the custody of an edition.

    `as_path`: where they belong in the edition (a folder, or the path of the one object); otherwise as they are named
    below the address. `replaces`: see `custody.deposit`. All that may be taken is, or nothing.
    Raises InputError for wrong use, for a server that cannot be read, and where custody refuses.
    """
    edition_dir = settings.raw / check_edition_id(edition)
    store = Store(address)
    known = custody.read_log(edition_dir) if (edition_dir / custody.LOG_NAME).exists() else []
    sound, left_by_name = _selected(store, as_path, [deposit.path for deposit in known if deposit.current], replaces)
    with _incoming(settings, edition) as folder:
        _check_room([settings.home, edition_dir], sum(obj.size for obj in sound.values()))
        new, left_by_content, present = _read(store, sound, folder, known, replacing=replaces is not None)
        taken = custody.deposit(edition_dir, [folder], supplier, by, as_path=".", replaces=replaces) if new else []
    return Fetched(tuple(taken), present, (*left_by_name, *left_by_content))


def _selected(
    store: Store, as_path: str | None, in_custody: list[str], replaces: str | None
) -> tuple[dict[str, ListedObject], list[Left]]:
    """The objects that may be deposits, by path. One that is named itself may be any deposit."""
    address = store.address
    if address.key and not address.key.endswith("/") and (named := store.look(address.key)):
        return {place_of(named, as_path): named}, []
    if replaces is not None:
        raise InputError(say("fetch.one"), str(address), say("fetch.one_mend"))
    listed = store.listed(address.folder)
    if not listed:
        raise InputError(say("fetch.nothing"), f"{address} ({store.server})", say("fetch.nothing_mend"))
    return judge(listed, address.folder, as_path, in_custody)


@contextmanager
def _incoming(settings: Settings, edition: str) -> Iterator[Path]:
    """An empty folder for what is read, and nobody else's fetch of this edition meanwhile."""
    with locked(settings.lock_file(f"fetch-{edition}")):
        folder = settings.home / INCOMING / edition
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _check_room(places: list[Path], size: int) -> None:
    """Each of the two folders can hold all that is listed; on one disk it must hold it twice."""
    disks = [standing_folder(place) for place in places]
    needed = size * (1 + (disks[0].stat().st_dev == disks[1].stat().st_dev))
    for disk in disks:
        if (free := shutil.disk_usage(disk).free) < needed:
            raise InputError(say("fetch.room", size=needed // MIB, free=free // MIB), str(disk), say("fetch.room_mend"))


def _read(
    store: Store, sound: Mapping[str, ListedObject], folder: Path, known: list[Deposit], replacing: bool
) -> tuple[int, list[Left], int]:
    """Read every object into the folder, and keep there what is new: how many, what is left, how many are known."""
    new, left, present = 0, list[Left](), 0
    bytes_here = {(_folder(deposit.path), deposit.sha256): deposit.path for deposit in known if deposit.current}
    for done, (path, obj) in enumerate(sorted(sound.items())):
        report("objects", done, len(sound))
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        why: str | None = None
        try:
            with target.open("xb") as stream:
                digest = store.read(obj, stream)
        except Changed:
            why = say("left.under_way")
        else:
            if any((old.path, old.sha256) == (path, digest) and old.stored.exists() for old in known):
                present += 1
                target.unlink()
                continue
            if not replacing:
                why = _differing(path, digest, known) or _twice(path, digest, bytes_here)
        if why is None:
            bytes_here.setdefault((_folder(path), digest), path)
            new += 1
        else:
            target.unlink()
            left.append(Left(shown(obj.key), why))
    return new, left, present


def _differing(path: str, digest: str, known: list[Deposit]) -> Sentence | None:
    """Whether something else was taken under this name: it stays what it is."""
    for old in known:
        if old.current and old.path == path and old.sha256 != digest:
            return say("left.changed", line=old.seq, sha256=old.sha256[:12])
    return None


def _twice(path: str, digest: str, bytes_here: Mapping[tuple[str, str], str]) -> Sentence | None:
    """Whether the same bytes stand in the same folder under another name: they would count twice."""
    other = bytes_here.get((_folder(path), digest))
    return say("left.twice", path=other) if other not in (None, path) else None


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
