"""The evidence: an append-only, hash-chained record of what was checked, accepted, signed and published.

Belongs here: the typed records, their strict parsing and the one file they live in. Does not belong here:
what follows from them (`gate.py`) and how a check comes to its result (package `expectations`).

One JSON object to a line, in canonical form: `seq`, `kind`, `at`, `run_id`, `fingerprints`, `body` and
`previous` (SHA-256 of the line before it, without its newline). Order is `seq`, never a clock. A small
companion file remembers the last acknowledged line, so that a log cut at its end is noticed too.
"""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from orchestration.evidence.bodies import Body, CheckResult
from orchestration.evidence.records import (
    GENESIS,
    EvidenceBroken,
    Fingerprints,
    Record,
    parse_record,
    record_of,
    verify_chain,
)
from orchestration.storage import sync_dir, write_atomic

_HEAD = re.compile(rb"(0|[1-9][0-9]{0,11}) ([0-9a-f]{64})\n")


class EvidenceLog:
    """The log of one edition. Appending is atomic between processes and survives a crash at any byte."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._head_path = path.with_name(path.name + ".head")

    def records(self) -> tuple[Record, ...]:
        """All records, checked; raises EvidenceBroken naming the line. A log that does not exist is empty."""
        return self._read()[0]

    @property
    def head(self) -> str:
        """SHA-256 of the last record; 64 zeros for an empty log."""
        records = self.records()
        return records[-1].sha256 if records else GENESIS

    def append(self, body: Body, *, fingerprints: Fingerprints | None = None, run_id: str = "") -> Record:
        """Add one record and return it once it is on disk."""
        return self.append_all([body], fingerprints=fingerprints, run_id=run_id)[0]

    def append_all(
        self, bodies: Iterable[Body], *, fingerprints: Fingerprints | None = None, run_id: str = ""
    ) -> tuple[Record, ...]:
        """Add several records in one write; raises EvidenceBroken if the log is already broken."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._locked():
            records, size = self._read()
            previous, new = (records[-1].sha256 if records else GENESIS), list[Record]()
            for seq, body in enumerate(bodies, start=len(records) + 1):
                record = record_of(body, seq=seq, at=at, run_id=run_id, fingerprints=fingerprints, previous=previous)
                new.append(record)
                previous = record.sha256
            if new:
                self._write(b"".join(record.line() + b"\n" for record in new), size, len(records) + len(new), previous)
        return tuple(new)

    def _write(self, data: bytes, size: int, seq: int, head: str) -> None:
        if not self._head_path.exists():
            write_atomic(self._head_path, f"0 {GENESIS}\n".encode())
        remembered = f"{seq} {head}\n".encode()
        try:
            with self.path.open("r+b" if self.path.exists() else "xb") as stream:
                stream.seek(size)
                stream.truncate()  # what a crash left of a line that nobody was told of
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            sync_dir(self.path.parent)
            write_atomic(self._head_path, remembered)
        except OSError:
            self._take_back(size, remembered)
            raise

    def _take_back(self, size: int, remembered: bytes) -> None:
        """Remove what a failed write left: who was told that it failed must not find the record entered."""
        with suppress(OSError):  # the first error is the one to tell
            if self._head_path.read_bytes() != remembered:
                os.truncate(self.path, size)

    def _read(self) -> tuple[tuple[Record, ...], int]:
        """The records and the size of the part that holds them (an unfinished last line is not part of it)."""
        head = self._head_path.read_bytes() if self._head_path.exists() else b""  # before the log, which only grows
        data = self.path.read_bytes() if self.path.exists() else b""
        size = data.rfind(b"\n") + 1
        records: list[Record] = []
        for number, line in enumerate(data[:size].split(b"\n")[:-1], start=1):
            try:
                records.append(parse_record(line))
            except ValueError as error:
                raise EvidenceBroken(f"{self.path}: line {number} is not an evidence record") from error
        try:
            verify_chain(records)
        except EvidenceBroken as broken:
            raise EvidenceBroken(f"{self.path}: {broken}") from None
        if head or records:
            self._check_head(head, records)
        return tuple(records), size

    def _check_head(self, head: bytes, records: Sequence[Record]) -> None:
        match = _HEAD.fullmatch(head)
        if not match:
            raise EvidenceBroken(f"{self._head_path}: missing or unreadable, the end of the log cannot be trusted")
        seq = int(match[1])
        if seq > len(records) or (records[seq - 1].sha256 if seq else GENESIS) != match[2].decode():
            raise EvidenceBroken(f"{self.path}: records that were acknowledged are no longer there")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(self.path.name + ".lock").open("wb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def record_results(
    log: EvidenceLog, run_id: str, fingerprints: Fingerprints, results: Iterable[CheckResult]
) -> tuple[Record, ...]:
    """Record the results of one run of checks, each tied to what it was computed from."""
    return log.append_all(results, fingerprints=fingerprints, run_id=run_id)
