"""Fixtures of the attacks: the clean edition at each stage."""

import pytest

from benchmarks.inprocess import Marks
from tests.attacks.bench import CleanLine


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, marks: Marks) -> CleanLine:
    """The clean edition, from its deposits to its release."""
    return CleanLine(tmp_path_factory.mktemp("clean"), marks)
