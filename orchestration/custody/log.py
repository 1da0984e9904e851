"""The custody log `deposits.jsonl`: one line for each deposit, each naming the digest of the line before.

Belongs here: reading lines strictly, the chain, and which deposit is current. Files are looked at in `audit.py`,
lines are added in `taking.py`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError

from orchestration.custody.layout import fits, printable, source_of
from orchestration.custody.say import say
from orchestration.errors import InputError
from orchestration.storage import (
    GENESIS,
    Fault,
    Link,
    Sha256,
    canonical_json,
    follow,
    read_file,
    sha256_bytes,
    split_lines,
)
from orchestration.words import joined

LOG_NAME = "deposits.jsonl"
SUPERSEDED = "superseded"
MAX_LINE_BYTES = 64 * 1024
RECEIVED_AT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def check_person(text: str) -> bool:
    """Whether text may name a supplier or a person: 1 to 200 printable characters."""
    return 1 <= len(text) <= 200 and text.isprintable() and text == text.strip()


def _real_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return RECEIVED_AT.fullmatch(text) is not None


def _must(hold: Callable[[str], bool]) -> AfterValidator:
    def look(text: str) -> str:
        if not hold(text):
            raise ValueError("is ill-formed")
        return text

    return AfterValidator(look)


_Size = Annotated[int, Field(ge=0, lt=1 << 63)]
DepositPath = Annotated[str, _must(fits)]
_Person = Annotated[str, _must(check_person)]


class _Line(Link):
    """What a line of the log says. Other programs may write it too: blanks and the order of keys are theirs."""

    seq: _Size
    path: DepositPath
    sha256: Sha256
    bytes: _Size
    supplier: _Person
    received_at: Annotated[str, _must(_real_time)]
    received_by: _Person
    replaces: Sha256 | None


FIELDS = tuple(_Line.model_fields)


@dataclass(frozen=True)
class CustodyProblem:
    """One thing that breaks custody: a stable code, the path and the log's line it concerns, a sentence."""

    code: str
    path: str | None
    seq: int | None
    message: str


@dataclass(frozen=True)
class Deposit:
    """One line of the log. `stored` is where its bytes stand now; `current` is false once it was replaced; `replaced`
    is the number of the deposit that this one replaces, which several with the same bytes leave open."""

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
    replaced: int | None = None

    @property
    def source(self) -> str:
        """What the file is: one of `layout.SOURCES`."""
        return source_of(self.path)


def read_log(edition_dir: Path) -> list[Deposit]:
    """All deposits in order, superseded ones too; InputError with every problem of the log itself."""
    deposits, problems = parse_log(log_bytes(edition_dir), edition_dir)
    if problems:
        raise InputError(
            say("log.broken", problems=joined("; ", [problem.message for problem in problems])),
            str(edition_dir / LOG_NAME),
            say("log.broken_mend"),
        )
    return deposits


def custody_head(edition_dir: Path) -> str:
    """SHA-256 of the last line of the log (SPEC 8). InputError when there is no line."""
    head = head_of(log_bytes(edition_dir))
    if head == GENESIS:
        raise InputError(say("log.no_line"), str(edition_dir / LOG_NAME), say("log.no_line_mend"))
    return head


def log_bytes(edition_dir: Path) -> bytes:
    """The log as it stands; InputError when it cannot be read."""
    path = edition_dir / LOG_NAME
    try:
        return read_file(path)
    except OSError as error:
        what = say("log.unreadable", error=error.strerror)
        raise InputError(what, str(path), say("log.unreadable_mend")) from error


def head_of(data: bytes) -> str:
    """The head of a log given as bytes; 64 zeros for an empty one."""
    return sha256_bytes(data.removesuffix(b"\n").rsplit(b"\n", 1)[-1]) if data else GENESIS


