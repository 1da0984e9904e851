"""Checks of intake in Python: custody, categories.

Belongs here: pure functions from plain findings to results. Who gathers the findings is `assurance`'s, and so are the
checks where what is found are the keys that fail (`assurance/looked_at.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from expectations.own.outcome import outcome
from orchestration.evidence import CheckResult, Record

if TYPE_CHECKING:
    from orchestration.custody import CustodyReport

_COMPLETE = frozenset({"file_missing", "file_unlisted", "file_not_ordinary", "folder_unreadable", "deposit_unfinished"})
_UNCHANGED = frozenset({"file_changed"})


def custody_results(report: "CustodyReport") -> list[CheckResult]:
    """The three checks of custody (SPEC 3), from an audit. A code that is not known counts against the log."""
    by_check: dict[str, list[str]] = {"chained": [], "complete": [], "unchanged": []}
    for problem in report.problems:
        part = "unchanged" if problem.code in _UNCHANGED else "complete" if problem.code in _COMPLETE else "chained"
        place = problem.path or (f"deposits.jsonl:{problem.seq}" if problem.seq else "deposits.jsonl")
        by_check[part].append(f"{place} [{problem.code}]")
    looked_at = len(report.deposits)
    return [
        # A log without a line is its own problem; the other two have then looked at nothing, and say so.
        outcome(f"intake.custody_{part}", keys, looked_at=looked_at or len(keys))
        for part, keys in by_check.items()
    ]


def log_extends_result(report: "CustodyReport", records: Sequence[Record]) -> CheckResult:
    """Every custody head that evidence was ever tied to must still stand in the log's chain."""
    standing = {deposit.previous for deposit in report.deposits} | {report.head}
    seen = {record.fingerprints.custody_head for record in records if record.fingerprints}
    lost = [head[:16] for head in seen - standing]
    kept, known = f"{len(seen & standing)} / {len(seen)}", f"{len(seen)} / {len(seen)}"
    return outcome("intake.log_extends", lost, observed=kept, expected=known)


@dataclass(frozen=True)
class Version:
    """One deposited version of the candidates or of the rulebook: candidate to category, or category to itself."""

    received: date
    path: str
    content: Mapping[str, str]


def categories_stable_result(versions: Sequence[Version], fieldwork_start: date) -> CheckResult:
    """Candidates or categories that differ between two versions, the later received after fieldwork began.

    `versions` in order of deposit. A status that changes (a withdrawal) is no change of category.
    """
    changed = []
    latest: dict[str, Version] = {}
    for version in versions:
        before = latest.get(version.path)
        if before is not None and version.received >= fieldwork_start:
            for key in sorted(before.content.keys() | version.content.keys()):
                old, new = before.content.get(key, "–"), version.content.get(key, "–")
                if old != new:
                    changed.append(f"{version.path} {key}: {old} → {new}")
        latest[version.path] = version
    return outcome("intake.categories_stable", changed, looked_at=len(versions))
