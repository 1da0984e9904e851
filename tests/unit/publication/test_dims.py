"""Dimensions of schema analytics: every code of a published table has its words there."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import duckdb
import pytest
import yaml

from expectations import all_checks
from orchestration.publication.dims import DIMENSIONS, fill_dims
from orchestration.settings import PROJECT_DIR

if TYPE_CHECKING:
    from orchestration.release import Release

RULES = PROJECT_DIR / "raw" / "2026" / "rulebook.yml"


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """The dimensions of the shipped rulebook, and two checks: one of this program, one that it no longer has."""
    con = duckdb.connect()
    con.execute("CREATE TABLE quality_check AS SELECT unnest(['intake.custody_chained', 'gone.check']) AS check_id")
    con.execute("CREATE SCHEMA analytics")
    record = SimpleNamespace(edition="2026")
    release = SimpleNamespace(record=record, folder=RULES.parent, bytes_of=lambda _: RULES.read_bytes())
    fill_dims(con, [cast("Release", release)])
    return con


def ask(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def test_channels_and_criteria_are_those_of_the_rulebook_in_three_languages(con: duckdb.DuckDBPyConnection) -> None:
    rules = yaml.safe_load(RULES.read_bytes())
    assert ask(con, "SELECT channel, weight, planned_tests FROM analytics.dim_channel ORDER BY channel") == sorted(
        (channel, one["weight"], one["planned_tests"]) for channel, one in rules["channels"].items()
    )
    assert ask(con, "SELECT label_fr, label_en, label_ar FROM analytics.dim_channel WHERE channel = 'phone'") == [
        ("téléphone", "telephone", "الهاتف")
    ]
    (count,) = ask(con, "SELECT count(*) FROM analytics.dim_criterion")[0]
    assert count == sum(len(rules["grids"][one["grid"]]) for one in rules["channels"].values())
    chosen = "channel = 'phone' AND criterion_id = 'menu_clarity'"
    assert ask(
        con, f"SELECT label_fr, label_en, family, weight, best, unit FROM analytics.dim_criterion WHERE {chosen}"
    ) == [("Clarté du menu vocal", "Clarity of the voice menu", "reachability", 1, 2, None)]
    assert ask(con, "SELECT DISTINCT unit FROM analytics.dim_criterion WHERE unit IS NOT NULL ORDER BY 1") == [
        ("minute",), ("second",),
    ]  # fmt: skip


def test_a_check_is_told_in_words_and_an_unknown_one_by_its_name(con: duckdb.DuckDBPyConnection) -> None:
    (known,) = (check for check in all_checks() if check.id == "intake.custody_chained")
    assert ask(con, "SELECT * FROM analytics.dim_check ORDER BY check_id DESC") == [
        (known.id, known.fr, known.en, known.ar),
        ("gone.check",) * 4,
    ]


def test_a_code_stands_once(con: duckdb.DuckDBPyConnection) -> None:
    for dimension in DIMENSIONS:
        with pytest.raises(duckdb.ConstraintException, match="Duplicate key"):
            con.execute(f"INSERT INTO analytics.{dimension.name} SELECT * FROM analytics.{dimension.name} LIMIT 1")
