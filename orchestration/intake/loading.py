"""An edition's deposits into its working warehouse, from start to finish.

Belongs here: the temporary file and what stands in it. The order of steps is `steps.py`. The file is made anew each
time and moved into place whole: whoever reads it sees the rows of one intake.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration import custody
from orchestration.errors import Refused
from orchestration.intake import ddl as schema
from orchestration.intake.accounts import IntakeReport, read_report
from orchestration.intake.carrying import NOTHING, Standing, carry
from orchestration.intake.expected import TESTS
from orchestration.intake.problems import Problems
from orchestration.intake.scratch import folder_beside, plain_memory
from orchestration.intake.sources import audits
from orchestration.intake.steps import Intake
from orchestration.progress import Listener
from orchestration.rulebook import load_rulebook
from orchestration.settings import RULEBOOK_FILE, Settings
from orchestration.storage import connect, literal, sha256_file, sync_dir


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
        warehouse = folder / work.name
        report = _load(settings, edition, warehouse, folder, progress=progress, standing=standing)
        for name in (work.name, f"{work.name}.wal"):
            (work.parent / name).unlink(missing_ok=True)  # a log left by a crash belongs to the old file
        warehouse.replace(work)
    sync_dir(work.parent)
    return report


@contextmanager
def scanned(settings: Settings, edition: str, progress: Listener | None = None) -> Iterator[tuple[IntakeReport, Path]]:
    """Read and judge an edition as `load_edition` does: the report, and a working warehouse that does not stay."""
    work = settings.work_db(edition)
    with folder_beside(work) as folder:
        warehouse = folder / work.name
        yield _load(settings, edition, warehouse, folder, progress=progress), warehouse


@contextmanager
def tests_now(
    settings: Settings, edition: str, progress: Listener | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidates, tests and contests that are in custody now, corrections made, in a warehouse that does not stay.

    Raises Refused when custody is broken or one of their files cannot be read.
    """
    work = settings.work_db(edition)
    with folder_beside(work) as folder:
        warehouse = folder / work.name
        report = _load(settings, edition, warehouse, folder, progress=progress, only=TESTS)
        if report.problems:
            raise Refused([problem.sentence for problem in report.problems])
        with connect(warehouse, read_only=True) as con:
            yield con


def _load(
    settings: Settings,
    edition: str,
    warehouse: Path,
    folder: Path,
    progress: Listener | None,
    only: Collection[str] | None = None,
    standing: Standing | None = None,
) -> IntakeReport:
    """Make the working `warehouse`; `only`: the sources that are read, all that the rulebook uses by default."""
    raw = settings.edition_raw(edition)
    rulebook = load_rulebook(raw / RULEBOOK_FILE, edition)
    problems = Problems()
    audited = custody.audit(raw)
    for broken in audited.problems:
        problems.add("custody.broken", broken.path or custody.LOG_NAME, problem=broken.message)
    with connect(":memory:") as con:
        _prepare(con, warehouse, folder)
        if rulebook.grids:
            audits.prepare(con, rulebook)
        sha256 = sha256_file(raw / RULEBOOK_FILE)
        carried = carry(con, standing, audited.current, sha256) if standing else NOTHING
        intake = Intake(con, rulebook, raw, audited, problems=problems, progress=progress, only=only, carried=carried)
        with plain_memory():
            intake.run()
        ordered = problems.in_order()
        con.execute("BEGIN")
        for problem in ordered:
            row = [problem.code, problem.file, problem.line, problem.column, problem.message]
            con.execute("INSERT INTO intake.problem VALUES (?, ?, ?, ?, ?)", row)
        con.execute("COMMIT")
        report = replace(read_report(con, edition, ordered), carried=carried)
        con.execute("CHECKPOINT work")
        con.execute("PRAGMA disable_checkpoint_on_shutdown")  # else what is thrown away would be written out first
        con.execute("USE memory; DETACH scratch; DETACH work")
    return report


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Path, folder: Path) -> None:
    """Attach the working warehouse that is made, and one beside it.

    Neither keeps a log, and neither is compressed before the end: what a crash leaves is made anew.
    """
    con.execute("SET temp_directory = ?", [str(folder / "spill")])
    con.execute("SET checkpoint_threshold = '1TB'")
    for name, place in (("work", warehouse), ("scratch", folder / "scratch.duckdb")):
        con.execute(f"ATTACH {literal(str(place))} AS {name} (RECOVERY_MODE no_wal_writes)")
    con.execute("USE work")
    con.execute(schema.RULEBOOK)
    con.execute(schema.INTAKE)
