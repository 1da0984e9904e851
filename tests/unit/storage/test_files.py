"""One way to open a file of the house: an ordinary file of a bounded size, told from all else without waiting."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from orchestration.recount.errors import CannotRecount
from orchestration.recount.plainfile import plain_bytes
from orchestration.storage import (
    NotOrdinary,
    check_lock,
    check_ordinary,
    locked,
    open_ordinary,
    read_file,
    sha256_bytes,
    sha256_file,
)
from orchestration.storage.files import MissingFile

Reader = Callable[[Path], object]


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


STRANGE: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "folder": lambda path: path.mkdir(),
    "socket": _socket,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "circle": lambda path: path.symlink_to(path.name),
}
READERS: dict[str, Reader] = {"read_file": read_file, "check_ordinary": check_ordinary, "sha256_file": sha256_file}


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path, reader: str, kind: str) -> None:
    path = tmp_path / "place"
    STRANGE[kind](path)
    with pytest.raises(NotOrdinary, match="no ordinary file"):
        READERS[reader](path)


@pytest.mark.parametrize("kind", STRANGE)
def test_the_recount_refuses_the_same(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "place"
    STRANGE[kind](path)
    with pytest.raises(CannotRecount, match="place: "):
        plain_bytes(path, 10)


def test_a_file_within_the_bound_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1234567890")
    assert read_file(path, 10) == plain_bytes(path, 10) == b"1234567890"
    assert sha256_file(path, None) == sha256_bytes(b"1234567890")
    with open_ordinary(path, None) as stream:
        assert stream.read() == b"1234567890"
    with pytest.raises(NotOrdinary, match="larger than"):
        read_file(path, 9)
    with pytest.raises(CannotRecount, match="at most 9 bytes"):
        plain_bytes(path, 9)


def test_a_file_that_grew_after_it_was_measured_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1234567890")
    measured = os.stat_result((0o100644, *([0] * 5), 5, *([0] * 3)))
    with patch("orchestration.storage.files.os.fstat", return_value=measured), pytest.raises(NotOrdinary):
        read_file(path, 9)


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("nothing", "dangling"):
        with pytest.raises(MissingFile, match="is not there"):
            read_file(tmp_path / name)
        with pytest.raises(CannotRecount, match="cannot be read"):
            plain_bytes(tmp_path / name, 10)


def test_another_fault_of_the_system_is_told_as_it_is(tmp_path: Path) -> None:
    with (
        patch("orchestration.storage.files.os.open", side_effect=PermissionError(13, "Permission denied")),
        pytest.raises(PermissionError),
    ):
        read_file(tmp_path / "file")


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "fifo"])
def test_a_lock_that_is_a_link_or_no_file_is_refused_and_leads_nowhere(tmp_path: Path, kind: str) -> None:
    lock, outside = tmp_path / "x.lock", tmp_path / "outside"
    outside.write_text("kept")
    make: dict[str, Callable[[], object]] = {
        "link": lambda: lock.symlink_to(outside),
        "dangling": lambda: lock.symlink_to(tmp_path / "nowhere"),
        "folder": lock.mkdir,
        "fifo": lambda: os.mkfifo(lock),
    }
    make[kind]()
    with pytest.raises(NotOrdinary, match="where a lock is due"), locked(lock):
        pass
    assert outside.read_text() == "kept" and not (tmp_path / "nowhere").exists()
    check_lock(outside)
    check_lock(tmp_path / "nothing")
