"""Every attack of the corpus gets the verdict it must get: nothing less, nothing more, and nothing else besides.

`PALMARES_ATTACKS=full` (make attacks) runs all, `PALMARES_ATTACKS=<number>` a seeded part of that size.
"""

import os
import random
from pathlib import Path

import pytest

from tests.attacks.attack import Attack
from tests.attacks.bench import Bench, CleanLine, Outcome, severe
from tests.attacks.corpus import ATTACKS

SEED = 2026


def _chosen() -> list[Attack]:
    asked = os.environ.get("PALMARES_ATTACKS", "full")
    if asked == "full":
        return list(ATTACKS)
    part = random.Random(SEED).sample(range(len(ATTACKS)), min(int(asked), len(ATTACKS)))
    return [ATTACKS[place] for place in sorted(part)]


@pytest.fixture
def bench(request: pytest.FixtureRequest, clean: CleanLine, tmp_path: Path) -> Bench:
    attack: Attack = request.getfixturevalue("attack")
    made = clean.bench(tmp_path) if attack.at == "start" else clean.copy(attack.at, tmp_path)
    with made:
        yield made


@pytest.mark.parametrize("attack", _chosen(), ids=lambda attack: attack.id)
def test_the_attack_gets_its_verdict(bench: Bench, attack: Attack, clean: CleanLine) -> None:
    before = _releases(bench)
    outcome = bench.strike(attack)
    expect = attack.expect
    assert _summary(outcome) == {
        "exit": expect.exit,
        "gate": expect.gate,
        "checks": set(expect.checks),
        "problems": sorted(expect.problems),
        "aside": dict(expect.aside),
    }, outcome.told
    assert expect.infos <= set(outcome.failed), outcome.told
    if expect.reasons is not None:
        assert outcome.reasons == expect.reasons, outcome.told
    elif expect.verdict == "warned":
        assert outcome.reasons == {"warning_open"}, outcome.told
    missing = [name for name in expect.names if name not in outcome.told]
    assert not missing, f"nobody was told of {missing}:\n{outcome.told}"
    assert not [secret for secret in expect.never if _found(secret, bench, outcome)]
    if expect.same:
        assert outcome.ranking == clean.ranking(), "a rank or a mark changed"
    if expect.exit:
        assert outcome.releases == before, "something was published"


def _summary(outcome: Outcome) -> dict[str, object]:
    assert not outcome.errors, f"checks that could not be evaluated: {outcome.errors}"
    return {
        "exit": outcome.exit,
        "gate": outcome.gate,
        "checks": severe(outcome.failed),
        "problems": sorted(outcome.problems),
        "aside": outcome.aside,
    }


def _releases(bench: Bench) -> int:
    chain = bench.settings.releases / "chain.jsonl"
    return len(chain.read_bytes().splitlines()) if chain.exists() else 0


def _found(secret: str, bench: Bench, outcome: Outcome) -> bool:
    """Whether a text stands anywhere but in the deposits: in what was said, in a file, in a table."""
    return secret in outcome.told or bench.holds(secret)
