"""Reading an edition without computing anything (`palmares check`), and the rows that were set aside.

Belongs here: gathering what custody, the rulebook, intake and its gate have to say, and laying it out. What would
refuse a run refuses here; nothing is recorded, and nothing but a list of rows that was asked for is kept.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations import spec_of
from orchestration.custody import CustodyReport
from orchestration.errors import InputError, Refused
from orchestration.progress import report
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.run import Now, Run
from orchestration.settings import RULEBOOK_FILE, Settings
from orchestration.status.say import say
from orchestration.status.state import CheckSeen, check_seen
from orchestration.status.witness import witnessed
from orchestration.storage import connect
from orchestration.words import Sentence, coded, joined, remedied
from orchestration.words import say as house

if TYPE_CHECKING:
    from orchestration.intake import IntakeReport

CAUSES = ("intake.candidates_accepted",)
"""Checks that are told first: what fails behind them may follow from them."""
ROWS = 20
"""Rows set aside that are shown where not all are asked for."""


@dataclass(frozen=True)
class Inspection:
    """What was found. `reasons` is what would refuse a run at its intake, `rows` the rows set aside, the first of them.

    `files`: path, rows read, accepted, set aside.
    """

    data: dict[str, Any]
    head: list[Sentence]
    reasons: list[Sentence]
    files: list[list[str]] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    rows: list[Sentence] = field(default_factory=list)

    def raise_if_blocked(self) -> None:
        """Refuse with every reason, if there is one."""
        if self.reasons:
            raise Refused(self.reasons)


def inspect_edition(
    settings: Settings, edition: str, *, every_row: bool = False, rows_to: Path | None = None
) -> Inspection:
    """Read rulebook and deposits, judge the gate of intake, keep nothing.

    `every_row`: show all rows set aside; `rows_to`: write them to that CSV file too. Raises InputError for a rulebook
    that cannot be used.
    """
    from orchestration.intake import scanned  # intake and its gate: whoever asks for a status does without

    folder = settings.edition_raw(edition)
    now = Now(Run(settings, edition, "check"))
    rulebook = load_rulebook(folder / RULEBOOK_FILE, edition=edition)
    report("custody")
    audited = now.custody
    reasons = [house("custody.problem", problem=problem.message) for problem in audited.problems]
    if reasons:
        data: dict[str, Any] = {"edition": edition, "problems": reasons, "files": [], "quarantined": []}
        return Inspection(data, _head(edition, rulebook, audited), reasons)
    with scanned(settings, edition, report) as (intake, warehouse):
        rows = _rows(warehouse, None if every_row else ROWS, rows_to)
        checks = [] if intake.problems else _failed(now, warehouse)
    seen = witnessed(now)
    blocking, warnings = (
        [check for check in checks if spec_of(check.id).severity == kind] for kind in ("blocking", "warning")
    )
    blocking.sort(key=lambda check: check.id not in CAUSES)
    reasons = [*(problem.sentence for problem in intake.problems), *seen.changes(edition), *map(_reason, blocking)]
    unread = [d.path for d in audited.current if d.source == "contests" and rulebook.contest is None]
    files = [[row.file, str(row.read), str(row.accepted), str(row.quarantined)] for row in intake.files]
    notes = [
        *_notes(intake),
        *_cascade(intake),
        *(line for check in warnings for line in check.lines("warning")),
        *(say("inspect.unread", file=path) for path in unread),
    ]
    data = {
        "edition": edition,
        "custody_head": audited.head,
        "problems": reasons,
        **seen.data,
        "files": [vars(file) for file in intake.files],
        "quarantined": [
            {"source": source, "reason": reason, "rows": count}
            for (source, reason), count in intake.quarantined.items()
        ],
        "rows": rows,
        "failed": [check.data for check in blocking],
        "warnings": [check.data for check in warnings],
        "unknown_columns": [{"file": file, "column": column} for file, column in intake.unknown_columns],
        "unread": unread,
    }
    set_aside = sum(intake.quarantined.values())
    shown = row_lines(rows, set_aside)
    return Inspection(
        data, [*_head(edition, rulebook, audited), *seen.lines()], reasons, files, notes=notes, rows=shown
    )


def quarantine(settings: Settings, edition: str, *, rows_to: Path | None = None) -> Inspection:
    """The rows set aside by the last run of an edition, all of them. Raises InputError where nothing was run."""
    settings.edition_raw(edition)
    work = settings.work_db(edition)
    if not work.exists():
        raise InputError(house("edition.no_results", edition=edition), mend=f"palmares run {edition}")
    rows = _rows(work, None, rows_to)
    return Inspection({"edition": edition, "rows": rows}, [], [], rows=row_lines(rows, len(rows)))


def _rows(work: Path, limit: int | None, rows_to: Path | None) -> list[dict[str, Any]]:
    from orchestration.intake import quarantined, write_quarantine

    with connect(work, read_only=True) as con:
        if rows_to is not None:
            write_quarantine(con, rows_to)
        return quarantined(con, limit)


def row_lines(rows: list[dict[str, Any]], total: int) -> list[Sentence]:
    """Rows set aside in plain words, and how many of `total` these are."""
    from orchestration.intake import told_detail

    lines = [
        say(
            "inspect.row",
            place=f"{row['file']}:{row['line']}",
            column=f" {row['column_name']}" if row["column_name"] else "",
            key=f" ({row['key']})" if row["key"] else "",
            reason=coded("reason", row["reason"]),
            detail=joined("", [", ", told_detail(row["detail"])]) if row["detail"] else "",
        )
        for row in rows
    ]
    return [*lines, *([say("inspect.more", shown=len(rows), rows=total)] if total > len(rows) else [])]


def _failed(now: Now, warehouse: Path) -> list[CheckSeen]:
    """The checks of intake that these deposits fail, as a run would find them."""
    from orchestration.assurance import intake_checks, straight

    fieldwork = now.run.rulebook.fieldwork
    results = intake_checks(
        warehouse, now.run.uses, report=now.custody, fieldwork=fieldwork, records=now.records, run=straight
    )
    return [check_seen(spec_of(result.check_id), result) for result in results if result.outcome in ("failed", "error")]


def _reason(check: CheckSeen) -> Sentence:
    facts = {"check": check.id, "sentence": check.sentence, "expected": check.expected, "observed": check.seen}
    return remedied(say("inspect.failed", **facts), check.remedy)


def _head(edition: str, rulebook: Rulebook, audited: CustodyReport) -> list[Sentence]:
    days = {"start": rulebook.fieldwork.start, "end": rulebook.fieldwork.end}
    return [
        say("inspect.edition", edition=edition, title=rulebook.title.fr),
        say("inspect.fieldwork", categories=len(rulebook.categories), **days),
        say("inspect.custody", deposits=len(audited.current), head=audited.head),
    ]


def _cascade(intake: "IntakeReport") -> list[Sentence]:
    """Rows that cannot be used because the list of candidates has rows that cannot."""
    follow = sum(rows for (_, reason), rows in intake.quarantined.items() if reason == "unknown_candidate")
    lost = sum(rows for (source, _), rows in intake.quarantined.items() if source == "candidates")
    return [say("inspect.cascade", rows=follow, lost=lost)] if lost and follow else []


def _notes(intake: "IntakeReport") -> list[Sentence]:
    set_aside = [
        say("inspect.set_aside", source=coded("source", source), rows=rows, reason=coded("reason", reason))
        for (source, reason), rows in intake.quarantined.items()
    ]
    return [*set_aside, *(say("inspect.unknown", file=file, column=column) for file, column in intake.unknown_columns)]
