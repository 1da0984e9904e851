"""What is shown of a candidate's counted tests beside its marks: segment marks and measured values (SPEC 5, 8).

Belongs here: `fct_segment_mark`, `fct_measure` and the ratings of `fct_criterion`. None is part of a mark.
"""

from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from orchestration.recount import audits, marks
from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.grids import Criterion

SEGMENTS = ("city", "language", "operator", "persona", "scenario", "site")
"""The columns whose values cut the tests of a candidate, in the order of the published table."""
COMPLETED = pl.col("outcome") == "completed"
"""Tests with ratings."""


def segment_rows(evidence: Evidence) -> Iterable[Row]:
    """A mark for each value that the counted tests of a candidate bear in one of SEGMENTS; an empty cell is none.

    It is the formula of the audit mark over these tests alone, the channels without any left out.
    """
    bearing: dict[tuple[str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for channel_id, tests in evidence.counted_tests.items():
        weight = evidence.rules.channels[channel_id].weight
        for segment in SEGMENTS:
            borne = tests.drop_nulls(segment).group_by("candidate_id", segment).agg(pl.len(), pl.col("mark").sum())
            for candidate_id, value, number, total in borne.collect().iter_rows():
                bearing[candidate_id, segment, value].append((weight, number, total))
    for (candidate_id, segment, value), channels in sorted(bearing.items()):
        mark = marks.weighted_mean((weight, marks.mean(total, number)) for weight, number, total in channels)
        yield {
            "candidate_id": candidate_id,
            "segment": segment,
            "value": value,
            "tests": sum(number for _, number, _ in channels),
            "mark_micro": mark,
            "mark": marks.shown(mark),
        }


def _lines(evidence: Evidence) -> Iterable[tuple[str, str, Criterion]]:
    """Candidate, channel and criterion of each line of a grid, in the order of the published tables."""
    for candidate_id in evidence.entered:
        for channel_id, channel in sorted(evidence.rules.channels.items()):
            for criterion in sorted(channel.grid, key=lambda criterion: criterion.criterion_id):
                yield candidate_id, channel_id, criterion


def criterion_rows(evidence: Evidence) -> Iterable[Row]:
    """How often each criterion was rated in counted, completed tests of a candidate, and the sum of the ratings."""
    rated: dict[tuple[str, str, str], tuple[int, int]] = {}
    for channel_id, tests in evidence.counted_tests.items():
        grid = {audits.rating(criterion): criterion for criterion in evidence.rules.channels[channel_id].grid}
        sums = (
            tests.filter(COMPLETED)
            .group_by("candidate_id")
            .agg(
                *(pl.col(name).count().alias(f"number of {name}") for name in grid),
                *(pl.col(name).cast(pl.Int64).sum().alias(f"sum of {name}") for name in grid),
            )
        )
        for row in sums.collect().iter_rows(named=True):
            for name, criterion in grid.items():
                key = (row["candidate_id"], channel_id, criterion.criterion_id)
                rated[key] = (row[f"number of {name}"], row[f"sum of {name}"])
    for candidate_id, channel_id, criterion in _lines(evidence):
        ratings, total = rated.get((candidate_id, channel_id, criterion.criterion_id), (0, 0))
        yield {
            "candidate_id": candidate_id,
            "channel": channel_id,
            "criterion_id": criterion.criterion_id,
            "family": criterion.family,
            "ratings": ratings,
            "rating_sum": total,
            "rating_max_sum": criterion.best * ratings,
        }


def measure_rows(evidence: Evidence) -> Iterable[Row]:
    """Median and ninth decile, in thousandths of the unit, of the values that counted, completed tests measured."""
    measured: dict[tuple[str, str, str], dict[int, int]] = defaultdict(dict)
    for channel_id, tests in evidence.counted_tests.items():
        for criterion in evidence.rules.channels[channel_id].grid:
            if criterion.bands:
                column = audits.value(criterion)
                tally = tests.filter(COMPLETED).drop_nulls(column).group_by("candidate_id", column).len()
                for candidate_id, value, times in tally.collect().iter_rows():
                    measured[candidate_id, channel_id, criterion.criterion_id][value] = times
    for candidate_id, channel_id, criterion in _lines(evidence):
        if values := measured.get((candidate_id, channel_id, criterion.criterion_id)):
            yield {
                "candidate_id": candidate_id,
                "channel": channel_id,
                "criterion_id": criterion.criterion_id,
                "unit": criterion.unit,
                "tests": sum(values.values()),
                "median": marks.nearest_rank(values, 1, 2),
                "p90": marks.nearest_rank(values, 9, 10),
            }
