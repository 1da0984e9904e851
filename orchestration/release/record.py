"""`release.json` and `chain.jsonl`: what a release says of itself, and its place among all releases.

Belongs here: the two records as typed values with one spelling each, read strictly: parsed, spelt again, compared.
Nothing here touches a disk.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from orchestration.release.say import say
from orchestration.storage import (
    GENESIS,
    Instant,
    Link,
    Sha256,
    Strict,
    as_spelt,
    finding,
    follow,
    sha256_bytes,
    split_lines,
)
from orchestration.words import say as house

RECORD = "release.json"
CHAIN = "chain.jsonl"
FORMAT = "palmares-release/1"

EditionId = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[a-z0-9]+)*$", max_length=100)]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=2000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class RecordError(ValueError):
    """A record is not in its one form; the message says where."""


class Corrects(Strict):
    """What a later release of an edition corrects, who asked for it, and why."""

    number: Count
    asked_by: Line
    reason: Line


class Code(Strict):
    """The program that made the release."""

    version: Line
    sha256: Sha256


class Digests(Strict):
    """What the release vouches for. `dossier_sha256` is that of dossier.pdf, before any signature."""

    results_sha256: Sha256
    custody_head: Sha256
    rulebook_sha256: Sha256
    dossier_sha256: Sha256


class SignedBy(Strict):
    """One signature that counted."""

    signer: Line
    certificate_sha256: Sha256
    signed_at: Instant
    file: Line


class ReleaseRecord(Strict):
    """`release.json`. `previous` is the SHA-256 of the manifest of the release before it in the chain of all
    releases (64 zeros for the first), `seq` its place in that chain, `number` its place within the edition."""

    format: Literal["palmares-release/1"] = "palmares-release/1"
    edition: EditionId
    number: Count
    seq: Count
    previous: Sha256
    corrects: Corrects | None
    demonstration: bool
    published_at: Instant
    code: Code
    packages: dict[Line, Line]
    digests: Digests
    signatures: Annotated[list[SignedBy], Field(min_length=1)]

    def file_bytes(self) -> bytes:
        """What stands in release.json."""
        return self.line() + b"\n"


class ChainLine(Link):
    """One line of chain.jsonl."""

    seq: Count
    edition: EditionId
    number: Count
    manifest_sha256: Sha256


def parse_record(data: bytes) -> ReleaseRecord:
    """Read release.json; raises RecordError for anything but its one spelling."""
    try:
        record = ReleaseRecord.model_validate_json(data)
    except ValueError as error:
        raise RecordError(finding(error)) from None
    if record.file_bytes() != data:
        raise RecordError(say("record.spelling"))
    return record


def parse_chain(data: bytes) -> list[ChainLine]:
    """Read chain.jsonl (empty before the first release); raises RecordError for a line that does not follow."""
    raw, torn = split_lines(data)
    if torn:
        raise RecordError(say("record.end"))
    lines, faults = follow(raw, lambda line: as_spelt(ChainLine.model_validate_json(line), line))
    if faults:
        first = faults[0]
        raise RecordError(
            house("place.in_line", line=first.number, what=first.detail)
            if first.kind == "malformed"
            else say("record.follow", line=first.number)
        )
    numbers: dict[str, int] = {}
    for line in lines:
        if line.number != numbers.get(line.edition, 0) + 1:
            raise RecordError(say("record.turn", line=line.seq, number=line.number, edition=line.edition))
        numbers[line.edition] = line.number
    return lines


def spell_chain(lines: Sequence[ChainLine]) -> bytes:
    """What stands in chain.jsonl."""
    return b"".join(line.line() + b"\n" for line in lines)


def next_line(lines: Sequence[ChainLine], edition: str, number: int, manifest_sha256: str) -> ChainLine:
    """The line that a further release adds."""
    previous = sha256_bytes(lines[-1].line()) if lines else GENESIS
    return ChainLine(
        seq=len(lines) + 1, edition=edition, number=number, manifest_sha256=manifest_sha256, previous=previous
    )


def last_manifest(lines: Sequence[ChainLine]) -> str:
    """SHA-256 of the manifest of the last release, what the next one's `previous` names."""
    return lines[-1].manifest_sha256 if lines else GENESIS
