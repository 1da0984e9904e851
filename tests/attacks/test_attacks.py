"""Every attack of the corpus gets the verdict it must get: nothing less, nothing more, and nothing else besides.

`PALMARES_ATTACKS=full` (make attacks) runs all, `PALMARES_ATTACKS=<number>` a seeded part of that size, of each family
the same share; without it the part is one that takes a minute or two.
"""

import os
from pathlib import Path

import pytest

from tests.attacks.attack import Attack, Expect
from tests.attacks.bench import Bench, CleanLine, Outcome, severe
from tests.attacks.corpus import chosen

PART = "100"


@pytest.fixture
def bench(request: pytest.FixtureRequest, clean: CleanLine, tmp_path: Path) -> Bench:
    attack: Attack = request.getfixturevalue("attack")
    made = clean.bench(tmp_path) if attack.at == "start" else clean.copy(attack.at, tmp_path)
    with made:
        yield made


@pytest.mark.parametrize("attack", chosen(os.environ.get("PALMARES_ATTACKS", PART)), ids=lambda attack: attack.id)
def test_the_attack_gets_its_verdict(bench: Bench, attack: Attack, clean: CleanLine) -> None:
    before = _releases(bench)
    outcome = bench.strike(attack)
    wrong = _differences(attack.expect, outcome)
    if attack.expect.same and outcome.ranking != clean.ranking():
        wrong.append("a rank or a mark changed")
    if attack.expect.exit and outcome.releases > before:
        wrong.append("something was published")
    wrong += [f"{secret!r} is still somewhere" for secret in attack.expect.never if _found(secret, bench, outcome)]
    assert not wrong, "\n".join((f"{attack.id}: it is not as it must be", *wrong, "told:", outcome.told[-4000:]))


def _differences(expect: Expect, outcome: Outcome) -> list[str]:
    """What is not as expected, each said in one line."""
    reasons = expect.reasons
    if reasons is None:
        reasons = frozenset({"warning_open"}) if expect.verdict == "warned" else None
    pairs = [
        ("exit", expect.exit, outcome.exit),
        ("gate", expect.gate, outcome.gate),
        ("checks", sorted(expect.checks), sorted(severe(outcome.failed))),
        ("problems", sorted(expect.problems), sorted(outcome.problems)),
        ("rows set aside", outcome.aside if expect.aside is None else dict(expect.aside), outcome.aside),
        ("checks in error", sorted(expect.errors), sorted({result.check_id for result in outcome.errors})),
        ("reasons", sorted(reasons if reasons is not None else outcome.reasons), sorted(outcome.reasons)),
    ]
    wrong = [f"{name}: expected {due}, found {found}" for name, due, found in pairs if due != found]
    if silent := expect.infos - set(outcome.failed):
        wrong.append(f"silent: {sorted(silent)}")
    return wrong + [f"nobody was told of {name!r}" for name in expect.names if name not in outcome.told]


def _releases(bench: Bench) -> int:
    chain = bench.settings.releases / "chain.jsonl"
    return len(chain.read_bytes().splitlines()) if chain.exists() else 0


def _found(secret: str, bench: Bench, outcome: Outcome) -> bool:
    """Whether a text stands anywhere but in the deposits: in what was said, in a file, in a table."""
    return secret in outcome.told or bench.holds(secret)
