"""Figures that are kept: they come back as they were, a step that costs a third more is named, the page shows them."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import measured
from benchmarks.measured import Measured, Ratio

RUN = Measured(
    votes=5_000_000,
    threads=2,
    times=5,
    seconds=2.61,
    ratios={"bare pandas": Ratio(4.5, 4.1, 5.0, 900), "intake": Ratio(3.0, 2.8, high=3.4, peak=640, start=1.84)},
    machine="a processor, 2 cores, 23 GiB",
    versions={"Python": "3.11.7", "duckdb": "1.5.6"},
    day="1 December 2026",
    absent={"bare Spark": "there is no Java"},
)


def test_what_is_kept_comes_back_and_a_later_run_of_as_many_votes_takes_its_place(tmp_path: Path) -> None:
    place = tmp_path / "measured.json"
    assert measured.kept(place) == {}
    small, later = replace(RUN, votes=300_000), replace(RUN, day="2 December 2026")
    for one in (RUN, small, later):
        measured.keep(one, place)
    assert measured.kept(place) == {300_000: small, 5_000_000: later}


@pytest.mark.parametrize(
    ("name", "median", "says"),
    [
        ("intake", 4.0, []),
        ("intake", 4.01, ["intake costs 4.01 times the bare engine; it cost 3.00"]),
        ("bare pandas", 9.0, []),  # no step of ours
        ("a new step", 9.0, []),
    ],
)
def test_a_step_that_costs_more_than_a_third_more_is_named(name: str, median: float, says: list[str]) -> None:
    now = replace(RUN, ratios={**RUN.ratios, name: Ratio(median, median, median, 1)})
    assert measured.regressions(now, RUN) == says


def test_the_page_and_the_picture_show_what_is_kept() -> None:
    every = measured.kept()
    text = measured.PAGE.read_text("utf-8")
    assert measured.page(text, every) == text, "python -m benchmarks.measured"
    assert measured.picture(every[max(every)]) == measured.PICTURE.read_text("utf-8"), "python -m benchmarks.measured"


def test_a_target_that_is_missed_is_seen_in_table_and_picture() -> None:
    assert "| intake | 3.00 | 2.80 to 3.40 | 2.5 | 1.8 s | 640 MB |" in measured.table(RUN)
    assert "| bare pandas | 4.50 | 4.10 to 5.00 |  |  | 900 MB |" in measured.table(RUN)
    drawn = ElementTree.fromstring(measured.picture(RUN))
    assert len(drawn.findall("{*}g")) == 2
    bar = next(one for one in measured.bars(RUN) if one.name == "intake")
    assert bar.target is not None and bar.low < bar.width < bar.high and bar.target < bar.width


def test_an_engine_that_was_not_measured_is_shown_with_the_reason() -> None:
    assert measured.table(RUN).endswith("| bare Spark | not measured: there is no Java | | | | |")
    assert "Spark" not in measured.picture(RUN)


def test_what_was_run_names_spark_where_it_ran() -> None:
    assert measured.versions({"pyspark": "4.1.4", "dbt-spark": "1.11.0"}) == {**measured.versions(), "pyspark": "4.1.4"}
