"""Fixtures that every test may use: folders of its own, and a clean edition to change."""

from pathlib import Path

import pytest

from orchestration.settings import Settings
from tests.fixtures.tiny import TinyEdition

pytest_plugins = ["tests.fixtures.ui_server", "tests.fixtures.postgres_server"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Palmarès on an empty disk: state and deposits in the test's own folder."""
    raw = tmp_path / "raw"
    raw.mkdir()
    return Settings(home=tmp_path / "var", raw=raw, threads=1)


@pytest.fixture
def tiny() -> TinyEdition:
    """A clean edition as data; `tiny.write(settings.raw)` deposits it."""
    return TinyEdition()
