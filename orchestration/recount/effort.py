"""The effort profile of a candidate, shown beside the marks and never part of one (SPEC 5, `fct_effort`).

Belongs here: weighted means, shares, NPS and CSAT of the counted responses, exact until one rounding half up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.marks import decimal_text
from orchestration.recount.survey import FLAGS

SATISFACTION, RECOMMENDATION = pl.col("satisfaction"), pl.col("recommendation")
PROMOTION = (RECOMMENDATION >= 9).cast(pl.Int64) - (RECOMMENDATION <= 6).cast(pl.Int64)
"""1 for a promoter (9–10), −1 for a detractor (0–6), 0 between."""
MEANS: Mapping[str, tuple[pl.Expr, int, int]] = {
    "contacts_mean": (pl.col("contacts"), 2, 1),
    **{f"{flag}_share": (pl.col(flag), 4, 1) for flag in FLAGS},
    "ces": (pl.col("effort"), 2, 1),
    "nps": (PROMOTION, 2, 100),
    "csat": ((SATISFACTION >= 8).cast(pl.Int64), 2, 100),
}
"""Of each column of means: what is averaged over those who answered, decimals, factor."""


def effort_rows(evidence: Evidence) -> Iterable[Row]:
    """A row for each candidate that is not withdrawn; None where nobody answered."""
    answers = evidence.counted_responses.group_by("candidate_id", "weight").agg(
        pl.len().alias("responses"),
        *(answer.count().alias(f"number of {name}") for name, (answer, _, _) in MEANS.items()),
        *(answer.cast(pl.Int64).sum().alias(f"sum of {name}") for name, (answer, _, _) in MEANS.items()),
    )
    by_candidate: dict[str, list[Mapping[str, int]]] = defaultdict(list)
    for group in answers.iter_rows(named=True):
        by_candidate[group["candidate_id"]].append(group)
    for candidate_id in evidence.entered:
        own = by_candidate[candidate_id]
        yield {
            "candidate_id": candidate_id,
            "responses": sum(group["responses"] for group in own),
            **{name: _mean(own, name, places, factor) for name, (_, places, factor) in MEANS.items()},
        }


def _mean(groups: Sequence[Mapping[str, int]], name: str, places: int, factor: int) -> str | None:
    """The mean from groups of one weight."""
    weights = sum(group["weight"] * group[f"number of {name}"] for group in groups)
    total = sum(group["weight"] * group[f"sum of {name}"] for group in groups)
    return decimal_text(factor * total, weights, places) if weights else None
