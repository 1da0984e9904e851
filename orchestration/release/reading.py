"""Reading a release that was published here: bytes only as the manifest seals them.

Belongs here: what the published warehouse, the palmarès and the command line read. A stranger's look at a release of
unknown origin is `orchestration/verify`.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.errors import PalmaresError
from orchestration.release.catalogue import TABLES
from orchestration.release.csvform import Cell, CsvFormError, parse
from orchestration.release.manifest import MANIFEST, ManifestError, parse_manifest
from orchestration.release.record import RECORD, RecordError, ReleaseRecord, parse_record
from orchestration.release.say import say
from orchestration.storage import read_file, sha256_bytes


@dataclass(frozen=True)
class Release:
    """A release folder. Everything read from it is compared with its manifest; PalmaresError says what differs."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, str]:
        """SHA-256 of each file by path. Raises PalmaresError for a manifest that cannot be read."""
        try:
            return parse_manifest(read_file(self.folder / MANIFEST))
        except (OSError, ManifestError) as error:
            raise PalmaresError(say("read.unreadable", path=self.folder / MANIFEST, error=error)) from None

    def bytes_of(self, path: str) -> bytes:
        """Bytes of a file of the release. Raises PalmaresError for one that is unreadable or not as it was sealed."""
        try:
            data = read_file(self.folder / path)
        except OSError as error:
            raise PalmaresError(say("read.unreadable", path=self.folder / path, error=error.strerror)) from None
        if sha256_bytes(data) != self.manifest.get(path):
            raise PalmaresError(say("read.altered", path=self.folder / path))
        return data

    @cached_property
    def record(self) -> ReleaseRecord:
        """release.json. Raises PalmaresError for one that is unreadable or not as it was sealed."""
        try:
            return parse_record(self.bytes_of(RECORD))
        except RecordError as error:
            raise PalmaresError(say("read.unreadable", path=self.folder / RECORD, error=error)) from None

    def rows(self, table: str) -> list[dict[str, Cell]]:
        """A canonical table as rows of texts, in the order of its key.

        Raises PalmaresError as `bytes_of` does, and for a file that is not in the canonical form.
        """
        try:
            return parse(TABLES[table], self.bytes_of(f"results/{table}.csv"))
        except CsvFormError as error:
            raise PalmaresError(say("read.table", folder=self.folder, table=table, error=error)) from None
