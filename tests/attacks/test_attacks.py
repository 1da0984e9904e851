"""Every attack of the corpus gets the verdict it must get: nothing less by its own words, nothing else by its snapshot.

`PALMARES_ATTACKS=full` (make attacks) runs all, `PALMARES_ATTACKS=<number>` a seeded part of that size, of each family
the same share; without it the part is one that takes a minute or two. `make snapshots` writes the snapshots anew.
"""

import os
from pathlib import Path

import pytest

from tests.attacks import snapshot
from tests.attacks.attack import GOES_ON, Attack, Expect
from tests.attacks.bench import Bench, CleanLine, Outcome
from tests.attacks.corpus import FAMILIES, PART, chosen


@pytest.fixture
def bench(request: pytest.FixtureRequest, clean: CleanLine, tmp_path: Path) -> Bench:
    attack: Attack = request.getfixturevalue("attack")
    made = clean.bench(tmp_path) if attack.at == "start" else clean.copy(attack.at, tmp_path)
    with made:
        yield made


@pytest.mark.parametrize("attack", chosen(os.environ.get("PALMARES_ATTACKS", PART)), ids=lambda attack: attack.id)
def test_the_attack_gets_its_verdict(bench: Bench, attack: Attack, clean: CleanLine) -> None:
    outcome = bench.strike(attack)
    fired = snapshot.fired(outcome)
    wrong = _differences(attack.expect, outcome, fired)
    if snapshot.RENEW:
        family = next(family for family in FAMILIES if family.name == attack.family)
        snapshot.renew(attack, fired, [one.name for one in family.attacks])
    elif fired != (reviewed := snapshot.recorded(attack.family).get(attack.name)):
        wrong.append(f"reviewed: {reviewed}\n   fired: {fired}\nif that is meant, run `make snapshots`")
    if attack.expect.same and outcome.ranking != clean.ranking():
        wrong.append("a rank or a mark changed")
    if attack.expect.exit and outcome.releases > outcome.releases_before:
        wrong.append("something was published")
    wrong += [f"{secret!r} is still somewhere" for secret in attack.expect.never if _found(secret, bench, outcome)]
    assert not wrong, "\n".join((f"{attack.id}: it is not as it must be", *wrong, "told:", outcome.told[-4000:]))


def _differences(expect: Expect, outcome: Outcome, fired: snapshot.Fired) -> list[str]:
    """What is not as the attack says by hand, each in one line."""
    wrong = [
        f"{name}: expected {expected}, was {actual}"
        for name, expected, actual in (
            ("exit", expect.exit, outcome.exit),
            ("problems", sorted(expect.problems), sorted(outcome.problems)),
            ("rows set aside", outcome.aside if expect.aside is None else dict(expect.aside), outcome.aside),
        )
        if expected != actual
    ]
    gates = {outcome.gate, *(check.partition(".")[0] for check in fired.get("checks", ()))}
    if expect.gate not in gates:
        wrong.append(f"gate: {expect.gate} did not stop it, {outcome.gate} did")
    reasons = expect.reasons
    if reasons is None:
        reasons = frozenset({"warning_open"}) if expect.verdict == "warned" else frozenset()
    for name, least in (
        ("checks", expect.checks), ("infos", expect.infos), ("errors", expect.errors), ("reasons", reasons),
    ):  # fmt: skip
        if silent := least - set(fired.get(name, ())):
            wrong.append(f"{name} that must fire and do not: {sorted(silent)}")
    if expect.verdict in GOES_ON:
        for name, most in (("checks", expect.checks), ("errors", expect.errors)):
            if loud := set(fired.get(name, ())) - most:
                wrong.append(f"{name} that must not fire: {sorted(loud)}")
    return wrong + [f"nobody was told of {name!r}" for name in expect.names if name not in outcome.told]


def _found(secret: str, bench: Bench, outcome: Outcome) -> bool:
    """Whether a text stands anywhere but in the deposits: in what was said, in a file, in a table."""
    return secret in outcome.told or bench.holds(secret)
