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
    "tests": lambda bench: next(path for path in (bench.raw / "audits").rglob("*") if path.is_file()),
    "responses": lambda bench: bench.raw / "survey" / "responses.csv",
    "margins": lambda bench: bench.raw / "survey" / "targets.csv",
    "votes": lambda bench: next((bench.raw / "votes").iterdir()),
    "evidence": lambda bench: bench.log,
    "evidence-head": lambda bench: bench.log.with_name(bench.log.name + ".head"),
    "dossier": lambda bench: bench.dossier.pdf,
    "page": lambda bench: bench.dossier.html,
    "annex": lambda bench: bench.dossier.annex,
    "sign-off": lambda bench: next(
        path for folder in bench.settings.signoff_dirs(bench.edition) if folder.is_dir() for path in folder.iterdir()
    ),
    "warehouse": lambda bench: bench.work,
    "recount-summary": lambda bench: bench.settings.recount_summary(bench.edition),
    "chain-of-releases": lambda bench: bench.settings.releases / "chain.jsonl",
    "lock-of-custody": lambda bench: bench.raw.parent / f".{bench.edition}.custody" / "lock",
    "lock-of-the-evidence": lambda bench: bench.log.with_name(bench.log.name + ".lock"),
    "lock-of-the-edition": lambda bench: bench.settings.lock_file(bench.edition),
    "lock-of-the-releases": lambda bench: bench.settings.lock_file("releases"),
    "owner-of-the-lock": lambda bench: bench.settings.lock_file(bench.edition).with_suffix(".owner.json"),
}
FOLDERS: dict[str, Callable[[Bench], Path]] = {
    "tests": lambda bench: bench.raw / "audits",
    "votes": lambda bench: bench.raw / "votes",
    "sign-offs": lambda bench: bench.raw / "signoffs",
    "dossier": lambda bench: bench.dossier.folder,
}
"""Folders in whose place something else stands."""
RELEASED: dict[str, Callable[[Bench], Path]] = {
    "chain": lambda bench: bench.settings.releases / "chain.jsonl",
    "edition": lambda bench: bench.settings.releases / bench.edition,
    "release": lambda bench: bench.settings.releases / bench.edition / "1",
    "next-release": lambda bench: bench.settings.releases / bench.edition / "2",
    "in-the-making": lambda bench: bench.settings.releases / bench.edition / ".making-2",
    **{
        name: lambda bench, name=name: bench.settings.releases / bench.edition / "1" / name
        for name in (
            *("manifest-sha256.txt", "release.json", "chain.jsonl", "rulebook.yml", "deposits.jsonl", "dossier.pdf"),
            *("dossier-signed-1.pdf", "results", "results/laureates.csv", "results/laureates.parquet", "verify.html"),
        )
    },
    **{
        f"published/{name}": lambda bench, name=name: bench.settings.published / name
        for name in (
            *("", "current", "versions", "palmares.duckdb", "parquet", "index.html", ".current.next", "versions/1"),
            *("versions/2", "versions/.making-2", "versions/1/made-from.txt", "versions/1/palmares.duckdb"),
            *("versions/1/parquet", "versions/1/parquet/laureates.parquet", "versions/1/index.html"),
        )
    },
}
"""What stands among the releases and in the published folder once an edition is published."""


UNREAD: dict[str, tuple[str, ...]] = {
    "check": (
        *("evidence", "evidence-head", "dossier", "page", "annex", "sign-off", "warehouse", "recount-summary"),
        *("chain-of-releases", "lock-of-custody", "lock-of-the-evidence", "lock-of-the-edition"),
        *("lock-of-the-releases", "owner-of-the-lock"),
    ),
    # The first of these publishes; the others publish again, which enters nothing in the evidence.
    "publish": ("recount-summary", "lock-of-custody", "lock-of-the-evidence", "owner-of-the-lock"),
}
"""Places that a command does not look at: it ends as if they were sound."""
HELD = ("lock-of-the-edition", "lock-of-the-releases")
"""Locks that publication takes: it wants an ordinary file there, of which it reads no byte, however many there are."""


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


