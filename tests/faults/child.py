"""Steps of the line in a process of their own, killed where a test says: SIGKILL, no handler, no farewell.

Belongs here: the child process and the four ways to choose the moment of its death. What must be true afterwards is
`truth.py`. The server they are forked from is `tests/fixtures/children.py`.
"""

import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import PalmaresError
from orchestration.run.locks import hold_edition
from orchestration.settings import Settings
from orchestration.storage.disk import disk_fault
from tests.faults.line import FaultBench, Means
from tests.fixtures.children import Child, at_rest, server
from tests.fixtures.tiny import EDITION

CHANGES = {
    "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.symlink", "os.link",
    "shutil.rmtree", "shutil.copyfile", "tempfile.mkstemp", "tempfile.mkdtemp",
}  # fmt: skip
"""Audit events of Python that change a disk, besides `open` for writing."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
PATIENCE = 600
"""Seconds after which a child that nobody killed is taken for hung."""


@dataclass(frozen=True)
class Kill:
    """Where a child dies: before its `at`-th change of the disk or SQL statement, when a file outgrows `at` bytes (in
    the middle of the write, in C code too), or after `at` seconds."""

    how: str
    at: float

    def __str__(self) -> str:
        return f"{self.how} {self.at:g}"


@dataclass(frozen=True)
class Ended:
    """How a child ended. `code` is negative for a signal; `error` is what it said, `told` is ours to say in words."""

    code: int
    changes: int = 0
    statements: int = 0
    seconds: float = 0.0
    error: str = ""
    told: bool = True

    @property
    def killed(self) -> bool:
        """Whether it died as it was meant to."""
        return self.code in (-signal.SIGKILL, -signal.SIGXFSZ)


def take(means: Means, folder: Path, steps: tuple[str, ...], kill: Kill | None = None, edition: str = EDITION) -> Ended:
    """Take steps of the line in a child of its own; with a `kill`, it may not live to tell."""
    hears, tells = server.Pipe(duplex=False)
    process = Child(target=_live, args=(means, folder, steps, kill, edition, tells))
    process.start()
    tells.close()
    if kill and kill.how == "moment":
        assert hears.recv() == "started"
        process.join(kill.at)
        process.kill()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"{steps} did not end within {PATIENCE} seconds")
    told: dict[str, Any] = {}
    while True:
        try:
            told = found if isinstance(found := hears.recv(), dict) else told
        except EOFError:
            break
    return Ended(process.exitcode, **told)


def hold(folder: Path) -> Child:
    """A child that holds the edition until it is killed."""
    hears, tells = server.Pipe(duplex=False)
    process = Child(target=_hold, args=(folder, tells))
    process.start()
    assert hears.recv() == "held"
    return process


def _hold(folder: Path, tells: Connection) -> None:
    hold_edition(Settings(folder / "home", folder / "raw"), EDITION, "the one before")
    tells.send("held")
    signal.pause()


def _live(
    means: Means, folder: Path, steps: tuple[str, ...], kill: Kill | None, edition: str, tells: Connection
) -> None:
    """The child: watch, take the steps, tell what was counted."""
    at_rest()
    counts = {"changes": 0, "statements": 0}
    with means.bench(folder, edition) as bench:
        _watch(str(folder), counts, kill)
        tells.send("started")
        began = time.monotonic()
        error, told = "", True
        try:
            for step in steps:
                _step(bench, step)
        except BaseException as raised:
            words = raised if isinstance(raised, PalmaresError) else disk_fault(raised, bench.settings.home)
            error, told = f"{type(raised).__name__}: {words or raised}", words is not None
        tells.send({**counts, "seconds": time.monotonic() - began, "error": error, "told": told})
    os._exit(1 if error else 0)


def _step(bench: FaultBench, step: str) -> None:
    getattr(bench, step)()


def _watch(folder: str, counts: dict[str, int], kill: Kill | None) -> None:
    def count(what: str) -> None:
        counts[what] += 1
        if kill and kill.how == what and counts[what] == kill.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(event: str, told: tuple[Any, ...]) -> None:
        if (event == "open" and told[2] & WRITES) or event in CHANGES:
            place = next((str(one) for one in told if isinstance(one, (str, bytes, Path))), "")
            if place.startswith(folder):
                count("changes")

    sys.addaudithook(hear)
    execute = duckdb.DuckDBPyConnection.execute

    def counted(connection: duckdb.DuckDBPyConnection, *words: Any, **named: Any) -> Any:
        count("statements")
        return execute(connection, *words, **named)

    duckdb.DuckDBPyConnection.execute = counted  # type: ignore[method-assign,assignment]
    if kill and kill.how == "bytes":
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(kill.at), int(kill.at)))
