"""The evidence: an append-only, hash-chained record of what was checked, accepted, signed and published.

Belongs here: the typed records, their strict parsing and the one file they live in. Does not belong here:
what follows from them (`gate.py`) and how a check comes to its result (package `expectations`).

One JSON object to a line, in canonical form: `seq`, `kind`, `at`, `run_id`, `fingerprints`, `body` and
`previous` (SHA-256 of the line before it, without its newline). Order is `seq`, never a clock. A small
companion file remembers the last acknowledged line, so that a log cut at its end is noticed too.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import PalmaresError
from orchestration.evidence.bodies import CHECKS
from orchestration.storage.files import (
    canonical_json,
    sha256_bytes,
    sync_dir,
    write_atomic,
)

GENESIS = "0" * 64
KINDS = (
    "run",
    "check",
    "acceptance",
    "dossier",
    "refusal",
    "revocation",
    "reservation",
    "seal",
    "draw",
    "trace",
    "publication",
)
OBJECTIONS = ("refusal", "revocation")
"""What a bailiff says against a dossier."""
OUTCOMES = ("passed", "failed", "not_applicable", "error")
MAX_KEYS = 20
"""Failing keys kept with a result: a sample, the count tells the rest."""
MAX_TEXT = 200
"""Longest fact or key that is kept: evidence is read by people."""
_HEX = re.compile(r"[0-9a-f]{64}")
_HEAD = re.compile(rb"(0|[1-9][0-9]{0,11}) ([0-9a-f]{64})\n")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REQUIRED_TEXT = {
    "acceptance": ("check_id", "reason", "by"),
    "refusal": ("dossier_sha256", "reason", "by"),
    "revocation": ("dossier_sha256", "reason", "by"),
    "reservation": ("reason", "by"),
    "dossier": ("dossier_sha256",),
}
_ALLOWED = {
    "reservation": {"reason", "by"},
    "refusal": {"dossier_sha256", "reason", "by"},
    "revocation": {"dossier_sha256", "reason", "by", "release"},
}
"""Kinds whose body holds nothing else. `release`: the number of the release whose dossier is revoked."""


class EvidenceBroken(PalmaresError):
    """The log is not what was written: a line was changed, removed, added or cannot be read."""

    exit_code = 1


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """Make one short printable line of a text that came from a deposit (control characters become U+FFFD)."""
    line = _CONTROL.sub("\ufffd", text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


@dataclass(frozen=True)
class CheckResult:
    """What one check found: language-neutral facts and at most 20 failing keys, never personal data.

    `failing_count` counts all rows that fail. A result that contradicts itself raises ValueError.
    """

    check_id: str
    outcome: str
    expected: str
    observed: str
    failing_count: int = 0
    failing_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"{self.check_id}: outcome is one of {', '.join(OUTCOMES)}")
        if type(self.failing_count) is not int or self.failing_count < 0:
            raise ValueError(f"{self.check_id}: failing_count is a whole number, 0 or more")
        if len(self.failing_keys) > min(MAX_KEYS, self.failing_count):
            raise ValueError(f"{self.check_id}: at most {MAX_KEYS} keys, and never more than rows that fail")
        if self.outcome in ("passed", "not_applicable") and self.failing_count:
            raise ValueError(f"{self.check_id}: a check with failing rows has not passed")
        for name in ("expected", "observed"):
            object.__setattr__(self, name, clean_text(getattr(self, name)))
        object.__setattr__(self, "failing_keys", tuple(clean_text(key) for key in self.failing_keys))

    def body(self) -> dict[str, Any]:
        """The result as the body of a `check` record."""
        return {**asdict(self), "failing_keys": list(self.failing_keys)}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "CheckResult":
        """Read a record's body strictly; raises ValueError or TypeError."""
        if set(body) != {f.name for f in fields(cls)}:
            raise ValueError("a check's body has exactly the fields of a result")
        texts = [body["check_id"], body["outcome"], body["expected"], body["observed"], *body["failing_keys"]]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a check's body holds texts")
        return cls(**{**body, "failing_keys": tuple(body["failing_keys"])})


