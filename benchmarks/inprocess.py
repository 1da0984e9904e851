"""The line taken in process, step by step: no Dagster, no start of dbt, one edition after another.

Belongs here: the steps that the Dagster assets call, in the same order, for those who take many editions through
(`benchmarks/mutation`, `tests/attacks`). Marks are made by dbt's own compiled SQL, SQL checks run straight through
DuckDB, which an integration test holds equal to Great Expectations. Nothing is imitated. What a bailiff signs and what
is published is made by the jobs alone.
"""

import itertools
import json
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from benchmarks.compiled import Compiled, compile_project
from expectations.registry import all_checks
from orchestration.assurance import intake
from orchestration.assurance import judging as assurance
from orchestration.assurance.gathering import straight
from orchestration.evidence.bodies import CheckResult
from orchestration.evidence.records import EvidenceBroken, Record
from orchestration.gate.decision import Decision, decide_dossier
from orchestration.intake import IntakeReport
from orchestration.run import Now, Run
from orchestration.run.locks import edition_held
from orchestration.scoring.dbt import DBT_DIR, project_digest, target_path
from orchestration.settings import Settings
from orchestration.storage.warehouse import connect

KEPT = DBT_DIR / "target" / "in-process"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Marks:
    """dbt's compiled project: the SQL, and the manifest it was read from."""

    compiled: Compiled
    manifest: Path

    @classmethod
    def kept(cls, folder: Path = KEPT) -> "Marks":
        """The compiled project, kept by its content and shared between processes; compiled when it changed.

        Raises PalmaresError with dbt's own words when it does not compile.
        """
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / project_digest()[:16]
        with FileLock(folder / "lock"):
            if not (target / "run_results.json").exists():  # the last file that dbt writes
                compile_project(target)
        manifest = target / "manifest.json"
        return cls(Compiled.from_manifest(manifest), manifest)


class Line:
    """One edition on its way to the dossier. Each step may raise PalmaresError, as its command would."""

    def __init__(self, settings: Settings, edition: str, marks: Marks) -> None:
        self.settings = settings
        self.edition = edition
        self.marks = marks
        self.run = self.another_run()

    # ---- the steps ---------------------------------------------------------------------------------------------------

    def read(self) -> IntakeReport:
        """Custody, then rows."""
        self.run = self.another_run()
        with self.held():
            intake.audit_deposits(self.run)
            return intake.load_rows(self.run)

    def build(self) -> None:
        """The models of the dbt project."""
        with connect(self.work) as con:
            self.marks.compiled.run(con)

    def test(self) -> None:
        """The data tests of the dbt project, and dbt's account of the build."""
        with connect(self.work) as con:
            failures = self.marks.compiled.failures(con)
        self.run_results.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.marks.manifest, self.run_results.with_name("manifest.json"))
        self.run_results.write_text(json.dumps(self.marks.compiled.run_results(failures)))

    def judge_intake(self) -> list[CheckResult]:
        """The checks of what was received."""
        with self.held():
            return assurance.check_intake(Now(self.run), straight)

    def judge_scoring(self) -> list[CheckResult]:
        """The checks of the marks, the recount among them."""
        with self.held():
            return assurance.check_scoring(Now(self.run), straight)

    def dossier_decision(self) -> Decision:
        """What the gate says to making a dossier, from the evidence as it stands."""
        now = Now(self.run)
        return decide_dossier(all_checks(), now.records, now.scored, self.run.uses)

    # ---- where things are --------------------------------------------------------------------------------------------

    @property
    def raw(self) -> Path:
        """The edition's deposits."""
        return self.settings.raw / self.edition

    @property
    def work(self) -> Path:
        """The working warehouse."""
        return self.settings.work_db(self.edition)

    @property
    def run_results(self) -> Path:
        """dbt's account of its last build."""
        return target_path(self.settings, self.edition) / "run_results.json"

    def another_run(self) -> Run:
        """A run of its own, as each command is one."""
        return Run(self.settings, self.edition, f"run-{next(_numbers)}")

    def records(self) -> tuple[Record, ...]:
        """The evidence; nothing when it is broken."""
        try:
            return self.run.log.records()
        except EvidenceBroken:
            return ()

    def held(self) -> AbstractContextManager[None]:
        """The edition, held for this process."""
        return edition_held(self.settings, self.edition, self.run.run_id)
