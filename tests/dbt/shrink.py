"""A world on which computations disagree, made as small as it can be and still show it.

Belongs here: leaving rows out, with all that hangs on them. Which worlds: `worlds.py`; what is asked: the tests.
"""

from collections.abc import Callable

from tests.dbt.worlds import Row, World

SHRUNK = ("intake.candidate", "intake.contest", "intake.test", "intake.response", "intake.vote", "rulebook.field_firm")


def shrunk(world: World, disagrees: Callable[[World], bool]) -> World:
    """The world without every row that can be left out while `disagrees` holds; ever smaller pieces are tried."""
    smallest = world
    for table in SHRUNK:
        size = len(smallest[table])
        while size:
            start = 0
            while start < len(smallest[table]):
                kept = smallest[table][:start] + smallest[table][start + size :]
                tried = _hanging_together({**smallest, table: kept})
                if disagrees(tried):
                    smallest = tried
                else:
                    start += size
            size //= 2
    return smallest


def _hanging_together(world: World) -> World:
    """The world without rows of a candidate, test or respondent that is not in it."""

    def those(table: str, key: str, known: set[str]) -> list[Row]:
        return [row for row in whole[table] if row[key] in known]

    def ids(table: str, key: str) -> set[str]:
        return {row[key] for row in whole[table]}

    whole = dict(world)
    candidates = ids("intake.candidate", "candidate_id")
    for table in ("intake.test", "intake.response", "intake.vote"):
        whole[table] = those(table, "candidate_id", candidates)
    tests = ids("intake.test", "test_id")
    for table in ("intake.rating", "intake.measure", "intake.contest"):
        whole[table] = those(table, "test_id", tests)
    respondents = ids("intake.response", "respondent_id")
    whole["intake.survey_weight"] = those("intake.survey_weight", "respondent_id", respondents)
    return whole
