"""The benchmark: engines count alike, one that cannot run is told, and a figure is shown only when everybody agrees."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bare
from benchmarks.bare import DBT, ENGINES, SPARK
from benchmarks.bench import compare, left_out, line_of, main, summed
from benchmarks.stopwatch import Stopwatch
from orchestration.settings import PROJECT_DIR

VOTES = PROJECT_DIR / "raw" / "2026" / "votes"


@pytest.mark.parametrize("name", ["Polars", "pandas", pytest.param(DBT, marks=pytest.mark.slow)])
def test_the_engines_count_the_shipped_votes_alike(name: str) -> None:
    """Spark, too: `tests/integration/test_bench.py`."""
    base, found = ENGINES["DuckDB"](VOTES, 2), ENGINES[name](VOTES, 2)
    assert sum(found.values()) == sum(base.values()) > 100_000
    assert all(abs(found[candidate] - votes) <= 2 for candidate, votes in base.items())


class SameCost(Stopwatch):
    """A watch by which each step takes two CPU seconds, on whatever machine and beside whatever else runs there."""

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """Do one step."""
        self.steps[name] = {"cpu": 2.0}
        return work()


@pytest.mark.parametrize(("name", "charged"), [("DuckDB", 2.0), (DBT, 0.0)])
def test_who_starts_anew_is_not_charged_with_it(name: str, charged: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both questions cost the same here; an engine that stays pays for the second alone, dbt for what it has more."""
    asked = []

    def count(votes: Path, threads: int) -> bare.Counts:
        asked.append(votes)
        return {"a": threads}

    monkeypatch.setattr(bare, "Stopwatch", SameCost)
    monkeypatch.setitem(ENGINES, name, count)
    told = bare.measure(name, Path("tiny"), Path("large"), 2)
    assert told == {"steps": {name: {"cpu": charged}}, "counts": {"a": 2}, "start": 2.0}
    assert asked == [Path("tiny"), Path("large")]


def test_an_engine_that_is_not_here_or_not_wanted_is_told_with_the_reason(tmp_path: Path) -> None:
    (reason,) = left_out([], tmp_path).items()
    assert reason[0] == SPARK and len(reason[1]) > 10
    assert left_out([SPARK, "pandas"], tmp_path) == dict.fromkeys(["pandas", SPARK], "left out by --without")


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


def test_a_figure_is_told_with_its_spread_its_start_and_its_memory() -> None:
    shown = line_of("sum", summed([2.0, 1.0, 4.0], [10, 30], [0.5]))
    assert shown == "sum                     2.00 x  (1.00 to 4.00)    start  0.5 s      30 MB"
    assert (
        line_of("sum", summed([2.0], [10], []))
        == "sum                     2.00 x  (2.00 to 2.00)                      10 MB"
    )


def test_what_was_never_measured_is_no_comparison_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--votes", "7", "--against"])
    with pytest.raises(SystemExit, match="no figures of 7 votes are kept"):
        main()
