"""The evidence: an append-only, hash-chained record of what was checked, accepted, signed and published.

Belongs here: the one file that the records of an edition live in. Does not belong here: what a record says
(`records.py`), what follows from it (`gate`), how a check comes to its result (`expectations`).

One JSON object to a line, in canonical form: `seq`, `kind`, `at`, `run_id`, `fingerprints`, `body` and
`previous` (SHA-256 of the line before it, without its newline). Order is `seq`, never a clock. A small
companion file remembers the last acknowledged line, so that a log cut at its end is noticed too.
"""

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from orchestration.evidence.bodies import Body
from orchestration.evidence.records import (
    EvidenceBroken,
    Fingerprints,
    Record,
    broken_at,
    parse_record,
    record_of,
)
from orchestration.evidence.say import say
from orchestration.storage import GENESIS, add_lines, follow, locked, read_file, split_lines, write_atomic
from orchestration.words import Sentence
from orchestration.words import say as house

_HEAD = re.compile(rb"(0|[1-9][0-9]{0,11}) ([0-9a-f]{64})\n")


class EvidenceLog:
    """The log of one edition. Appending is atomic between processes and survives a crash at any byte."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._head_path = path.with_name(path.name + ".head")
        self._lock_path = path.with_name(path.name + ".lock")

    def records(self) -> tuple[Record, ...]:
        """All records, checked; raises EvidenceBroken naming the line. A log that does not exist is empty."""
        return self._read()[0]

    def append(self, body: Body, *, fingerprints: Fingerprints | None = None, run_id: str = "") -> Record:
        """Add one record and return it once it is on disk."""
        return self.append_all([body], fingerprints=fingerprints, run_id=run_id)[0]

    def append_all(
        self, bodies: Iterable[Body], *, fingerprints: Fingerprints | None = None, run_id: str = ""
    ) -> tuple[Record, ...]:
        """Add several records in one write; raises EvidenceBroken if the log is already broken."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with locked(self._lock_path):
            records, before = self._read()
            previous, new = (records[-1].sha256 if records else GENESIS), list[Record]()
            for seq, body in enumerate(bodies, start=len(records) + 1):
                record = record_of(body, seq=seq, at=at, run_id=run_id, fingerprints=fingerprints, previous=previous)
                new.append(record)
                previous = record.sha256
            if new:
                self._write(before, new)
        return tuple(new)

    def _write(self, before: bytes, new: Sequence[Record]) -> None:
        if not self._head_path.exists():
            write_atomic(self._head_path, f"0 {GENESIS}\n".encode())
        remembered = f"{new[-1].seq} {new[-1].sha256}\n".encode()
        try:
            add_lines(self.path, before, new)
            write_atomic(self._head_path, remembered)
        except OSError:
            self._take_back(len(before), remembered)
            raise

    def _take_back(self, size: int, remembered: bytes) -> None:
        """Remove what a failed write left: who was told that it failed must not find the record entered."""
        with suppress(OSError):  # the first error is the one to tell
            if read_file(self._head_path) != remembered:
                os.truncate(self.path, size)

    def _read(self) -> tuple[tuple[Record, ...], bytes]:
        """The records and the bytes that hold them: what a crash left of a line that nobody was told of is none."""
        head = read_file(self._head_path) if self._head_path.exists() else b""  # before the log, which only grows
        data = read_file(self.path) if self.path.exists() else b""
        lines, torn = split_lines(data)
        records, faults = follow(lines, parse_record)
        if faults and faults[0].kind == "malformed":
            number, detail = str(faults[0].number), faults[0].detail
            raise _broken(self.path, say("log.malformed", number=number, detail=detail))
        if faults:
            raise _broken(self.path, broken_at(faults[0].number))
        if head or records:
            self._check_head(head, records)
        return tuple(records), data.removesuffix(torn)

    def _check_head(self, head: bytes, records: Sequence[Record]) -> None:
        match = _HEAD.fullmatch(head)
        if not match:
            raise _broken(self._head_path, say("log.no_head"))
        seq = int(match[1])
        if seq > len(records) or (records[seq - 1].sha256 if seq else GENESIS) != match[2].decode():
            raise _broken(self.path, say("log.shorter"))


def _broken(where: Path, what: Sentence) -> EvidenceBroken:
    return EvidenceBroken(house("frame.at", where=where, what=what))
