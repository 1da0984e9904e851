"""How a deposit stays whole: all its files and lines, or none, whatever interrupts it.

Belongs here: the lock, the journal, and the only code that moves files in an edition's folder.

1. Under the lock, new files are copied beside the edition's folder (into `.<edition>.custody/`).
2. The journal is written there: the moves to make, the lines to add. Before it nothing has changed; from then
   on the deposit is decided.
3. Replaced files move to `superseded/`, new ones into place, the log is written in one step, the journal goes.

Killed before 2, nothing happened. Killed after, the next deposit (or `resume`) makes the same steps again: each of
them is without effect when it was made before. Until then `audit` says that a deposit is unfinished.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from filelock import Timeout
from pydantic import AfterValidator, StringConstraints

from orchestration.custody.log import LOG_NAME, SUPERSEDED, DepositPath, check_line, head_of
from orchestration.custody.say import say
from orchestration.errors import PalmaresError
from orchestration.storage import Sha256, Strict, locked, read_file, sha256_file, sync_dir, write_atomic

LOCK_SECONDS = 60.0
LOCK_NAME = "lock"


class Move(Strict):
    """One file on its way: `staged` is its name beside the folder (None: it stands in place already)."""

    path: DepositPath
    sha256: Sha256
    staged: Annotated[str, StringConstraints(pattern=r"^[0-9]+$")] | None
    old_path: DepositPath | None
    old_sha256: Sha256 | None


class Journal(Strict):
    """A decided deposit: the head of the log it was decided on, the moves, the lines to add."""

    head: Sha256
    moves: tuple[Move, ...]
    lines: tuple[Annotated[str, AfterValidator(check_line)], ...]


def side_folder(edition_dir: Path) -> Path:
    """Where the lock, the journal and files on their way stand: beside the edition, on the same disk."""
    real = edition_dir.resolve()
    return real.parent / f".{real.name}.custody"


def journal_path(edition_dir: Path) -> Path:
    """The journal of an unfinished deposit; it exists only from decision to completion."""
    return side_folder(edition_dir) / "journal.json"


@contextmanager
def custody_lock(edition_dir: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the edition's deposits alone; PalmaresError when another process has them for too long."""
    try:
        with locked(side_folder(edition_dir) / LOCK_NAME, seconds):
            yield
    except Timeout:
        raise PalmaresError(say("busy.deposits", edition=edition_dir.name, seconds=f"{seconds:g}")) from None


def unfinished(edition_dir: Path) -> bool:
    """Whether a deposit was cut short, to be brought to its end by the next one."""
    return journal_path(edition_dir).exists()


def resume(edition_dir: Path) -> bool:
    """Finish a deposit that was interrupted; True when there was one. The caller holds the lock."""
    path = journal_path(edition_dir)
    if not path.exists():
        return False
    carry_out(edition_dir, _read_journal(path))
    return True


def decide(edition_dir: Path, journal: Journal) -> None:
    """Write the journal: from here on the deposit will be completed."""
    write_atomic(journal_path(edition_dir), journal.line())


def carry_out(edition_dir: Path, journal: Journal) -> None:
    """Make the moves and add the lines, as often as it takes; then clear the side folder.

    Raises PalmaresError for a log that is neither what the deposit was decided on nor what it makes of it.
    """
    log = edition_dir / LOG_NAME
    written = read_file(log) if log.exists() else b""
    added = "".join(line + "\n" for line in journal.lines).encode()
    if head_of(written) == journal.head:
        for move in journal.moves:
            _move(edition_dir, move)
        # Made beside the folder, so that no unfinished file ever stands among the deposits.
        fresh = side_folder(edition_dir) / LOG_NAME
        write_atomic(fresh, written + added)
        _rename(fresh, log)
    elif not written.endswith(added):
        raise PalmaresError(say("journal.misfit", journal=journal_path(edition_dir)))
    clear(edition_dir)


def clear(edition_dir: Path) -> None:
    """Remove the journal, then whatever else an attempt left beside the folder."""
    journal_path(edition_dir).unlink(missing_ok=True)
    shutil.rmtree(staging(edition_dir), ignore_errors=True)
    for left in side_folder(edition_dir).iterdir():
        if left.name != LOCK_NAME:
            left.unlink()


def staging(edition_dir: Path) -> Path:
    """Where new files wait for the journal."""
    return side_folder(edition_dir) / "incoming"


def _move(edition_dir: Path, move: Move) -> None:
    if move.old_path is not None and move.old_sha256 is not None:
        old = edition_dir / move.old_path
        # A second attempt may find the new file where the old one stood: the digest tells them apart.
        if old.is_file() and sha256_file(old, limit=None) == move.old_sha256:
            _rename(old, edition_dir / SUPERSEDED / move.old_sha256)
    if move.staged is not None and (source := staging(edition_dir) / move.staged).exists():
        _rename(source, edition_dir / move.path)


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    sync_dir(target.parent)
    sync_dir(source.parent)


def _read_journal(path: Path) -> Journal:
    """The journal as `decide` wrote it. It lies on a disk, so its paths and lines are judged like any other."""
    try:
        return Journal.model_validate_json(read_file(path))
    except (OSError, ValueError) as error:
        raise PalmaresError(say("journal.broken", journal=path, error=type(error).__name__)) from None
