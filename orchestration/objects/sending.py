"""`palmares send`: releases of an edition, and the published tables, into a bucket.

Belongs here: what is sent, and in which order. Only what `publish_warehouse` has verified and shown: each release in
its folder, and the version of the published tables that readers open now, in a folder named after its content. Every
object is written only where there is none, then read back and hashed, whoever wrote it; the manifest comes last, so
that a folder without one is a copy that was cut short. Nothing is ever overwritten or deleted.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from orchestration.errors import InputError, Refused
from orchestration.objects.address import Address
from orchestration.objects.names import shown
from orchestration.objects.say import say
from orchestration.objects.store import Changed, Store
from orchestration.progress import report
from orchestration.publication import publish_warehouse, standings_of
from orchestration.release import (
    CHAIN,
    MANIFEST,
    ChainLine,
    Release,
    format_manifest,
    read_chain,
    release_dir,
    releases_of,
    spell_chain,
)
from orchestration.settings import Settings, check_edition_id
from orchestration.storage import open_ordinary, sha256_bytes, sha256_file
from orchestration.units import MIB
from orchestration.words import Sentence

WHOLE = 5 << 30
"""Bytes that S3 takes in one request. Only one request is whole or not at all."""

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True)
class Bundle:
    """A folder to be sent: SHA-256 of each file and how it is opened, the manifest among them."""

    name: str
    files: dict[str, tuple[str, Opener]]

    def in_order(self) -> list[str]:
        """The names of the files, the manifest last."""
        return sorted(self.files, key=lambda name: (name == MANIFEST, name))


@dataclass(frozen=True)
class Folder:
    """A folder of the bucket that is complete: its address, objects written now, objects that stood there already."""

    address: str
    written: int
    stood: int


@dataclass(frozen=True)
class Sent:
    """What is in the bucket. `revoked`: releases that were not sent. `guarded`: whether the server was seen to refuse
    a second object of one name; None when nothing had to be written."""

    releases: tuple[Folder, ...]
    tables: Folder
    revoked: tuple[int, ...]
    guarded: bool | None


def send(settings: Settings, edition: str, address: Address) -> Sent:
    """Copy an edition's releases and the published tables below an address, complete and read back.

    Raises Refused with every object that holds other bytes, or that is none of ours in a folder of ours, and where
    a release is not what was published; InputError for wrong use and for a server that cannot be used.
    """
    chain = read_chain(settings.releases)
    lines = releases_of(chain, check_edition_id(edition))
    if not lines:
        raise InputError(say("send.nothing", edition=edition), edition, say("send.nothing_mend", edition=edition))
    store = Store(address)
    tables = _tables(publish_warehouse(settings), chain)
    if read_chain(settings.releases) != chain:
        raise InputError(say("send.meanwhile"), str(settings.releases), say("send.meanwhile_mend"))
    revoked = {standing.number for standing in standings_of(settings, edition) if standing.revoked}
    releases = [_release(settings, line) for line in lines if line.number not in revoked]
    sending = Sending(store)
    folders = [sending.put(bundle) for bundle in (*releases, tables)]
    if sending.reasons:
        raise Refused(sending.reasons)
    return Sent(tuple(folders[:-1]), folders[-1], tuple(sorted(revoked)), sending.guarded)


def _release(settings: Settings, line: ChainLine) -> Bundle:
    """A release, file by file as its manifest seals it; the manifest as the chain does."""
    release = Release(release_dir(settings.releases, line))
    digests = {**release.manifest, MANIFEST: line.manifest_sha256}
    files = {name: (digest, _opener(release.folder / name)) for name, digest in digests.items()}
    return Bundle(f"releases/{line.edition}/{line.number}", files)


def _tables(published_db: Path, chain: list[ChainLine]) -> Bundle:
    """The published tables as they are shown: the DuckDB file, the Parquet files, the chain that they are made from.

    It is named after its manifest, so that another version is another folder; the number of releases before that puts
    the newest last.
    """
    version = published_db.resolve().parent
    paths = [version / published_db.name, *sorted((version / "parquet").glob("*.parquet"))]
    spelt = spell_chain(chain)
    files = {path.relative_to(version).as_posix(): (sha256_file(path), _opener(path)) for path in paths}
    files[CHAIN] = (sha256_bytes(spelt), partial(io.BytesIO, spelt))
    manifest = format_manifest({name: digest for name, (digest, _) in files.items()})
    files[MANIFEST] = (sha256_bytes(manifest), partial(io.BytesIO, manifest))
    return Bundle(f"published/{len(chain):06d}-{sha256_bytes(manifest)[:16]}", files)


def _opener(path: Path) -> Opener:
    if path.stat().st_size > WHOLE:
        raise InputError(say("send.large", most=WHOLE // MIB), str(path), say("send.large_mend"))
    return partial(open_ordinary, path, None)


class Sending:
    """One sending: its reasons against, and what was seen of the server."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reasons: list[Sentence] = []
        self.guarded: bool | None = None

    def put(self, bundle: Bundle) -> Folder:
        """Make a folder of the bucket complete. What is against it becomes a reason, and no manifest is written."""
        address = self._store.address.within(bundle.name)
        before = len(self.reasons)
        self.reasons += self._strangers(address, bundle)
        written = 0
        for done, name in enumerate(bundle.in_order()):
            report("objects", done, len(bundle.files))
            if name == MANIFEST and len(self.reasons) > before:
                break
            written += self._place(address.folder + name, *bundle.files[name])
        return Folder(f"{address}/", written, len(bundle.files) - written)

    def _place(self, key: str, digest: str, opened: Opener) -> bool:
        """See to it that an object holds these bytes; whether it was written now."""
        written = self._store.look(key) is None and self._write(key, digest, opened)
        obj = self._store.look(key)
        try:
            same = obj is not None and self._store.read(obj) == digest
        except Changed:
            same = False
        if not same:
            self.reasons.append(say("send.other", object=shown(key)))
        return written

    def _write(self, key: str, digest: str, opened: Opener) -> bool:
        with opened() as data:
            written = self._store.put_new(key, data, digest)
        if written and self.guarded is None:
            with opened() as data:  # the same bytes once more: a server that takes them would take others, too
                self.guarded = not self._store.put_new(key, data, digest)
        return written

    def _strangers(self, address: Address, bundle: Bundle) -> Iterator[Sentence]:
        """Objects in a folder of ours that are none of ours: who downloads it would be told that it was altered."""
        for obj in self._store.listed(address.folder):
            if obj.key.removeprefix(address.folder) not in bundle.files:
                yield say("send.stranger", object=shown(obj.key))
