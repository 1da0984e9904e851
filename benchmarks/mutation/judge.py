"""What the line makes of an edition: taken into custody, read, marked, checked, counted again, decided.

Belongs here: one run in process, and what is found. How a difference is called stands in `verdicts.py`. Nothing is
imitated: a deposit is taken as `palmares deposit` takes it, rows, marks, checks and recount are the jobs' own. Evidence
is not written, for nobody signs: what keeps the gate closed is read from the results themselves (a blocking check that
failed, any check in error), and a test holds that to what the gate decides.
"""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.inprocess import Line, Marks
from benchmarks.mutation.sheets import Edition
from expectations.registry import spec_of
from orchestration import custody
from orchestration.assurance import judging as assurance
from orchestration.assurance.gathering import intake_checks, scoring_checks, straight
from orchestration.errors import PalmaresError
from orchestration.evidence.bodies import CheckResult
from orchestration.run import Now
from orchestration.settings import Settings
from orchestration.storage.warehouse import connect

BEFORE, AFTER = datetime(2025, 8, 15, 9, tzinfo=UTC), datetime(2025, 12, 2, 9, tzinfo=UTC)
ORGANISERS = ("rulebook.yml", "candidates.csv", "bailiff.pem")
TITLES = (
    "SELECT category_id, outcome, coalesce(candidate_id, ''), coalesce(company, '') FROM marts.category_outcome "
    "LEFT JOIN marts.laureates USING (category_id) ORDER BY ALL"
)
FINALS = "SELECT candidate_id, '', final_micro FROM marts.fct_ranking"
COMPONENTS = "SELECT candidate_id, component, mark_micro FROM marts.fct_component_mark"
CHANNELS = "SELECT candidate_id, channel, mark_micro FROM marts.fct_channel_mark"
MARKS = f"{FINALS} UNION ALL {COMPONENTS} UNION ALL {CHANNELS} ORDER BY ALL"


@dataclass
class Finding:
    """What became of one edition. `stopped` names who refused it (a gate, custody, the reader) or is None."""

    stopped: str | None = None
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()
    quarantined: dict[str, int] = field(default_factory=dict)
    titles: tuple[tuple[Any, ...], ...] = ()
    marks: tuple[tuple[Any, ...], ...] = ()
    lines: dict[str, Counter[bytes]] = field(default_factory=dict)

    def touched(self, clean: "Finding") -> int:
        """How many rows differ from the clean edition's: the larger of those gone and those that are new."""
        gone: Counter[bytes] = Counter()
        new: Counter[bytes] = Counter()
        for path in clean.lines.keys() | self.lines.keys():
            gone += clean.lines.get(path, Counter()) - self.lines.get(path, Counter())
            new += self.lines.get(path, Counter()) - clean.lines.get(path, Counter())
        return max((gone - new).total(), (new - gone).total())


class Judge:
    """Takes editions through the line, one after the other, in a folder of its own."""

    def __init__(self, folder: Path, marks: Marks) -> None:
        self.folder = folder
        self.marks = marks

    @property
    def raw(self) -> Path:
        """The deposits of the edition that was judged last."""
        return self.folder / "line" / "raw"

    def judge(self, edition: Edition) -> Finding:
        """Take an edition from its suppliers to the gate. Only the program's own refusals are answers."""
        place = self.folder / "line"
        shutil.rmtree(place, ignore_errors=True)
        files = dict(edition.files())
        finding = Finding(lines={path: Counter(data.splitlines()) for path, data in files.items()})
        line = Line(Settings(place / "home", place / "raw"), edition.edition, self.marks)
        try:
            self._deposit(line.raw, files)
        except PalmaresError as error:
            return _stopped(finding, "custody", [str(error)])
        try:
            line.read()
        except PalmaresError as error:
            return _stopped(finding, "reading", str(error).splitlines())
        results = self._received(line)
        if _blocking(results):
            return _stopped(finding, "intake", _blocking(results))
        line.build()
        line.test()
        results += self._scored(line)
        if _blocking(results):
            return _stopped(finding, "scoring", _blocking(results))
        finding.warnings = _failed(results, "warning")
        finding.infos = _failed(results, "info")
        with connect(line.work, read_only=True, threads=1) as con:
            finding.titles, finding.marks = (tuple(con.execute(sql).fetchall()) for sql in (TITLES, MARKS))
            counts = con.execute("SELECT reason, count(*) FROM intake.quarantine GROUP BY reason ORDER BY reason")
            finding.quarantined = dict(counts.fetchall())
        return finding

    def _received(self, line: Line) -> list[CheckResult]:
        """The checks of intake, on an edition of which there is no evidence yet."""
        run = line.run
        fieldwork = run.rulebook.fieldwork
        return intake_checks(
            line.work, run.uses, report=custody.audit(line.raw), fieldwork=fieldwork, records=(), run=straight
        )

    def _scored(self, line: Line) -> list[CheckResult]:
        """The recount and the checks of scoring."""
        run = line.run
        twice, _ = assurance.made_twice(Now(run), None)
        return scoring_checks(line.work, run.uses, twice, line.run_results, records=(), run=straight)

    def _deposit(self, raw: Path, files: dict[str, bytes]) -> None:
        """The rules come before the fieldwork, all that it brought comes after."""
        inbox = self.folder / "line" / "inbox"
        for early in (True, False):
            folder = inbox / ("before" if early else "after")
            for path, data in files.items():
                if (path in ORGANISERS) == early:
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (folder / path).write_bytes(data)
            custody.deposit(raw, [folder], "Baromètre", "N. Clerk", received_at=BEFORE if early else AFTER)


def _stopped(finding: Finding, by: str, reasons: Iterable[str]) -> Finding:
    finding.stopped, finding.reasons = by, tuple(reasons)
    return finding


def _failed(results: Iterable[CheckResult], severity: str) -> tuple[str, ...]:
    return tuple(r.check_id for r in results if r.outcome == "failed" and spec_of(r.check_id).severity == severity)


def _blocking(results: Iterable[CheckResult]) -> tuple[str, ...]:
    """What keeps the gate closed: a blocking check that failed, and any check that could not be evaluated."""
    return tuple(
        r.check_id
        for r in results
        if r.outcome == "error" or (r.outcome == "failed" and spec_of(r.check_id).severity == "blocking")
    )
