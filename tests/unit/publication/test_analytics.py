"""Schema analytics of the published warehouse: values against SQL written by hand, and against dbt itself."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.errors import PalmaresError
from orchestration.publication import analytics
from orchestration.publication.analytics import blocks, compiled, declared, fill_analytics
from orchestration.publication.dims import DIMENSIONS
from orchestration.release import TABLES, TITLE_HISTORY
from orchestration.scoring.dbt import DBT_DIR, dbt_executable, profile_args
from orchestration.settings import PROJECT_DIR
from orchestration.units import half_up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def con(two_editions: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(two_editions), read_only=True) as opened:
        yield opened


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.execute(sql).fetchall()


def test_every_model_is_a_table_with_its_key_its_types_and_its_descriptions(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(con, "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'analytics' ORDER BY 1")
    assert found == sorted((one.name, one.comment) for one in (*declared(), *DIMENSIONS)) and len(found) == 22
    for model in (*declared(), *DIMENSIONS):
        columns = rows(
            con,
            "SELECT column_name, lower(data_type), comment FROM duckdb_columns() WHERE schema_name = 'analytics' "
            f"AND table_name = '{model.name}' ORDER BY column_index",
        )
        assert columns == [(one.name, one.type.lower(), one.comment) for one in model.columns]
        keys = rows(
            con,
            "SELECT constraint_column_names FROM duckdb_constraints() WHERE schema_name = 'analytics' "
            f"AND table_name = '{model.name}' AND constraint_type = 'PRIMARY KEY'",
        )
        assert keys == [(list(model.key),)]
        if "edition" not in model.key and not model.name.startswith("dim_"):
            pytest.fail(f"{model.name} would mix the rules of several editions")


OF_ITS_TABLE = {
    "candidate_id", "candidates", "channel", "company", "company_id", "contests", "criterion_id", "decision", "edition",
    "final_micro", "first_edition", "highest_micro", "journeys", "lowest_micro", "mean_micro", "outcome", "tests",
    "titles", "unit", "weight",
}  # fmt: skip
"""Columns that are of something else in each table (the highest mark of a sector, of a channel), and say of what."""


def test_a_column_has_one_wording_in_all_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Those that are shared come from dbt's doc blocks, word for word those of the released tables."""
    several = rows(
        con,
        "SELECT column_name FROM duckdb_columns() WHERE schema_name IN ('main', 'analytics') GROUP BY column_name "
        "HAVING count(DISTINCT comment) > 1 AND bool_or(schema_name = 'analytics') ORDER BY 1",
    )
    assert {name for (name,) in several} == OF_ITS_TABLE
    released = {column.name: column.comment for table in (*TABLES.values(), TITLE_HISTORY) for column in table.columns}
    shared = {name: text for name, text in blocks().items() if name in released and name not in OF_ITS_TABLE}
    assert len(shared) > 15
    assert all(released[name] == text for name, text in shared.items())
    used = "".join(path.read_text("utf-8") for path in analytics.MODELS.glob("*.yml"))
    assert all(f"doc('{name}')" in used for name in blocks())


