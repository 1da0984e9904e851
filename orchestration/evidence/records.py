"""The records of the evidence: one class a kind, strict and frozen, and the chain they form. Pure.

Belongs here: what a line may say. What its body says is `bodies.py`, the file that lines live in `log.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, TypeAdapter, field_validator, model_validator

from orchestration.errors import PalmaresError
from orchestration.evidence.bodies import (
    SEALS,
    AcceptanceBody,
    Body,
    CheckResult,
    DossierBody,
    DrawBody,
    PublicationBody,
    RefusalBody,
    ReservationBody,
    RevocationBody,
    RunBody,
    SealBody,
    TraceBody,
)
from orchestration.evidence.say import say
from orchestration.storage import Instant, Link, Number, as_spelt, first_break, sha256_bytes
from orchestration.words import Sentence

_HEX = re.compile(r"[0-9a-f]{64}")


class EvidenceBroken(PalmaresError):
    """The log is not what was written: a line was changed, removed, added or cannot be read."""

    exit_code = 1


@dataclass(frozen=True)
class Fingerprints:
    """What a record speaks about: SHA-256 digests, None where the thing did not exist yet."""

    custody_head: str
    rulebook_sha256: str
    code_sha256: str
    results_sha256: str | None = None
    intake_sha256: str | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            optional = name in ("results_sha256", "intake_sha256")
            if not (optional and value is None) and not (isinstance(value, str) and _HEX.fullmatch(value)):
                raise ValueError(f"fingerprint {name} is 64 lower-case hexadecimal digits")


class _Record(Link):
    """One line of the log."""

    seq: Number
    at: Instant
    run_id: str
    fingerprints: Fingerprints | None

    @property
    def sha256(self) -> str:
        """The link that the next record carries as `previous`."""
        return sha256_bytes(self.line())


class _Tied(_Record):
    """A record of what was true of these deposits, this rulebook and this code."""

    fingerprints: Fingerprints

    @field_validator("fingerprints", mode="before")
    @classmethod
    def _tied(cls, value: object) -> object:
        if value is None:
            raise ValueError("a record of this kind needs fingerprints")
        return value


class RunRecord(_Record):
    """A run counted again."""

    kind: Literal["run"] = "run"
    body: RunBody


class CheckRecord(_Tied):
    """A check was made, and what it found."""

    kind: Literal["check"] = "check"
    body: CheckResult


class AcceptanceRecord(_Tied):
    """A person accepted a warning."""

    kind: Literal["acceptance"] = "acceptance"
    body: AcceptanceBody


class DossierRecord(_Tied):
    """A dossier was made."""

    kind: Literal["dossier"] = "dossier"
    body: DossierBody


class RefusalRecord(_Record):
    """The bailiff does not sign a dossier."""

    kind: Literal["refusal"] = "refusal"
    body: RefusalBody


class RevocationRecord(_Record):
    """The bailiff takes a signature back."""

    kind: Literal["revocation"] = "revocation"
    body: RevocationBody


class ReservationRecord(_Tied):
    """The bailiff signs with a reservation."""

    kind: Literal["reservation"] = "reservation"
    body: ReservationBody


class SealRecord(_Tied):
    """The bailiff sealed rules, collection or results."""

    kind: Literal["seal"] = "seal"
    body: SealBody

    @model_validator(mode="after")
    def _seals_what_it_is_tied_to(self) -> Self:
        if self.body.fingerprint != getattr(self.fingerprints, SEALS[self.body.stage]):
            raise ValueError("a seal bears the fingerprint that its record is tied to")
        return self


class DrawRecord(_Tied):
    """The bailiff drew tests to be traced."""

    kind: Literal["draw"] = "draw"
    body: DrawBody

    @model_validator(mode="after")
    def _draws_from_results(self) -> Self:
        if self.fingerprints.results_sha256 is None:
            raise ValueError("a draw is made from results")
        return self


class TraceRecord(_Tied):
    """What tracing the drawn tests showed."""

    kind: Literal["trace"] = "trace"
    body: TraceBody


class PublicationRecord(_Record):
    """A release was published."""

    kind: Literal["publication"] = "publication"
    body: PublicationBody


Objection = RefusalRecord | RevocationRecord
"""What a bailiff says against a dossier."""
Judged = SealRecord | DrawRecord | TraceRecord
"""Acts of the bailiff that checks look at: a dossier that prints one must print what the checks say of it."""
Witnessed = ReservationRecord | Judged
"""All acts of the bailiff that a dossier prints: none may be younger than the signed dossier."""
_AnyRecord = RunRecord | CheckRecord | AcceptanceRecord | DossierRecord | Objection | Witnessed | PublicationRecord
Record = Annotated[_AnyRecord, Field(discriminator="kind")]
_RECORD: TypeAdapter[Record] = TypeAdapter(Record)
_KINDS = {kind.model_fields["body"].annotation: kind.model_fields["kind"].default for kind in get_args(_AnyRecord)}


def record_of(
    body: Body, *, seq: int, at: str, run_id: str, fingerprints: Fingerprints | None, previous: str
) -> Record:
    """The record that enters a body; raises ValueError when it needs fingerprints and has none, or others."""
    entry = {"seq": seq, "at": at, "run_id": run_id, "fingerprints": fingerprints, "previous": previous}
    return _RECORD.validate_python({**entry, "kind": _KINDS[type(body)], "body": body})


def parse_record(line: bytes) -> Record:
    """Parse one line; a line that would not be written back byte for byte raises ValueError."""
    return as_spelt(_RECORD.validate_json(line), line)


def verify_chain(records: Sequence[Record]) -> None:
    """Raise EvidenceBroken unless numbers follow from 1 and each record names the one before it."""
    if (number := first_break(records)) is not None:
        raise EvidenceBroken(broken_at(number))


def broken_at(number: int) -> Sentence:
    """The sentence about the first record that does not follow from those before it."""
    return say("record.chain", number=str(number))