@dataclass(frozen=True)
class Fingerprints:
    """What a record speaks about: SHA-256 digests, None where the thing did not exist yet."""

    custody_head: str
    rulebook_sha256: str
    code_sha256: str
    results_sha256: str | None = None
    intake_sha256: str | None = None

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            optional = name in ("results_sha256", "intake_sha256")
            if not (optional and value is None) and not (isinstance(value, str) and _HEX.fullmatch(value)):
                raise ValueError(f"fingerprint {name} is 64 lower-case hexadecimal digits")


@dataclass(frozen=True)
class Record:
    """One line of the log. Its body is checked by kind, so that whoever reads it may rely on it."""

    seq: int
    kind: str
    at: str
    run_id: str
    fingerprints: Fingerprints | None
    body: Mapping[str, Any] = field(hash=False)
    previous: str = GENESIS

    def __post_init__(self) -> None:
        if type(self.seq) is not int or not isinstance(self.run_id, str) or not _AT.fullmatch(self.at):
            raise ValueError("a record has a whole number, a UTC time and a run")
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of record {self.kind!r}")
        if self.kind in ("check", "acceptance", "dossier", "reservation", *CHECKS) and self.fingerprints is None:
            raise ValueError(f"a record of kind {self.kind} needs fingerprints")
        if self.kind == "check":
            CheckResult.from_body(self.body)
        if self.kind in CHECKS:
            CHECKS[self.kind](self.body, self.fingerprints)
        for name in _REQUIRED_TEXT.get(self.kind, ()):
            if not isinstance(value := self.body.get(name), str) or not value.strip():
                raise ValueError(f"a record of kind {self.kind} needs {name}")
        if self.kind in _ALLOWED and set(self.body) - _ALLOWED[self.kind]:
            raise ValueError(
                f"a record of kind {self.kind} holds {', '.join(sorted(_ALLOWED[self.kind]))}, nothing else"
            )
        if "release" in self.body and self.kind == "revocation":
            number = self.body["release"]
            if type(number) is not int or number < 1:
                raise ValueError("a revoked release is named by its number")

    def line(self) -> bytes:
        """The record as it stands in the file, without the newline."""
        return canonical_json(asdict(self))

    @property
    def sha256(self) -> str:
        """The link that the next record carries as `previous`."""
        return sha256_bytes(self.line())

    @property
    def result(self) -> CheckResult:
        """The result inside a `check` record."""
        return CheckResult.from_body(self.body)


def parse_record(line: bytes) -> Record:
    """Parse one line; a line that would not be written back byte for byte raises ValueError."""
    data = json.loads(line)
    prints = data["fingerprints"]
    record = Record(**{**data, "fingerprints": None if prints is None else Fingerprints(**prints)})
    if record.line() != line:
        raise ValueError("the line is not in canonical form")
    return record


def verify_chain(records: Sequence[Record]) -> None:
    """Raise EvidenceBroken unless numbers follow from 1 and each record names the one before it."""
    previous = GENESIS
    for position, record in enumerate(records, start=1):
        if record.seq != position or record.previous != previous:
            raise EvidenceBroken(f"evidence record {position}: the chain is broken here")
        previous = record.sha256


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

    def append(
        self, kind: str, body: Mapping[str, Any], *, fingerprints: Fingerprints | None = None, run_id: str = ""
    ) -> Record:
        """Add one record and return it once it is on disk."""
        return self.append_all([(kind, body)], fingerprints=fingerprints, run_id=run_id)[0]

    def append_all(
        self,
        entries: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        fingerprints: Fingerprints | None = None,
        run_id: str = "",
    ) -> tuple[Record, ...]:
        """Add several records (kind, body) in one write; raises EvidenceBroken if the log is already broken."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._locked():
            records, size = self._read()
            previous, new = (records[-1].sha256 if records else GENESIS), list[Record]()
            for seq, (kind, body) in enumerate(entries, start=len(records) + 1):
                new.append(Record(seq, kind, at, run_id, fingerprints, body, previous))
                previous = new[-1].sha256
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
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
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
    return log.append_all((("check", result.body()) for result in results), fingerprints=fingerprints, run_id=run_id)