def test_dbt_itself_makes_the_same_rows_and_its_unit_tests_pass(two_editions: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(two_editions, copy)
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as ours:
        names = [model.name for model in declared()]
        before = {name: rows(ours, f"SELECT * FROM analytics.{name} ORDER BY ALL") for name in names}
        ours.execute("DROP SCHEMA analytics CASCADE")
    paths = {"DBT_TARGET_PATH": str(tmp_path), "DBT_LOG_PATH": str(tmp_path), "PALMARES_PUBLISHED_DB": str(copy)}
    select = ["--target", "published", "--select", "path:models/analytics"]
    done = subprocess.run(
        [dbt_executable(), "build", *select, *profile_args()],
        env={**os.environ, **paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "PASS=22 WARN=0 ERROR=0 SKIP=0" in done.stdout, done.stdout
    with duckdb.connect(str(copy), read_only=True) as theirs:
        for name in names:
            assert rows(theirs, f"SELECT * FROM analytics.{name} ORDER BY ALL") == before[name], name


def test_titles_over_the_editions(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        con, "SELECT edition, titles, titles_so_far, editions_so_far, first_edition FROM analytics.company_title "
        "WHERE company_id = 'alpha' ORDER BY edition",
    ) == [("2018", 2, 2, 1, "2018"), ("2030", 1, 3, 2, "2018"), ("2031", 1, 4, 3, "2018")]  # fmt: skip


def test_marks_by_sector_channel_and_segment_are_those_of_the_fact_tables(con: duckdb.DuckDBPyConnection) -> None:
    finals = [micro for (micro,) in rows(con, "SELECT final_micro FROM fct_ranking WHERE edition = '2031'")]
    assert rows(con, "SELECT * FROM analytics.sector_mark WHERE edition = '2031'") == [
        ("2031", "private", 3, 5, 1, half_up(sum(finals), 5), min(finals), max(finals))
    ]
    marks = rows(con, "SELECT mark_micro, counted_tests FROM fct_channel_mark WHERE edition = '2031' AND "
                      "channel = 'phone' AND candidate_id IN (SELECT candidate_id FROM fct_ranking)")  # fmt: skip
    values = [micro for micro, _ in marks]
    assert rows(con, "SELECT * FROM analytics.channel_mark WHERE edition = '2031' AND channel = 'phone'") == [
        ("2031", "private", "phone", 5, sum(n for _, n in marks), half_up(sum(values), 5), min(values), max(values))
    ]
    assert rows(con, "SELECT candidates, tests, mean_micro FROM analytics.segment_mark WHERE edition = '2031' "
                     "AND segment = 'persona' ORDER BY value") == [(1, 2, 14_000_000), (1, 2, 14_000_000)]  # fmt: skip


def test_families_and_the_common_core(con: duckdb.DuckDBPyConnection) -> None:
    (summed,) = rows(
        con,
        "SELECT sum(ratings), sum(rating_sum), sum(rating_max_sum) FROM fct_criterion JOIN fct_ranking "
        "USING (edition, candidate_id) WHERE edition = '2031' AND family = 'relation'",
    )
    (told,) = rows(con, "SELECT ratings, rating_sum, rating_max_sum, reached_share FROM analytics.family_share "
                        "WHERE edition = '2031' AND family = 'relation'")  # fmt: skip
    assert told[:3] == summed and int(told[3] * 10_000) == half_up(10_000 * int(summed[1]), int(summed[2]))
    core = "edition, previous_edition, channel, criterion_id, share_change"
    trend = rows(con, f"SELECT {core} FROM analytics.criterion_trend")
    assert sorted(trend) == [
        ("2031", "2030", "email", "politeness", 0), ("2031", "2030", "phone", "politeness", 0),
    ]  # fmt: skip


def test_close_titles_effort_firms_contests_and_checks(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, "SELECT category_id, outcome, lead_micro, tie_break FROM analytics.close_title "
                     "WHERE edition = '2031' ORDER BY 1") == [
        ("banks", "elected", 2_123_456, False), ("hotels", "no_award_min_mark", 1_000_000, False),
        ("taxis", "no_award_too_few_candidates", None, None),
    ]  # fmt: skip
    (effort,) = rows(con, "SELECT journeys, observed_repeated_share, observed_redirected_share, repeated_gap "
                          "= observed_repeated_share - declared_repeated_share FROM analytics.effort_gap "
                          "WHERE edition = '2031' AND candidate_id = 'C-2'")  # fmt: skip
    assert (effort[0], int(effort[1]), int(effort[2])) == (1, 1, 0) and effort[3] in (True, None)
    tests = rows(con, "SELECT count(*), count(*) FILTER (counted) FROM fct_test_mark WHERE edition = '2031'")
    firm = rows(con, "SELECT sum(tests), sum(counted_tests), sum(rechecks), sum(aborted), sum(contests) "
                     "FROM analytics.firm_quality WHERE edition = '2031'")  # fmt: skip
    assert firm == [(*tests[0], 5, 5, 2)]
    assert rows(con, "SELECT ground, decision, contests FROM analytics.contest_outcome WHERE edition = '2031' "
                     "ORDER BY 1") == [("other", "open", 1), ("wrong_facts", "rejected", 1)]  # fmt: skip
    assert rows(con, "SELECT gate, severity, checks, passed, failed, accepted FROM analytics.check_quality "
                     "WHERE edition = '2031' ORDER BY severity") == [
        ("intake", "blocking", 1, 1, 0, 0), ("intake", "warning", 1, 0, 1, 1),
    ]  # fmt: skip


def test_every_exposure_has_an_owner_and_every_model_serves_one() -> None:
    served = (analytics.MODELS / "exposures.yml").read_text("utf-8")
    assert served.count("owner:") == served.count("  - name:") == 12
    assert all(f"ref('{model.name}')" in served for model in declared())
    shown = yaml.safe_load((PROJECT_DIR / "deploy/superset/dashboards.yml").read_text("utf-8"))["dashboards"]
    assert all(f"name: superset_{name}" in served for name in shown)


def test_what_dbt_compiled_is_kept_until_its_project_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = compiled()
    assert set(queries) == {model.name for model in declared()}
    assert not any("memory" in sql for sql in queries.values())
    monkeypatch.setattr(analytics, "_compile", lambda *_: pytest.fail("compiled again"))
    assert compiled() == queries


def test_a_project_that_does_not_compile_and_a_row_that_breaks_a_contract_publish_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "dbt_project"  # of one model: the whole of it is parsed in three times as long
    (broken / "models" / "analytics").mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(DBT_DIR / name, broken)
    (broken / "models" / "analytics" / "sector_mark.sql").write_text("select {{ nothing_like_it() }}")
    with pytest.raises(PalmaresError, match="cannot compile"):
        compiled(broken)
    twice = {model.name: "SELECT 1" for model in declared()}
    twice["check_quality"] = "SELECT NULL AS edition, 1 AS release, 'g' AS gate, 's' AS severity, 1 AS checks, " \
        "1 AS passed, 0 AS failed, 0 AS accepted"  # fmt: skip
    chosen = tuple(model for model in declared() if model.name == "check_quality")
    monkeypatch.setattr(analytics, "compiled", lambda: twice)
    monkeypatch.setattr(analytics, "declared", lambda: chosen)
    with duckdb.connect() as con, pytest.raises(PalmaresError, match="breaks the contract"):
        fill_analytics(con)
