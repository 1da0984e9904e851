"""A backup's form: a zip of ordinary files, `raw/…` and `var/…`, its manifest and what it says of itself.

Belongs here: writing it, and judging it before a byte of it is unpacked. A name that leads out of the folder, a link, a
name that stands twice or that the manifest does not list is refused, whatever wrote it.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from orchestration.backup.say import say
from orchestration.errors import InputError
from orchestration.storage import CHUNK, Instant, Strict, open_ordinary, sha256_bytes
from orchestration.units import MIB

FORMAT = 1
MANIFEST, ABOUT = "manifest-sha256.txt", "backup.json"
TOPS = ("raw", "var")
"""Deposits and state, whatever the two folders are called where they stand."""
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BIT_ENCRYPTED = 0x1


class About(Strict):
    """What a backup says of itself. `busy`: editions that were being worked on, without their working warehouse."""

    format: int
    version: str
    made_at: Instant
    editions: tuple[str, ...]
    busy: tuple[str, ...]


def check_name(name: str) -> str:
    """A name as a backup may hold it: plain, relative, below one of the two folders. InputError for any other."""
    top, *parts = name.split("/")
    if top not in TOPS or not parts or any(part in ("", ".", "..") or "\\" in part for part in parts):
        raise InputError(say("archive.name", name=ascii(name[:200])), mend=say("archive.other"))
    if not name.isprintable() or len(name.encode("utf-8", "replace")) > 4096:
        raise InputError(say("archive.unprintable", name=ascii(name[:200])), mend=say("archive.rename"))
    return name


class Writer:
    """A backup in the making."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.digests: dict[str, str] = {}
        self.size = 0

    def add(self, name: str, path: Path) -> None:
        """Add a file; its digest is that of the very bytes that were added. OSError if it cannot be read."""
        check_name(name)
        digest = sha256()
        with open_ordinary(path, limit=None) as reader, self._zip.open(name, "w", force_zip64=True) as target:
            while chunk := reader.read(CHUNK):
                digest.update(chunk)
                self.size += len(chunk)
                target.write(chunk)
        self.digests[name] = digest.hexdigest()

    def finish(self, about: About) -> str:
        """Add what the backup says of itself and the manifest; returns the manifest's SHA-256."""
        self._zip.writestr(ABOUT, about.line())
        listed = {**self.digests, ABOUT: sha256_bytes(about.line())}
        manifest = "".join(f"{listed[name]}  {name}\n" for name in sorted(listed)).encode()
        self._zip.writestr(MANIFEST, manifest)
        self._zip.close()
        return sha256_bytes(manifest)

    def give_up(self) -> None:
        """Close what will not be kept, before its file is closed."""
        with suppress(OSError, ValueError):
            self._zip.close()


class Archive:
    """A backup whose names and manifest were judged; its files are compared with the manifest as they are read."""

    def __init__(self, opened: zipfile.ZipFile, path: Path) -> None:
        self._zip, self._path = opened, path
        self._entries = {entry.filename: entry for entry in opened.infolist()}
        for entry in opened.infolist():
            _check_entry(entry, path)
        if len(self._entries) != len(opened.infolist()):
            raise InputError(say("archive.twice"), str(path), say("archive.other"))
        manifest = self._small(MANIFEST, 256 * MIB)
        self.fingerprint = sha256_bytes(manifest)
        self.digests = dict(_parsed(manifest, path))
        if self.digests.keys() | {MANIFEST} != self._entries.keys() or ABOUT not in self.digests:
            odd = sorted(self._entries.keys() ^ (self.digests.keys() | {MANIFEST}))
            raise InputError(say("archive.unlisted", name=ascii((odd or [ABOUT])[0])), str(path), say("archive.other"))
        about = self._small(ABOUT, MIB)
        if sha256_bytes(about) != self.digests.pop(ABOUT):
            raise InputError(say("archive.changed", name=ABOUT), str(path), say("archive.other"))
        self.about = _about(about, path)

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked, as the archive declares them."""
        return sum(entry.file_size for entry in self._entries.values())

    def _small(self, name: str, limit: int) -> bytes:
        entry = self._entries.get(name)
        if entry is None or entry.file_size > limit:
            raise InputError(say("archive.no_backup", name=name), str(self._path), say("archive.other"))
        return self._zip.read(entry)

    def unpack(self, name: str, target: IO[bytes]) -> None:
        """Write a file's bytes; InputError when they are not those of the manifest."""
        digest = sha256()
        with self._zip.open(self._entries[name]) as reader:
            while chunk := reader.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != self.digests[name]:
            raise InputError(say("archive.changed", name=name), str(self._path), say("archive.other"))


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup, judged. InputError for what is none, or is not as it was made."""
    try:
        with open_ordinary(path, limit=None) as stream, zipfile.ZipFile(stream) as opened_zip:
            yield Archive(opened_zip, path)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        what = say("archive.broken", error=str(error) or type(error).__name__)
        raise InputError(what, str(path), say("archive.other")) from error


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    """An ordinary file under a plain name. What made the archive is not believed: zip knows links and folders too, and
    files that begin before the archive does."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    odd = entry.is_dir() or entry.flag_bits & _BIT_ENCRYPTED or entry.compress_type not in _PACKED
    if odd or entry.header_offset < 0 or kind not in (0, stat.S_IFREG):
        raise InputError(say("archive.odd", name=ascii(entry.filename[:200])), str(path), say("archive.other"))
    if entry.filename not in (MANIFEST, ABOUT):
        check_name(entry.filename)


def _parsed(manifest: bytes, path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = manifest.decode().split("\n")
    except UnicodeDecodeError:
        lines = ["?"]
    previous = ""
    for line in lines[:-1] if not lines[-1] else ["?"]:
        match = _LINE.fullmatch(line)
        if match is None or match[2] <= previous:
            raise InputError(say("archive.changed", name=MANIFEST), str(path), say("archive.other"))
        previous = match[2]
        yield match[2], match[1]


def _about(data: bytes, path: Path) -> About:
    try:
        about = About.model_validate_json(data)
    except ValueError as error:
        raise InputError(say("archive.changed", name=ABOUT), str(path), say("archive.other")) from error
    if about.format != FORMAT:
        what = say("archive.format", found=about.format, known=FORMAT, version=about.version)
        raise InputError(what, str(path), say("archive.newer"))
    return about
