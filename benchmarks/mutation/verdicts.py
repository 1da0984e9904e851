"""What a difference from the clean edition is called.

Belongs here: the six verdicts and how a finding gets one. "Unseen" is a mark or a title that differs although nothing
blocks, no warning is open that the clean edition has not, and not every row that was touched was set aside.
"""

from dataclasses import asdict, dataclass

from benchmarks.mutation.judge import Finding

VERDICTS = ("blocked", "quarantined", "warned", "harmless", "mark unseen", "title unseen")
UNSEEN = VERDICTS[4:]


@dataclass(frozen=True)
class Verdict:
    """One mutation: what was done and what became of it. `by` names the checks, problems or reasons that saw it."""

    number: int
    group: str
    kind: str
    what: str
    impossible: bool
    verdict: str
    by: tuple[str, ...]
    moved_title: bool

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def verdict_of(finding: Finding, clean: Finding) -> tuple[str, tuple[str, ...]]:
    """The verdict on an edition, and what saw it. A row set aside is seen; rows that went with it are not."""
    if finding.stopped:
        return "blocked", (f"{finding.stopped}", *finding.reasons)
    if warnings := tuple(sorted(set(finding.warnings) - set(clean.warnings))):
        return "warned", warnings
    quarantined = sum(finding.quarantined.values()) - sum(clean.quarantined.values())
    if quarantined and (finding.marks == clean.marks or quarantined >= finding.touched(clean)):
        return "quarantined", tuple(sorted(finding.quarantined))
    if finding.titles != clean.titles:
        return "title unseen", tuple(sorted(set(finding.infos) - set(clean.infos)))
    if finding.marks != clean.marks:
        return "mark unseen", tuple(sorted(set(finding.infos) - set(clean.infos)))
    return "harmless", ()


def moved_title(finding: Finding, clean: Finding) -> bool:
    """Whether a title would go to somebody else, or to nobody, if the edition were published."""
    return not finding.stopped and finding.titles != clean.titles
