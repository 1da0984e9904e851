"""All that results are made of: accepted rows, judged, and the rules that judged them.

Belongs here: handing them on together, and who counts. Does not belong here: reading or judging a row, or a mark.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, overload

import polars as pl

from orchestration.recount.audits import Tests
from orchestration.recount.candidates import Candidate
from orchestration.recount.contests import Contest
from orchestration.recount.marks import Tally
from orchestration.recount.rules import Rules

Cell = str | int | bool | None
Row = dict[str, Cell]
"""A row of a published table by column; None is an empty field."""


AT_ONCE = 100_000


class ManyRows(Sequence[dict[str, Any]]):
    """The rows of a table that may have millions, kept as columns, typed or as texts; each is made when asked for."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    @classmethod
    def of_text(cls, names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> "ManyRows":
        """Rows of texts as they come, a hundred thousand at a time."""
        schema, rest = dict.fromkeys(names, pl.String), iter(rows)
        frames = [pl.DataFrame(schema=schema)]
        while some := list(islice(rest, AT_ONCE)):
            frames.append(pl.DataFrame(some, schema=schema, orient="row"))
        return cls(pl.concat(frames))

    def __len__(self) -> int:
        return len(self.frame)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.frame.iter_rows(named=True)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[dict[str, Any], ...]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | tuple[dict[str, Any], ...]:
        return self.frame.row(index, named=True) if isinstance(index, int) else tuple(ManyRows(self.frame[index]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as a list's


@dataclass(frozen=True)
class Evidence:
    """Accepted tests and responses, standing contests, and counted votes by candidate.

    `rulebook_sha256` is the fingerprint of the rulebook's file; `tests`, `responses` and `respondents` are columns, as
    `audits`, `survey` and `respondents` say.
    """

    rules: Rules
    rulebook_sha256: str
    candidates: Mapping[str, Candidate]
    tests: Tests
    contests: Sequence[Contest]
    responses: pl.DataFrame
    respondents: pl.DataFrame
    votes: Mapping[str, int]

    @cached_property
    def entered(self) -> list[str]:
        """The candidates that are not withdrawn, sorted."""
        return sorted(candidate_id for candidate_id, candidate in self.candidates.items() if candidate.entered)

    @cached_property
    def counted_tests(self) -> Mapping[str, pl.LazyFrame]:
        """The tests that enter a mark, by channel; every one has a mark. They are not copied, but asked."""
        return {name: tests.lazy().filter(pl.col("exclusion").is_null()) for name, tests in self.tests.items()}

    @cached_property
    def test_marks(self) -> Mapping[tuple[str, str], Tally]:
        """How often each mark occurs among the counted tests of a candidate on a channel."""
        tallies: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for channel_id, tests in self.counted_tests.items():
            for candidate_id, mark, number in tests.group_by("candidate_id", "mark").len().collect().iter_rows():
                tallies[candidate_id, channel_id][mark] = number
        return tallies

    @cached_property
    def firms(self) -> Mapping[str, Mapping[str, int]]:
        """By candidate the folders of the field firms that made its counted tests, and how many each made."""
        numbers: dict[str, Counter[str]] = defaultdict(Counter)
        for tests in self.counted_tests.values():
            for candidate_id, folder, number in (
                tests.group_by("candidate_id", "field_firm").len().collect().iter_rows()
            ):
                numbers[candidate_id][folder] += number
        return numbers

    @cached_property
    def counted_responses(self) -> pl.DataFrame:
        """The responses that enter a survey mark, each with the `weight` of its respondent (0: none is stored)."""
        counted = self.responses.filter(pl.col("exclusion").is_null())
        return counted.with_columns(weight=self.respondents["weight"].fill_null(0).gather(counted["respondent"]))