def parse_log(data: bytes, edition_dir: Path) -> tuple[list[Deposit], list[CustodyProblem]]:
    """Read every line; what is wrong becomes a problem and the reading goes on, so that all is known at once."""
    problems: list[CustodyProblem] = []
    if not data:
        problems.append(CustodyProblem("log_empty", LOG_NAME, None, say("log.empty")))
    lines, torn = split_lines(data)
    if torn:
        problems.append(CustodyProblem("log_torn", LOG_NAME, None, say("log.torn")))
        lines.append(torn)
    links, faults = follow(lines, _read_line)
    problems += map(_problem, faults)
    deposits = _resolve(links, edition_dir, problems)
    return deposits, problems


def line_of(deposit: Deposit) -> bytes:
    """A deposit's line of the log, as Palmarès writes it, without its newline."""
    return canonical_json({name: getattr(deposit, name) for name in FIELDS})


def check_line(line: str) -> str:
    """A line that may stand in the log, as it is; raises ValueError for any other."""
    _read_line(line.encode())
    return line


def replaced_deposit(current: list[Deposit], sha256: str, path: str) -> Deposit | None:
    """Which current deposit a `replaces` names: the one with that digest, at the same path if several have it.

    None when no deposit is meant, or when it cannot be told which.
    """
    same = [deposit for deposit in current if deposit.sha256 == sha256]
    if len(same) > 1:
        same = [deposit for deposit in same if deposit.path == path]
    return same[0] if same else None


def _problem(fault: Fault[_Line]) -> CustodyProblem:
    """A fault of the chain, for people."""
    line, link = fault.number, fault.link
    if link is None:
        return CustodyProblem("log_malformed", None, line, say("log.malformed", line=line, what=fault.detail))
    if fault.kind == "seq":
        return CustodyProblem("seq_wrong", None, line, say("log.seq", line=line, seq=link.seq))
    return CustodyProblem("chain_broken", link.path, line, say("log.chain", line=line))


def _resolve(lines: list[_Line], edition_dir: Path, problems: list[CustodyProblem]) -> list[Deposit]:
    """Turn lines into deposits, knowing which later line superseded which."""
    current: list[Deposit] = []
    superseded: list[Deposit] = []
    for line in lines:
        path, seq = line.path, line.seq
        new = Deposit(**vars(line), current=True, stored=edition_dir / path)
        if new.replaces is not None:
            old = replaced_deposit(current, new.replaces, path)
            if old is None:
                problems.append(CustodyProblem("replaces_unknown", path, seq, say("log.replaces", line=seq)))
            else:
                if old.source != new.source:
                    message = say("log.other_kind", line=seq, place=printable(old.path))
                    problems.append(CustodyProblem("replaces_other_kind", path, seq, message))
                new = replace(new, replaced=old.seq)
                current.remove(old)
                superseded.append(replace(old, current=False, stored=edition_dir / SUPERSEDED / old.sha256))
        if taken := [deposit for deposit in current if deposit.path == path]:
            message = say("log.path_taken", first=taken[0].seq, line=seq, place=printable(path))
            problems.append(CustodyProblem("path_taken", path, seq, message))
        current.append(new)
    return sorted(current + superseded, key=lambda deposit: deposit.seq)


def _read_line(text: bytes) -> _Line:
    """One line, each of its fields of its type and form; raises ValueError, which says what is wrong with it."""
    if len(text) > MAX_LINE_BYTES:
        raise ValueError(say("line.long"))
    try:
        if not (text.startswith(b"{") and text.endswith(b"}")):
            raise ValueError
        fields = json.loads(text.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ValueError(say("line.object")) from None
    if set(fields) != set(FIELDS):
        raise ValueError(say("line.keys", keys=", ".join(FIELDS)))
    try:
        return _Line.model_validate(fields)
    except ValidationError as error:
        wrong = {str(detail["loc"][0]) for detail in error.errors(include_url=False, include_input=False)}
        raise ValueError(say("line.ill_formed", names=", ".join(name for name in FIELDS if name in wrong))) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice")
    return fields


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
