"""An edition's deposits into its working warehouse, from start to finish.

Belongs here: the order of steps, the temporary file, progress. How a source is read and judged stands beside it. The
file is made anew each time and moved into place whole: whoever reads it sees the rows of one intake.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration import custody
from orchestration.errors import Refused
from orchestration.intake import ddl as schema
from orchestration.intake.accounts import IntakeReport, read_report
from orchestration.intake.carrying import NOTHING, RECEIVED, Carried, Standing, carry
from orchestration.intake.expected import OPTIONAL, TESTS, expected_sources, place_of, years_of
from orchestration.intake.landing import Landing
from orchestration.intake.problems import Problems
from orchestration.intake.readers import ndjson_landing
from orchestration.intake.scratch import folder_beside, plain_memory, unpacked
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
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.settings import Settings
from orchestration.storage import connect, sha256_file, sync_dir

RULEBOOK_FILE = "rulebook.yml"
UNKNOWN_SHOWN = 100

DEPOSIT = ["seq", "path", "sha256", "bytes", "supplier", "received_at", "received_by", "replaces", "source", "current"]


def load_edition(
    settings: Settings, edition: str, progress: Listener | None = None, standing: Standing | None = None
) -> IntakeReport:
    """Make the edition's working warehouse anew from its current deposits (SPEC 3).

    Of sources that are as they were, rows that are `standing` are carried over; without it every deposit is read.

    Raises InputError when the rulebook cannot be used or there is no such edition; every other finding is in the report
    and in the tables. `progress` hears the file being read, the bytes done and the bytes in all.
    """
    work = settings.work_db(edition)
    with folder_beside(work) as folder:
        made = folder / work.name
        report = _load(settings, edition, made, folder, progress, standing=standing)
        for name in (work.name, f"{work.name}.wal"):
            (work.parent / name).unlink(missing_ok=True)  # a log left by a crash belongs to the old file
        made.replace(work)
    sync_dir(work.parent)
    return report


@contextmanager
def scanned(settings: Settings, edition: str, progress: Listener | None = None) -> Iterator[tuple[IntakeReport, Path]]:
    """Read and judge an edition as `load_edition` does: the report, and a working warehouse that does not stay."""
    work = settings.work_db(edition)
    with folder_beside(work) as folder:
        made = folder / work.name
        yield _load(settings, edition, made, folder, progress), made


@contextmanager
def tests_now(
    settings: Settings, edition: str, progress: Listener | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidates, tests and contests that are in custody now, corrections made, in a warehouse that does not stay.

    Raises Refused when custody is broken or one of their files cannot be read.
    """
    work = settings.work_db(edition)
    with folder_beside(work) as folder:
        made = folder / work.name
        report = _load(settings, edition, made, folder, progress, only=TESTS)
        if report.problems:
            raise Refused([problem.sentence for problem in report.problems])
        with connect(made, read_only=True, threads=settings.threads) as con:
            yield con


def _load(
    settings: Settings,
    edition: str,
    made: Path,
    folder: Path,
    progress: Listener | None,
    only: Collection[str] | None = None,
    standing: Standing | None = None,
) -> IntakeReport:
    """Make a working warehouse at `made`; `only`: the sources that are read, all that the rulebook uses by default."""
    raw = settings.edition_raw(edition)
    rulebook = load_rulebook(raw / RULEBOOK_FILE, edition)
    problems = Problems()
    found = custody.audit(raw)
    for broken in found.problems:
        problems.add("custody.broken", broken.path or custody.LOG_NAME, problem=broken.message)
    with connect(made, threads=settings.threads) as con:
        _prepare(con, folder)
        if rulebook.grids:
            audits.prepare(con, rulebook)
        sha256 = sha256_file(raw / RULEBOOK_FILE)
        carried = carry(con, standing, found.current, sha256) if standing else NOTHING
        intake = _Intake(con, rulebook, raw, found, problems, progress, only, carried)
        with plain_memory():
            intake.run()
        ordered = problems.in_order()
        con.execute("BEGIN")
        for problem in ordered:
            row = [problem.code, problem.file, problem.line, problem.column, problem.message]
            con.execute("INSERT INTO intake.problem VALUES (?, ?, ?, ?, ?)", row)
        con.execute("COMMIT")
        report = replace(read_report(con, edition, ordered), carried=carried)
        con.execute("CHECKPOINT")
        con.execute("PRAGMA disable_checkpoint_on_shutdown")  # else what is thrown away would be written out first
        con.execute("DETACH scratch")
    return report


