"""A pipe, device, socket, folder, huge file or stray link in the place of a file: a sentence, no hang, no traceback.

Each is put in each place of a signed edition; then the commands that read there are taken in process, by the clock.
"""

import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.errors import PalmaresError
from orchestration.storage import disk_fault
from tests.attacks.bench import Bench, CleanLine
from tests.fixtures.tries import FULL

SECONDS = 120
"""Far more than any of these commands takes here; a command that waits for a pipe would wait for ever."""


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket is short
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


def _sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 42)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


KINDS: dict[str, Callable[[Path], None]] = {
    "fifo": _fifo,
    "zero": lambda path: path.symlink_to("/dev/zero"),
    "socket": _socket,
    "folder": lambda path: path.mkdir(),
    "sparse": _sparse,
    "dangling": lambda path: path.symlink_to("nowhere"),
    "loop": _loop,
    "nothing": lambda path: None,
}
PLACES: dict[str, Callable[[Bench], Path]] = {
    "custody-log": lambda bench: bench.raw / "deposits.jsonl",
    "rulebook": lambda bench: bench.raw / "rulebook.yml",
    "certificate": lambda bench: next(bench.raw.glob("*.pem")),
    "corrections": lambda bench: bench.raw / "corrections.yml",
    "contests": lambda bench: bench.raw / "contests.csv",
    "deposit": lambda bench: bench.raw / "candidates.csv",
    "votes": lambda bench: next((bench.raw / "votes").iterdir()),
    "evidence": lambda bench: bench.log,
    "evidence-head": lambda bench: bench.log.with_name(bench.log.name + ".head"),
    "dossier": lambda bench: bench.dossier.pdf,
    "annex": lambda bench: bench.dossier.annex,
    "sign-off": lambda bench: next(
        path for folder in bench.settings.signoff_dirs(bench.edition) if folder.is_dir() for path in folder.iterdir()
    ),
    "warehouse": lambda bench: bench.work,
    "recount-summary": lambda bench: bench.settings.recount_summary(bench.edition),
    "chain-of-releases": lambda bench: bench.settings.releases / "chain.jsonl",
}


UNREAD: dict[str, tuple[str, ...]] = {
    "check": (
        *("evidence", "evidence-head", "dossier", "annex", "sign-off", "warehouse", "recount-summary"),
        "chain-of-releases",
    ),
    "publish": ("recount-summary",),
}
"""Places that a command does not look at: it ends as if they were sound."""


@contextmanager
def in_time(what: str) -> Iterator[None]:
    """A hang becomes a failure."""

    def late(*_: object) -> None:
        raise AssertionError(f"{what} has not ended after {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def in_place_of(path: Path, make: Callable[[Path], None]) -> Iterator[None]:
    """Something else stands where a file stood, or where none was."""
    kept = path.with_name(path.name + ".kept")
    aside = path.parent.parent / kept.name
    if path.exists():
        path.rename(aside)
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    try:
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if aside.exists():
            aside.rename(path)


@pytest.fixture(scope="module")
def signed(clean: CleanLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with clean.copy("sign", tmp_path_factory.mktemp("special")) as bench:
        yield bench


EVERY = [
    (command, place, kind)
    for command in ("status", "check", "publish")
    for place in PLACES
    for kind in KINDS
    # The two that take seconds meet a pipe in every session, every kind in `make attacks`.
    if FULL or command == "status" or kind == "fifo"
]


@pytest.mark.parametrize(("command", "place", "kind"), EVERY)
def test_a_command_ends_in_a_sentence(signed: Bench, place: str, kind: str, command: str) -> None:
    path = PLACES[place](signed)
    with in_place_of(path, KINDS[kind]), in_time(command):
        try:
            getattr(signed, command)()
        except PalmaresError as error:
            assert error.exit_code in (1, 2) and str(error)
        except Exception as error:
            fault = disk_fault(error, signed.settings.home)  # as the command line does
            if fault is None:
                raise
            assert str(fault)
        else:
            assert command == "status" or kind in ("dangling", "loop", "nothing") or place in UNREAD[command]
