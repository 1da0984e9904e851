"""What dbt is told: where its project stands, for which working warehouse, with which arguments.

Belongs here: small functions that make arguments, environments and paths, and the one that makes a manifest. Nothing
here runs a model; how Dagster does stands in `orchestration.defs.scoring`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from orchestration.errors import PalmaresError
from orchestration.scoring.dbt_process import PARENT
from orchestration.scoring.say import say
from orchestration.settings import PROJECT_DIR, Settings, check_edition_id, engine_memory, engine_threads
from orchestration.storage import locked, sha256_bytes, sha256_file

DBT_DIR = PROJECT_DIR / "dbt_project"
"""The dbt project; its profile stands in it too."""

NO_WAREHOUSE = ":memory:"
"""A warehouse for what needs none: parsing and compiling."""

_SOURCES = ("dbt_project.yml", "profiles.yml", "macros/**/*", "models/**/*", "seeds/**/*", "tests/**/*")


def dbt_executable() -> str:
    """The dbt of this very environment, wherever the command was called from (`dbt_process`)."""
    return str(Path(sys.executable).parent / "palmares-dbt")


def target_path(settings: Settings, edition: str) -> Path:
    """Where dbt writes what it compiled for an edition: editions run side by side, so each has its own."""
    return settings.home / "dbt" / check_edition_id(edition)


def profile_args(project: Path = DBT_DIR) -> list[str]:
    """Arguments that name the project and its profile."""
    return ["--project-dir", str(project), "--profiles-dir", str(project)]


def build_args(*, select: str | None = None) -> list[str]:
    """Arguments of the build of an edition: seeds, models and data tests, without the unit tests of the formulas.

    `select` narrows it down, in dbt's own words ("fct_ranking+"). Unit tests are about the code, not about an
    edition: they belong to the project's own tests.
    """
    chosen = ["--select", select] if select else []
    return ["build", "--exclude-resource-type", "unit_test", *chosen]


def environment(
    settings: Settings, edition: str | None, base: Mapping[str, str] | None = None, *, warehouse: str | None = None
) -> dict[str, str]:
    """The environment of a run of dbt on an edition's working warehouse, on top of `base` (this process's own).

    `warehouse` overrides the edition's; without either, dbt gets one in memory, which serves to parse and compile.
    """
    threads = engine_threads() or os.cpu_count() or 1
    path = warehouse or (str(settings.work_db(edition)) if edition else NO_WAREHOUSE)
    target = target_path(settings, edition) if edition else settings.home / "dbt" / "project"
    return {
        **(os.environ if base is None else base),
        "PALMARES_WORK_DB": path,
        "PALMARES_ENGINE_THREADS": str(threads),
        "PALMARES_ENGINE_MEMORY": engine_memory(),
        PARENT: str(os.getpid()),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def export_environment(settings: Settings, edition: str) -> None:
    """Set this process's environment for dbt runs on an edition that others start (dagster-dbt inherits it)."""
    os.environ.update(environment(settings, edition, {}))


def newest_source(project: Path = DBT_DIR) -> float:
    """When a file of the dbt project was last changed (seconds since 1970)."""
    return max(path.stat().st_mtime for path in _files(project))


def project_digest(project: Path = DBT_DIR) -> str:
    """SHA-256 of what the dbt project is made of: the lines `<sha256>  <path>`, sorted by path."""
    files = sorted((path.relative_to(project).as_posix(), path) for path in _files(project))
    return sha256_bytes("".join(f"{sha256_file(path)}  {name}\n" for name, path in files).encode())


def _files(project: Path) -> Iterator[Path]:
    return (path for pattern in _SOURCES for path in project.glob(pattern) if path.is_file())


def ensure_manifest(project: Path = DBT_DIR) -> Path:
    """The project's manifest, made anew only when a file of the project is newer than it.

    Raises PalmaresError with dbt's own words when the project does not parse.
    """
    manifest = project / "target" / "manifest.json"
    if _is_new(manifest, project):
        return manifest
    with locked(manifest.with_name(".parsing.lock")):  # several processes find it old at once: one parses
        if not _is_new(manifest, project):
            # In a folder of its own, then moved: readers do not wait for the lock.
            # Not partially: that forgets the descriptions of tests whose models were parsed anew.
            with tempfile.TemporaryDirectory(dir=manifest.parent, prefix="parse-") as folder:
                write_manifest(["parse", "--no-partial-parse"], project, Path(folder)).replace(manifest)
    return manifest


def _is_new(manifest: Path, project: Path) -> bool:
    return manifest.is_file() and manifest.stat().st_mtime >= newest_source(project)


def write_manifest(words: Sequence[str], project: Path, folder: Path) -> Path:
    """Have dbt read its project, on no warehouse at all, and write into a folder; the manifest that it wrote.

    `words` are those of `dbt parse` or `dbt compile`. Raises PalmaresError with dbt's own words when it cannot.
    """
    command = [dbt_executable(), "--quiet", *words, *profile_args(project)]
    nowhere = dict.fromkeys(("PALMARES_WORK_DB", "PALMARES_PUBLISHED_DB"), NO_WAREHOUSE)
    paths = {PARENT: str(os.getpid()), "DBT_TARGET_PATH": str(folder), "DBT_LOG_PATH": str(folder / "logs"), **nowhere}
    run = subprocess.run(command, env={**os.environ, **paths}, capture_output=True, text=True, check=False)
    manifest = folder / "manifest.json"
    if run.returncode or not manifest.is_file():
        raise PalmaresError(say("dbt.cannot", verb=words[0], project=project, said=run.stdout + run.stderr))
    return manifest
