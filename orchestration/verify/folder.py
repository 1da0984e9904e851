"""The folder of a release: which files stand in it, and whether they are those of its manifest.

Belongs here: looking at names and bytes without trusting either. Nothing is followed out of the folder, and every
later step reads only files that were found sound here.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.release import (
    ANNEX_CSV,
    CHAIN,
    MANIFEST,
    MAX_BYTES,
    PALMARES_JSON,
    RECORD,
    TABLES,
    ManifestError,
    parse_manifest,
)
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import read_file, sha256_bytes, sha256_file
from orchestration.verify.say import say
from orchestration.verify.verdict import Findings

MAX_FILE = 1 << 31
"""Largest file that is read: results of the largest editions stay well below."""
RESULTS = frozenset(f"results/{name}.{kind}" for name in TABLES for kind in ("csv", "parquet"))
ALWAYS = RESULTS | {RULEBOOK_FILE, "deposits.jsonl", "dossier.pdf", "VERIFY.txt", "verify.html", RECORD, CHAIN}
"""Files that every release has, besides the manifest, the signers' certificates and the signed dossiers."""
SOMETIMES = frozenset({ANNEX_CSV, PALMARES_JSON, "dossier.html", "changes.json"})


def printable(name: str) -> str:
    """A file name that may be anything, fit for a terminal."""
    return ascii(name)[1:-1] if not (name.isascii() and name.isprintable()) else name


@dataclass
class ReleaseFolder:
    """Files of a release that were compared with its manifest. `sound` are those that are what it says."""

    folder: Path
    manifest_sha256: str = ""
    listed: dict[str, str] = field(default_factory=dict)
    actual: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file as it is, whatever the manifest says."""
    sound: dict[str, Path] = field(default_factory=dict)

    def bytes_of(self, path: str) -> bytes | None:
        """Bytes of a sound file; None for any other (what is wrong with it was said already)."""
        place = self.sound.get(path)
        if place is None:
            return None
        data = read_file(place, MAX_FILE)
        return data if sha256_bytes(data) == self.listed[path] else None


def _walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything under a folder as (path, entry); links are told, never followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = prefix + entry.name
            yield path, entry
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{path}/")


def open_folder(folder: Path, findings: Findings) -> ReleaseFolder | None:
    """Compare a folder with its manifest, file by file. None when there is nothing to compare."""
    try:
        entries = dict(_walk(folder))
        if MANIFEST not in entries and RECORD not in entries:
            findings.unverifiable("not_a_release", ".", say("folder.no_release"))
            return None
        release = ReleaseFolder(folder)
        _read_manifest(release, entries, findings)
        if release.listed:
            _compare(release, entries, findings)
        return release
    except OSError as error:
        findings.unverifiable(
            "unreadable", printable(str(error.filename)), say("folder.unreadable", error=error.strerror)
        )
        return None


def _read_manifest(release: ReleaseFolder, entries: dict[str, os.DirEntry[str]], findings: Findings) -> None:
    entry = entries.get(MANIFEST)
    if entry is None:
        findings.incomplete("manifest_missing", MANIFEST, say("folder.no_manifest"))
        return
    if not _is_plain(entry) or entry.stat().st_size > MAX_BYTES:
        findings.altered("manifest_broken", MANIFEST, say("folder.odd_manifest"))
        return
    data = read_file(Path(entry.path), MAX_BYTES)
    release.manifest_sha256 = sha256_bytes(data)
    try:
        release.listed = parse_manifest(data)
    except ManifestError as error:
        findings.altered("manifest_broken", MANIFEST, say("folder.manifest", error=error))


def _is_plain(entry: os.DirEntry[str]) -> bool:
    return stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)


def _compare(release: ReleaseFolder, entries: dict[str, os.DirEntry[str]], findings: Findings) -> None:
    for path, entry in entries.items():
        if path == MANIFEST or (path == "results" and entry.is_dir(follow_symlinks=False)):
            continue
        if path not in release.listed:
            findings.altered("file_extra", printable(path), say("folder.extra"))
        elif not _is_plain(entry):
            findings.altered("file_odd", path, say("folder.odd"))
        elif entry.stat().st_size > MAX_FILE:
            findings.unverifiable("file_too_large", path, say("folder.large"))
        elif release.actual.setdefault(path, sha256_file(Path(entry.path))) != release.listed[path]:
            findings.altered("file_changed", path, say("folder.changed"))
        else:
            release.sound[path] = Path(entry.path)
    for path in release.listed:
        if path not in entries:
            findings.incomplete("file_missing", path, say("folder.missing"))
    for path in sorted(ALWAYS - release.listed.keys()):
        findings.incomplete("file_dropped", path, say("folder.dropped"))


def check_names(release: ReleaseFolder, others: set[str], findings: Findings) -> None:
    """No file but those of the format; `others` are the certificates and signed files that the release names."""
    for path in sorted(release.listed.keys() - ALWAYS - SOMETIMES - others):
        findings.altered("file_unknown", path, say("folder.unknown"))
    for path in sorted(others - release.listed.keys()):
        findings.incomplete("file_dropped", path, say("folder.named"))
