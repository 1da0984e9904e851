"""What each kind of record says: one class a kind, strict and frozen, so that whoever reads it may rely on it. Pure.

Belongs here: the shape of a body by itself. What binds it to the fingerprints of its record is `records.py`; what binds
it to the records before it (which seal corrects which, which result is of which draw) is `seals.py` and `draws.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from orchestration.storage import Number, Sha256, Strict

Stage = Literal["rules", "collection", "results"]
SEALS: dict[str, str] = {"rules": "rulebook_sha256", "collection": "custody_head", "results": "results_sha256"}
"""What can be sealed, in the order in which it comes to be, and the fingerprint that says what it was."""
TraceOutcome = Literal["conform", "not_conform", "not_found"]
TRACE_OUTCOMES: tuple[TraceOutcome, ...] = get_args(TraceOutcome)
Outcome = Literal["passed", "failed", "not_applicable", "error"]
"""What a check found; `error`: it could not be evaluated."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MIN_SEED, MAX_SEED = 5, 40
"""Dice that make a seed: five give 7776 possibilities with six faces, too many to prepare a false test against."""
MAX_KEYS = 20
"""Failing keys kept with a result: a sample, the count tells the rest."""
MAX_TEXT = 200
"""Longest fact or key that is kept: evidence is read by people."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Make one short printable line of a text that came from a deposit (control characters become U+FFFD)."""
    line = _CONTROL.sub("\ufffd", text)
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1] + "…"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("a text is due here")
    return text


def _absent(value: object) -> bool:
    return value is None


Seed = Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{MIN_SEED},{MAX_SEED}}}$")]
Id = Annotated[str, StringConstraints(min_length=1)]
Text = Annotated[str, AfterValidator(_not_blank)]


@dataclass(frozen=True)
class CheckResult:
    """What one check found: language-neutral facts and at most 20 failing keys, never personal data.

    `failing_count` counts all rows that fail. A result that contradicts itself raises ValueError.
    """

    check_id: str
    outcome: Outcome
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


class _Sentence(Strict):
    """What a person said."""

    reason: Text
    by: Text


class RunBody(Strict):
    """A run made the second count. `recount_sha256` is that of its summary, `engine` the packages of the engine that
    made the marks, by name; None for DuckDB, whose version stands among the pipeline's packages."""

    recount_sha256: Sha256
    engine: Annotated[Mapping[Text, Text] | None, Field(min_length=1, exclude_if=_absent)] = None


class AcceptanceBody(_Sentence):
    """A warning that someone looked at and accepts."""

    check_id: Text


class DossierBody(Strict):
    """A dossier was made. `files`: SHA-256 of what lies beside the PDF, by name (older logs do not say it)."""

    dossier_sha256: Sha256
    identity: Sha256
    files: Annotated[Mapping[str, Sha256] | None, Field(exclude_if=_absent)] = None


class ReservationBody(_Sentence):
    """The bailiff signs all the same, with this beside it."""


class RefusalBody(_Sentence):
    """The bailiff does not sign this dossier."""

    dossier_sha256: Sha256


class RevocationBody(_Sentence):
    """A signature is taken back. `release`: the number of the release that was published with this dossier."""

    dossier_sha256: Sha256
    release: Annotated[Number | None, Field(exclude_if=_absent)] = None


class SealBody(Strict):
    """A stage as it was sealed: its fingerprint is the one of that name among the record's own."""

    number: Number
    stage: Stage
    fingerprint: Sha256
    by: Text
    corrects: Text | None


class DrawBody(Strict):
    """Tests that dice chose, in their order, and the other tests of each close category (`whole`).

    With size 0 it is a full trace: named categories, no dice; its seed is a number.
    """

    seed: Seed
    size: Annotated[int, Field(ge=0)]
    close_at_most: Annotated[int, Field(ge=0)]
    tests: tuple[Id, ...]
    whole: Mapping[Id, tuple[Id, ...]]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        tests = [*self.tests, *(test for others in self.whole.values() for test in others)]
        if len(set(tests)) != len(tests) or len(self.tests) > self.size:
            raise ValueError("a draw lists no test twice, and no more than its size")
        if not tests or bool(self.size) != bool(self.tests):
            raise ValueError("a draw lists tests by lot, or has no size and names what is traced wholly")
        return self


class TraceBody(Strict):
    """What was found for every test of a draw (named by the SHA-256 of its record), and SHA-256 of the filled sheet."""

    draw: Sha256
    seed: Seed
    by: Text
    corrects: Text | None
    outcomes: Annotated[Mapping[str, TraceOutcome], Field(min_length=1)]
    sheet_sha256: Sha256


class PublicationBody(Strict):
    """A dossier was published, as the release of this number.

    `manifest_sha256`: of the release's manifest, so of all its files (older logs do not say it).
    """

    release: Number
    dossier_sha256: Sha256
    manifest_sha256: Annotated[Sha256 | None, Field(exclude_if=_absent)] = None


Body = (
    RunBody
    | CheckResult
    | AcceptanceBody
    | DossierBody
    | RefusalBody
    | RevocationBody
    | ReservationBody
    | SealBody
    | DrawBody
    | TraceBody
    | PublicationBody
)
