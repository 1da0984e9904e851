"""The data test of repeated votes looks at few of them; it must find what counting by key would find among all.

Belongs here: `votes_single` against plain SQL, for any key that a rulebook may name. That it fails at all: see
`test_data_tests_bite.py`.
"""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from benchmarks.compiled import Compiled
from orchestration.rulebook import VOTE_COLUMNS
from tests.dbt import worlds
from tests.dbt.conftest import Score

KEYS = [list(key) for size in (1, 2, 3, 7) for key in combinations(VOTE_COLUMNS, size)]


def edition(seed: int) -> worlds.World:
    """Six categories and few people with few addresses, so that whole keys repeat by chance."""
    rng = Random(seed)
    world = worlds.rulebook(0, 0, 10_000)
    names = [f"category-{number}" for number in range(6)]
    for name in names:
        worlds.add_category(world, name, [f"{name}-a", f"{name}-b"])
    worlds.use_vote(world)
    for _ in range(120):
        candidate = f"{rng.choice(names)}-{rng.choice('ab')}"
        person, minute = f"voter-{rng.randrange(25)}", rng.randrange(300)
        worlds.add_vote(world, candidate, person, minute=minute, ip_hash=f"ip-{rng.randrange(15)}")
    return world


def alone(compiled: Compiled, sql: str) -> Compiled:
    """The models that a query reads, those that they read, and no other: the marks wait for no key of votes."""
    read, models = sql, []
    for model in reversed(compiled.models):  # each comes after those that it reads
        if f'"{model.schema}"."{model.name}"' in read:
            models.append(model)
            read += model.sql
    return replace(compiled, models=tuple(reversed(models)))


@pytest.mark.parametrize("seed", range(3))
def test_the_repeats_that_are_found_are_those_of_all_votes(score: Score, compiled: Compiled, seed: int) -> None:
    """Also where a part of those that the rule left out counts again, or all of them."""
    rng = Random(seed)
    (single,) = (test.sql for test in compiled.tests if test.name == "votes_single")
    repeated, needed = 0, alone(compiled, single)
    assert "int_vote_excluded" in {model.name for model in needed.models}
    with score(edition(seed)) as con:
        for key in KEYS:
            con.execute("DELETE FROM rulebook.vote_key")
            con.executemany("INSERT INTO rulebook.vote_key VALUES (?, ?)", list(enumerate(key, 1)))
            needed.run(con)
            assert con.execute(single).fetchall() == []
            con.execute("DELETE FROM intermediate.int_vote_excluded WHERE line % ? = 0", [rng.choice([1, 2, 3])])
            plain = con.execute(
                "SELECT min(vote_id), max(vote_id), count(*) FROM intake.vote "
                "WHERE vote_id NOT IN (SELECT vote_id FROM intermediate.int_vote_excluded) "
                f"GROUP BY {', '.join(key)} HAVING count(*) > 1"
            ).fetchall()
            assert sorted(con.execute(single).fetchall()) == sorted(plain)
            repeated += len(plain)
    assert repeated > len(KEYS)
