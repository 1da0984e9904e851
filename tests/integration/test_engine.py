"""The engine of a run, as far as it goes without Spark: what it is built upon, what is said where it is not there.

What Spark itself makes is in `tests/dbt/test_spark.py`.
"""

import json
import shutil
from pathlib import Path

import dagster as dg
import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.bailiff import sign_dossier
from orchestration.definitions import defs
from orchestration.dossier.make import make_dossier
from orchestration.errors import Refused
from orchestration.evidence import scored_by
from orchestration.publication.publish import CorrectionRequest, publish_release
from orchestration.release import read_record
from orchestration.run import Now
from orchestration.scoring import ensure_manifest, noted
from orchestration.scoring.engine import note
from orchestration.scoring.spark import empty_build, hand_over, sources, tables, take_back
from orchestration.settings import Settings
from orchestration.status import describe
from orchestration.storage import connect
from tests.fixtures.tiny import EDITION, TinyEdition
from tests.integration.command import run_in_process

pytestmark = pytest.mark.slow
MADE_BY = {"dbt-spark": "1.11.0", "pyspark": "4.1.4"}
COLUMNS = (
    "SELECT schema_name, table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
    "WHERE database_name = current_database() AND NOT internal AND schema_name <> 'scoring' ORDER BY ALL"
)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """An edition with rows, before any mark."""
    place = tmp_path_factory.mktemp("engine")
    TinyEdition().write(place / "raw")
    line = Line(Settings(place / "var", place / "raw"), EDITION, Marks.kept())
    line.read()
    return line


def test_tables_that_go_there_and_back_are_those_that_stood(line: Line, tmp_path: Path) -> None:
    """DuckDB's own tables, as Spark would leave them, into a warehouse that has rows alone: dbt's marks in all."""
    manifest = json.loads(ensure_manifest().read_bytes())
    scored, bare = tmp_path / "scored" / line.work.name, tmp_path / line.work.name
    scored.parent.mkdir()
    for path in (scored, bare):
        shutil.copyfile(line.work, path)
    with connect(scored) as con:
        line.marks.compiled.run(con)
        for schema, table in tables(manifest):
            place = tmp_path / "spark" / f"{schema}.db" / table
            place.mkdir(parents=True)
            con.execute(f"COPY {schema}.{table} TO '{place}/part-0.parquet'")
        made = [con.execute(f"FROM {schema}.{table} ORDER BY ALL").fetchall() for schema, table in tables(manifest)]
        views = con.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL")
        found = [con.execute(f"FROM {schema}.{view} ORDER BY ALL").fetchall() for schema, view in views.fetchall()]
    built = empty_build(line.settings, bare, tmp_path / "built", manifest)
    with connect(bare) as con:
        hand_over(con, manifest, tmp_path / "rows")
        assert take_back(con, built, spark=tmp_path / "spark", manifest=manifest, packages=MADE_BY) > sum(
            map(len, made)
        )
        assert [con.execute(f"FROM {s}.{t} ORDER BY ALL").fetchall() for s, t in tables(manifest)] == made
        views = con.execute("SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL")
        assert [con.execute(f"FROM {s}.{v} ORDER BY ALL").fetchall() for s, v in views.fetchall()] == found
        assert con.execute("SELECT count(*) FROM staging.title_history").fetchone() != (0,), "the seed is DuckDB's"
        assert noted(con) == MADE_BY
        twice = con.execute(COLUMNS).fetchall()
        take_back(con, built, spark=tmp_path / "spark", manifest=manifest, packages=MADE_BY)
        assert con.execute(COLUMNS).fetchall() == twice
    went = {path.relative_to(tmp_path / "rows").parts[:2] for path in (tmp_path / "rows").rglob("*.parquet")}
    assert went == set(sources(manifest)), "what the models read, and nothing else"


def test_whoever_made_the_marks_is_in_the_evidence_the_dossier_and_the_release(line: Line, tmp_path: Path) -> None:
    """As DuckDB made them, then with the note that Spark leaves: the same results, another dossier to sign."""
    home, raw = tmp_path / "var", Path(shutil.copytree(line.settings.raw, tmp_path / "raw"))
    mine, key = Line(Settings(home, raw), EDITION, line.marks), TinyEdition().write_p12(tmp_path)
    first = run_in_process(mine)
    assert scored_by(mine.records()) == {} and describe(mine.settings, EDITION).engine == {}
    with mine.held():
        sign_dossier(mine.settings, EDITION, key, TinyEdition.password)
    with connect(mine.work) as con:
        note(con, MADE_BY)
    mine.judge_scoring()
    with mine.held():
        second = make_dossier(mine.run)
        assert second.identity != first.identity and "Apache Spark" in second.html.read_text("utf-8")
        assert "Apache Spark" not in first.html.read_text("utf-8")
        with pytest.raises(Refused):
            publish_release(Now(mine.another_run()), CorrectionRequest())
        sign_dossier(mine.settings, EDITION, key, TinyEdition.password)
        release = read_record(publish_release(Now(mine.another_run()), CorrectionRequest()))
    assert {name: release.packages[name] for name in MADE_BY} == MADE_BY
    assert release.packages["duckdb"] and release.digests.results_sha256 == Now(mine.run).scored.results_sha256
    state = describe(mine.settings, EDITION)
    assert state.engine == MADE_BY and any("marks made by dbt-spark 1.11.0" in one for one in state.lines())


def test_a_job_that_asks_for_spark_where_it_is_not_says_so_and_leaves_the_marks(
    line: Line, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    before = line.work.read_bytes()
    ended = defs.resolve_job_def("prepare_edition").execute_in_process(
        run_config={"resources": {"engine": {"config": {"name": "spark"}}}},
        partition_key=EDITION,
        instance=instance,
        raise_on_error=False,
        asset_selection=[dg.AssetKey("fct_ranking")],
    )
    [failed] = [event for event in ended.all_events if event.event_type is dg.DagsterEventType.STEP_FAILURE]
    told = failed.step_failure_data.user_failure_data
    assert told.metadata["how to mend it"].value.startswith(("make deploy/spark", "install Java 17"))
    assert str(tmp_path) in str(told.description) or "deploy/spark/.venv" in str(told.description)
    assert line.work.read_bytes() == before and scored_by(line.records()) == {}
    [run] = instance.get_runs()
    assert run.tags["engine"] == "spark"


def test_the_launchpad_offers_two_engines_and_says_what_each_is() -> None:
    schema = defs.resolve_job_def("prepare_edition").resource_defs["engine"].config_schema
    field = schema.config_type.fields["name"]
    assert [value.config_value for value in field.config_type.enum_values] == ["duckdb", "spark"]
    assert field.default_value == "duckdb" and "to the last byte" in field.description
