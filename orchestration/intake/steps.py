"""The steps of one intake, in order: sources landed, corrected, judged, each after those that it refers to.

Belongs here: which step comes after which, and progress. How a source is read and judged stands beside it (`sources/`);
the warehouse that is filled is made in `loading.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration import custody
from orchestration.intake.carrying import RECEIVED, Carried
from orchestration.intake.expected import expected_sources, years_of
from orchestration.intake.headers import inert
from orchestration.intake.landing import Landing
from orchestration.intake.problems import Problems
from orchestration.intake.readers import ndjson_landing
from orchestration.intake.scratch import unpacked
from orchestration.intake.sources import (
    audits,
    candidates,
    contests,
    corrections,
    rulebook_tables,
    signers,
    survey,
    targets,
    votes,
    weights,
)
from orchestration.intake.sources.plain_responses import TakenResponses
from orchestration.intake.sources.plain_tests import TakenTests
from orchestration.intake.sources.plain_votes import TakenVotes
from orchestration.intake.sources.taken import Taken
from orchestration.intake.times import Clock
from orchestration.progress import Listener
from orchestration.rulebook import Rulebook
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import sha256_file

UNKNOWN_SHOWN = 100

DEPOSIT = ["seq", "path", "sha256", "bytes", "supplier", "received_at", "received_by", "replaces", "source", "current"]


def _large(deposit: custody.Deposit) -> str | None:
    """The source of a deposit, if it is one of many rows."""
    return deposit.source if deposit.source in ("audits", "survey", "votes") else None


class Intake:
    """One run: the steps in order, each leaving its rows in the warehouse and its findings in `problems`."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        rulebook: Rulebook,
        raw: Path,
        audited: custody.CustodyReport,
        problems: Problems,
        progress: Listener | None,
        only: Collection[str] | None,
        carried: Carried,
    ) -> None:
        self.con, self.rulebook, self.raw, self.audited, self.problems = con, rulebook, raw, audited, problems
        self.progress = progress or (lambda what, done, total: None)
        self.landing = Landing(con, problems)
        expected = expected_sources(rulebook)
        done = {kind for name in carried.sources for kind in RECEIVED[name].kinds}
        wanted = expected.keys() - done if only is None else expected.keys() & only
        self.expected = {source: expected[source] for source in expected if source in wanted}
        self.whole = only is None
        broken = {problem.path for problem in audited.problems}
        self.current = [deposit for deposit in audited.current if deposit.path not in broken]
        self.read = [deposit for deposit in self.current if deposit.source in self.expected]
        self._done = 0
        self.corrections: list[corrections.Correction] = []
        self._named: defaultdict[str, set[str]] = defaultdict(set)

    def run(self) -> None:
        """All steps. Large sources come last: most of their rows need no second look once what they name is known."""
        self._deposits()
        if self.whole:
            signers.check(self.raw, self.rulebook, {deposit.path for deposit in self.current}, self.problems)
        self._missing_sources()
        self._read_corrections()
        self._land(None)
        self._correct(None)
        if "candidates" in self.expected:
            candidates.load(self.con, self.landing.of("candidates"), self.rulebook)
        clock = Clock(self.rulebook.zone, *years_of(self.rulebook))
        channels = self._audits(clock) if "audits" in self.expected else {}
        if "survey" in self.expected:
            self._survey(clock)
        if "votes" in self.expected:
            self._votes(clock)
        self._unknown_columns(channels)
        if "contests" in self.expected:
            contests.load(self.con, self.landing.of("contests"), self.rulebook)
        self._same_bytes()

    def _audits(self, clock: Clock) -> dict[int, str | None]:
        taken = TakenTests(self.con, self.rulebook, clock, self._homes())
        self._land("audits", taken)
        channels = audits.settle_channels(self.landing, self.rulebook, taken.channels)
        for path in sorted(taken.channels.keys() - {file.path for file in self.landing.of("audits")}):
            taken.forget(path)
        self._correct("audits")
        taken.settle(self.landing, self.raw, self.expected["audits"])
        audits.load(self.con, self.landing.of("audits"), channels, self.rulebook, clock=clock)
        return channels

    def _survey(self, clock: Clock) -> None:
        margins = self._targets()
        profile = {name: margins.get(name, {}) for name in survey.variables(self.rulebook)}
        taken = TakenResponses(self.con, self.rulebook, clock, candidates=self._homes(), profile=profile)
        self._land("survey", taken)
        self._correct("survey")
        taken.settle(self.landing, self.raw, self.expected["survey"])
        survey.load(self.con, self.landing.of("survey"), self.rulebook, clock)
        weights.load(self.con, self.rulebook, margins)

    def _votes(self, clock: Clock) -> None:
        files = [deposit.path for deposit in self.read if deposit.source == "votes"]
        if files:
            votes.prepare(self.con, files)
        taken = TakenVotes(self.con, self.rulebook, self._homes())
        self._land("votes", taken)
        self._correct("votes")
        self.progress("votes", 0, None)
        taken.settle(self.landing, self.raw, self.expected["votes"])
        votes.load(self.con, self.landing.of("votes"), self.rulebook, clock)

    def _homes(self) -> dict[str, str]:
        """The category of each accepted candidate."""
        return dict(self.con.execute("SELECT candidate_id, category_id FROM intake.candidate").fetchall())

    def _missing_sources(self) -> None:
        present = {deposit.source for deposit in self.audited.current}
        for source in sorted(custody.lacking(self.expected, present)):
            self.problems.add("missing_file.source", custody.place_of(source))

    def _read_corrections(self) -> None:
        for deposit in self.current:
            if deposit.source == "corrections":
                self.corrections += corrections.read(self.raw / deposit.path, self.landing)
        for correction in self.corrections:
            self._named[correction.file] |= correction.columns

    def _deposits(self) -> None:
        rows = [[getattr(deposit, name) for name in DEPOSIT] for deposit in self.audited.deposits]
        if rows:
            self.con.executemany("INSERT INTO intake.deposit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        rulebook_tables.load(self.con, self.rulebook, sha256_file(self.raw / RULEBOOK_FILE))

    def _land(self, source: str | None, taken: Taken | None = None) -> None:
        """Land the files of a large source, or of all that are not large."""
        total = sum(deposit.bytes for deposit in self.read)
        with unpacked(self.con):
            for deposit in self.read:
                if _large(deposit) != source:
                    continue
                watch = self._watch(deposit.path, self._done, deposit.bytes, total)
                expected = replace(self.expected[deposit.source], named=frozenset(self._named[deposit.path]))
                self.landing.land(
                    self.raw / deposit.path,
                    deposit.path,
                    deposit.source,
                    expected,
                    watch=watch,
                    quick=None if expected.named else taken,
                )
                self._done += deposit.bytes
                self.progress(deposit.path, self._done, total)

    def _watch(self, path: str, done: int, size: int, total: int) -> Callable[[float], None]:
        def watch(share: float) -> None:
            self.progress(path, done + int(min(share, 1) * size), total)

        return watch

    def _unknown_columns(self, channels: dict[int, str | None]) -> None:
        for file in self.landing.files:
            known = self.expected[file.source].known
            if file.source == "audits":
                known = audits.known_columns(self.rulebook, channels[file.number])
            names = [
                self.landing.shown_name(name, place) for place, name in enumerate(file.header) if name not in known
            ]
            keys = ndjson_landing.unknown_keys(self.con, file.table, (*known, *file.header), UNKNOWN_SHOWN)
            names += map(inert, keys)
            if names:
                rows = [[file.path, name] for name in dict.fromkeys(names)]
                self.con.executemany("INSERT INTO intake.unknown_column VALUES (?, ?)", rows)

    def _correct(self, source: str | None) -> None:
        """Put right the cells of what `_land` has landed."""
        landed = {file.path for file in self.landing.files}
        unread = {deposit.path for deposit in self.audited.current} - landed
        unread -= {
            deposit.path
            for deposit in self.current
            if deposit.source in ("rulebook", "corrections", "contests", "certificate")
        }
        large = {deposit.path: _large(deposit) for deposit in self.read}
        corrections.apply(
            self.landing,
            [correction for correction in self.corrections if large.get(correction.file) == source],
            unread,
        )

    def _targets(self) -> dict[str, dict[str, Decimal]]:
        margins: dict[str, dict[str, Decimal]] = {}
        for file in self.landing.of("targets"):
            margins = targets.load(self.con, file, survey.variables(self.rulebook), self.problems)
        return margins

    def _same_bytes(self) -> None:
        """What was read is what was deposited: nobody changed a file between the audit and now."""
        for deposit in self.read:
            place = self.raw / deposit.path
            if not place.is_file() or sha256_file(place) != deposit.sha256:
                self.problems.add("changed_while_read.file", deposit.path)
