"""What integration tests share: a clean edition, deposited, taken in and scored, made once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.intake import load_edition
from orchestration.run import release_edition
from orchestration.settings import Settings
from orchestration.storage.warehouse import connect
from tests.fixtures.tiny import TinyEdition


@dataclass(frozen=True)
class Scored:
    """A scored edition: copy what you change. `manifest` is dbt's, compiled."""

    settings: Settings
    edition: str
    work_db: Path
    manifest: Path


@pytest.fixture(scope="session")
def scored_tiny(tmp_path_factory: pytest.TempPathFactory, marks: Marks) -> Scored:
    """The tiny edition, taken in and scored with the dbt project's SQL."""
    folder = tmp_path_factory.mktemp("scored")
    settings = Settings(folder / "home", folder / "raw")
    TinyEdition().write(settings.raw)
    assert load_edition(settings, "2026").problems == ()
    with connect(settings.work_db("2026"), threads=1) as con:
        marks.compiled.run(con)
    return Scored(settings, "2026", settings.work_db("2026"), marks.manifest)


@pytest.fixture
def instance(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance of Dagster that knows the edition of the module's `line`, in the environment of its folders."""
    monkeypatch.setenv("PALMARES_HOME", str(line.settings.home))
    monkeypatch.setenv("PALMARES_RAW", str(line.settings.raw))
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        made.add_dynamic_partitions("editions", [line.edition])
        yield made
    release_edition(line.settings, line.edition)
