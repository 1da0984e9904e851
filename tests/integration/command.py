"""Calling the command line in this process, as `palmares …` would, with its exit code and what it printed.

Belongs here too: what `palmares run` does, for tests that are of what comes after it.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.inprocess import Line
from orchestration.cli import main
from orchestration.dossier import make as document
from orchestration.dossier.register import Dossier


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The report of a command called with --json."""
        return json.loads(self.out)


class Palmares:
    """The command line on folders of its own."""

    def __init__(self, home: Path, raw: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.home, self.raw, self._capsys = home, raw, capsys
        for name, value in (
            ("PALMARES_HOME", str(home)),
            ("PALMARES_RAW", str(raw)),
            ("PALMARES_KEY_PASSWORD", "throwaway"),
        ):
            patch.setenv(name, value)
        self._patch = patch

    def __call__(self, *words: str | Path) -> Said:
        self._patch.setattr(sys, "argv", ["palmares", *map(str, words)])
        self._capsys.readouterr()
        umask = os.umask(0o022)  # the command sets its own, and this process goes on
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            os.umask(umask)
        printed = self._capsys.readouterr()
        return Said(code, printed.out, printed.err)


def run_in_process(line: Line) -> Dossier:
    """What `palmares run` does, without Dagster and without a start of dbt."""
    for step in (line.read, line.build, line.test, line.judge_intake, line.judge_scoring):
        step()
    with line.held():
        return document.make_dossier(line.run)