def _prepare(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    con.execute("SET temp_directory = ?", [str(folder / "spill")])
    con.execute(f"ATTACH '{str(folder / 'scratch.duckdb').replace(chr(39), chr(39) * 2)}' AS scratch")
    con.execute(schema.RULEBOOK)
    con.execute(schema.INTAKE)


def _large(deposit: custody.Deposit) -> str | None:
    """The source of a deposit, if it is one of many rows."""
    return deposit.source if deposit.source in ("audits", "survey", "votes") else None


class _Intake:
    """One run: the steps in order, each leaving its rows in the warehouse and its findings in `problems`."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        rulebook: Rulebook,
        raw: Path,
        found: custody.CustodyReport,
        problems: Problems,
        progress: Listener | None,
        only: Collection[str] | None = None,
        carried: Carried = NOTHING,
    ) -> None:
        self.con, self.rulebook, self.raw, self.found, self.problems = con, rulebook, raw, found, problems
        self.progress = progress or (lambda what, done, total: None)
        self.landing = Landing(con, problems)
        expected = expected_sources(rulebook)
        done = {kind for name in carried.sources for kind in RECEIVED[name].kinds}
        wanted = expected.keys() - done if only is None else expected.keys() & only
        self.expected = {source: expected[source] for source in expected if source in wanted}
        self.whole = only is None
        broken = {problem.path for problem in found.problems}
        self.current = [deposit for deposit in found.current if deposit.path not in broken]
        self.read = [deposit for deposit in self.current if deposit.source in self.expected]
        self._done = 0
        self.corrections: list[corrections.Correction] = []
        self._corrected_files: set[str] = set()

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
        for path in taken.channels.keys() - {file.path for file in self.landing.of("audits")}:
            taken.forget(path)
        self._correct("audits")
        taken.settle(self.landing, self.raw, self.expected["audits"])
        audits.load(self.con, self.landing.of("audits"), channels, self.rulebook, clock)
        return channels

    def _survey(self, clock: Clock) -> None:
        margins = self._targets()
        profile = {name: margins.get(name, {}) for name in survey.variables(self.rulebook)}
        taken = TakenResponses(self.con, self.rulebook, clock, self._homes(), profile)
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
        for source in sorted(set(self.expected) - OPTIONAL - {deposit.source for deposit in self.found.current}):
            self.problems.add("missing_file.source", place_of(source))

    def _read_corrections(self) -> None:
        for deposit in self.current:
            if deposit.source == "corrections":
                self.corrections += corrections.read(self.raw / deposit.path, self.landing)
        self._corrected_files = {correction.file for correction in self.corrections}

    def _deposits(self) -> None:
        rows = [[getattr(deposit, name) for name in DEPOSIT] for deposit in self.found.deposits]
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
                self.landing.land(
                    *(self.raw / deposit.path, deposit.path, deposit.source, self.expected[deposit.source], watch),
                    taken if deposit.path not in self._corrected_files else None,
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
            names += ndjson_landing.unknown_keys(self.con, file.table, known, UNKNOWN_SHOWN)
            if names:
                self.con.executemany("INSERT INTO intake.unknown_column VALUES (?, ?)", [[file.path, n] for n in names])

    def _correct(self, source: str | None) -> None:
        """Put right the cells of what `_land` has landed."""
        landed = {file.path for file in self.landing.files}
        unread = {deposit.path for deposit in self.found.current} - landed
        unread -= {
            deposit.path
            for deposit in self.current
            if deposit.source in ("rulebook", "corrections", "contests", "certificate")
        }
        large = {deposit.path: _large(deposit) for deposit in self.read}
        corrections.apply(self.landing, [one for one in self.corrections if large.get(one.file) == source], unread)

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
