"""One conform release for the whole session, and copies of it to tamper with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.little_release import TrueHouse, writable_copy


@pytest.fixture(scope="session")
def true_house(tmp_path_factory: pytest.TempPathFactory) -> TrueHouse:
    """A house with one release of the tiny edition."""
    house = TrueHouse(tmp_path_factory.mktemp("house"))
    house.release()
    return house


@pytest.fixture(scope="session")
def sealed(true_house: TrueHouse) -> Path:
    """The release, never to be changed."""
    return true_house.settings.releases / "2026" / "1"


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Callable[[], Path]:
    """Makes a copy of the release that may be tampered with."""
    count = iter(range(1000))
    return lambda: writable_copy(sealed, tmp_path / f"copy-{next(count)}")
