"""Each kind of mutation changes what would be handed in, always in the same way, and never the clean edition."""

import random
from collections import Counter

import pytest

from benchmarks.mutation.clean import clean_edition
from benchmarks.mutation.judge import Finding
from benchmarks.mutation.kind import Kind
from benchmarks.mutation.kinds import KINDS
from benchmarks.mutation.verdicts import VERDICTS, moved_title, verdict_of

CLEAN = clean_edition()
BYTES = dict(CLEAN.files())


def _made(kind: Kind, seed: str) -> tuple[dict[str, bytes], str]:
    edition = CLEAN.copy()
    change = kind.make(random.Random(seed), edition)
    return dict(edition.files()), change.what


def test_there_are_many_kinds_each_with_a_name_of_its_own() -> None:
    assert len(KINDS) >= 90
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.make.__doc__ for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_changes_something_and_the_same_seed_the_same(kind: Kind) -> None:
    for seed in ("1", "2", "3"):
        files, what = _made(kind, seed)
        assert files != BYTES, what
        assert _made(kind, seed) == (files, what)
    assert dict(CLEAN.files()) == BYTES


MARKS, TITLES = (("a", "", 15), ("b", "", 14)), (("hotels", "elected", "a"),)
ROWS = {"votes/site.csv": Counter({b"1": 1, b"2": 1})}
GOOD = Finding(titles=TITLES, marks=MARKS, lines=ROWS)
OTHER = {"marks": (("a", "", 13), ("b", "", 14))}
MOVED = OTHER | {"titles": (("hotels", "elected", "b"),)}
TWO = {"lines": {"votes/site.csv": Counter({b"3": 1, b"4": 1})}}


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({"stopped": "intake", "reasons": ("intake.tests_valid",), **MOVED}, "blocked"),
        ({"warnings": ("intake.tests_apart",), "quarantined": {"malformed_value": 1}, **MOVED}, "warned"),
        ({"quarantined": {"malformed_value": 1}}, "quarantined"),
        ({"quarantined": {"malformed_value": 2}, **MOVED, **TWO}, "quarantined"),
        ({"quarantined": {"malformed_value": 1}, **MOVED, **TWO}, "title unseen"),
        ({"quarantined": {"malformed_value": 1}, **OTHER, **TWO}, "mark unseen"),
        (MOVED, "title unseen"),
        (OTHER, "mark unseen"),
        ({"infos": ("intake.columns_known",)}, "harmless"),
    ],
)
def test_a_difference_has_one_name(found: dict, verdict: str) -> None:
    """A row that was set aside does not make up for another that was not."""
    finding = Finding(**{"titles": TITLES, "marks": MARKS, "lines": ROWS, **found})
    assert verdict in VERDICTS
    assert verdict_of(finding, GOOD)[0] == verdict
    assert moved_title(finding, GOOD) == ("titles" in found and not finding.stopped)
