"""The custody log `deposits.jsonl`: one line for each deposit, each naming the digest of the line before.

Belongs here: reading lines strictly, the chain, and which deposit is current. Files are looked at in `audit.py`,
lines are added in `taking.py`.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.custody.layout import printable, source_of
from orchestration.errors import InputError
from orchestration.storage import canonical_json, sha256_bytes

LOG_NAME = "deposits.jsonl"
SUPERSEDED = "superseded"
ZEROS = "0" * 64
MAX_LINE_BYTES = 64 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")
RECEIVED_AT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
FIELDS = ("seq", "path", "sha256", "bytes", "supplier", "received_at", "received_by", "replaces", "previous")


@dataclass(frozen=True)
class Problem:
    """One thing that breaks custody: a stable code, the path and the log's line it concerns, a sentence."""

    code: str
    path: str | None
    seq: int | None
    message: str


@dataclass(frozen=True)
class Deposit:
    """One line of the log. `stored` is where its bytes stand now; `current` is false once it was replaced."""

    seq: int
    path: str
    sha256: str
    bytes: int
    supplier: str
    received_at: str
    received_by: str
    replaces: str | None
    previous: str
    current: bool
    stored: Path

    @property
    def source(self) -> str:
        """What the file is: one of `layout.SOURCES`."""
        return source_of(self.path)


class _Malformed(Exception):
    """A line that is not what a line of the log must be."""


def read_log(edition_dir: Path) -> list[Deposit]:
    """All deposits in order, superseded ones too; InputError with every problem of the log itself."""
    deposits, problems = parse_log(log_bytes(edition_dir), edition_dir)
    if problems:
        raise InputError(
            "the custody log is broken: " + "; ".join(problem.message for problem in problems),
            str(edition_dir / LOG_NAME),
            "restore the log from a backup or a release; lines are never edited",
        )
    return deposits


def custody_head(edition_dir: Path) -> str:
    """SHA-256 of the last line of the log (SPEC 8). InputError when there is no line."""
    head = head_of(log_bytes(edition_dir))
    if head == ZEROS:
        raise InputError("the custody log is empty", str(edition_dir / LOG_NAME), "deposit files (`palmares deposit`)")
    return head


def log_bytes(edition_dir: Path) -> bytes:
    """The log as it stands; InputError when it cannot be read."""
    path = edition_dir / LOG_NAME
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the custody log cannot be read ({error.strerror})", str(path), "take the deposits with `palmares deposit`"
        ) from error


def head_of(data: bytes) -> str:
    """The head of a log given as bytes; 64 zeros for an empty one."""
    return sha256_bytes(data.removesuffix(b"\n").rsplit(b"\n", 1)[-1]) if data else ZEROS


def parse_log(data: bytes, edition_dir: Path) -> tuple[list[Deposit], list[Problem]]:
    """Read every line; what is wrong becomes a problem and the reading goes on, so that all is known at once."""
    problems: list[Problem] = []
    fields: list[dict[str, Any]] = []
    previous = ZEROS
    if not data:
        problems.append(Problem("log_empty", LOG_NAME, None, "the log has no line"))
    lines = data.split(b"\n")
    if lines.pop():
        problems.append(Problem("log_torn", LOG_NAME, None, "the last line of the log does not end with a newline"))
        lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            found = _fields(line)
            if found["seq"] != number:
                problems.append(Problem("seq_wrong", None, number, f"line {number} has seq {found['seq']}"))
            if found["previous"] != previous:
                problems.append(
                    Problem(
                        "chain_broken", found["path"], number, f"line {number} does not continue the line before it"
                    )
                )
            fields.append(found)
        except _Malformed as error:
            problems.append(Problem("log_malformed", None, number, f"line {number} {error}"))
        previous = sha256_bytes(line)
    deposits = _resolve(fields, edition_dir, problems)
    return deposits, problems


def line_of(deposit: Deposit) -> bytes:
    """A deposit's line of the log, as Palmarès writes it, without its newline."""
    return canonical_json({name: getattr(deposit, name) for name in FIELDS})


def replaced_deposit(current: list[Deposit], sha256: str, path: str) -> Deposit | None:
    """Which current deposit a `replaces` names: the one with that digest, at the same path if several have it.

    None when no deposit is meant, or when it cannot be told which.
    """
    same = [deposit for deposit in current if deposit.sha256 == sha256]
    if len(same) > 1:
        same = [deposit for deposit in same if deposit.path == path]
    return same[0] if same else None


def check_person(text: Any) -> bool:
    """Whether text may name a supplier or a person: 1 to 200 printable characters."""
    return isinstance(text, str) and 1 <= len(text) <= 200 and text.isprintable() and text == text.strip()


def _resolve(fields: list[dict[str, Any]], edition_dir: Path, problems: list[Problem]) -> list[Deposit]:
    """Turn lines into deposits, knowing which later line superseded which."""
    current: list[Deposit] = []
    superseded: list[Deposit] = []
    for found in fields:
        path, seq = found["path"], found["seq"]
        new = Deposit(**found, current=True, stored=edition_dir / path)
        if new.replaces is not None:
            old = replaced_deposit(current, new.replaces, path)
            if old is None:
                message = f"line {seq} replaces a deposit that is not there, or no longer"
                problems.append(Problem("replaces_unknown", path, seq, message))
            else:
                if old.source != new.source:
                    message = f"line {seq} replaces {printable(old.path)} by a file of another kind"
                    problems.append(Problem("replaces_other_kind", path, seq, message))
                current.remove(old)
                stored = edition_dir / SUPERSEDED / old.sha256
                superseded.append(Deposit(**{**vars(old), "current": False, "stored": stored}))
        if taken := [deposit for deposit in current if deposit.path == path]:
            message = f"lines {taken[0].seq} and {seq} both claim {printable(path)}, and neither replaces the other"
            problems.append(Problem("path_taken", path, seq, message))
        current.append(new)
    return sorted(current + superseded, key=lambda deposit: deposit.seq)


def _fields(line: bytes) -> dict[str, Any]:
    """The fields of one line, each of its type and form."""
    if len(line) > MAX_LINE_BYTES:
        raise _Malformed("is too long")
    if not (line.startswith(b"{") and line.endswith(b"}")):
        raise _Malformed("is not one JSON object")
    try:
        found = json.loads(line.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _Malformed("is not one JSON object") from None
    if set(found) != set(FIELDS):
        raise _Malformed("does not have the keys " + ", ".join(FIELDS))
    wrong = [name for name in FIELDS if not _well_formed(name, found[name])]
    if wrong:
        raise _Malformed("has an ill-formed " + ", ".join(wrong))
    return dict(found)


def _well_formed(name: str, value: Any) -> bool:
    match name:
        case "seq" | "bytes":
            return type(value) is int and 0 <= value < 1 << 63
        case "sha256" | "previous":
            return isinstance(value, str) and SHA256.fullmatch(value) is not None
        case "replaces":
            return value is None or _well_formed("sha256", value)
        case "path":
            return isinstance(value, str) and _known_path(value)
        case "received_at":
            return isinstance(value, str) and _real_time(value)
        case _:
            return check_person(value)


def _known_path(path: str) -> bool:
    try:
        source_of(path)
    except InputError:
        return False
    return True


def _real_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return RECEIVED_AT.fullmatch(text) is not None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
