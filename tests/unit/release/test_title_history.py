"""The titles published before there were releases: each with its source, and no certainty that nobody has."""

import csv
from pathlib import Path

import pytest

from orchestration.release.catalogue import TITLE_HISTORY
from orchestration.rulebook.types import IDENTIFIER
from orchestration.scoring.dbt import DBT_DIR

Row = dict[str, str]


@pytest.fixture
def titles() -> list[Row]:
    with Path(DBT_DIR / "seeds" / "title_history.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_columns_are_those_of_the_published_table(titles: list[Row]) -> None:
    assert tuple(titles[0]) == TITLE_HISTORY.names


def test_the_key_is_unique_and_the_rows_are_sorted_by_it(titles: list[Row]) -> None:
    keys = [tuple(row[key] for key in TITLE_HISTORY.keys) for row in titles]
    assert keys == sorted(set(keys))


def test_ids_are_ids_and_every_title_has_a_source_and_no_mark(titles: list[Row]) -> None:
    for row in titles:
        assert IDENTIFIER.fullmatch(row["company_id"])
        assert IDENTIFIER.fullmatch(row["category_id"])
        assert row["source"].startswith("https://")
        assert row["final"] == ""


def test_what_was_not_seen_is_said_in_the_label(titles: list[Row]) -> None:
    unknown = [row for row in titles if row["category_id"] == "not-recorded"]
    assert {row["category"] for row in unknown} == {"Catégorie non relevée"}
    assert sum("(libellé déduit)" in row["category"] for row in titles) == 10
    assert not any("[" in row["category"] for row in titles)
