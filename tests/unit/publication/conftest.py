"""Most of these tests publish invented marks, which no verification would let through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.publication.warehouse import publish_warehouse
from tests.fixtures.little_release import SEED, House, unverified


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An edition that is ready to be released."""
    return House(tmp_path)


@pytest.fixture
def invented() -> Iterator[None]:
    """Invented marks are let through; that true ones alone are is tested in `test_proof.py`."""
    with unverified():
        yield


@pytest.fixture(scope="session")
def two_editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the little house with two editions, and titles from before."""
    root = tmp_path_factory.mktemp("analytics")
    seed = root / "seed.csv"
    seed.write_text(SEED + "alpha,Alpha,2018,banks,Banques,,press\nalpha,Alpha,2018,taxis,Taxis,,press\n", "utf-8")
    for edition in ("2030", "2031"):
        House(root, edition).release()
    with unverified():
        return publish_warehouse(House(root, "2031").settings, seed).resolve()
