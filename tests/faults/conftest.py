"""What the faults of the machine share: the line at each stage of its second time round, made once a session."""

import os
from pathlib import Path

import pytest

from benchmarks.inprocess import Marks
from orchestration.evidence.fingerprints import code_sha256
from tests.faults.line import Means, Stages


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, marks: Marks) -> Stages:
    """The line before each of its steps; workers share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "faults"
    folder.mkdir(exist_ok=True)
    return Stages(folder, Means(marks.manifest, code_sha256()))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for a copy of the line."""
    return tmp_path / "line"
