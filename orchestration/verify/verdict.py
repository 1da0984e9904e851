"""What a verification says: findings, one verdict, one exit code.

Belongs here: the shape of the answer and its words. What is looked at stands in the sister modules.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from orchestration.verify.say import say

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
        reached = {finding.verdict for finding in self.items}
        for verdict in _GRAVEST_FIRST:
            if verdict in reached:
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
    recomputed: dict[str, str] = field(default_factory=dict)
    """Digests of the files as they are that differ from those that the release declares."""

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
            "recomputed": self.recomputed,
            "findings": [{**vars(finding), "verdict": finding.verdict.word} for finding in self.findings],
            "remarks": list(self.remarks),
            "recount": None if self.recount is None else vars(self.recount),
        }

    def lines(self) -> list[str]:
        """The answer in plain words, every finding with its file."""
        lines: list[str] = [say(f"verdict.{self.verdict.word}")]
        if self.release:
            lines.append(say("report.demonstration" if self.demonstration else "report.release", release=self.release))
        for name, declared in self.digests.items():
            computed = self.recomputed.get(name, declared)
            lines.append(f"  {name}: {computed}")
            if computed != declared:
                lines.append(say("report.declared", name=name, value=declared))
        shown: Counter[tuple[str, str]] = Counter()
        for finding in self.findings:
            shown[finding.code, finding.path] += 1
            if shown[finding.code, finding.path] <= MAX_SHOWN:
                lines.append(say("report.finding", path=finding.path, message=finding.message, code=finding.code))
        for (code, path), count in shown.items():
            if count > MAX_SHOWN:
                lines.append(say("report.more", path=path, count=count - MAX_SHOWN, code=code))
        lines += [say("report.anchored", anchor=anchor) for anchor in self.anchored_by]
        if self.recount is not None:
            tables = self.recount.tables
            counts = {**vars(self.recount), "tables": len(tables), "cells": sum(tables.values())}
            lines.append(say("report.recount", **counts))
        return [*lines, *self.remarks]

    def as_text(self) -> str:
        """The answer as one text, in English."""
        return "\n".join(self.lines())
