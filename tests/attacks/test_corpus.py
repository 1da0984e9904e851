"""The corpus as a whole: it is large enough, every part of it is run, and it provokes every check there is.

A check that no attack provokes is a promise that nobody has seen kept. `UNPROVOKED` is the list of those that no attack
can provoke, each with its reason.
"""

from collections import Counter

import pytest

from expectations.registry import all_checks
from tests.attacks import snapshot
from tests.attacks.attack import Attack
from tests.attacks.corpus import ATTACKS, FAMILIES, chosen

UNPROVOKED: dict[str, str] = {}
"""Checks that no attack of the corpus makes fail, and why none can."""


def provoked(attacks: tuple[Attack, ...]) -> set[str]:
    """Checks that at least one attack makes fail."""
    fired = [snapshot.recorded(attack.family)[attack.name] for attack in attacks]
    return {check for one in fired for check in (*one.get("checks", ()), *one.get("infos", ()))}


def test_each_attack_has_its_snapshot() -> None:
    named = {family.name: [attack.name for attack in family.attacks] for family in FAMILIES}
    for name, attacks in named.items():
        assert list(snapshot.recorded(name)) == attacks, "run `make snapshots`"
    assert sorted(path.stem for path in snapshot.FOLDER.iterdir()) == sorted(named)


def test_what_an_attack_must_fire_stands_in_its_snapshot() -> None:
    for attack in ATTACKS:
        fired = snapshot.recorded(attack.family)[attack.name]
        for name in ("checks", "infos", "errors"):
            assert getattr(attack.expect, name) <= set(fired.get(name, ())), attack.id


def test_every_check_is_provoked_by_an_attack() -> None:
    silent = sorted({spec.id for spec in all_checks()} - provoked(ATTACKS) - set(UNPROVOKED))
    assert not silent, f"no attack makes these checks fail: {', '.join(silent)}"


def test_the_list_of_checks_that_cannot_be_provoked_is_as_short_as_it_can_be() -> None:
    assert not set(UNPROVOKED) & provoked(ATTACKS), "an attack provokes it: take it off the list"
    assert set(UNPROVOKED) <= {spec.id for spec in all_checks()}
    assert all(len(reason) > 20 for reason in UNPROVOKED.values())


def test_an_attack_that_is_taken_out_leaves_its_check_unprovoked() -> None:
    less = tuple(attack for attack in ATTACKS if not provoked((attack,)) & {"scoring.votes_single"})
    assert provoked(ATTACKS) - provoked(less) >= {"scoring.votes_single"}


def test_the_corpus_is_large_and_names_each_attack_once() -> None:
    assert len(ATTACKS) >= 80
    assert max(Counter(attack.id for attack in ATTACKS).values()) == 1


@pytest.mark.parametrize("asked", ["60", "100", "200"])
def test_every_family_has_its_share_of_a_part(asked: str) -> None:
    part = chosen(asked)
    found = Counter(attack.family for attack in part)
    assert set(found) == {family.name for family in FAMILIES}
    smallest = min(int(asked) // len(FAMILIES), *(len(family.attacks) for family in FAMILIES))
    assert min(found.values()) >= smallest
    assert len(part) == min(int(asked), len(ATTACKS))
    assert [attack.id for attack in part] == [attack.id for attack in chosen(asked)]


def test_all_are_chosen_when_all_are_asked_for() -> None:
    assert chosen("full") == list(ATTACKS)
