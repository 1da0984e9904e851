"""The command `palmares` for real, on Dagster and dbt, in a process of its own on folders of its own.

Belongs here: starting it, hearing what it says, and killing it with all that it started, or alone.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import PROJECT_DIR, Settings

PATIENCE = 900
"""Seconds after which a command is taken for hung."""
FRONT = [sys.executable, "-c", "from orchestration.cli import main; main()"]


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended (negative: by a signal)."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What a person was told."""
        return self.err + self.out


class Started:
    """A command at work."""

    def __init__(self, settings: Settings, words: tuple[str, ...], log: Path, user: int | None = None) -> None:
        self.log = log
        with log.open("wb") as err, log.with_suffix(".out").open("wb") as out:
            self.process = subprocess.Popen(
                [*FRONT, *words],
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
                cwd=PROJECT_DIR,
                env=environment(settings),
                start_new_session=True,
                user=user,
            )

    def reaches(self, stage: str) -> bool:
        """Wait until it says that it has begun a stage; False when it ended before."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if f"… {stage}" in self.log.read_text("utf-8"):
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.05)
        raise AssertionError(f"it did not come to {stage!r}: {self.log.read_text('utf-8')}")

    def kill(self, alone: bool = False) -> None:
        """SIGKILL: to the command and all its children, or to the command alone, as when memory runs out."""
        if alone:
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> Said:
        """Wait until it ends by itself."""
        code = self.process.wait(PATIENCE)
        return Said(code, self.log.with_suffix(".out").read_text("utf-8"), self.log.read_text("utf-8"))


def environment(settings: Settings) -> Mapping[str, str]:
    """What a command is told by its environment."""
    return {
        **os.environ,
        "PALMARES_HOME": str(settings.home),
        "PALMARES_RAW": str(settings.raw),
        "PALMARES_KEY_PASSWORD": "throwaway",
        "PALMARES_THREADS": "1",
    }


def start(settings: Settings, folder: Path, *words: str, user: int | None = None) -> Started:
    """Start a command; what it prints goes to files in `folder`."""
    folder.mkdir(exist_ok=True, parents=True)
    return Started(settings, words, folder / f"{words[0]}-{len(list(folder.iterdir()))}.log", user)


def palmares(settings: Settings, folder: Path, *words: str, user: int | None = None) -> Said:
    """Run a command to its end."""
    return start(settings, folder, *words, user=user).end()
