"""A fault of a disk is recognised in whatever a library makes of it; anything else stays what it is."""

import errno
import os
import resource
import sqlite3
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import Refused
from orchestration.storage.disk import FAULTS, disk_fault
from orchestration.storage.files import MissingFile, NotOrdinary, check_lock, read_file, write_atomic
from orchestration.storage.warehouse import connect
from orchestration.words import Sentence, in_language, told

HOME = Path("/srv/palmares")


def wrapped(error: BaseException) -> Exception:
    """The error as a framework hands it on."""
    try:
        try:
            raise error
        except BaseException as inner:
            raise RuntimeError("Error occurred while executing op") from inner
    except RuntimeError as outer:
        return outer


@pytest.mark.parametrize("number", [fault[0] for fault in FAULTS])
def test_an_error_of_the_system_becomes_a_sentence_with_its_file(number: int) -> None:
    told = disk_fault(wrapped(OSError(number, os.strerror(number), "/data/home/evidence/2026.jsonl")), HOME)
    assert told is not None and told.exit_code == 2
    assert str(told).startswith("/data/home/evidence/2026.jsonl: ") and "\n  How to mend it: " in str(told)
    for said in (told.what, told.mend):
        assert isinstance(said, Sentence) and said.fr != said


def test_a_full_disk_is_told_in_french() -> None:
    fault = disk_fault(OSError(errno.ENOSPC, "No space left on device", "/d/a"), HOME)
    assert fault is not None
    assert in_language(told(fault), "fr").splitlines() == [
        "/d/a\u00a0: le disque est plein",
        "  Remède\u00a0: faire de la place sur ce disque (`df` montre ce qui en reste), puis relancer la même "
        "commande\u00a0: rien n’est fait à moitié",
    ]


def test_too_many_open_files_are_told_with_what_allows_more(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    (tmp_path / "a").write_bytes(b"")
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(OSError, match="Too many open files") as full:
            (tmp_path / "a").open("rb")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    fault = disk_fault(wrapped(full.value), HOME)
    assert fault is not None and (fault.what, fault.where) == ("too many files are open", str(tmp_path / "a"))
    assert fault.mend is not None and "`ulimit -n 4096` sets it" in fault.mend
    french = f"{tmp_path / 'a'}\u00a0: trop de fichiers sont ouverts\n  Remède\u00a0: laisser ce compte"
    assert in_language(told(fault), "fr").startswith(french)


def test_what_is_no_file_of_the_house_is_told_in_french(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "lock").symlink_to("nowhere")
    (tmp_path / "large").write_bytes(b"xx")
    (tmp_path / "no.duckdb").write_bytes(b"x" * 10_000)
    for read, kind, words in (
        (lambda: read_file(tmp_path / "folder"), NotOrdinary, "n’est pas un fichier ordinaire"),
        (lambda: check_lock(tmp_path / "lock"), NotOrdinary, "là où il faut un verrou"),
        (lambda: read_file(tmp_path / "large", limit=1), NotOrdinary, "dépasse 0 Mio"),
        (lambda: read_file(tmp_path / "absent"), MissingFile, "n’existe pas"),
        (lambda: connect(tmp_path / "no.duckdb"), NotOrdinary, "n’est pas une base que DuckDB sait lire"),
    ):
        with pytest.raises(kind) as odd:
            read()
        fault = disk_fault(odd.value, HOME)
        assert fault is not None and words in in_language(fault.what, "fr")
        assert in_language(fault.mend, "fr") == "y remettre le fichier lui-même, d’une sauvegarde"


@pytest.mark.parametrize(
    ("error", "what", "where"),
    [
        (
            duckdb.IOException('IO Error: Could not write file "/d/2026.duckdb": No space left on device'),
            "the disk is full",
            "/d/2026.duckdb",
        ),
        (
            duckdb.IOException('IO Error: Cannot open file "/d/2026.duckdb": Too many open files'),
            "too many files are open",
            "/d/2026.duckdb",
        ),
        (
            RuntimeError("[Errno 23] Too many open files in system: '/d/a'"),
            "too many files are open on this machine",
            "/d/a",
        ),
        (sqlite3.OperationalError("database or disk is full"), "the disk is full", str(HOME)),
        (sqlite3.OperationalError("attempt to write a readonly database"), "the disk is read-only", str(HOME)),
        (sqlite3.OperationalError("disk I/O error"), "the disk fails", str(HOME)),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full", str(HOME)),
        (OSError(errno.EROFS, "x", b"/d/a"), "the disk is read-only", "/d/a"),
    ],
)
def test_what_a_library_says_in_text_is_understood(error: Exception, what: str, where: str) -> None:
    told = disk_fault(wrapped(error), HOME)
    assert told is not None and (told.what, told.where) == (what, where)


@pytest.mark.parametrize(("free", "what"), [(5 << 20, "the disk is full"), (1 << 30, "the disk fails")])
def test_sqlites_disk_error_means_a_full_disk_where_little_is_left(
    free: int, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.storage.disk._room", lambda folder: free)
    told = disk_fault(sqlite3.OperationalError("disk I/O error"), HOME)
    assert told is not None and told.what == what


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        FileNotFoundError(errno.ENOENT, "No such file or directory", "/d/a"),
        duckdb.IOException("IO Error: Could not set lock on file"),
        Refused(["the gate is closed"]),
    ],
)
def test_any_other_error_is_none_of_the_disks(error: Exception) -> None:
    assert disk_fault(wrapped(error), HOME) is None


def test_a_fault_that_was_dealt_with_is_not_brought_up_again() -> None:
    def dealt_with() -> None:
        try:
            raise OSError(errno.EACCES, "Permission denied", "/d/a")
        except OSError:
            raise ValueError("the reason that counts") from None

    with pytest.raises(ValueError, match="the reason that counts") as caught:
        dealt_with()
    assert disk_fault(caught.value, HOME) is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full: no disk that is always full")
def test_a_file_that_did_not_fit_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen
    monkeypatch.setattr(
        os, "fdopen", lambda handle, mode: (os.close(handle), real(os.open("/dev/full", os.O_WRONLY), mode))[1]
    )
    with pytest.raises(OSError, match="No space left on device") as full:
        write_atomic(tmp_path / "dossier.pdf", b"%PDF")
    told = disk_fault(full.value, HOME)
    assert told is not None and told.where == str(tmp_path / "dossier.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_was_interrupted_leaves_nothing_and_is_told_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "dossier.pdf", b"%PDF")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_to_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "2026.owner.json").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        write_atomic(tmp_path / "2026.owner.json", b"{}")
    told = disk_fault(caught.value, HOME)
    assert told is not None and told.where == str(tmp_path / "2026.owner.json") and "a folder stands" in told.what
