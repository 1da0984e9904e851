"""The folder in which a working warehouse is made: one's own, and gone afterwards, even after a killed process."""

import os
import signal
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.intake.scratch import folder_beside, plain_memory


def folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()]


def test_it_is_gone_afterwards_whatever_happens_inside(tmp_path: Path) -> None:
    def broken_off() -> None:
        with folder_beside(tmp_path / "2026.duckdb") as made:
            (made / "scratch.duckdb").write_text("rows")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert folders(tmp_path) == []


def test_what_a_killed_process_left_goes_with_the_next_and_what_a_living_one_holds_stays(tmp_path: Path) -> None:
    work = tmp_path / "2026.duckdb"
    pid = os.fork()
    if pid == 0:
        with folder_beside(work) as made:
            (made / "scratch.duckdb").write_text("rows")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert len(folders(tmp_path)) == 1, "a killed process tidies nothing"
    with folder_beside(work) as first, folder_beside(work) as second:
        assert sorted(folders(tmp_path)) == sorted([first, second])
    assert folders(tmp_path) == []


def test_another_editions_folder_is_none_of_its_business(tmp_path: Path) -> None:
    (tmp_path / ".2027.abcdefgh").mkdir()
    with folder_beside(tmp_path / "2026.duckdb"):
        pass
    assert [path.name for path in folders(tmp_path)] == [".2027.abcdefgh"]


def test_arrow_has_its_own_memory_again_afterwards_whatever_happens_inside() -> None:
    before = pa.default_memory_pool().backend_name

    def broken_off() -> None:
        with plain_memory():
            assert pa.default_memory_pool().backend_name == "system"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert pa.default_memory_pool().backend_name == before
