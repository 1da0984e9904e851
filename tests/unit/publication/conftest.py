"""Most of these tests publish invented marks, which no verification would let through."""

from collections.abc import Iterator

import pytest

from tests.fixtures.little_release import unverified


@pytest.fixture
def invented() -> Iterator[None]:
    """Invented marks are let through; that true ones alone are is tested in `test_proof.py`."""
    with unverified():
        yield
