"""The benchmark: three engines count alike, and a figure is shown only when everybody agrees."""

import sys
from typing import Any

import pytest

from benchmarks.bare import ENGINES
from benchmarks.bench import Stopwatch, compare, line_of, main, summed
from orchestration.settings import PROJECT_DIR


def test_the_bare_engines_count_the_shipped_votes_alike() -> None:
    counts = {name: engine(PROJECT_DIR / "raw" / "2026" / "votes", 2) for name, engine in ENGINES.items()}
    totals = {sum(found.values()) for found in counts.values()}
    assert len(totals) == 1 and totals.pop() > 100_000
    for found in counts.values():
        assert all(abs(found[name] - votes) <= 2 for name, votes in counts["DuckDB"].items())


def told(**counts: int) -> dict[str, Any]:
    """What an engine tells."""
    return {"counts": counts}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, []),
        ({"marks": {"a": 4, "b": 2}}, ["the recount counts otherwise than dbt"]),
        (
            {"accepted": {"a": 1}},
            ["the votes that were accepted differ from those of DuckDB by more than those set aside"],
        ),
    ],
)
def test_no_figure_is_shown_when_counts_differ(change: dict[str, Any], says: list[str]) -> None:
    line = {"marks": {"a": 3, "b": 2}, "recount": {"a": 3, "b": 2}, "accepted": {"a": 4, "b": 2}, "aside": 1, **change}
    assert compare({"DuckDB": told(a=4, b=3), "Polars": told(a=4, b=3)}, line) == says


def test_an_engine_that_counts_otherwise_is_named() -> None:
    line = {"marks": {}, "recount": {}, "accepted": {"a": 7}, "aside": 0}
    assert compare({"DuckDB": told(a=7), "pandas": told(a=70)}, line) == ["pandas counts otherwise than DuckDB"]


def test_a_step_is_told_with_its_time_and_memory() -> None:
    watch = Stopwatch()
    assert watch.step("sum", lambda: sum(range(100_000))) == 4_999_950_000
    step = watch.told["steps"]["sum"]
    assert step["cpu"] >= 0 and step["wall"] > 0 and step["peak"] > 1
    shown = line_of("sum", summed([2.0, 1.0, 4.0], [10, 30]))
    assert shown == "sum                     2.00 x  (1.00 to 4.00)      30 MB"


def test_what_was_never_measured_is_no_comparison_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--votes", "7", "--against"])
    with pytest.raises(SystemExit, match="no figures of 7 votes are kept"):
        main()
