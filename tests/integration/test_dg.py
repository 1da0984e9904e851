"""`dg`, as Dagster's users expect it: on this project's definitions, without a warning."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.instance import prepare_dagster_home
from orchestration.instance.opening import put_right
from orchestration.settings import PROJECT_DIR, Settings
from tests.fixtures.tiny import EDITION, TinyEdition

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["check", "defs"], "loaded successfully"),
        (["list", "defs"], "intake_votes"),
        (["launch", "--assets", "key:intake_custody", "--partition", EDITION], ""),
        (["launch", "--job", "verify_everything"], ""),
    ],
)
def test_dg_checks_lists_and_launches_without_a_warning(
    settings: Settings,
    tiny: TinyEdition,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    said: str,
) -> None:
    tiny.write(settings.raw)
    monkeypatch.setenv("DAGSTER_HOME", str(settings.home))  # so that it is put back
    prepare_dagster_home(settings)
    put_right(settings)  # as `python -m orchestration.instance.opening` does: editions are partitions
    assert capsys.readouterr().out == ""
    folders = {"PALMARES_HOME": str(settings.home), "PALMARES_RAW": str(settings.raw), "PALMARES_THREADS": "1"}
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("dg")), *command],
        cwd=PROJECT_DIR,
        env={**os.environ, **folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    assert said in ended.stdout and "Warning:" not in ended.stdout.replace("Warning: the dossier", "")
