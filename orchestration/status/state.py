"""Where an edition stands (`palmares status`): what was seen of it, as types, as plain data and in plain words.

Belongs here: the shape and its rendering. It is filled in by `look.py`; the words stand in `words/`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.dossier import Signers
from orchestration.evidence import CheckResult, CheckSpec
from orchestration.gate import changed_words
from orchestration.publication import ReleaseStanding
from orchestration.scoring import name_of
from orchestration.status.died import DiedRun
from orchestration.status.say import say
from orchestration.status.stage import EditionStage
from orchestration.status.witness import Witnessed
from orchestration.words import Sentence

CORRECTING = ("publish", "finish")
"""What is done with `palmares publish`, which asks of a correction why it is made and for whom."""


@dataclass(frozen=True)
class CheckSeen:
    """A check that failed, or a warning that is not accepted. `keys`: the first failing keys, as people read them."""

    id: str
    sentence: Sentence
    remedy: Sentence
    expected: str
    observed: str
    failing_count: int
    failing_keys: tuple[str, ...]
    keys: str

    def lines(self, kind: str) -> list[Sentence]:
        """The same in plain words; `kind` is `blocked` or `warning`."""
        return [
            say(f"line.{kind}", check=self.id, sentence=self.sentence),
            say("line.facts", expected=self.expected, observed=self.seen),
        ]

    @property
    def seen(self) -> str:
        """What was observed, and the first keys."""
        return f"{self.observed} {self.keys}".rstrip()

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {**asdict(self), "failing_keys": list(self.failing_keys)}


def check_seen(spec: CheckSpec, result: CheckResult) -> CheckSeen:
    """A check that did not pass, as people read it."""
    more = ", …" if result.failing_count > 3 else ""
    return CheckSeen(
        id=spec.id,
        sentence=spec.what,
        remedy=spec.mend,
        expected=result.expected,
        observed=result.observed,
        failing_count=result.failing_count,
        failing_keys=result.failing_keys,
        keys=f"({', '.join(result.failing_keys[:3])}{more})" if result.failing_keys else "",
    )


@dataclass(frozen=True)
class DossierSeen:
    """The dossier of the current results: the PDF that is signed, the page beside it, and what it bears."""

    pdf: Path
    page: Path
    sha256: str
    results_sha256: str | None
    custody_head: str


@dataclass(frozen=True)
class ReservationSeen:
    """What the bailiff reserves. `at` is UTC, 2031-02-01T10:00:00Z."""

    by: str
    reason: str
    at: str


@dataclass
class State:
    """Where one edition stands. What could not be looked at keeps its empty value, and `problems` says why."""

    edition: str
    stage: EditionStage = EditionStage.NOT_READY
    problems: list[str] = field(default_factory=list)
    failed: list[CheckSeen] = field(default_factory=list)
    open_warnings: list[CheckSeen] = field(default_factory=list)
    dossier: DossierSeen | None = None
    signers: Signers | None = None
    reservations: list[ReservationSeen] = field(default_factory=list)
    witnessed: Witnessed = field(default_factory=Witnessed)
    engine: Mapping[str, str] = field(default_factory=dict)
    """What made the marks in DuckDB's place, by package; nothing for DuckDB."""
    release: Path | None = None
    releases: list[ReleaseStanding] = field(default_factory=list)
    correction: bool = False
    """Whether publishing must say why and who asked: an earlier release with other results stands."""
    objection: str = ""
    unread: Sentence | None = None
    died: tuple[DiedRun, ...] = ()
    changed: tuple[str, ...] = ()
    """Fingerprints that are not those of the last dossier."""

    @property
    def sentence(self) -> Sentence:
        """The stage in words."""
        missing = self.signers.missing if self.signers else 0
        return say(
            f"stage.{self.stage.value}",
            release=self.release.name if self.release else "",
            missing=say("missing.one") if missing == 1 else say("missing.many", count=missing),
            objection=self.objection,
        )

    @property
    def who(self) -> Sentence:
        """Who must act."""
        return say(f"who.{self.stage.who.value}")

    @property
    def action(self) -> str:
        """What must be done, as `words/` names it under `next` and `command`."""
        told = self.correction and self.stage.action in CORRECTING
        return f"{self.stage.action}_correction" if told else self.stage.action

    @property
    def next(self) -> Sentence:
        """What is due."""
        return say(f"next.{self.action}", edition=self.edition)

    @property
    def command(self) -> Sentence:
        """The command that comes next, or shows what must be done."""
        return say(f"command.{self.action}", edition=self.edition)

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data: sentences in the language of the answer, and for programs their codes."""
        signers = self.signers.data if self.signers else {"signatures": 0, "required": None, "waiting_for": []}
        dossier = self.dossier and {
            **asdict(self.dossier),
            "pdf": str(self.dossier.pdf),
            "page": str(self.dossier.page),
        }
        return {
            "edition": self.edition,
            "stage": self.sentence,
            "stage_code": self.stage.value,
            "who": self.who,
            "who_code": self.stage.who.value,
            "next": self.next,
            "problems": self.problems,
            "failed": [check.data for check in self.failed],
            "open_warnings": [check.data for check in self.open_warnings],
            "changed_since_dossier": list(self.changed),
            "dossier": dossier,
            "engine": {"name": name_of(self.engine), "packages": dict(self.engine)},
            "signed": self.signers.each_once() if self.signers else [],
            "not_counted": [signoff.sentence for signoff in self.signers.judgement.rejected] if self.signers else [],
            **signers,
            "unread": self.unread,
            "died_runs": [run.data for run in self.died],
            "reservations": [asdict(reservation) for reservation in self.reservations],
            **self.witnessed.data,
            "release": self.release and {"number": int(self.release.name), "folder": str(self.release)},
            "releases": [_release_data(release) for release in self.releases],
        }

    def lines(self) -> list[str]:
        """The same in plain words."""
        out: list[str] = [say("line.stage", edition=self.edition, stage=self.sentence)]
        out += [say("line.died", run=run.run_id[:8], since=f"{run.since:%Y-%m-%d %H:%M} UTC") for run in self.died]
        if self.dossier:
            out.append(say("line.dossier", pdf=self.dossier.pdf))
            out.append(say("line.digest", digest=self.dossier.results_sha256))
        if self.engine:
            out.append(say("line.engine", engine=", ".join(map(" ".join, self.engine.items()))))
        if self.changed:
            out.append(say("line.changed", changed=changed_words(self.changed)))
        if self.release:
            out.append(say("line.release", number=self.release.name, folder=self.release))
        for release in self.releases:
            out += [say("line.notice", number=release.number, sentence=notice) for notice in release.sentences()]
        out += [
            say("line.reserved", by=reservation.by, day=reservation.at[:10], reason=reservation.reason)
            for reservation in self.reservations
        ]
        out += self._signatures()
        out += [say("line.unread", sentence=self.unread)] if self.unread else []
        out += self.witnessed.lines()
        out += [say("line.problem", problem=problem) for problem in self.problems]
        for kind, checks in (("blocked", self.failed), ("warning", self.open_warnings)):
            out += [line for check in checks for line in check.lines(kind)]
        return [*out, say("line.next", who=self.who, next=self.next)]

    def _signatures(self) -> list[str]:
        signers = self.signers
        if signers is None or not (signers.judgement.accepted or signers.waiting):
            return []
        out: list[str] = [say("line.signed", count=len(signers.by_certificate), required=signers.required)]
        out += [f"            {signer['signer']}, {(signer['at'] or '')[:10]}" for signer in signers.each_once()]
        # Once enough have signed, what was signed for an earlier dossier is no news.
        news = [
            signoff for signoff in signers.judgement.rejected if signers.missing or signoff.code != "other_document"
        ]
        out += [say("line.unread", sentence=signoff.sentence) for signoff in news]
        return [*out, *([say("line.waiting", names=", ".join(signers.waiting))] if signers.missing else [])]


def _release_data(release: ReleaseStanding) -> dict[str, Any]:
    return {
        "number": release.number,
        "replaced_by": release.replaced_by,
        "revoked": vars(release.revoked) if release.revoked else None,
        "notices": release.sentences(),
    }
