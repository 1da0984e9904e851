"""What dbt is told: arguments, environment and paths, without running it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from orchestration.errors import InputError, PalmaresError
from orchestration.scoring import dbt as dbt_args
from orchestration.settings import Settings, engine_threads
from orchestration.words import in_language, told


def test_a_build_runs_no_unit_tests_and_may_be_narrowed_down() -> None:
    assert dbt_args.build_args() == ["build", "--exclude-resource-type", "unit_test"]
    assert dbt_args.build_args(select="fct_ranking+")[-2:] == ["--select", "fct_ranking+"]


def test_the_project_holds_its_own_profile() -> None:
    assert (dbt_args.DBT_DIR / "profiles.yml").is_file()
    assert dbt_args.profile_args().count(str(dbt_args.DBT_DIR)) == 2
    assert Path(dbt_args.dbt_executable()).is_file()


def test_editions_do_not_share_a_target(settings: Settings) -> None:
    first, second = (dbt_args.target_path(settings, edition) for edition in ("2026", "2015-lounges"))
    assert first != second
    assert first.is_relative_to(settings.home)


def test_an_edition_that_is_none_never_becomes_part_of_a_path(settings: Settings) -> None:
    with pytest.raises(InputError):
        dbt_args.target_path(settings, "../2026")


def test_the_environment_names_the_working_warehouse_and_keeps_what_was_there(settings: Settings) -> None:
    told = dbt_args.environment(settings, "2026", {"PATH": "/bin", "PALMARES_WORK_DB": "another"})
    assert told["PATH"] == "/bin"
    assert told["PALMARES_WORK_DB"] == str(settings.work_db("2026"))
    assert told["PALMARES_ENGINE_THREADS"] == "1"
    assert told["PALMARES_ENGINE_MEMORY"].endswith("MiB")
    assert told["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert Path(told["DBT_LOG_PATH"]).is_relative_to(settings.home)


def test_without_an_edition_or_threads_there_are_defaults(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PALMARES_THREADS")
    told = dbt_args.environment(settings, None, {})
    assert told["PALMARES_WORK_DB"] == ":memory:"
    assert told["PALMARES_ENGINE_THREADS"] == str(os.cpu_count())
    assert dbt_args.environment(settings, None, {}, warehouse="x.duckdb")["PALMARES_WORK_DB"] == "x.duckdb"
    assert "PATH" in dbt_args.environment(settings, "2026")


def test_what_dbt_is_told_does_not_bind_the_run_that_tells_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB knows how many processors a container may use, Python does not: unless asked, it is left to DuckDB."""
    for name in dbt_args.environment(settings, "2026", {}):
        monkeypatch.setenv(name, "1")
    monkeypatch.delenv("PALMARES_THREADS", raising=False)
    dbt_args.export_environment(settings, "2026")
    assert engine_threads() is None


def test_the_environment_can_be_exported(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in dbt_args.environment(settings, "2026", {}):
        monkeypatch.setenv(name, "1")
    dbt_args.export_environment(settings, "2026")
    assert os.environ["PALMARES_WORK_DB"] == str(settings.work_db("2026"))


def test_what_dbt_cannot_do_is_told_with_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess[str]([], 2, "its output\n", "its errors\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(PalmaresError) as wrong:
        dbt_args.write_manifest(["parse"], tmp_path, tmp_path)
    assert str(wrong.value) == f"dbt cannot parse its project {tmp_path}:\nits output\nits errors\n"
    assert in_language(told(wrong.value), "fr") == (
        f"«\u00a0dbt parse\u00a0» échoue sur le projet {tmp_path}\u00a0:\nits output\nits errors\n"
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The dbt project with one model that reads nothing: parsing the real one costs three times as much."""
    folder = tmp_path / "dbt_project"
    (folder / "models" / "marts").mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml", "models/groups.yml"):
        shutil.copy(dbt_args.DBT_DIR / name, folder / name)
    (folder / "models" / "marts" / "fct_ranking.sql").write_text("select 1 as rank")
    return folder


@pytest.mark.slow
def test_the_manifest_is_made_anew_only_when_the_project_is_newer(project: Path) -> None:
    manifest = dbt_args.ensure_manifest(project)
    first = manifest.stat().st_mtime_ns
    assert dbt_args.ensure_manifest(project).stat().st_mtime_ns == first
    changed = project / "models" / "marts" / "fct_ranking.sql"
    later = manifest.stat().st_mtime + 60
    os.utime(changed, (later, later))
    assert dbt_args.newest_source(project) == later
    assert dbt_args.ensure_manifest(project).stat().st_mtime_ns > first


@pytest.mark.slow
def test_two_that_find_the_manifest_old_at_once_have_it_made_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, write = [], dbt_args.write_manifest

    def counted(words: Sequence[str], project: Path, folder: Path) -> Path:
        made.append(folder)
        return write(words, project, folder)

    monkeypatch.setattr(dbt_args, "write_manifest", counted)
    with ThreadPoolExecutor(2) as both:
        found = set(both.map(dbt_args.ensure_manifest, [project, project]))
    assert len(made) == 1
    assert [path.is_file() for path in found] == [True]


@pytest.mark.slow
def test_a_project_that_does_not_parse_says_so_in_the_words_of_dbt(project: Path) -> None:
    (project / "models" / "marts" / "fct_ranking.sql").write_text("select * from {{ ref('nothing') }}")
    with pytest.raises(PalmaresError, match="nothing"):
        dbt_args.ensure_manifest(project)


PARENT = """
import os, subprocess, sys
from orchestration.scoring.spark import ending_with_us
child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL)
with ending_with_us(child.pid):
    print(child.pid, flush=True)
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), 9)
"""


PIPES: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
CHILD = "import time; from orchestration.scoring.dbt_process import end_with; end_with({}); time.sleep(60)"
OWN_PARENT = f"""
import os, subprocess, sys
child = [sys.executable, "-c", {CHILD!r}.format(os.getpid())]
print(subprocess.Popen(child, stdout=subprocess.DEVNULL).pid, flush=True)
if sys.argv[1] == "killed":  # before the child has so much as imported what watches
    os.kill(os.getpid(), 9)
sys.stdin.read()
"""


def test_dbt_ends_with_who_started_it_however_early_that_was_killed() -> None:
    """Who lives keeps his dbt; who was killed at once, or later, leaves none behind."""
    begun = {how: subprocess.Popen([sys.executable, "-c", OWN_PARENT, how], **PIPES) for how in ("killed", "alive")}
    children = {how: int(parent.stdout.readline()) for how, parent in begun.items()}
    assert _gone(children["killed"]) and _lives(children["alive"])
    begun["alive"].kill()
    assert _gone(children["alive"])
    for parent in begun.values():
        parent.communicate()


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_what_a_run_started_ends_with_it_when_it_is_killed_and_only_then(how: str) -> None:
    told = subprocess.run([sys.executable, "-c", PARENT, how], stdout=subprocess.PIPE, text=True, check=False).stdout
    pid = int(told)
    if how == "killed":
        assert _gone(pid)
    else:
        assert _lives(pid)
        os.kill(pid, signal.SIGKILL)


def _gone(pid: int) -> bool:
    """Whether a process ends soon."""
    until = time.monotonic() + 20
    while (lives := _lives(pid)) and time.monotonic() < until:
        time.sleep(0.05)
    return not lives


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()
