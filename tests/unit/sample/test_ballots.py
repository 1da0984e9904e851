"""Votes as a pure function of their number: any count, any batch, the same votes."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from orchestration.sample import ballots
from orchestration.sample.ballots import MAX_PER_IP_HOUR, Ballots
from orchestration.sample.plan import Plan, Sizes


def votes_of(count: int) -> tuple[Plan, list[tuple[bytes, bytes, int, int, int]]]:
    """(voter, address, category, candidate, cast_at) of all votes, in the order of their numbers."""
    plan = Plan("2026", Sizes(9, 3, count, 500), 5)
    rows: list[Any] = []
    for batch in Ballots(plan, count).batches():
        columns = (batch.voter, batch.address, batch.category, batch.candidate, batch.cast_at)
        rows.extend(zip(*(column.tolist() for column in columns), strict=True))
    return plan, rows


@pytest.mark.parametrize("count", [100, 1_001, 30_000])
def test_there_are_as_many_votes_as_asked_for(count: int) -> None:
    assert len(votes_of(count)[1]) == count


def test_the_size_of_a_batch_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = votes_of(20_000)[1]
    monkeypatch.setattr(ballots, "BATCH", 777)
    assert votes_of(20_000)[1] == whole


def test_every_vote_is_for_a_candidate_of_its_category_within_the_window() -> None:
    plan, rows = votes_of(30_000)
    categories = [category.category_id for category in plan.categories]
    for _, _, category, candidate, cast_at in rows:
        assert plan.candidates[candidate].category.category_id == categories[category]
        assert plan.vote_window[0] <= np.datetime64(cast_at, "s").astype(object).date() <= plan.vote_window[1]


def test_candidates_that_tie_get_the_same_number_of_first_votes_outside_bursts() -> None:
    for count in (5_000, 5_001, 30_000, 30_007):
        plan, rows = votes_of(count)
        hourly = Counter((address, cast_at // 3600) for _, address, _, _, cast_at in rows)
        first: dict[Any, Any] = {}
        for voter, address, category, candidate, cast_at in rows:
            if hourly[address, cast_at // 3600] <= MAX_PER_IP_HOUR:
                first.setdefault((voter, category), candidate)
        counted = Counter(first.values())
        twins = [candidate for candidate in plan.candidates if candidate.twin is not None]
        assert len(twins) == 2
        for twin in twins:
            assert counted[twin.place] == counted[twin.twin] > 0


def test_there_are_bursts_and_repeats() -> None:
    _, rows = votes_of(30_000)
    hourly = Counter((address, cast_at // 3600) for _, address, _, _, cast_at in rows)
    bursts = [votes for votes in hourly.values() if votes > MAX_PER_IP_HOUR]
    assert bursts and set(bursts) == {ballots.BLOCK * ballots.BURST_BLOCKS}
    assert len({(voter, category) for voter, _, category, _, _ in rows}) < 0.96 * len(rows)
