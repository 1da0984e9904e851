"""All that results are made of: accepted rows, judged, and the rules that judged them.

Belongs here: handing them on together, and who counts. Does not belong here: reading or judging a row, or a mark.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from orchestration.recount.audits import Test
from orchestration.recount.candidates import Candidate
from orchestration.recount.contests import Contest
from orchestration.recount.rules import Rules
from orchestration.recount.survey import Response

Cell = str | int | bool | None
Row = dict[str, Cell]
"""A row of a published table by column; None is an empty field."""


@dataclass(frozen=True)
class Evidence:
    """Accepted tests and responses, standing contests, and counted votes by candidate.

    `rulebook_sha256` is the fingerprint of the rulebook's file, `weights` the respondents' raking weights in
    millionths.
    """

    rules: Rules
    rulebook_sha256: str
    candidates: Mapping[str, Candidate]
    tests: Sequence[Test]
    contests: Sequence[Contest]
    responses: Sequence[Response]
    weights: Mapping[str, int]
    votes: Mapping[str, int]

    @cached_property
    def entered(self) -> list[str]:
        """The candidates that are not withdrawn, sorted."""
        return sorted(candidate_id for candidate_id, candidate in self.candidates.items() if candidate.entered)

    @cached_property
    def _counted_tests(self) -> Mapping[tuple[str, str], list[Test]]:
        counted: dict[tuple[str, str], list[Test]] = defaultdict(list)
        for test in self.tests:
            if test.exclusion is None:
                counted[test.candidate_id, test.channel].append(test)
        return counted

    @cached_property
    def _counted_responses(self) -> Mapping[str, list[Response]]:
        counted: dict[str, list[Response]] = defaultdict(list)
        for response in self.responses:
            if response.exclusion is None:
                counted[response.candidate_id].append(response)
        return counted

    def counted_tests(self, candidate_id: str, channel_id: str) -> list[Test]:
        """The tests that enter a candidate's mark on a channel; every one has a mark."""
        return self._counted_tests.get((candidate_id, channel_id), [])

    def counted_responses(self, candidate_id: str) -> list[Response]:
        """The responses that enter a candidate's survey mark."""
        return self._counted_responses.get(candidate_id, [])
