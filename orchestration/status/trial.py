"""One file looked at before custody (`palmares check EDITION --file F --as PATH`).

Belongs here: an edition as it would be with that file, beside the real one and gone afterwards; what is said is what
concerns the file. Its bytes enter no log: a supplier's slip need not be a deposit for ever.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from orchestration import custody
from orchestration.errors import InputError
from orchestration.progress import report
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.settings import RULEBOOK_FILE, Settings, check_edition_id
from orchestration.status.inspection import ROWS, Inspection, row_lines
from orchestration.status.say import say
from orchestration.storage import connect
from orchestration.units import BASIS_POINTS
from orchestration.words import Sentence

if TYPE_CHECKING:
    from orchestration.intake import IntakeReport

NO_ROWS = ("rulebook", "corrections", "certificate", "targets")


def inspect_file(
    settings: Settings, edition: str, file: Path, path: str, *, every_row: bool = False, rows_to: Path | None = None
) -> Inspection:
    """What a run would say of `file` deposited at `path`; the files in custody stand beside it.

    Raises InputError for a path that holds no deposit, a rulebook that cannot be used, or where there is none yet.
    """
    from orchestration.intake import quarantined, scanned, write_quarantine  # whoever asks for a status does without

    with _beside(settings, edition, file, path) as trial:
        book = trial.raw / edition / RULEBOOK_FILE
        if not book.is_file():
            raise InputError(say("inspect.trial_rulebook", edition=edition), path)
        try:
            rulebook = load_rulebook(book, edition)
        except InputError as error:  # named by where it stands for whoever asks, not in the folder of this trial
            own = file if path == RULEBOOK_FILE else settings.raw / edition / RULEBOOK_FILE
            raise InputError(error.what, str(own), error.mend) from None
        with scanned(trial, edition, report) as (intake, warehouse), connect(warehouse, read_only=True) as con:
            rows = [row for row in quarantined(con) if row["file"] == path]
            if rows_to is not None:
                write_quarantine(con, rows_to, path)
    counted = next((file for file in intake.files if file.file == path), None)
    reasons = _reasons(intake, rulebook, path)
    named = {"file": str(file), "path": path}
    if counted is None:
        whole = custody.source_of(path) in NO_ROWS
        head = [] if reasons else [say("inspect.trial_whole" if whole else "inspect.trial_source", **named)]
    else:
        rows_of = {"read": counted.read, "accepted": counted.accepted, "aside": counted.quarantined}
        head = [say("inspect.trial", **named, **rows_of)]
    unknown = [column for place, column in intake.unknown_columns if place == path]
    notes = [say("inspect.unknown", file=path, column=column) for column in unknown]
    most = _allowed(rulebook, custody.source_of(path))
    if (
        not reasons
        and counted is not None
        and most is not None
        and counted.quarantined * BASIS_POINTS > most * counted.read
    ):
        notes.append(say("inspect.trial_file_share", aside=counted.quarantined, read=counted.read, most=most))
    shown = rows if every_row else rows[:ROWS]
    data = {"edition": edition, **named, "problems": reasons, "rows": shown, "unknown_columns": unknown}
    return Inspection(data, head, reasons, notes=notes, rows=row_lines(shown, len(rows)))


def _reasons(intake: "IntakeReport", rulebook: Rulebook, path: str) -> list[Sentence]:
    """What is wrong with the file itself: problems of it, and rows set aside that are too many for its source.

    The share is one of the source, as at intake: a short file whose every row is a repeat stops no edition.
    """
    corrects = path == "corrections.yml"
    reasons = [
        problem.sentence
        for problem in intake.problems
        if problem.file == path or (corrects and problem.code.startswith("correction_"))
    ]
    source = custody.source_of(path)
    files = [file for file in intake.files if file.source == source]
    set_aside, read = sum(file.quarantined for file in files), sum(file.read for file in files)
    most = _allowed(rulebook, source)
    guilty = any(file.file == path and file.quarantined for file in files)
    if guilty and most is not None and set_aside * BASIS_POINTS > most * read:
        reasons.append(say("inspect.trial_share", source=source, aside=set_aside, read=read, most=most))
    return reasons


def _allowed(rulebook: Rulebook, source: str) -> int | None:
    """Basis points of a source's rows that may be set aside (SPEC 3.3); None: any number."""
    return {"candidates": 0, "contests": None}.get(source, rulebook.quarantine.max_share)


@contextmanager
def _beside(settings: Settings, edition: str, file: Path, path: str) -> Iterator[Settings]:
    """Settings of a house that holds the edition's current files, one of them replaced; gone afterwards."""
    check_edition_id(edition)
    custody.source_of(path)
    if not file.is_file():
        raise InputError(say("inspect.trial_absent"), str(file))
    settings.home.mkdir(parents=True, exist_ok=True)
    real = settings.raw / edition
    with TemporaryDirectory(dir=settings.home, prefix=".check.") as place:
        trial = replace(settings, home=Path(place) / "var", raw=Path(place) / "raw")
        folder = trial.raw / edition
        for deposit in custody.read_log(real) if (real / custody.LOG_NAME).is_file() else ():
            if deposit.current and deposit.path != path and (real / deposit.path).is_file():
                _bring(real / deposit.path, folder / deposit.path)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / path)
        custody.deposit(folder, [folder], "check", "check")
        yield trial


def _bring(source: Path, target: Path) -> None:
    """The same bytes under another name: a second name where the disk lets there be one, a copy elsewhere."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
