"""Folders named by the environment: refused in words when they are none, or when a database reads them otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import settings
from orchestration.errors import InputError
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.storage import connect


@pytest.mark.parametrize("variable", ["PALMARES_HOME", "PALMARES_RAW"])
@pytest.mark.parametrize("sign", ["?mode=memory", "#x", "%2e%2e", ";x", "\n", "\x1b[2J", "\u202e"])
def test_a_sign_that_ends_a_path_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, sign: str
) -> None:
    monkeypatch.setenv(variable, f"{tmp_path}/var{sign}")
    with pytest.raises(InputError, match=f"{variable} holds"):
        Settings.from_env()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["/dev/null", "file", "pipe", "nowhere"])
def test_what_is_no_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    monkeypatch.setenv("PALMARES_HOME", str(tmp_path / place))
    with pytest.raises(InputError, match="does not name a folder"):
        Settings.from_env()


def test_a_folder_that_is_there_or_may_be_made_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_HOME", str(tmp_path))
    monkeypatch.setenv("PALMARES_RAW", str(tmp_path / "Dépôts 2026 & suite"))
    monkeypatch.setenv("PALMARES_ADDRESS", "https://palmares.example.org/elu/")
    address = "https://palmares.example.org/elu"
    assert Settings.from_env() == Settings(tmp_path, tmp_path / "Dépôts 2026 & suite", address)


@pytest.mark.parametrize(
    "text", ["palmares.example.org", "ftp://example.org", 'https://e.org/"><script>', "https://e.org/?a"]
)
def test_an_address_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_ADDRESS", text)
    with pytest.raises(InputError, match="PALMARES_ADDRESS"):
        Settings.from_env()


@pytest.mark.parametrize(
    ("text", "mib"), [("4GB", 1907), ("1.5GB", 715), ("2GiB", 1024), ("512mb", 244), ("900MiB", 450)]
)
def test_the_engine_takes_half_of_the_memory_that_is_allowed(
    text: str, mib: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALMARES_MEMORY", text)
    assert settings.engine_memory() == f"{mib}MiB"
    with connect(tmp_path / "x.duckdb") as con:
        asked = con.execute("SELECT current_setting('memory_limit'), current_setting('temp_directory')")
        told, spilled = asked.fetchone() or ("", "")
    assert spilled == f"{tmp_path / 'x.duckdb'}.tmp"  # beyond its half it spills, on the disk of the file
    assert told.endswith("iB")
    assert round(float(told.split()[0]) * (1024 if "GiB" in told else 1)) == pytest.approx(mib, rel=0.06)


@pytest.mark.parametrize("text", ["4", "GB", "-1GB", "511MB", "4 GB", "1e9GB", "4GB; DROP", "٤GB", "0.5GB"])
def test_what_is_no_amount_of_memory_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_MEMORY", text)
    with pytest.raises(InputError, match="PALMARES_MEMORY"):
        Settings.from_env()


@pytest.mark.parametrize(
    ("limit", "share"), [("1073741824", 536870912), ("max", None), (None, None), ("1000", 512 * 10**6)]
)
def test_without_a_word_a_run_holds_half_of_the_machine_or_of_its_container(
    limit: str | None, share: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PALMARES_MEMORY", raising=False)
    monkeypatch.setattr(settings, "CGROUP_LIMIT", tmp_path / "memory.max")
    if limit is not None:
        (tmp_path / "memory.max").write_text(f"{limit}\n")
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert settings.memory_allowed() == (share or whole // 2)


def test_the_default_stands_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PALMARES_HOME", raising=False)
    monkeypatch.setenv("PALMARES_RAW", "")
    assert Settings.from_env() == Settings(PROJECT_DIR / "var", PROJECT_DIR / "raw")


def palmares(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    call = [sys.executable, "-c", "from orchestration.cli import main; main()", *arguments]
    return subprocess.run(call, cwd=PROJECT_DIR, env={**os.environ, **environment}, capture_output=True, check=False)


def test_a_terminal_that_cannot_show_a_sign_ends_no_command() -> None:
    """The command does its work, says so, and leaves with its own exit code."""
    call = "from orchestration.cli import app; app.command = lambda: lambda: print('palmarès publié'); app.main()"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run([sys.executable, "-c", call], env=environment, capture_output=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout == rb"palmar\xe8s publi\xe9" + os.linesep.encode()


@pytest.mark.parametrize("level", ["1", "2"])
def test_python_that_drops_checks_is_refused(level: str) -> None:
    refused = palmares("status", PYTHONOPTIMIZE=level)
    assert refused.returncode == 2
    assert b"PYTHONOPTIMIZE" in refused.stderr
    assert b"Traceback" not in refused.stderr


def test_a_home_that_is_a_device_is_told_without_a_traceback() -> None:
    refused = palmares("status", PALMARES_HOME="/dev/null")
    assert refused.returncode == 2
    assert b"does not name a folder" in refused.stderr
    assert b"Traceback" not in refused.stderr
