"""What a verification says: findings, one verdict, one exit code.

Belongs here: the shape of the answer and its words. What is looked at stands in the sister modules.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

MAX_SHOWN = 20
"""Findings of one kind on one file that are told one by one; the others are counted."""


class Verdict(Enum):
    """The six answers, each with its word and its exit code (2 is wrong use)."""

    CONFORM = ("conform", 0)
    ALTERED = ("altered", 1)
    INCOMPLETE = ("incomplete", 3)
    NOT_ANCHORED = ("coherent-not-anchored", 4)
    UNVERIFIABLE = ("unverifiable", 5)
    RECOUNT_DIFFERS = ("recount-differs", 6)

    @property
    def word(self) -> str:
        """The verdict in one word, the same for people and programs."""
        return self.value[0]

    @property
    def exit_code(self) -> int:
        """What the command exits with."""
        return self.value[1]


_GRAVEST_FIRST = (Verdict.ALTERED, Verdict.INCOMPLETE, Verdict.RECOUNT_DIFFERS, Verdict.UNVERIFIABLE)

_SENTENCES = {
    Verdict.CONFORM: "The release is whole, coherent and signed, and something from outside vouches for it.",
    Verdict.ALTERED: "The release is not what was signed and published.",
    Verdict.INCOMPLETE: "Something that belongs to the release is missing.",
    Verdict.NOT_ANCHORED: (
        "The release is whole, coherent and signed, but nothing from outside was given to compare it with: "
        "use --fingerprint with the one on paper, or --raw with the deposits."
    ),
    Verdict.UNVERIFIABLE: "This cannot be verified.",
    Verdict.RECOUNT_DIFFERS: "The deposits, counted again, do not give these results.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a stable code, the file it is about, a sentence, the verdict it leads to."""

    verdict: Verdict
    code: str
    path: str
    message: str


@dataclass
class Findings:
    """Gathers findings and remarks while the release is looked at."""

    items: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    anchored_by: list[str] = field(default_factory=list)

    def altered(self, code: str, path: str, message: str) -> None:
        """Something is not as it was made."""
        self.items.append(Finding(Verdict.ALTERED, code, path, message))

    def incomplete(self, code: str, path: str, message: str) -> None:
        """Something is missing."""
        self.items.append(Finding(Verdict.INCOMPLETE, code, path, message))

    def unverifiable(self, code: str, path: str, message: str) -> None:
        """Something cannot be judged."""
        self.items.append(Finding(Verdict.UNVERIFIABLE, code, path, message))

    def recount_differs(self, code: str, path: str, message: str) -> None:
        """The deposits give other results."""
        self.items.append(Finding(Verdict.RECOUNT_DIFFERS, code, path, message))

    def verdict(self) -> Verdict:
        """The gravest finding decides; without any, it is whether something from outside vouches for the release."""
        found = {finding.verdict for finding in self.items}
        for verdict in _GRAVEST_FIRST:
            if verdict in found:
                return verdict
        return Verdict.CONFORM if self.anchored_by else Verdict.NOT_ANCHORED


@dataclass(frozen=True)
class RecountSummary:
    """What was counted again from the deposits: rows read, cells compared by table, differences."""

    files: int
    rows: int
    tables: dict[str, int]
    differences: int


@dataclass(frozen=True)
class Report:
    """The whole answer. `release` names edition and number when release.json could be read."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    anchored_by: tuple[str, ...]
    release: str | None
    demonstration: bool
    digests: dict[str, str]
    recount: RecountSummary | None

    @property
    def exit_code(self) -> int:
        """What the command exits with."""
        return self.verdict.exit_code

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data."""
        return {
            "verdict": self.verdict.word,
            "exit_code": self.exit_code,
            "release": self.release,
            "demonstration": self.demonstration,
            "anchored_by": list(self.anchored_by),
            "digests": self.digests,
            "findings": [
                {"verdict": one.verdict.word, "code": one.code, "path": one.path, "message": one.message}
                for one in self.findings
            ],
            "remarks": list(self.remarks),
            "recount": None if self.recount is None else vars(self.recount),
        }

    def as_text(self) -> str:
        """The answer in plain words, every finding with its file."""
        lines = [f"{self.verdict.word.upper()}: {_SENTENCES[self.verdict]}"]
        if self.release:
            lines.append(f"Release {self.release}{' · DÉMONSTRATION' if self.demonstration else ''}")
        lines += [f"  {name}: {value}" for name, value in self.digests.items()]
        shown: dict[tuple[str, str], int] = {}
        for one in self.findings:
            kind = (one.code, one.path)
            shown[kind] = shown.get(kind, 0) + 1
            if shown[kind] <= MAX_SHOWN:
                lines.append(f"- {one.path}: {one.message} [{one.code}]")
        for (code, path), count in shown.items():
            if count > MAX_SHOWN:
                lines.append(f"- {path}: … and {count - MAX_SHOWN} more of this kind [{code}]")
        lines += [f"Anchored by {anchor}." for anchor in self.anchored_by]
        if self.recount is not None:
            cells = sum(self.recount.tables.values())
            lines.append(
                f"Recount: {self.recount.files} files, {self.recount.rows} rows read, {cells} cells of "
                f"{len(self.recount.tables)} tables compared, {self.recount.differences} differences."
            )
        lines += self.remarks
        return "\n".join(lines)
