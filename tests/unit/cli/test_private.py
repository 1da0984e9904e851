"""The state folder is its owner's alone, whoever made it and however wide the account's own mask is."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.cli.app import keep_private, main


@pytest.fixture(autouse=True)
def wide() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_command_closes_the_state_folder_and_what_it_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("PALMARES_RAW", str(tmp_path / "raw"))
    monkeypatch.setattr(sys, "argv", ["palmares", "status"])
    (tmp_path / "raw").mkdir()
    (tmp_path / "var").mkdir(mode=0o777)
    assert mode(tmp_path / "var") == 0o777
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    assert mode(tmp_path / "var") == 0o700
    (tmp_path / "var" / "work").mkdir()
    (tmp_path / "var" / "work" / "x.duckdb").write_text("x")
    assert (mode(tmp_path / "var" / "work"), mode(tmp_path / "var" / "work" / "x.duckdb")) == (0o700, 0o600)


def test_a_home_that_is_not_there_yet_is_made_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_HOME", str(tmp_path / "new"))
    keep_private()
    assert not (tmp_path / "new").exists()
    (tmp_path / "new" / "evidence").mkdir(parents=True)
    assert mode(tmp_path / "new") == mode(tmp_path / "new" / "evidence") == 0o700


def test_a_home_that_cannot_be_one_is_told_by_the_command_and_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALMARES_HOME", "/dev/null")
    keep_private()
    monkeypatch.setenv("PALMARES_HOME", str(tmp_path))
    before = mode(tmp_path)
    tmp_path.chmod(0o700)
    keep_private()
    assert mode(tmp_path) == 0o700
    tmp_path.chmod(before)
