"""Reading an edition without computing anything (`palmares check`).

Belongs here: gathering what custody, the rulebook and intake have to say, and laying it out.
"""

from dataclasses import dataclass, field
from typing import Any

from orchestration.custody import CustodyReport
from orchestration.errors import Refused
from orchestration.intake import IntakeReport, scan
from orchestration.progress import report
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.run import Now, Run
from orchestration.settings import Settings
from orchestration.status.say import say
from orchestration.status.witness import witnessed
from orchestration.words import Sentence, coded
from orchestration.words import say as house


@dataclass(frozen=True)
class Inspection:
    """What was found. `reasons` is what would block a run before anything is computed.

    `files`: path, rows read, accepted, set aside.
    """

    data: dict[str, Any]
    head: list[Sentence]
    reasons: list[Sentence]
    files: list[list[str]] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)

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
    reasons = [house("custody.problem", problem=problem.message) for problem in audited.problems]
    if reasons:
        data: dict[str, Any] = {"edition": edition, "problems": reasons, "files": [], "quarantined": []}
        return Inspection(data, _head(edition, rulebook, audited), reasons)
    scanned = scan(settings, edition, report)
    seen = witnessed(now)
    reasons = [*(problem.sentence for problem in scanned.problems), *seen.changes(edition)]
    unread = [d.path for d in audited.current if d.source == "contests" and rulebook.contest is None]
    files = [[row.file, str(row.read), str(row.accepted), str(row.quarantined)] for row in scanned.files]
    notes = [*_notes(scanned), *(say("inspect.unread", file=path) for path in unread)]
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
    return Inspection(data, [*_head(edition, rulebook, audited), *seen.lines()], reasons, files, notes)


def _head(edition: str, rulebook: Rulebook, audited: CustodyReport) -> list[Sentence]:
    days = {"start": rulebook.fieldwork.start, "end": rulebook.fieldwork.end}
    return [
        say("inspect.edition", edition=edition, title=rulebook.title.fr),
        say("inspect.fieldwork", categories=len(rulebook.categories), **days),
        say("inspect.custody", deposits=len(audited.current), head=audited.head),
    ]


def _notes(scanned: IntakeReport) -> list[Sentence]:
    aside = [
        say("inspect.set_aside", source=coded("source", source), rows=rows, reason=coded("reason", reason))
        for (source, reason), rows in scanned.quarantined.items()
    ]
    return [*aside, *(say("inspect.unknown", file=file, column=column) for file, column in scanned.unknown_columns)]
