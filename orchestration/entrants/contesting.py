"""Entering a contest, and deciding it: `palmares contest`.

Belongs here: what must be true first. Nothing is decided by this program: it writes down what the entrant says and what
the organiser answers, as a new version of contests.csv that custody takes in and that names the one it replaces.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import custody
from orchestration.entrants.contest_file import PATH, ContestFile
from orchestration.entrants.say import say
from orchestration.errors import InputError, Refused
from orchestration.intake import DECISIONS, GROUNDS, Kind, looks_personal, tests_now
from orchestration.progress import report as progress
from orchestration.rulebook import ContestWindow, Rulebook, load_rulebook
from orchestration.run import BY_HAND, edition_held
from orchestration.settings import RULEBOOK_FILE, Settings
from orchestration.storage import read_file

if TYPE_CHECKING:
    import duckdb

MAX_REASON = 2_000
"""Characters of a reason that is given on the command line."""


@dataclass(frozen=True)
class Contested:
    """A contest as it stands now. `repeated`: it stood there already, and nothing was entered."""

    edition: str
    contest_id: str
    candidate_id: str
    test_id: str
    opened_on: str
    ground: str
    decision: str | None
    decided_on: str | None
    sha256: str
    repeated: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return vars(self)


@dataclass(frozen=True)
class _Asked:
    """What the command was asked for."""

    test_id: str
    ground: str | None
    decision: str | None
    reason: str | None
    on: date


@dataclass(frozen=True)
class _Standing:
    """The contest of a test that stands."""

    contest_id: str
    opened_on: date
    ground: str
    decision: str | None
    decided_on: date | None
    reason: str | None


def contest_test(
    settings: Settings,
    edition: str,
    test_id: str,
    *,
    ground: str | None = None,
    decision: str | None = None,
    reason: str | None = None,
    on: str | None = None,
    by: str | None = None,
) -> Contested:
    """Enter a contest of a test on a local day (today by default), or decide the one that stands, or both at once.

    `by` receives the new contests.csv, the organiser by default. Raises InputError for wrong use and for a test that no
    candidate has, Refused where the rulebook does not let the contest in: no window, outside it, contested already,
    decided before it was opened.
    """
    _check_words(ground, decision, reason)
    rulebook = load_rulebook(settings.edition_raw(edition) / RULEBOOK_FILE, edition)
    if rulebook.contest is None:
        raise Refused([say("contest.no_window", edition=edition)])
    asked = _Asked(test_id, ground, decision, reason=reason.strip() if reason else None, on=_day(on, rulebook))
    with edition_held(settings, edition, BY_HAND):
        with tests_now(settings, edition, progress) as con:
            candidate_id, standing = _looked_up(con, edition, test_id)
        current = [
            deposit
            for deposit in custody.read_log(settings.edition_raw(edition))
            if deposit.current and deposit.path == PATH
        ]
        old = current[0] if current else None
        file = ContestFile.parse(read_file(old.stored)) if old else ContestFile.empty()
        if standing is None:
            row = _entered(asked, candidate_id, file, rulebook.contest)
            file.rows.append(row)
        elif old is not None and _is_same(asked, standing):
            return _contested(edition, file.row(standing.contest_id), old.sha256, repeated=True)
        else:
            row = _decided(asked, standing, file)
        return _contested(edition, row, _deposited(settings, edition, file, old, rulebook=rulebook, by=by))


def _check_words(ground: str | None, decision: str | None, reason: str | None) -> None:
    """What may be said, before anything is read."""
    for word, known, key in ((ground, GROUNDS, "ground"), (decision, DECISIONS, "decision")):
        if word is not None and word not in known:
            raise InputError(say(f"contest.no_{key}", word=repr(word[:40])), mend=", ".join(known))
    if (decision is None) != (reason is None):
        raise InputError(say("contest.reason_with_decision"), mend="--decide D --reason R")
    if reason is not None:
        unseen = not reason.strip() or any(not sign.isprintable() for sign in reason)
        if unseen or len(reason) > MAX_REASON:
            raise InputError(say("contest.reason", most=str(MAX_REASON)))
        if looks_personal(reason, Kind.TEXT):
            raise InputError(say("contest.personal"))


def _day(on: str | None, rulebook: Rulebook) -> date:
    if on is None:
        return datetime.now(UTC).astimezone(rulebook.zone).date()
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = None
    if day is None or day.isoformat() != on:
        raise InputError(say("contest.no_day", day=repr(on[:40])), "--on", "2025-11-17")
    return day


def _looked_up(con: "duckdb.DuckDBPyConnection", edition: str, test_id: str) -> tuple[str, _Standing | None]:
    """The candidate of an accepted test, and the contest of it that stands."""
    row = con.execute("SELECT candidate_id FROM intake.test WHERE test_id = ?", [test_id]).fetchone()
    if row is None:
        raise InputError(
            say("contest.no_test", test=repr(test_id[:128]), edition=edition), mend=say("contest.no_test_mend")
        )
    standing = con.execute(
        "SELECT contest_id, opened_on, ground, decision, decided_on, reason FROM intake.contest WHERE test_id = ?",
        [test_id],
    ).fetchone()
    twice = con.execute(
        "SELECT line, key FROM intake.quarantine WHERE source = 'contests' AND reason = 'contested_twice' "
        "AND json_extract_string(raw, '$.test_id') = ? ORDER BY line",
        [test_id],
    ).fetchall()
    if twice:
        rows = ", ".join(f"{PATH}:{line} {key}" for line, key in twice)
        raise Refused([say("contest.twice", test=test_id, rows=rows)])
    return str(row[0]), _Standing(*standing) if standing else None


def _entered(asked: _Asked, candidate_id: str, file: ContestFile, window: ContestWindow) -> dict[str, str]:
    """The row of a new contest."""
    if asked.ground is None:
        raise InputError(say("contest.ground_needed", test=asked.test_id), mend=f"--ground {'|'.join(GROUNDS)}")
    if not window.holds(asked.on):
        days = {"day": str(asked.on), "opens": str(window.opens), "closes": str(window.closes)}
        raise Refused([say("contest.outside", **days)])
    return {
        "contest_id": file.next_id(asked.test_id),
        "candidate_id": candidate_id,
        "test_id": asked.test_id,
        "opened_on": str(asked.on),
        "ground": asked.ground,
        "decision": asked.decision or "",
        "decided_on": str(asked.on) if asked.decision else "",
        "reason": asked.reason or "",
    }


def _is_same(asked: _Asked, standing: _Standing) -> bool:
    """Whether the standing contest says all that is asked already."""
    return asked.ground in (None, standing.ground) and (asked.decision, asked.reason) == (
        standing.decision,
        standing.reason,
    )


def _decided(asked: _Asked, standing: _Standing, file: ContestFile) -> dict[str, str]:
    """The row of a contest that stands, with its decision (which may replace an earlier one)."""
    facts = {"test": asked.test_id, "contest": standing.contest_id, "ground": standing.ground}
    if asked.decision is None or asked.reason is None:
        raise Refused([say("contest.already", **facts)])
    if asked.ground not in (None, standing.ground):
        raise InputError(say("contest.other_ground", **facts))
    if asked.on < standing.opened_on:
        raise Refused([say("contest.too_early", day=str(asked.on), opened=str(standing.opened_on), **facts)])
    row = file.row(standing.contest_id)
    row.update(decision=asked.decision, decided_on=str(asked.on), reason=asked.reason)
    return row


def _deposited(
    settings: Settings, edition: str, file: ContestFile, old: custody.Deposit | None, rulebook: Rulebook, by: str | None
) -> str:
    """Take the file's new version into custody and give its SHA-256."""
    organiser = rulebook.organiser[:200]
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder) / PATH
        handed_in.write_bytes(file.rendered())
        (taken,) = custody.deposit(
            settings.edition_raw(edition),
            [handed_in],
            supplier=organiser,
            by=by or organiser,
            as_path=PATH,
            replaces=old.sha256 if old else None,
        )
    return taken.sha256


def _contested(edition: str, row: dict[str, str], sha256: str, *, repeated: bool = False) -> Contested:
    names = ("contest_id", "candidate_id", "test_id", "opened_on", "ground")
    return Contested(
        edition=edition,
        **{name: row[name] for name in names},
        decision=row["decision"] or None,
        decided_on=row["decided_on"] if row["decision"] else None,
        sha256=sha256,
        repeated=repeated,
    )
