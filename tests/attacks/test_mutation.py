"""A part of the mutations made again: docs/assurance.md is true, and nothing impossible moves a title unseen.

`PALMARES_ATTACKS=full` (make attacks) makes a larger part again.
"""

import random
import re
from pathlib import Path

import pytest

from benchmarks.inprocess import Line
from benchmarks.mutation.kinds import KINDS
from benchmarks.mutation.run import Mutations
from benchmarks.mutation.verdicts import UNSEEN, VERDICTS, Verdict
from expectations.registry import all_checks, spec_of
from orchestration.errors import PalmaresError
from orchestration.settings import PROJECT_DIR, Settings
from tests.fixtures.tries import tries

PAGE = (PROJECT_DIR / "docs" / "assurance.md").read_text("utf-8")
COUNT, SEED = map(int, re.findall(r"^python -m benchmarks\.mutation --count ([0-9]+) --seed ([0-9]+)$", PAGE, re.M)[0])
KNOWN: dict[int, str] = {
    0: "mark unseen",  # a rating is another
    2: "blocked",  # a rating over the maximum
    5: "quarantined",  # a test without an id
    15: "warned",  # an unanswered test with ratings
    16: "harmless",  # another scenario
    18: "title unseen",  # a test declared a re-check
    28: "warned",  # a column that slipped a row, and a title with it
    30: "warned",  # a column sorted by itself, and a title with it
    43: "warned",  # a file that stops within a line
    44: "warned",  # the end of a voting channel is missing
    57: "warned",  # a scale turned over, and a title with it
    64: "warned",  # responses copied
    82: "warned",  # a wave of voters
}


def _chosen() -> list[int]:
    return sorted({*KNOWN, *random.Random(SEED).sample(range(COUNT), tries(200, 2))})


def _between(name: str) -> str:
    return re.findall(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", PAGE, re.S)[0]


def _table() -> tuple[dict[tuple[str, str], tuple[int, ...]], tuple[int, ...]]:
    """The documented counts by (source, kind), each in the order of the verdicts, and the line of sums."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in _between("mutation table").splitlines()]
    assert lines[0][2:] == list(VERDICTS)
    counts = {(line[0], line[1]): tuple(int(cell or 0) for cell in line[2:]) for line in lines[2:-1]}
    return counts, tuple(map(int, lines[-1][2:]))


@pytest.fixture(scope="module")
def mutations(tmp_path_factory: pytest.TempPathFactory) -> Mutations:
    """The clean edition, judged: that it is clean is asserted where it is made."""
    return Mutations(tmp_path_factory.mktemp("mutations"), SEED)


@pytest.fixture(scope="module")
def verdicts(mutations: Mutations) -> dict[int, Verdict]:
    return {number: mutations.verdict(number) for number in _chosen()}


def test_no_impossible_value_moves_a_title_unseen(verdicts: dict[int, Verdict]) -> None:
    assert [one for one in verdicts.values() if one.impossible and one.verdict == UNSEEN[1]] == []


def test_known_mutations_keep_their_verdicts(verdicts: dict[int, Verdict]) -> None:
    assert {number: verdicts[number].verdict for number in KNOWN} == KNOWN
    assert set(KNOWN.values()) == set(VERDICTS)


def test_the_documented_table_counts_what_is_made_again(verdicts: dict[int, Verdict]) -> None:
    counts, _ = _table()
    missing = [v for v in verdicts.values() if not counts[v.group, v.kind][VERDICTS.index(v.verdict)]]
    assert missing == []


def test_the_documented_table_is_whole() -> None:
    counts, sums = _table()
    assert list(counts) == [(kind.group, kind.name) for kind in KINDS]
    assert tuple(map(sum, zip(*counts.values(), strict=True))) == sums
    assert sum(sums) == COUNT
    turns = [len(range(place, COUNT, len(KINDS))) for place in range(len(KINDS))]
    assert [sum(row) for row in counts.values()] == turns


def test_the_documented_summary_says_no_title_by_an_impossible_value() -> None:
    _, sums = _table()
    found = re.findall(
        r"by (impossible|possible) values: ([0-9]+) marks, ([0-9]+) titles", _between("mutation summary")
    )
    assert [words[0] for words in found] == ["impossible", "possible"]
    assert found[0][2] == "0"
    assert tuple(sum(int(words[n]) for words in found) for n in (1, 2)) == sums[4:]


def test_every_unseen_kind_is_explained() -> None:
    """Each line of the explanations names kinds; together they name all that the table shows unseen."""
    explained = PAGE.partition("## What went unseen, and why")[2].partition("\n## ")[0]
    named = {
        name.strip()
        for line in explained.splitlines()
        if line.startswith("| *")
        for name in re.findall(r"\*([^*]+)\*", line.split("|")[1])
    }
    counts, _ = _table()
    assert named <= {kind.name for kind in KINDS}
    assert {kind for (_, kind), row in counts.items() if any(row[4:])} <= named


def test_the_checks_named_in_the_page_are_registered() -> None:
    for check in re.findall(r"`((?:intake|scoring|publication)\.[a-z_]+)`", PAGE):
        assert spec_of(check) in all_checks()


def test_what_stops_an_edition_here_stops_it_at_the_gate(mutations: Mutations, tmp_path: Path) -> None:
    """One mutation of each verdict, taken through the line with evidence: the gate decides as the judge said."""
    for verdict in VERDICTS:
        number = next(n for n, known in KNOWN.items() if known == verdict)
        _, _, edition = mutations.make(number)
        mutations.judge.judge(edition)
        line = Line(Settings(tmp_path / verdict, mutations.judge.raw), edition.edition, mutations.judge.marks)
        try:
            line.read()
            line.judge_intake()
            line.build()
            line.test()
            line.judge_scoring()
            allowed = line.dossier_decision().allowed
        except PalmaresError:
            allowed = False
        assert allowed == (verdict != "blocked"), number
