"""What a dossier says, as plain facts: no words of any language, no layout.

Belongs here: the shapes that `build.py` fills, `compose/` puts into words, and nobody changes afterwards (marks and
titles: `scoring/model.py`). Marks are micropoints, shares basis points, times ISO 8601 texts. Nothing here may hold
personal data: a vote is known by its `vote_id`, a respondent by the pseudonym that the field firm gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.dossier.claims import ClaimFact
from orchestration.dossier.seals import SealFact
from orchestration.evidence import Draw, Outcome, Severity
from orchestration.release import DossierDigests, keywords
from orchestration.rulebook import Rulebook
from orchestration.scoring import CategoryFact, RecountFact

if TYPE_CHECKING:
    from orchestration.intake import Withdrawal


@dataclass(frozen=True)
class DepositFact:
    """One line of the custody log; `replaces` is the number of another."""

    seq: int
    path: str
    sha256: str
    bytes: int
    supplier: str
    received_at: str
    received_by: str
    replaces: int | None
    current: bool


@dataclass(frozen=True)
class FileAccount:
    """Rows of one deposited file: received = counted + excluded + set_aside, or the dossier is not made."""

    file: str
    source: str
    received: int
    counted: int
    excluded: int
    set_aside: int


@dataclass(frozen=True)
class ReasonCount:
    """How many rows of a source were set aside (`quarantined`) or left out by rule (`excluded`), and why."""

    source: str
    outcome: str
    reason: str
    rows: int


@dataclass(frozen=True)
class LeftOut:
    """One row set aside or left out by rule, by its place and key."""

    source: str
    file: str
    line: int
    key: str
    outcome: str
    reason: str
    column: str | None = None


@dataclass(frozen=True)
class CorrectionFact:
    """One correction applied to a received row."""

    id: str
    file: str
    line: int | None
    key: str
    column: str
    expect: str
    value: str
    reason: str
    by: str
    on: str


@dataclass(frozen=True)
class ContestFact:
    """One contest that stands. `decision` is None while it is open; `corrections` are those that bear its id."""

    id: str
    candidate_id: str
    test_id: str
    opened_on: str
    ground: str
    decision: str | None = None
    decided_on: str | None = None
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Otherwise:
    """How a category would have come out if no withdrawal that is told had been; `elected`: ids of who would hold it.

    `outcome` is None where it cannot be computed.
    """

    category_id: str
    outcome: str | None = None
    elected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """Somebody accepted a warning, with a reason."""

    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class CheckFact:
    """One check and what it found.

    `unit` is the table whose rows were looked at (`intake.vote`), `component` the part of the mark that it belongs to.
    """

    id: str
    gate: str
    severity: Severity
    fr: str
    en: str
    ar: str
    expected: str
    observed: str
    outcome: Outcome
    failing_count: int = 0
    failing_keys: tuple[str, ...] = ()
    acceptance: Acceptance | None = None
    unit: str = ""
    component: str | None = None

    @property
    def family(self) -> str:
        """The group in which the check is summed up."""
        if self.id.startswith("scoring.recount_"):
            return "recount"
        return f"intake_{self.component or 'files'}" if self.gate == "intake" else self.gate

    def sentence(self, lang: str) -> str:
        """What the check looks at, in `fr`, `en` or `ar`."""
        return {"fr": self.fr, "en": self.en, "ar": self.ar}[lang]


@dataclass(frozen=True)
class Conditions:
    """Under what conditions the results were computed. Times with their offset. `engine`: the packages of what made the
    marks in place of DuckDB."""

    machine: str
    system: str
    started_at: str
    ended_at: str
    clock: str
    versions: tuple[tuple[str, str], ...]
    run_id: str = ""
    engine: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SignerFact:
    """A certificate that may sign."""

    file: str
    subject: str
    sha256: str
    valid_from: str
    valid_to: str
    demonstration: bool


@dataclass(frozen=True)
class Reservation:
    """What the bailiff reserves. `current`: entered on these deposits and results; otherwise on an earlier state."""

    by: str
    reason: str
    at: str
    current: bool = True


@dataclass(frozen=True)
class Earlier:
    """The last dossier of the edition: what was remembered of it; None where that is lost, or was changed since."""

    snapshot: dict[str, object] | None


@dataclass(frozen=True)
class Released:
    """The newest release of the edition; what was remembered of its dossier, as above."""

    number: int
    snapshot: dict[str, object] | None


@dataclass(frozen=True)
class Change:
    """One thing that differs from the last dossier; `before` or `after` is None for what appeared or went."""

    kind: str
    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Inputs:
    """Everything a dossier is made of, gathered by `load.py` or by hand in a test.

    `previous` is the last dossier (`changes.snapshot` is what is remembered of it), None for the first one; `released`
    the one that is published, where the edition has a release.
    `annex_sha256` is the fingerprint of the file that lists every row left out, `annex` its bytes where it is attached;
    `palmares_sha256` that of palmares.json, which the public is shown. `companies` are names by company_id.
    """

    edition: str
    rulebook: Rulebook
    digests: DossierDigests
    conditions: Conditions
    deposits: tuple[DepositFact, ...]
    accounts: tuple[FileAccount, ...]
    reasons: tuple[ReasonCount, ...]
    left_out: tuple[LeftOut, ...]
    corrections: tuple[CorrectionFact, ...]
    checks: tuple[CheckFact, ...]
    categories: tuple[CategoryFact, ...]
    recount: RecountFact
    signers: tuple[SignerFact, ...]
    previous: Earlier | None = None
    released: Released | None = None
    reservations: tuple[Reservation, ...] = ()
    annex_sha256: str | None = None
    annex: bytes | None = None
    palmares_sha256: str | None = None
    seals: tuple[SealFact, ...] = ()
    draws: tuple[Draw, ...] = ()
    claims: tuple[ClaimFact, ...] = ()
    contests: tuple[ContestFact, ...] = ()
    companies: Mapping[str, str] = field(default_factory=dict)
    withdrawals: tuple["Withdrawal", ...] = ()
    otherwise: tuple[Otherwise, ...] = ()


@dataclass(frozen=True)
class Content:
    """The content of a dossier: its inputs, and what follows from them.

    `changes`: since the last dossier; `corrected`: since the newest release.
    """

    inputs: Inputs
    categories: tuple[CategoryFact, ...]
    listed: tuple[LeftOut, ...]
    not_listed: int
    changes: tuple[Change, ...] = field(default=())
    corrected: tuple[Change, ...] = field(default=())

    @property
    def demonstration(self) -> bool:
        """Whether any listed certificate is a throw-away one."""
        return any(signer.demonstration for signer in self.inputs.signers)

    def label(self, category_id: str, lang: str) -> str:
        """What the rulebook calls a category; its id where there is none."""
        return next((c.label.of(lang) for c in self.inputs.rulebook.categories if c.id == category_id), category_id)

    def company(self, candidate_id: str) -> str:
        """The company that a candidate is; its id where there is none."""
        candidates = (c for category in self.categories for c in category.candidates)
        return next((c.company for c in candidates if c.candidate_id == candidate_id), candidate_id)

    @property
    def keywords(self) -> list[str]:
        """What the file says of itself, to machines."""
        inputs = self.inputs
        return keywords(inputs.edition, inputs.digests, inputs.annex_sha256, inputs.palmares_sha256)

    @property
    def required(self) -> int:
        """How many signatures are needed."""
        return self.inputs.rulebook.bailiff.required

    @property
    def open_warnings(self) -> tuple[CheckFact, ...]:
        """Warnings that nobody has accepted yet."""
        return tuple(c for c in self.flagged if c.acceptance is None)

    @property
    def flagged(self) -> tuple[CheckFact, ...]:
        """Warnings that came up, accepted or not."""
        return tuple(c for c in self.inputs.checks if c.outcome == "failed" and c.severity == "warning")

    @property
    def noted(self) -> tuple[CheckFact, ...]:
        """Checks for information that found something: nobody has to accept them."""
        return tuple(c for c in self.inputs.checks if c.outcome == "failed" and c.severity == "info")

    @property
    def failed(self) -> tuple[CheckFact, ...]:
        """Blocking checks that did not pass: a dossier that has any is a report of failure, not one to sign."""
        bad = ("failed", "error")
        return tuple(c for c in self.inputs.checks if c.outcome in bad and c.severity == "blocking")
