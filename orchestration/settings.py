"""Where things stand: the two folders of Palmarès and the paths inside them.

Belongs here: environment variables and path rules. No file of an edition is read or written here.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import InputError
from orchestration.units import MIB
from orchestration.words import say

PROJECT_DIR = Path(__file__).resolve().parent.parent

DRAW_SIZE = 30
"""Tests of the sample unless told otherwise. When all thirty conform, fewer than one test in ten is false with 95
chances in 100 (0.9 to the 29th is below 0.05); sixty would say one in twenty. A person traces thirty in a day."""
DRAW_CLOSE_AT_MOST = 0
"""The first step is a draw by lot alone: no category is traced wholly with it unless so many false tests are named."""
CLOSE = 1
"""A category is close when so few false tests would move its title: no sample speaks for it, only tracing it wholly."""
LEAST_MEMORY = 512 * 10**6
"""Bytes: Python with Dagster, dbt and Great Expectations holds about as much before it reads a row."""
_UNITS = {"MB": 10**6, "GB": 10**9, "MIB": MIB, "GIB": 1024**3}
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
RULEBOOK_FILE = "rulebook.yml"
"""The rulebook, among an edition's deposits and in each of its releases."""
EDITION_ID = re.compile(r"[0-9]{4}(-[a-z0-9]+)*")


def check_edition_id(text: str) -> str:
    """Return the edition id, which becomes part of paths. Raises InputError for what is none (SPEC 3)."""
    if not EDITION_ID.fullmatch(text):
        raise InputError(
            say("edition.no_id", text=repr(text[:80])),
            mend=say("edition.no_id_mend"),
        )
    return text


