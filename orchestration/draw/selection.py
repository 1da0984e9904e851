"""What is drawn from an edition's results: a sample of all counted tests, and close categories wholly. Pure.

Belongs here: which category is close, and whose tests are then traced. The order of the sample is `order.py`; how many
false tests would move a title is `scoring/robustness.py`.
"""

from collections.abc import Collection, Iterable, Sequence

from orchestration.draw.order import drawn
from orchestration.evidence import Selection
from orchestration.scoring import CategoryFact


def close(category: CategoryFact, at_most: int) -> bool:
    """Whether at most so many false tests would move the title of a category that was judged (`robustness.judged`)."""
    return category.false_tests is not None and category.false_tests <= at_most


def leaders(category: CategoryFact) -> tuple[str, ...]:
    """Who holds the title or comes nearest: all of the first rank, and all of the second if the first is alone."""
    ranks = sorted({c.rank for c in category.ranked if c.rank is not None})
    first = [c.candidate_id for c in category.ranked if c.rank == ranks[0]] if ranks else []
    if len(first) != 1 or len(ranks) < 2:
        return tuple(first)
    return (*first, *(c.candidate_id for c in category.ranked if c.rank == ranks[1]))


def select(
    seed: str,
    size: int,
    at_most: int,
    counted: Iterable[tuple[str, str]],
    categories: Sequence[CategoryFact],
    named: Collection[str] = (),
) -> Selection:
    """Draw from the counted tests (id, candidate) and the judged categories. No order of either matters.

    Close categories are taken wholly, and those that are `named`.
    """
    candidate_of = dict(counted)
    sample = drawn(seed, candidate_of, size)
    chosen = set(sample)
    whole = {}
    for category in sorted(categories, key=lambda category: category.category_id):
        if close(category, at_most) or category.category_id in named:
            whose = set(leaders(category))
            tests = (test for test, candidate in candidate_of.items() if candidate in whose and test not in chosen)
            whole[category.category_id] = tuple(sorted(tests))
    return Selection(tuple(sample), whole)
