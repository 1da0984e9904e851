"""A disk that is full says so in a sentence, leaves nothing half done, and with more room the same command succeeds.

Each step meets a full disk at its first byte and at seeded later ones, with a little more room each time; then the real
commands, whose Dagster, dbt and DuckDB run out of room as well.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import truth
from tests.faults.child import take
from tests.faults.command import Said, palmares
from tests.faults.line import KEY, STEPS, Stages
from tests.faults.points import measure
from tests.faults.small_disk import SmallDisk, small_disk
from tests.fixtures.tries import FULL

pytestmark = pytest.mark.slow
CLEAR = ("How to mend it: make room on that disk", "the disk is full")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small disk that holds a line's deposits and state."""
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_finds_no_room_says_so_and_leaves_nothing_half_done(
    stages: Stages, step: str, disk: SmallDisk, tmp_path: Path
) -> None:
    _, grown = measure(stages, step, tmp_path / "whole")
    due = sum(high - low for low, high in grown)
    chance = random.Random(f"2026 {step}")
    rooms = sorted({0, *(chance.randrange(4096, max(8192, due)) for _ in range(12 if FULL else 1))})
    place = stages.copy(step, disk.folder / "line")
    seen = before = truth.look(place)
    refused = 0
    for room in rooms:
        disk.leave(room)
        ended = take(stages.means, place, (step,))
        disk.make_room()
        if ended.code:
            refused += 1
            assert ended.told, f"{step} with {room} bytes: {ended.error}"
            assert CLEAR[1] in ended.error and CLEAR[0] in ended.error and str(place) in ended.error, ended.error
        seen = truth.must_hold(place, seen)
    assert refused or step in ("build", "test"), "no room was ever too little"
    again = take(
        stages.means, place, STEPS[: STEPS.index(step) + 1] if step in STEPS[:5] else STEPS[STEPS.index(step) :]
    )
    assert again.code == 0, again.error
    assert truth.must_hold(place, before).records
    if step in STEPS[:5]:
        assert take(stages.means, place, STEPS[:5]).code == 0
    assert truth.dossier(place).identity == truth.dossier(stages.folder / "before-end").identity


def clear(said: Said, disk: SmallDisk) -> bool:
    """What, where, how to mend it; the exit code of what is no gate's refusal; no traceback."""
    words = (*CLEAR, f"Error: {disk.folder}")
    return said.code == 2 and "Traceback" not in said.words and all(word in said.err for word in words)


def test_commands_on_a_full_disk_end_in_words_and_succeed_once_there_is_room(
    stages: Stages, disk: SmallDisk, tmp_path: Path
) -> None:
    """Signing, refusing, depositing, and looking."""
    place = stages.copy("sign", disk.folder / "line")
    settings, log = truth.settings_of(place), tmp_path / "log"
    before = truth.look(place)
    delivery = tmp_path / "corrections.yml"
    delivery.write_text("[]\n")
    commands = {
        "deposit": ("deposit", "2026", str(delivery), "--supplier", "Firm", "--by", "Nadia Clerk"),
        "refuse": ("refuse", "2026", "--reason", "a page is missing", "--by", "Me Essai"),
        "check": ("check", "2026"),
        "sign": ("sign", "2026", "--key", str(place / KEY)),
    }
    disk.leave(0)
    for name, words in commands.items():
        said = palmares(settings, log, *words)
        assert clear(said, disk), f"{name}: {said}"
        truth.must_hold(place, before)
    assert palmares(settings, log, "status", "2026").code == 0, "looking needs no room"
    disk.make_room()
    assert palmares(settings, log, *commands["sign"]).code == 0
    assert palmares(settings, log, *commands["check"]).code == 0
    assert palmares(settings, log, *commands["refuse"]).code == 0
    assert palmares(settings, log, *commands["deposit"]).code == 0


@pytest.mark.parametrize("room", [0, 300_000, 1_500_000, 6_000_000] if FULL else [300_000])
def test_a_run_whose_dagster_dbt_or_duckdb_finds_no_room_ends_in_words(
    stages: Stages, disk: SmallDisk, tmp_path: Path, room: int
) -> None:
    place = stages.copy("read", disk.folder / "line")
    settings, before = truth.settings_of(place), truth.look(place)
    disk.leave(room)
    said = palmares(settings, tmp_path / "log", "run", "2026")
    disk.make_room()
    assert clear(said, disk), said
    truth.must_hold(place, before)
    if FULL:
        assert palmares(settings, tmp_path / "log", "run", "2026").code == 0
        assert truth.dossier(place).identity


@pytest.mark.parametrize("room", [0, 3_000_000, 6_000_000, 9_000_000] if FULL else [5_500_000])
def test_a_publication_that_finds_no_room_ends_in_words_and_readers_keep_what_they_had(
    stages: Stages, disk: SmallDisk, tmp_path: Path, room: int
) -> None:
    place = stages.copy("publish", disk.folder / "line")
    settings, before = truth.settings_of(place), truth.look(place)
    words = ("publish", "2026", "--reason", "a field firm sent its file again", "--by", "Direction")
    disk.leave(room)
    said = palmares(settings, tmp_path / "log", *words)
    disk.make_room()
    assert clear(said, disk), said
    assert truth.must_hold(place, before).shown == 1
    assert palmares(settings, tmp_path / "log", *words).code == 0
    assert truth.must_hold(place, before).shown == 2