def memory_allowed() -> int:
    """Bytes that a run may hold: PALMARES_MEMORY, or half of what the machine (or the container) has.

    Raises InputError for what is no amount, or less than `LEAST_MEMORY`.
    """
    text = os.environ.get("PALMARES_MEMORY", "")
    if not text:
        return max(_machine_memory() // 2, LEAST_MEMORY)
    match = re.fullmatch(r"([1-9][0-9]{0,5})(?:\.([0-9]))?([MG]i?B)", text, re.IGNORECASE)
    amount = int(match[1] + (match[2] or "0")) * _UNITS[match[3].upper()] // 10 if match else 0
    if amount < LEAST_MEMORY:
        raise InputError(say("environment.memory"), say("place.environment"), say("environment.memory_mend"))
    return amount


def engine_memory() -> str:
    """What DuckDB is told to hold at most, half of what is allowed: beyond, it spills to disk. The other half is for
    what stands beside it in a run: blocks of deposits, columns on their way, Dagster, dbt."""
    return f"{memory_allowed() // 2 // MIB}MiB"


def engine_threads() -> int | None:
    """PALMARES_THREADS: how many threads DuckDB has at most; None: as many as it takes. Raises InputError."""
    threads = os.environ.get("PALMARES_THREADS", "")
    if threads and not re.fullmatch(r"[1-9][0-9]{0,2}", threads):
        raise InputError(say("environment.threads"), say("place.environment"))
    return int(threads) if threads else None


def _machine_memory() -> int:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = CGROUP_LIMIT.read_text().strip()
    except OSError:
        return whole
    return min(int(limit), whole) if limit.isdecimal() else whole


def _folder(variable: str, default: Path) -> Path:
    """The folder that an environment variable names: one that is there, or may still be made.

    Raises InputError for anything else that stands there (a file, a device), and for signs that SQLite's and DuckDB's
    addresses read as the end of a path: what follows them would be written somewhere else.
    """
    text = os.environ.get(variable) or str(default)
    if odd := sorted({sign for sign in text if sign in "?#%;" or not sign.isprintable()}):
        what = say("environment.signs", variable=variable, signs=", ".join(map(repr, odd)))
        raise InputError(what, say("place.environment"), say("environment.signs_mend"))
    folder = Path(text).absolute()
    if os.path.lexists(folder) and not folder.is_dir():
        raise InputError(say("environment.folder", variable=variable), str(folder), say("environment.folder_mend"))
    return folder


@dataclass(frozen=True)
class Settings:
    """The state folder (`home`), the deposits folder (`raw`), and the address at which the public pages are served
    (None: not known here)."""

    home: Path
    raw: Path
    address: str | None = None

    @classmethod
    def from_env(cls) -> "Settings":
        """Read PALMARES_HOME, PALMARES_RAW and PALMARES_ADDRESS; the defaults stand in the project's folder.
        Raises InputError for one that cannot be taken, of PALMARES_MEMORY and PALMARES_THREADS too."""
        memory_allowed()
        engine_threads()
        address = os.environ.get("PALMARES_ADDRESS", "")
        if address and not re.fullmatch(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?", address):
            raise InputError(say("environment.address"), say("place.environment"))
        return cls(
            home=_folder("PALMARES_HOME", PROJECT_DIR / "var"),
            raw=_folder("PALMARES_RAW", PROJECT_DIR / "raw"),
            address=address.rstrip("/") or None,
        )

    def edition_raw(self, edition: str) -> Path:
        """The folder of an edition's deposits. Raises InputError where there is none, and for what is no edition id."""
        folder = self.raw / check_edition_id(edition)
        if not folder.is_dir():
            raise InputError(say("edition.unknown", edition=edition), str(folder), say("edition.unknown_mend"))
        return folder

    def editions(self) -> list[str]:
        """Editions found in the deposits folder, in order."""
        if not self.raw.is_dir():
            return []
        return sorted(p.name for p in self.raw.iterdir() if p.is_dir() and EDITION_ID.fullmatch(p.name))

    def work_db(self, edition: str) -> Path:
        """The edition's working warehouse: read by the pipeline alone."""
        return self.home / "work" / f"{check_edition_id(edition)}.duckdb"

    def evidence_log(self, edition: str) -> Path:
        """The edition's append-only record of checks, acceptances, dossiers and publications."""
        return self.home / "evidence" / f"{check_edition_id(edition)}.jsonl"

    def data_docs(self, edition: str) -> Path:
        """Where Great Expectations writes its pages for engineers, a folder for each gate."""
        return self.home / "data_docs" / check_edition_id(edition)

    def dossiers(self, edition: str) -> Path:
        """The folder of the edition's dossiers, one subfolder each."""
        return self.home / "dossiers" / check_edition_id(edition)

    def seals(self, edition: str) -> Path:
        """The sheets of the edition's seals."""
        return self.home / "seals" / check_edition_id(edition)

    def draws(self, edition: str) -> Path:
        """The edition's draws, one subfolder a seed: trace sheets hold shoppers' ids and never leave this folder."""
        return self.home / "draws" / check_edition_id(edition)

    @property
    def dagster(self) -> Path:
        """Dagster's own folder: its configuration, runs and events."""
        return self.home / "dagster"

    @property
    def releases(self) -> Path:
        """Published, immutable releases of all editions, and their chain."""
        return self.home / "releases"

    @property
    def published(self) -> Path:
        """What BI tools and the public read."""
        return self.home / "published"

    @property
    def published_db(self) -> Path:
        """The published warehouse: one DuckDB file."""
        return self.published / "palmares.duckdb"

    def recount_summary(self, edition: str) -> Path:
        """What is remembered of the edition's last recount."""
        return self.home / "recount" / f"{check_edition_id(edition)}.json"

    def reports(self, edition: str, number: int) -> Path:
        """Reports to candidates, made from a release."""
        return self.home / "reports" / check_edition_id(edition) / str(number)

    def ceremony(self, edition: str, number: int) -> Path:
        """The documents of the evening, made from a release."""
        return self.home / "ceremony" / check_edition_id(edition) / str(number)

    def statements(self, edition: str) -> Path:
        """What each candidate may read of its own tests, before anything is signed."""
        return self.home / "statements" / check_edition_id(edition)

    def signoff_dirs(self, edition: str) -> list[Path]:
        """Where a bailiff's signed files are looked for: beside the deposits, then (read-only deposits) in home."""
        return [self.raw / check_edition_id(edition) / "signoffs", self.home / "signoffs" / edition]

    def lock_file(self, name: str) -> Path:
        """A lock by name; whoever holds it works alone on what the name says."""
        return self.home / "locks" / f"{name}.lock"
