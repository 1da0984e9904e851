"""Hash-chained lines of JSON: read strictly, followed link by link, added whole, by one process at a time.

Belongs here: what the custody log, the evidence and the chain of releases have in common. What a line says, what is
done about a broken one and the sentence that a person reads about it stand with each of the three.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestration.storage.files import canonical_json, check_lock, sha256_bytes, write_atomic
from orchestration.storage.say import say
from orchestration.words import told

GENESIS = "0" * 64
"""What the first line names as the line before it."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Instant = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
"""UTC, to the second."""
Number = Annotated[int, Field(ge=1)]


class Strict(BaseModel):
    """A record with exactly these fields, each of exactly its type, that nobody changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def line(self) -> bytes:
        """Its one spelling: canonical JSON, without a newline."""
        return canonical_json(self.model_dump(mode="json"))


class Link(Strict):
    """One line: its number from 1, and the SHA-256 of the line before it, without its newline."""

    seq: int
    previous: Sha256


S = TypeVar("S", bound=Strict)
L = TypeVar("L", bound=Link)


@dataclass(frozen=True)
class Fault(Generic[L]):
    """What is wrong with a line: it is `malformed` (`detail` says how), or its `seq` or its `previous` is another."""

    number: int
    kind: Literal["malformed", "seq", "previous"]
    link: L | None = None
    detail: str = ""


def as_spelt(record: S, line: bytes) -> S:
    """The record that was read from a line, if it would be written back byte for byte; else ValueError.

    A key that stands twice, a blank, another order, 1.0 for 1: whoever writes JSON in another way meant another line.
    """
    if record.line() != line:
        raise ValueError(say("chain.spelling"))
    return record


def split_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """The lines that were finished, and what stands behind the last newline (where a write was cut short)."""
    *lines, torn = data.split(b"\n")
    return lines, torn


def follow(lines: Iterable[bytes], read: Callable[[bytes], L]) -> tuple[list[L], list[Fault[L]]]:
    """Every line that `read` can read, and every fault in order. `read` raises ValueError for a line that it cannot."""
    links: list[L] = []
    faults: list[Fault[L]] = []
    previous = GENESIS
    for number, line in enumerate(lines, 1):
        try:
            link = read(line)
        except ValueError as error:
            faults.append(Fault(number, "malformed", detail=finding(error)))
        else:
            links.append(link)
            faults += _misplaced(number, link, previous)
        previous = sha256_bytes(line)
    return links, faults


def first_break(links: Iterable[Link]) -> int | None:
    """The number of the first line, as it would be written, that does not follow from those before it; None if all do.

    Not the numbers that the lines claim: they are counted.
    """
    previous = GENESIS
    for number, link in enumerate(links, 1):
        if any(_misplaced(number, link, previous)):
            return number
        previous = sha256_bytes(link.line())
    return None


def _misplaced(number: int, link: L, previous: str) -> Iterator[Fault[L]]:
    if link.seq != number:
        yield Fault(number, "seq", link)
    if link.previous != previous:
        yield Fault(number, "previous", link)


def finding(error: ValueError) -> str:
    """What was found first, as "key: what is due", in one printable line without the value: it may be anything."""
    text = told(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        text = f"{'.'.join(map(str, first['loc'])) or 'the record'}: {first['msg']}"
    return text if text.isprintable() else ascii(text)


def add_lines(path: Path, before: bytes, links: Iterable[Link]) -> None:
    """Put lines behind the bytes `before`. The file is replaced whole: no reader and no crash meets half a line."""
    write_atomic(path, before + b"".join(link.line() + b"\n" for link in links))


@contextmanager
def locked(path: Path, seconds: float = -1) -> Iterator[None]:
    """Hold a lock file alone, among processes and threads; filelock.Timeout if it is not free within `seconds`.

    The operating system frees it when the process ends, however it ends. NotOrdinary for what is no file, or a link: it
    would be emptied wherever it leads.
    """
    check_lock(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path, timeout=seconds):
        yield