OFTEN = ("fifo", "zero", "folder", "nothing")
EVERY = [
    (command, place, kind)
    for command in ("status", "check", "publish")
    for place in PLACES
    for kind in KINDS
    # The two that take seconds meet a pipe in `make test`, `status` half of the kinds; all meet all in `make attacks`.
    if FULL or kind == "fifo" or (command == "status" and kind in OFTEN)
]


def said_no(bench: Bench, command: str) -> bool:
    """Take a command; whether it said no, in words."""
    try:
        getattr(bench, command)()
    except PalmaresError as error:
        words, code = str(error), error.exit_code
    except Exception as error:
        fault = disk_fault(error, bench.settings.home)  # as the command line does
        if fault is None:
            raise
        words, code = str(fault), fault.exit_code
    else:
        return False
    assert words and code in (1, 2)
    return True


@pytest.mark.parametrize(("command", "place", "kind"), EVERY)
def test_a_command_ends_in_a_sentence(signed: Bench, place: str, kind: str, command: str) -> None:
    path = PLACES[place](signed)
    with in_place_of(path, KINDS[kind]), in_time(command):
        refused = said_no(signed, command)
        sound = command == "status" or kind in ("dangling", "loop", "nothing") or place in UNREAD[command]
        assert refused or sound or (place in HELD and kind == "sparse")


@pytest.mark.parametrize(
    ("place", "kind", "command"),
    [
        (place, kind, command)
        for place in FOLDERS
        for kind in KINDS
        for command in ("status", "check", "publish")
        if kind != "folder" and (FULL or kind == "fifo" or (command == "status" and kind in OFTEN))
    ],
)
def test_what_stands_where_a_folder_is_due_ends_in_a_sentence(
    signed: Bench, place: str, kind: str, command: str
) -> None:
    with in_place_of(FOLDERS[place](signed), KINDS[kind]), in_time(command):
        said_no(signed, command)


@pytest.fixture(scope="module")
def released(clean: CleanLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with clean.copy("publish", tmp_path_factory.mktemp("released")) as bench:
        yield bench


REFUSED = ("chain", "edition", "release", *(name for name in RELEASED if "." in name and "published" not in name))
"""Places at which nothing is shown: what stands there is part of a release, and cannot be made anew."""


@pytest.mark.parametrize(
    ("place", "kind"),
    [(place, kind) for place in RELEASED for kind in KINDS if FULL or kind == "fifo"],
)
def test_what_stands_among_releases_or_readers_files_is_refused_or_made_anew(
    released: Bench, tmp_path: Path, place: str, kind: str
) -> None:
    """Each is tried on a copy: publication puts its own folder right."""
    folder = tmp_path / "copy"
    shutil.copytree(released.folder, folder, symlinks=True)
    with Bench(folder, released.marks, released.code) as bench:
        path = RELEASED[place](bench)
        for one in (bench.release, bench.release / "results", *bench.settings.published.rglob("*")):
            if one.is_dir() and not one.is_symlink():
                one.chmod(0o755)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        KINDS[kind](path)
        with in_time("show"):
            refused = said_no(bench, "show")
            assert refused == (place in REFUSED or place == "results"), bench.told
            if not refused:
                bench.shown()
                assert "page names Atlas" in bench.told


@pytest.mark.parametrize("kind", KINDS if FULL else ("fifo",))
@pytest.mark.parametrize("place", ["chain", "edition", "release", "next-release", "in-the-making", "release.json"])
def test_a_publication_done_again_over_it_ends_in_a_sentence(
    released: Bench, tmp_path: Path, place: str, kind: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(released.folder, folder, symlinks=True)
    with Bench(folder, released.marks, released.code) as bench:
        bench.run = bench.another_run()
        path = RELEASED[place](bench)
        bench.release.chmod(0o755)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        KINDS[kind](path)
        with in_time("publish"):
            assert said_no(bench, "publish") or place == "in-the-making" or (place, kind) == ("next-release", "nothing")
