"""What is shown of a candidate's counted tests beside its marks: segment marks and measured values (SPEC 5, 8).

Belongs here: `fct_segment_mark` and `fct_measure`. Neither is part of a mark.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from orchestration.recount import marks
from orchestration.recount.audits import Test
from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.finals import test_marks

SEGMENTS = ("city", "language", "operator", "persona", "scenario", "site")
"""The columns whose values cut the tests of a candidate, in the order of the published table."""


def completed(tests: Iterable[Test]) -> list[Test]:
    """The tests that were completed: those with ratings."""
    return [test for test in tests if test.outcome == "completed"]


def segment_rows(evidence: Evidence) -> Iterable[Row]:
    """A mark for each value that the counted tests of a candidate bear in one of SEGMENTS; an empty cell is none."""
    for candidate_id in evidence.entered:
        tests = [test for name in evidence.rules.channels for test in evidence.counted_tests(candidate_id, name)]
        for segment in SEGMENTS:
            by_value: dict[str, list[Test]] = defaultdict(list)
            for test in tests:
                if (value := getattr(test, segment)) is not None:
                    by_value[value].append(test)
            for value, bearing in sorted(by_value.items()):
                mark = _segment_mark(evidence, bearing)
                yield {
                    "candidate_id": candidate_id,
                    "segment": segment,
                    "value": value,
                    "tests": len(bearing),
                    "mark_micro": mark,
                    "mark": marks.shown(mark),
                }


def _segment_mark(evidence: Evidence, tests: Sequence[Test]) -> int | None:
    """The formula of the audit mark over these tests alone, the channels without any left out."""
    by_channel: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        by_channel[test.channel].append(test)
    return marks.weighted_mean(
        (evidence.rules.channels[channel_id].weight, marks.mean(test_marks(own)))
        for channel_id, own in by_channel.items()
    )


def measure_rows(evidence: Evidence) -> Iterable[Row]:
    """Median and ninth decile, in thousandths of the unit, of the values that counted, completed tests measured."""
    for candidate_id in evidence.entered:
        for channel_id, channel in sorted(evidence.rules.channels.items()):
            tests = completed(evidence.counted_tests(candidate_id, channel_id))
            for position, criterion in sorted(enumerate(channel.grid), key=lambda item: item[1].criterion_id):
                values = sorted(value for test in tests if (value := test.values[position]) is not None)
                if values:
                    yield {
                        "candidate_id": candidate_id,
                        "channel": channel_id,
                        "criterion_id": criterion.criterion_id,
                        "unit": criterion.unit,
                        "tests": len(values),
                        "median": marks.nearest_rank(values, 1, 2),
                        "p90": marks.nearest_rank(values, 9, 10),
                    }
