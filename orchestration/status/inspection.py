"""Reading an edition without computing anything (`palmares check`).

Belongs here: gathering what custody, the rulebook and intake have to say, and laying it out.
"""

from dataclasses import dataclass
from typing import Any

from orchestration.custody import CustodyReport
from orchestration.errors import Refused
from orchestration.intake import IntakeReport, scan
from orchestration.progress import report
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.run import Now, Run
from orchestration.settings import Settings
from orchestration.status.witness import witnessed


@dataclass(frozen=True)
class Inspection:
    """What was found. `reasons` is what would block a run before anything is computed."""

    data: dict[str, Any]
    lines: list[str]
    reasons: list[str]

    def raise_if_blocked(self) -> None:
        """Refuse with every reason, if there is one."""
        if self.reasons:
            raise Refused(self.reasons)


def inspect_edition(settings: Settings, edition: str) -> Inspection:
    """Read rulebook and deposits and keep nothing. Raises InputError for a rulebook that cannot be used."""
    folder = settings.edition_raw(edition)
    now = Now(Run(settings, edition, "check"))
    rulebook = load_rulebook(folder / "rulebook.yml", edition=edition)
    report("custody")
    audited = now.custody
    reasons = [f"custody: {problem.message}" for problem in audited.problems]
    if reasons:
        data: dict[str, Any] = {"edition": edition, "problems": reasons, "files": [], "quarantined": []}
        return Inspection(data, _head(edition, rulebook, audited), reasons)
    scanned = scan(settings, edition, report)
    seen = witnessed(now)
    reasons = [*map(str, scanned.problems), *seen.changes(edition)]
    unread = [d.path for d in audited.current if d.source == "contests" and rulebook.contest is None]
    lines = [*_head(edition, rulebook, audited), *seen.lines(), *_rows(scanned)]
    lines += [f"  {path} is not read: the rulebook has no `contest`" for path in unread]
    data = {
        "edition": edition,
        "custody_head": audited.head,
        "problems": reasons,
        **seen.data,
        "files": [vars(file) for file in scanned.files],
        "quarantined": [
            {"source": source, "reason": reason, "rows": rows} for (source, reason), rows in scanned.quarantined.items()
        ],
        "unknown_columns": [{"file": file, "column": column} for file, column in scanned.unknown_columns],
        "unread": unread,
    }
    return Inspection(data, lines, reasons)


def _head(edition: str, rulebook: Rulebook, audited: CustodyReport) -> list[str]:
    return [
        f"Edition {edition}: {rulebook.title.fr}",
        f"  fieldwork {rulebook.fieldwork.start} to {rulebook.fieldwork.end}, {len(rulebook.categories)} categories",
        f"  {len(audited.current)} deposits in custody, head {audited.head}",
    ]


def _rows(scanned: IntakeReport) -> list[str]:
    width = max((len(file.file) for file in scanned.files), default=0)
    lines = [
        f"  {file.file:<{width}}  read {file.read:>9}  accepted {file.accepted:>9}  set aside {file.quarantined:>5}"
        for file in scanned.files
    ]
    lines += [f"  set aside in {source}: {rows} x {reason}" for (source, reason), rows in scanned.quarantined.items()]
    lines += [f"  unknown column in {file}: {column} (ignored)" for file, column in scanned.unknown_columns]
    return lines
