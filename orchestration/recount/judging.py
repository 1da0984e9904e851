"""Which accepted tests count, and the mark of each (SPEC 3.6, 5).

Belongs here: conflicts, exclusions, test marks, what was carried out. Does not belong here: reading tests (`audits`),
channel and audit marks (`finals`).
"""

from collections.abc import Collection, Mapping

import polars as pl

from orchestration.recount import marks
from orchestration.recount.audits import Tests
from orchestration.recount.candidates import Candidate
from orchestration.recount.grids import Channel
from orchestration.recount.rules import Rules

CARRIED_OUT = (pl.col("outcome") != "aborted") & ~(
    pl.col("rechecks").is_not_null() | pl.col("in_conflict") | pl.col("contested")
)
"""Whether a test was carried out (SPEC 3.6), whatever became of its candidate."""


def judge_tests(
    tests: Tests, rules: Rules, candidates: Mapping[str, Candidate], contested: Collection[str]
) -> dict[str, pl.DataFrame]:
    """The accepted tests with their `mark` and what is said of them: `in_conflict`, `contested` (excluded by a contest:
    the ids given), `exclusion` (why a test enters no mark, null if it counts).
    """
    withdrawn = [candidate_id for candidate_id, candidate in candidates.items() if not candidate.entered]
    conflicts = [
        (shopper_id, candidate_id)
        for shopper_id, company_id in rules.conflicts
        for candidate_id, candidate in candidates.items()
        if candidate.company_id == company_id
    ]
    known = pl.Schema({"shopper_id": pl.String(), "candidate_id": pl.Enum(sorted(candidates))})
    pairs = pl.DataFrame(conflicts, schema=known, orient="row").with_columns(in_conflict=True)
    reasons = {
        "withdrawn": pl.col("candidate_id").is_in(withdrawn),
        "conflict": pl.col("in_conflict"),
        "recheck": pl.col("rechecks").is_not_null(),
        "contested": pl.col("contested"),
        "aborted": pl.col("outcome") == "aborted",
    }
    judged = {}
    for channel_id, channel in rules.channels.items():
        holding = {**reasons, "unanswered": (pl.col("outcome") == "unanswered") & (channel.unanswered == "exclude")}
        judged[channel_id] = (
            tests[channel_id]
            .join(pairs, on=["shopper_id", "candidate_id"], how="left", maintain_order="left")
            .with_columns(
                pl.col("in_conflict").fill_null(False),
                contested=pl.col("test_id").is_in(pl.Series(list(contested), dtype=pl.String).implode()),
                mark=_marks(tests[channel_id], channel),
            )
            .with_columns(exclusion=pl.coalesce(pl.when(holds).then(pl.lit(name)) for name, holds in holding.items()))
            .drop("reached", "possible")
        )
    return judged


def _marks(tests: pl.DataFrame, channel: Channel) -> pl.Series:
    """The mark of each test by its outcome, whether it counts or not: what ratings weigh together is judged once."""
    sums = tests.select("reached", "possible").unique()
    judged = pl.Series(
        [marks.mark_of_test(reached, possible) for reached, possible in sums.iter_rows()], dtype=pl.Int64
    )
    marked = tests.join(sums.with_columns(mark=judged), on=["reached", "possible"], how="left", maintain_order="left")
    unanswered = pl.lit(0 if channel.unanswered == "zero" else None, pl.Int64)
    outcome = pl.col("outcome")
    mark = pl.when(outcome == "completed").then("mark").when(outcome == "unanswered").then(unanswered)
    return marked.select(mark.alias("mark")).to_series()
