"""The benchmark of many editions counts what a command used with all that it started, and runs no more than asked."""

import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import editions
from orchestration.settings import Settings

BURN = """
import json, os, resource, subprocess, sys, time
from pathlib import Path
home = Path(os.environ["PALMARES_HOME"])
began = time.monotonic()
subprocess.run([sys.executable, "-c", "sum(range(2_000_000))"], check=True)
inner = resource.getrusage(resource.RUSAGE_CHILDREN)
told = {"child": inner.ru_utime + inner.ru_stime, "began": began, "ended": time.monotonic()}
(home / sys.argv[1]).write_text(json.dumps(told))
"""


def test_what_a_command_started_is_counted(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "COMMAND", [sys.executable, "-c", BURN])
    settings.home.mkdir()
    names = ["2031-001", "2031-002", "2031-003"]
    used = editions.run_all(settings, names, 1, tmp_path / "logs")
    told = [json.loads((settings.home / name).read_text()) for name in names]
    assert all(used[name].cpu > one["child"] for name, one in zip(names, told, strict=True))
    assert all(before["ended"] <= after["began"] for before, after in pairwise(told))
    assert editions.run_all(settings, names, 3, tmp_path / "logs").keys() == set(names)


def test_a_run_that_fails_ends_it_with_its_words(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "COMMAND", [sys.executable, "-c", "import sys; sys.exit('no rulebook')"])
    with pytest.raises(SystemExit, match="no rulebook"):
        editions.run_all(settings, ["2031-001"], 1, tmp_path / "logs")
