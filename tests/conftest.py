"""Fixtures that every test may use: folders of its own, and a clean edition to change."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from orchestration.settings import Settings
from tests.fixtures.tiny import TinyEdition

if TYPE_CHECKING:
    from benchmarks.inprocess import Marks

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")
os.environ["LC_ALL"] = "C.UTF-8"  # commands answer in English, whoever runs the tests

pytest_plugins = ["tests.fixtures.ui_server", "tests.fixtures.postgres_server", "tests.fixtures.object_store"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts servers of its own comes first, each file whole: it mostly waits, and the others go on beside it."""
    items.sort(key=lambda item: item.get_closest_marker("alone") is None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Palmarès on an empty disk: state and deposits in the test's own folder."""
    raw = tmp_path / "raw"
    raw.mkdir()
    return Settings(home=tmp_path / "var", raw=raw, threads=1)


@pytest.fixture
def own_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names the test's own folders: for what reads it, as a step of Dagster does."""
    monkeypatch.setenv("PALMARES_HOME", str(settings.home))
    monkeypatch.setenv("PALMARES_RAW", str(settings.raw))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


@pytest.fixture
def tiny() -> TinyEdition:
    """A clean edition as data; `tiny.write(settings.raw)` deposits it."""
    return TinyEdition()


@pytest.fixture(scope="session")
def marks() -> "Marks":
    """The compiled dbt project, kept between sessions by its content and shared between workers."""
    from benchmarks.inprocess import Marks  # imports DuckDB, dbt's arguments and every check: not for all tests

    return Marks.kept()
