"""`sign` and `publish` killed anywhere: readers see the old release or the new one, and the rerun ends the same.

`make test` kills at a seeded part of the moments, PALMARES_ATTACKS=full (make attacks) before every change of the disk.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.release.chain import read_chain, read_record, release_dir
from orchestration.release.record import ReleaseRecord
from orchestration.verify.run import verify
from tests.faults import truth
from tests.faults.child import Kill, take
from tests.faults.line import COMMANDS, STEPS, Stages
from tests.faults.points import measure, points
from tests.faults.reader import Reader
from tests.fixtures.tries import FULL

PART = {"sign": 3, "publish": 5, "show": 3}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A BI tool that keeps the warehouse open while others work."""
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("step", PART)
def test_signing_and_publishing_killed_at_any_moment_readers_see_one_whole_release_and_the_rerun_ends_the_same(
    stages: Stages, step: str, place: Path, tmp_path: Path, reader: Reader
) -> None:
    due = _record(stages.folder / "before-end")
    kills = points(step, *measure(stages, step, tmp_path / "whole"), None if FULL else PART[step])
    assert len(kills) >= PART[step]
    for number, kill in enumerate(kills):
        shutil.rmtree(place, ignore_errors=True)
        before = truth.look(stages.copy(step, place))
        assert before.shown == 1
        with reader.holding(place / "home" / "published" / "palmares.duckdb"):
            ended = take(stages.means, place, (step,), kill)
            assert ended.killed or kill.how == "moment", f"{step}, {kill}: it was not killed ({ended})"
            assert reader.sees() == 1, f"{step}, {kill}: who had the old release open lost it"
            after = truth.must_hold(place, before)
            _finish(stages, place, step, kill, first=number % 3 == 0)
            end = truth.must_hold(place, after)
            assert reader.sees() == 1
        assert (end.shown, len(end.releases)) == (2, 2), f"{step}, {kill}: the rerun did not publish"
        dossier = [record.body.dossier_sha256 for record in before.records if record.kind == "dossier"][-1]
        record = _record(place)
        assert record.digests == due.digests and record.digests.dossier_sha256 == dossier
        assert len([one for one in end.records if one.kind == "publication"]) == 2
        release, paper = place / "home" / "releases" / "2026" / "2", due.digests.results_sha256
        report = verify(release, raw=place / "raw", fingerprint=paper)
        assert (report.exit_code, report.findings) == (0, ()), report.as_text()


def test_the_first_publication_killed_shows_nothing_or_all(stages: Stages, place: Path) -> None:
    """No release stood before: there is no published warehouse, or the whole of release 1."""
    for share in range(1, 33) if FULL else (9, 28):
        shutil.rmtree(place, ignore_errors=True)
        stages.copy("end", place)
        shutil.rmtree(place / "home" / "published")
        settings = truth.settings_of(place)
        ended = take(stages.means, place, ("show",), Kill("changes", share))
        assert ended.killed, share
        if (settings.published / "palmares.duckdb").exists():
            assert (settings.published / "current").exists()
        assert take(stages.means, place, ("show",)).code == 0
        assert truth.readers_see(settings) == 2


def _finish(stages: Stages, place: Path, step: str, kill: Kill, first: bool) -> None:
    """Start the same command again, and what comes after it; now and then run the edition again before."""
    steps = STEPS[STEPS.index(step) :] if step == "sign" else COMMANDS["publish"]
    run = COMMANDS["run"] if first else ()
    again = take(stages.means, place, (*run, *steps))
    if step == "sign" and "has signed this dossier already" in (again.error or ""):
        # The signature was whole when the moment came. Each signer signs once: what comes after it is still due.
        again = take(stages.means, place, steps[1:])
    assert again.code == 0, f"{step}, {kill}: the rerun failed: {again.error}"


def _record(place: Path) -> ReleaseRecord:
    releases = truth.settings_of(place).releases
    return read_record(release_dir(releases, read_chain(releases)[-1]))
