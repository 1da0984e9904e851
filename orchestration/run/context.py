"""What every step knows: the folders, the edition, the run.

Belongs here: the run's identity and the fingerprints that evidence is tied to.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from platform import python_version

from orchestration import custody
from orchestration.errors import Refused
from orchestration.evidence import EvidenceLog, Fingerprints, code_sha256, intake_sha256
from orchestration.release import DIGESTED, Cell, compute_digest, table_rows
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.settings import Settings
from orchestration.storage import connect, sha256_file

COMPONENTS = ("audit", "survey", "vote")


@dataclass(frozen=True)
class Run:
    """One run on one edition. `run_id` is Dagster's, so that evidence and UI name the same thing."""

    settings: Settings
    edition: str
    run_id: str

    @property
    def raw(self) -> Path:
        """The edition's folder of deposits."""
        return self.settings.edition_raw(self.edition)

    @property
    def rulebook_path(self) -> Path:
        """The rulebook's file."""
        return self.raw / "rulebook.yml"

    @cached_property
    def rulebook(self) -> Rulebook:
        """The edition's rulebook, read once in a run; raises InputError when it cannot be used."""
        return load_rulebook(self.rulebook_path, edition=self.edition)

    @property
    def uses(self) -> frozenset[str]:
        """The components with a weight: only these are read, checked and counted."""
        return frozenset(name for name in COMPONENTS if self.rulebook.uses(name))

    @property
    def log(self) -> EvidenceLog:
        """The edition's evidence."""
        return EvidenceLog(self.settings.evidence_log(self.edition))

    def fingerprints(self, *, intake: str | None = None, results: str | None = None) -> Fingerprints:
        """What is true now of deposits, rulebook and code, with the digests of what was made from them."""
        return Fingerprints(
            custody_head=custody.custody_head(self.raw),
            rulebook_sha256=sha256_file(self.rulebook_path),
            code_sha256=code_sha256(),
            results_sha256=results,
            intake_sha256=intake,
        )


def utc_now() -> datetime:
    """The clock, in one place: it dates evidence, never a result."""
    return datetime.now(UTC).replace(microsecond=0)


def version() -> str:
    """The program's version, as installed."""
    return installed("palmares")


def current_fingerprints(run: Run, *, results: bool = True) -> Fingerprints:
    """Fingerprints of deposits, rulebook, code, rows taken in and (unless told otherwise) results, all computed anew.

    Raises Refused when the edition was not scored, PalmaresError when its tables are not those of the contract.
    """
    path = run.settings.work_db(run.edition)
    if not path.exists():
        raise Refused([f"edition {run.edition} has not been scored: palmares run {run.edition}"])
    with connect(path, read_only=True, threads=run.settings.threads) as con:
        return run.fingerprints(
            intake=intake_sha256(con), results=compute_digest(con, run.rulebook_path) if results else None
        )


def results_as_text(run: Run) -> dict[str, list[dict[str, Cell]]]:
    """The canonical results as they stand in the working warehouse, each cell as its text, None for NULL."""
    with connect(run.settings.work_db(run.edition), read_only=True, threads=run.settings.threads) as con:
        return {
            table.name: [dict(zip(table.names, row, strict=True)) for row in table_rows(con, table)]
            for table in DIGESTED
        }


_PACKAGES = (
    "dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "polars", "pyarrow", "pyhanko", "typst",
    "tzdata",
)  # fmt: skip


def package_versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide what a release holds."""
    found = {"python": python_version()}
    for name in _PACKAGES:
        try:
            found[name] = installed(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
