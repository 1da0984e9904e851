"""The award whose reports are read, published once."""

import pytest

from orchestration.report.load import Published
from tests.fixtures.award import Award


@pytest.fixture(scope="session")
def award(tmp_path_factory: pytest.TempPathFactory) -> Award:
    """A house that has published its candidates' marks."""
    made = Award(tmp_path_factory.mktemp("award"))
    made.release()
    return made


@pytest.fixture(scope="session")
def published(award: Award) -> Published:
    """Its release, as reports read it."""
    return Published(award.settings, award.edition)
