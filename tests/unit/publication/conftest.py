"""Most of these tests publish invented marks, which no verification would let through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.little_release import House, unverified


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An edition that is ready to be released."""
    return House(tmp_path)


@pytest.fixture
def invented() -> Iterator[None]:
    """Invented marks are let through; that true ones alone are is tested in `test_proof.py`."""
    with unverified():
        yield
