"""`release.json` and `chain.jsonl`: what a release says of itself, and its place among all releases.

Belongs here: the two records as typed values with one spelling each, read strictly: parsed, spelt again, compared.
Nothing here touches a disk.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestration.storage import canonical_json, sha256_bytes

GENESIS = "0" * 64
RECORD = "release.json"
CHAIN = "chain.jsonl"
FORMAT = "palmares-release/1"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
EditionId = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[a-z0-9]+)*$", max_length=100)]
Instant = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=2000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class RecordError(ValueError):
    """A record is not in its one form; the message says where."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def spelt(self) -> bytes:
        """The one spelling: canonical JSON without a newline."""
        return canonical_json(self.model_dump(mode="json"))


class Corrects(_Record):
    """What a later release of an edition corrects, who asked for it, and why."""

    number: Count
    asked_by: Line
    reason: Line


class Code(_Record):
    """The program that made the release."""

    version: Line
    sha256: Sha256


class Digests(_Record):
    """What the release vouches for. `dossier_sha256` is that of dossier.pdf, before any signature."""

    results_sha256: Sha256
    custody_head: Sha256
    rulebook_sha256: Sha256
    dossier_sha256: Sha256


class SignedBy(_Record):
    """One signature that counted."""

    signer: Line
    certificate_sha256: Sha256
    signed_at: Instant
    file: Line


class ReleaseRecord(_Record):
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
        return self.spelt() + b"\n"


class ChainLine(_Record):
    """One line of chain.jsonl. `previous` is the SHA-256 of the line before it, without its newline."""

    seq: Count
    edition: EditionId
    number: Count
    manifest_sha256: Sha256
    previous: Sha256


def _told(error: ValidationError) -> str:
    """The first finding as "key: what is due", without the value: it may be anything."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the record'}: {first['msg']}"


def parse_record(data: bytes) -> ReleaseRecord:
    """Read release.json; raises RecordError for anything but its one spelling."""
    try:
        record = ReleaseRecord.model_validate_json(data)
    except ValidationError as error:
        raise RecordError(_told(error)) from None
    if record.file_bytes() != data:
        raise RecordError("not spelt as canonical JSON with one final LF")
    return record


def parse_chain(data: bytes) -> list[ChainLine]:
    """Read chain.jsonl (empty before the first release); raises RecordError for a line that does not follow."""
    raw = data.split(b"\n")
    if raw.pop():
        raise RecordError("does not end with LF")
    lines: list[ChainLine] = []
    previous = GENESIS
    numbers: dict[str, int] = {}
    for position, text in enumerate(raw, 1):
        try:
            line = ChainLine.model_validate_json(text)
        except ValidationError as error:
            raise RecordError(f"line {position}: {_told(error)}") from None
        if line.spelt() != text:
            raise RecordError(f"line {position}: not spelt as canonical JSON")
        if line.seq != position or line.previous != previous:
            raise RecordError(f"line {position} does not follow the line before it")
        if line.number != numbers.get(line.edition, 0) + 1:
            raise RecordError(f"line {position}: release {line.number} of {line.edition} is out of turn")
        numbers[line.edition] = line.number
        previous = sha256_bytes(text)
        lines.append(line)
    return lines


def spell_chain(lines: Sequence[ChainLine]) -> bytes:
    """What stands in chain.jsonl."""
    return b"".join(line.spelt() + b"\n" for line in lines)


def next_line(lines: Sequence[ChainLine], edition: str, number: int, manifest_sha256: str) -> ChainLine:
    """The line that a further release adds."""
    previous = sha256_bytes(lines[-1].spelt()) if lines else GENESIS
    return ChainLine(
        seq=len(lines) + 1, edition=edition, number=number, manifest_sha256=manifest_sha256, previous=previous
    )


def last_manifest(lines: Sequence[ChainLine]) -> str:
    """SHA-256 of the manifest of the last release, what the next one's `previous` names."""
    return lines[-1].manifest_sha256 if lines else GENESIS
