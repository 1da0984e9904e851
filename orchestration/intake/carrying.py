"""Rows of sources that are as they were: carried over from the working warehouse that stands, not read again.

Belongs here: which kinds of deposits decide the rows of a source, which of its tables they fill, and carrying these
over. Nothing is carried but from rows on which the second count agreed: the caller knows their digest, here it is
looked at, on the very file that is copied. Which deposits these rows were made of is in that digest too
(`intake.deposit`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.custody import Deposit
from orchestration.evidence import digest_of, table_digests
from orchestration.intake.sources import votes
from orchestration.storage import check_ordinary, literal


@dataclass(frozen=True)
class Source:
    """`kinds` of deposits that are read together into `tables`; `needs`: sources that decide which rows count, or how
    they read."""

    kinds: tuple[str, ...]
    tables: tuple[str, ...]
    needs: tuple[str, ...] = ()


BEFORE = ("candidates", "corrections")
RECEIVED = {
    "rulebook": Source(
        ("rulebook",),
        tuple(
            f"rulebook.{table}"
            for table in (
                "edition", "category", "component", "channel", "criterion", "planned_by", "field_firm",
                "contest_window", "tie_break", "conflict", "independence", "survey", "vote", "vote_key",
            )
        ),
    ),
    "corrections": Source(("corrections",), ("intake.correction",), ("rulebook",)),
    "candidates": Source(("candidates",), ("intake.candidate",), ("rulebook", "corrections")),
    "audits": Source(("audits",), ("intake.test", "intake.rating", "intake.measure"), BEFORE),
    "survey": Source(
        ("survey", "targets"),
        ("intake.response", "intake.profile", "intake.target", "intake.survey_weight", "intake.raking"),
        BEFORE,
    ),
    "votes": Source(("votes",), ("intake.vote",), BEFORE),
    "contests": Source(("contests",), ("intake.contest",), ("audits",)),
}  # fmt: skip
"""Every source, each after those that it needs."""

SMALL = ("rulebook", "corrections")
"""Read in any case: the one before any row, the others before any row that they put right."""

BY_FILE = ("intake.row_account", "intake.quarantine", "intake.unknown_column", "intake.correction")
"""Tables of all sources; their column `file` tells whose a row is."""


@dataclass(frozen=True)
class Standing:
    """The rows that may be carried over: in `work`, if their digest is among `vouched`. `again`: sources that are read
    all the same, and with them what needs them."""

    work: Path
    vouched: frozenset[str]
    again: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Carried:
    """What became of each source: `why` is `same` (carried over), `files` (its deposits changed), `asked`, `needed` (a
    source that it needs was read), or `anew` (nothing could be carried over). `edited`: the digests, by table, of rows
    that stood and of which the evidence does not speak."""

    why: dict[str, str]
    edited: dict[str, str] | None = None

    @property
    def sources(self) -> frozenset[str]:
        """Those that were carried over."""
        return frozenset(name for name, why in self.why.items() if why == "same")


NOTHING = Carried(dict.fromkeys(RECEIVED, "anew"))


def carry(
    con: duckdb.DuckDBPyConnection, standing: Standing, current: Sequence[Deposit], rulebook_sha256: str
) -> Carried:
    """Fill the tables of all sources that are as they were, in a working warehouse that is being made."""
    if not standing.vouched:
        return NOTHING  # no count by this code: whether somebody edited what stands, nobody can say
    try:
        check_ordinary(standing.work)  # DuckDB would wait for a pipe
        con.execute(f"ATTACH {literal(str(standing.work))} AS before (READ_ONLY)")
    except (OSError, duckdb.Error):  # absent, no file, cut short, held by another process: all is read
        return NOTHING
    try:
        digests = table_digests(con, "before")
        if digest_of(digests) not in standing.vouched:
            return Carried(NOTHING.why, digests)
        if con.execute("SELECT * FROM before.intake.problem").fetchone():
            return NOTHING  # a file of it could not be read
        rows = con.execute("SELECT path, sha256, source FROM before.intake.deposit WHERE current").fetchall()
        now = [(deposit.path, deposit.sha256, deposit.source) for deposit in current]
        rules = con.execute("SELECT rulebook_sha256 FROM before.rulebook.edition").fetchall()
        changed = {source for _, _, source in set(rows) ^ set(now)}
        changed |= {"rulebook"} if rules != [(rulebook_sha256,)] else set()
        carried = Carried(reasons(changed, standing.again))
        kinds = {kind for name in carried.sources for kind in RECEIVED[name].kinds}
        _copy(con, carried.sources, {path: source for path, _, source in now if source in kinds})
        return carried
    finally:
        con.execute("DETACH before")


def reasons(changed: Collection[str], again: Collection[str]) -> dict[str, str]:
    """Why each source is read or is not, from the kinds of deposits that changed and the sources that are asked for."""
    why: dict[str, str] = {}
    for name, source in RECEIVED.items():
        if name in again:
            why[name] = "asked"
        elif set(source.kinds) & set(changed):
            why[name] = "files"
        else:
            why[name] = "same" if all(why[needed] == "same" for needed in source.needs) else "needed"
    return why


def _copy(con: duckdb.DuckDBPyConnection, sources: Iterable[str], files: Mapping[str, str]) -> None:
    """Fill the tables of these sources; `files` are theirs, and what they hold."""
    for name in sorted(set(sources) - set(SMALL)):  # candidates before votes
        if name == "votes" and (cast := [path for path, kind in files.items() if kind == name]):
            votes.prepare(con, cast)
        for table in RECEIVED[name].tables:
            con.execute(f"INSERT INTO {table} SELECT * FROM before.{table}")
    for table in BY_FILE:
        con.execute(f"INSERT INTO {table} SELECT * FROM before.{table} WHERE list_contains(?, file)", [list(files)])
