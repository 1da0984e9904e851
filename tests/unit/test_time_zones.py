"""The time zones are those of the pinned package, whatever database the machine has or is pointed to."""

import os
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

from orchestration.run import package_versions
from orchestration.settings import PROJECT_DIR

ASK = """
from datetime import datetime
{first}
from zoneinfo import ZoneInfo
print(datetime(2025, 7, 1, tzinfo=ZoneInfo("Africa/Casablanca")).utcoffset())
"""


@pytest.mark.parametrize("first", ["import orchestration.recount", "import orchestration.intake"])
def test_a_database_of_the_machine_is_not_read(tmp_path: Path, first: str) -> None:
    zone = tmp_path / "Africa" / "Casablanca"
    zone.parent.mkdir()
    zone.write_bytes(files("tzdata.zoneinfo.America").joinpath("New_York").read_bytes())
    environment = {**os.environ, "PYTHONTZPATH": str(tmp_path)}

    def offset(call: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", call], cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert offset(ASK.format(first="")) == "-1 day, 20:00:00", "the machine's database is what Python would read"
    assert offset(ASK.format(first=first)) == "1:00:00"


def test_a_release_says_which_version_was_read() -> None:
    assert package_versions()["tzdata"] == version("tzdata")
