"""The records of the evidence: their kinds, their strict parsing, the chain they form. Pure.

Belongs here: what a line may say. The file they live in is `log.py`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from orchestration.errors import PalmaresError
from orchestration.evidence.bodies import CHECKS
from orchestration.storage import canonical_json, sha256_bytes

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
