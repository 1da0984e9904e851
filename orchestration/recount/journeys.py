"""Journeys over several tests, and the effort that shoppers observed on them (SPEC 3.2, 5): never part of a mark.

Belongs here: which tests make a journey, `fct_journey` and `fct_observed_effort`. Does not belong here: the effort
that customers declare in the survey (`effort`).
"""

from collections.abc import Iterable, Mapping

import polars as pl

from orchestration.recount.audits import FACTS
from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.instants import utc_text
from orchestration.recount.judging import CARRIED_OUT
from orchestration.recount.marks import decimal_text

COLUMNS = ("journey_id", "step", "candidate_id", "channel", "persona", "started_at", "ended_at", *FACTS)
NONE = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.Int64))
"""The tests of an edition without audits."""


def journeys_of(evidence: Evidence) -> pl.DataFrame:
    """A row for each journey: its tests that were carried out are of one candidate and each has a step of its own."""
    tests = [
        accepted.filter(pl.col("journey_id").is_not_null() & CARRIED_OUT).select(COLUMNS)
        for accepted in evidence.tests.values()
    ]
    step, persona, resolved = pl.col("step"), pl.col("persona").drop_nulls(), pl.col("resolved")
    grouped = (
        pl.concat(tests or [NONE])
        .group_by("journey_id")
        .agg(
            pl.col("candidate_id").first(),
            persona=pl.when(persona.n_unique() == 1).then(persona.first()),
            steps=pl.len(),
            channels=pl.col("channel").n_unique(),
            started_at=pl.col("started_at").min(),
            ended_at=pl.coalesce("ended_at", "started_at").max(),
            # 1 when any step says 1, otherwise 0 when any says 0, otherwise null; `resolved` is the last that was said
            **{fact: pl.col(fact).max() for fact in FACTS if fact != "resolved"},
            resolved=resolved.sort_by("step").drop_nulls().last(),
            whole=(pl.col("candidate_id").n_unique() == 1) & (step.null_count() == 0) & (step.n_unique() == pl.len()),
        )
    )
    times = {name: utc_text(name) for name in ("started_at", "ended_at")}
    return grouped.filter("whole").drop("whole").sort("journey_id").with_columns(**times)


def observed_rows(evidence: Evidence, journeys: pl.DataFrame) -> Iterable[Row]:
    """What the journeys of each candidate that is not withdrawn cost: mean steps, and the share of each fact."""
    columns = ("steps", *FACTS)
    sums = journeys.group_by("candidate_id").agg(
        pl.len().alias("journeys"),
        *(pl.col(name).count().alias(f"number of {name}") for name in columns),
        *(pl.col(name).cast(pl.Int64).sum().alias(f"sum of {name}") for name in columns),
    )
    by_candidate = {row["candidate_id"]: row for row in sums.iter_rows(named=True)}
    for candidate_id in evidence.entered:
        own = by_candidate.get(candidate_id, {})
        yield {
            "candidate_id": candidate_id,
            "journeys": own.get("journeys", 0),
            "steps_mean": _mean(own, "steps", 2),
            **{f"{fact}_share": _mean(own, fact, 4) for fact in FACTS},
        }


def _mean(sums: Mapping[str, int], column: str, places: int) -> str | None:
    """The mean of a column over the journeys that say anything, rounded half up once; None where none does."""
    number = sums.get(f"number of {column}")
    return decimal_text(sums[f"sum of {column}"], number, places) if number else None
