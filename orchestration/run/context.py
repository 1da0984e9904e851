"""What every step knows: the folders, the edition, the run.

Belongs here: the run's identity, and what a release says of the machine. What is true at its time stands in `now.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING

from orchestration.evidence import EvidenceLog
from orchestration.release import DIGESTED, Cell, table_rows
from orchestration.rulebook import Rulebook, load_rulebook
from orchestration.settings import RULEBOOK_FILE, Settings

if TYPE_CHECKING:
    import duckdb

BY_HAND = "command line"
"""The run id of what a person does, with no run of Dagster's behind it."""
PARTITION_TAG = "dagster/partition"
"""Under which Dagster keeps the edition of a run."""


@dataclass(frozen=True)
class Run:
    """One run on one edition. `run_id` is Dagster's, so that evidence and UI name the same thing, or `BY_HAND`."""

    settings: Settings
    edition: str
    run_id: str = BY_HAND

    @property
    def raw(self) -> Path:
        """The edition's folder of deposits."""
        return self.settings.edition_raw(self.edition)

    @property
    def rulebook_path(self) -> Path:
        """The rulebook's file."""
        return self.raw / RULEBOOK_FILE

    @cached_property
    def rulebook(self) -> Rulebook:
        """The edition's rulebook, read once in a run; raises InputError when it cannot be used."""
        return load_rulebook(self.rulebook_path, edition=self.edition)

    @property
    def uses(self) -> frozenset[str]:
        """The components with a weight: only these are read, checked and counted."""
        return frozenset(self.rulebook.used)

    @property
    def log(self) -> EvidenceLog:
        """The edition's evidence."""
        return EvidenceLog(self.settings.evidence_log(self.edition))


def utc_now() -> datetime:
    """The clock, in one place: it dates evidence, never a result."""
    return datetime.now(UTC).replace(microsecond=0)


def version() -> str:
    """The program's version, as installed."""
    return installed("palmares")


def results_as_text(
    con: "duckdb.DuckDBPyConnection", only: Collection[str] = ()
) -> dict[str, Sequence[Mapping[str, Cell]]]:
    """The canonical results, or some, as they stand in a working warehouse, each cell as its text, None for NULL."""
    from orchestration.recount import ManyRows  # polars: only who counts again waits for it

    return {
        table.name: ManyRows.of_text(table.names, table_rows(con, table))
        for table in DIGESTED
        if not only or table.name in only
    }


_PACKAGES = (
    "dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "isal", "polars", "pyarrow", "pyhanko",
    "typst", "tzdata",
)  # fmt: skip


def package_versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide what a release holds."""
    versions = {"python": python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = installed(name)
        except PackageNotFoundError:
            versions[name] = "absent"
    return versions
