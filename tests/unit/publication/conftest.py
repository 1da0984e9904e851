"""Most of these tests publish invented marks, which no verification would let through."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.publication.warehouse import publish_warehouse
from tests.fixtures.little_release import SEED, House, unverified


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An edition that is ready to be released."""
    return House(tmp_path)


@pytest.fixture(scope="session")
def _once_shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with one release, shown: a second's work, for all tests that begin there."""
    root = tmp_path_factory.mktemp("shown")
    house = House(root)
    house.release()
    with unverified():
        publish_warehouse(house.settings)
    return root


@pytest.fixture
def shown_house(_once_shown: Path, tmp_path: Path) -> Callable[[], House]:
    """Makes an edition with one published release, in the test's own folder."""

    def made() -> House:
        shutil.copytree(_once_shown, tmp_path, symlinks=True, dirs_exist_ok=True)
        return House(tmp_path)

    return made


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
