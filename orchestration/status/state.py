"""Where an edition stands (`palmares status`): what was seen of it, as types, as plain data and in plain words.

Belongs here: the shape and its rendering. It is filled in by `look.py`; the words of a stage stand in `stage.py`.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.dossier import Signers
from orchestration.publication import ReleaseStanding
from orchestration.status.stage import EditionStage
from orchestration.status.witness import Witnessed


@dataclass(frozen=True)
class CheckSeen:
    """A check that failed, or a warning that is not accepted. `keys`: the first failing keys, as people read them."""

    id: str
    sentence: str
    remedy: str
    expected: str
    observed: str
    failing_count: int
    failing_keys: tuple[str, ...]
    keys: str

    def lines(self, label: str) -> list[str]:
        """The same in plain words."""
        facts = f"            expected {self.expected}, observed {self.observed} {self.keys}"
        return [f"  {label:<9} {self.id}: {self.sentence}", facts.rstrip()]


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
    release: Path | None = None
    releases: list[ReleaseStanding] = field(default_factory=list)
    objection: str = ""

    @property
    def sentence(self) -> str:
        """The stage in words."""
        return self._said(self.stage.value.sentence)

    @property
    def next(self) -> str:
        """What is due."""
        return self._said(self.stage.value.next)

    def _said(self, words: str) -> str:
        missing = self.signers.missing if self.signers else 0
        return words.format(
            edition=self.edition,
            release=self.release.name if self.release else "",
            missing=f"{missing} more signature{'s' if missing > 1 else ''}",
            objection=self.objection,
        )

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        signers = self.signers.data if self.signers else {"signatures": 0, "required": None, "waiting_for": []}
        dossier = self.dossier and {
            **asdict(self.dossier),
            "pdf": str(self.dossier.pdf),
            "page": str(self.dossier.page),
        }
        return {
            "edition": self.edition,
            "stage": self.sentence,
            "who": self.stage.value.who,
            "next": self.next,
            "problems": self.problems,
            "failed": [_check_data(check) for check in self.failed],
            "open_warnings": [_check_data(check) for check in self.open_warnings],
            "dossier": dossier,
            "signed": self.signers.each_once() if self.signers else [],
            **signers,
            "reservations": [asdict(reservation) for reservation in self.reservations],
            **self.witnessed.data,
            "release": self.release and {"number": int(self.release.name), "folder": str(self.release)},
            "releases": [_release_data(release) for release in self.releases],
        }

    def lines(self) -> list[str]:
        """The same in plain words."""
        out = [f"Edition {self.edition}: {self.sentence}"]
        if self.dossier:
            out.append(f"  dossier   {self.dossier.pdf}")
            out.append(f"            results digest {self.dossier.results_sha256}")
        if self.release:
            out.append(f"  release   {self.release.name} in {self.release}")
        for release in self.releases:
            out += [f"            release {release.number}: {sentence}" for sentence in release.sentences()]
        out += [f"  reserved  {one.by}, {one.at[:10]}: {one.reason}" for one in self.reservations]
        out += self._signatures()
        out += [f"  {line}" for line in self.witnessed.lines()]
        out += [f"  problem   {problem}" for problem in self.problems]
        for label, checks in (("blocked", self.failed), ("warning", self.open_warnings)):
            out += [line for check in checks for line in check.lines(label)]
        return [*out, f"  next      {self.stage.value.who}: {self.next}"]

    def _signatures(self) -> list[str]:
        if self.signers is None or not (self.signers.judgement.accepted or self.signers.waiting):
            return []
        out = [f"  signed    {len(self.signers.by_certificate)} of {self.signers.required} signatures"]
        out += [f"            {one['signer']}, {(one['at'] or '')[:10]}" for one in self.signers.each_once()]
        if self.signers.missing:
            out.append(f"            waiting for {', '.join(self.signers.waiting)}")
        return out


def _check_data(check: CheckSeen) -> dict[str, Any]:
    return {**asdict(check), "failing_keys": list(check.failing_keys)}


def _release_data(release: ReleaseStanding) -> dict[str, Any]:
    return {
        "number": release.number,
        "replaced_by": release.replaced_by,
        "revoked": vars(release.revoked) if release.revoked else None,
        "notices": release.sentences(),
    }
