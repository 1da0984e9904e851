"""Fixtures that every test may use: folders of its own, and a clean edition to change."""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from orchestration import recount  # noqa: F401  it tells Polars how to read before a test imports it
from orchestration.settings import Settings
from tests.fixtures.children import at_rest
from tests.fixtures.tiny import TinyEdition

if TYPE_CHECKING:
    from xdist.remote import Producer

    from benchmarks.inprocess import Marks

ASK_THE_UI = ("tests/browser/test_dagster_ui.py", "tests/integration/test_graphql.py")

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")
os.environ["LC_ALL"] = "C.UTF-8"  # commands answer in English, whoever runs the tests
os.environ["PALMARES_THREADS"] = "1"  # tests run side by side already

gc.disable()  # until all is imported, and nearly all of it stays: the collector would look through it again and again

pytest_plugins = ["tests.fixtures.ui_server", "tests.fixtures.postgres_server", "tests.fixtures.object_store"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts servers of its own comes first, each file whole: it mostly waits, and the others go on beside it."""
    items.sort(key=lambda item: item.get_closest_marker("alone") is None)


class ByFile(LoadFileScheduling):
    """A file whole to one worker, and all files that ask one server: it is started once."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "the UI" if file in ASK_THE_UI else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> ByFile | None:
    """Who works on what, for `--dist loadfile`."""
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, but not in what was imported."""
    at_rest()
    gc.enable()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Palmarès on an empty disk: state and deposits in the test's own folder."""
    raw = tmp_path / "raw"
    raw.mkdir()
    return Settings(home=tmp_path / "var", raw=raw)


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
