"""Two processes at once: two editions do not wait for each other, two runs of one do, and there is one chain."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from orchestration.release.chain import read_chain, release_dir
from orchestration.verify.run import verify
from tests.faults import truth
from tests.faults.child import Ended, hold, take
from tests.faults.line import COMMANDS, OTHER, STEPS, Stages
from tests.fixtures.tiny import EDITION
from tests.fixtures.tries import FULL

pytestmark = pytest.mark.slow


def at_once(stages: Stages, place: Path, *work: tuple[str, tuple[str, ...]]) -> list[Ended]:
    """Take (edition, steps) each in a process of its own, all at the same time."""
    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(lambda one: take(stages.means, place, one[1], edition=one[0]), work))


def test_two_editions_run_and_published_at_once_end_well_in_one_chain(stages: Stages, place: Path) -> None:
    """From the deposits of both to one published warehouse; then the race for the chain alone, several times."""
    stages.two(place)
    before_publication = STEPS[: STEPS.index("publish")]
    for ended in at_once(stages, place, (EDITION, before_publication), (OTHER, before_publication)):
        assert ended.code == 0, ended.error
    settings = truth.settings_of(place)
    for turn in range(8 if FULL else 2):
        raced = place.with_name(f"race-{turn}")
        stages.copy_of(place, raced)
        for ended in at_once(stages, raced, (EDITION, ("first", "show")), (OTHER, ("first", "show"))):
            assert ended.code == 0, ended.error
        settings = truth.settings_of(raced)
        chain = read_chain(settings.releases)
        assert sorted((line.edition, line.number) for line in chain) == [(OTHER, 1), (EDITION, 1)]
        for line in chain:
            folder = release_dir(settings.releases, line)
            found = verify(folder, raw=settings.raw, fingerprint=line.manifest_sha256)
            assert (found.exit_code, found.findings) == (0, ()), found.as_text()
        with duckdb.connect(str(settings.published / "palmares.duckdb"), read_only=True) as con:
            shown = con.execute("SELECT edition, release FROM dim_edition ORDER BY 1").fetchall()
        assert shown == [(OTHER, 1), (EDITION, 1)]


def test_one_edition_run_twice_at_once_is_run_once_or_twice_and_never_half(stages: Stages, place: Path) -> None:
    """The second waits a moment, then is told who holds the edition; what it did not do it did not begin."""
    before = truth.look(stages.copy("read", place))
    ended = at_once(stages, place, *[(EDITION, ("hold", *COMMANDS["run"]))] * 2)
    assert 0 in {one.code for one in ended}
    for one in ended:
        assert one.code == 0 or (one.told and "being worked on by another run (process " in one.error), one.error
    after = truth.must_hold(place, before)
    again = take(stages.means, place, COMMANDS["run"])
    assert again.code == 0, again.error
    truth.must_hold(place, after)
    assert truth.dossier(place).identity == truth.dossier(stages.folder / "before-end").identity


def test_one_edition_published_twice_at_once_makes_one_release(stages: Stages, place: Path) -> None:
    before = truth.look(stages.copy("publish", place))
    ended = at_once(stages, place, *[(EDITION, COMMANDS["publish"])] * 2)
    assert 0 in {one.code for one in ended}
    for one in ended:
        assert one.code == 0 or (one.told and "being worked on by another run (process " in one.error), one.error
    end = truth.must_hold(place, before)
    assert (end.shown, len(end.releases)) == (2, 2)
    assert len([record for record in end.records if record.kind == "publication"]) == 2


def test_who_finds_an_edition_taken_is_told_by_whom_and_since_when(stages: Stages, place: Path) -> None:
    """A process that holds the edition, another that wants it: words, exit code 2, and not a byte changed."""
    before = truth.look(stages.copy("sign", place))
    held = hold(place)
    try:
        for step in ("read", "document", "sign", "publish"):
            ended = take(stages.means, place, (step,))
            assert ended.code == 1 and ended.told, ended.error
            assert f"another run (process {held.pid}, run the one before, since 20" in ended.error, ended.error
            assert "How to mend it: wait until it ends" in ended.error and "PalmaresError" in ended.error
            assert truth.must_hold(place, before) == before
    finally:
        held.kill()
        held.join()
    assert take(stages.means, place, ("sign",)).code == 0, "the lock of a dead process holds nobody"
