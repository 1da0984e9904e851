"""The edition's folder against its custody log: every problem named, nothing changed.

Belongs here: comparing files with lines. Writing is in `taking.py`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.custody.journal import journal_path
from orchestration.custody.layout import names_deposit, printable
from orchestration.custody.log import LOG_NAME, SUPERSEDED, CustodyProblem, Deposit, head_of, log_bytes, parse_log
from orchestration.custody.say import say
from orchestration.errors import InputError
from orchestration.storage import GENESIS, sha256_file

SIGNOFFS = "signoffs"


@dataclass(frozen=True)
class CustodyReport:
    """What the audit found. `head` is 64 zeros when the log has no line."""

    deposits: tuple[Deposit, ...]
    head: str
    problems: tuple[CustodyProblem, ...]

    @property
    def current(self) -> tuple[Deposit, ...]:
        """The deposits that an edition is computed from, by path."""
        return tuple(sorted((d for d in self.deposits if d.current), key=lambda deposit: deposit.path))


def audit(edition_dir: Path) -> CustodyReport:
    """Check the log, its chain and each file's bytes (SPEC 3); never raises for what it finds."""
    problems: list[CustodyProblem] = []
    if journal_path(edition_dir).exists():
        problems.append(CustodyProblem("deposit_unfinished", None, None, say("problem.unfinished")))
    files, odd = _walk(edition_dir)
    problems.extend(odd)
    try:
        data = log_bytes(edition_dir)
    except InputError as error:
        problems.append(CustodyProblem("log_missing", LOG_NAME, None, error.what))
        return CustodyReport((), GENESIS, (*problems, *_unlisted(files, ())))
    deposits, broken = parse_log(data, edition_dir)
    problems.extend(broken)
    for deposit in deposits:
        problems.extend(_check_file(deposit, edition_dir, files))
    problems.extend(_unlisted(files, deposits))
    return CustodyReport(tuple(deposits), head_of(data), tuple(problems))


def _check_file(deposit: Deposit, edition_dir: Path, files: dict[str, int]) -> Iterator[CustodyProblem]:
    place = deposit.stored.relative_to(edition_dir).as_posix()

    def problem(code: str, word: str, **values: object) -> CustodyProblem:
        key = f"problem.{word}" if deposit.current else f"problem.superseded_{word}"
        return CustodyProblem(code, place, deposit.seq, say(key, place=printable(place), line=deposit.seq, **values))

    if place not in files:
        yield problem("file_missing", "missing")
        return
    if files[place] != deposit.bytes:
        yield problem("file_changed", "size", size=files[place], received=deposit.bytes)
        return
    try:
        sha256 = sha256_file(deposit.stored, limit=None)
    except OSError as error:
        yield problem("file_unreadable", "unreadable", error=error.strerror)
        return
    if sha256 != deposit.sha256:
        yield problem("file_changed", "changed")


def _unlisted(files: dict[str, int], deposits: tuple[Deposit, ...] | list[Deposit]) -> Iterator[CustodyProblem]:
    listed = {deposit.path if deposit.current else f"{SUPERSEDED}/{deposit.sha256}" for deposit in deposits}
    for place in sorted(set(files) - listed):
        yield CustodyProblem("file_unlisted", place, None, say("problem.unlisted", place=printable(place)))


def _walk(edition_dir: Path) -> tuple[dict[str, int], list[CustodyProblem]]:
    """Sizes of all regular files under custody, by path; links and other oddities become problems."""
    files: dict[str, int] = {}
    problems: list[CustodyProblem] = []
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            entries = sorted(os.scandir(edition_dir / prefix), key=lambda entry: entry.name)
        except OSError as error:
            place = prefix or edition_dir.name
            what = say("problem.folder", place=printable(place), error=error.strerror)
            problems.append(CustodyProblem("folder_unreadable", place, None, what))
            continue
        for entry in entries:
            place = prefix + entry.name
            if place == SIGNOFFS and entry.is_dir(follow_symlinks=False):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(place + "/")
                # An empty one would be passed over, and with it the file that somebody meant to hand in.
                ordinary = not names_deposit(place)
            else:
                ordinary = entry.is_file(follow_symlinks=False)
                if ordinary and place != LOG_NAME:
                    files[place] = entry.stat(follow_symlinks=False).st_size
            if not ordinary:
                what = say("problem.odd", place=printable(place))
                problems.append(CustodyProblem("file_not_ordinary", place, None, what))
    return files, problems
