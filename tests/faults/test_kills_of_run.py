"""`run` killed anywhere between the deposits and the dossier: nothing is half done, and the rerun comes to the same.

`make test` kills at a seeded part of the moments, PALMARES_ATTACKS=full (make attacks) before every change of the disk.
"""

import shutil
from pathlib import Path

import pytest

from orchestration.release.dossier_keywords import read_marks
from tests.faults import truth
from tests.faults.child import take
from tests.faults.line import COMMANDS, Stages
from tests.faults.points import measure, points
from tests.fixtures.tries import FULL

PART = {"read": 4, "build": 1, "test": 1, "judge": 3, "document": 3}
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("step", COMMANDS["run"])
def test_run_killed_at_any_moment_leaves_nothing_half_done_and_the_rerun_ends_the_same(
    stages: Stages, step: str, place: Path, tmp_path: Path
) -> None:
    due = read_marks(_newest_dossier(stages.folder / "before-end"))
    kills = points(step, *measure(stages, step, tmp_path / "whole"), None if FULL else PART[step])
    killed = 0
    for kill in kills:
        shutil.rmtree(place, ignore_errors=True)
        before = truth.look(stages.copy(step, place))
        ended = take(stages.means, place, (step,), kill)
        assert ended.killed or kill.how == "moment", f"{step}, {kill}: it was not killed ({ended})"
        killed += ended.killed
        after = truth.must_hold(place, before)
        again = take(stages.means, place, COMMANDS["run"])
        assert again.code == 0, f"{step}, {kill}: the rerun failed: {again.error}"
        end = truth.must_hold(place, after)
        assert read_marks(_newest_dossier(place)) == due, f"{step}, {kill}: the rerun came to other results"
        assert [one for one in end.records if one.kind == "dossier"][-1].body.identity == _identity(stages)
        assert _dossiers(after)[1:] in ([], _dossiers(end)[1:]), f"{step}, {kill}: a recorded dossier was made anew"
        assert not _left_behind(place), f"{step}, {kill}: the rerun left {_left_behind(place)}"
    assert killed >= len(kills) - sum(kill.how == "moment" for kill in kills)


def _newest_dossier(folder: Path) -> bytes:
    dossier = truth.dossier(folder)
    return dossier.pdf.read_bytes()


def _identity(stages: Stages) -> str:
    return truth.dossier(stages.folder / "before-end").identity


def _dossiers(seen: truth.Seen) -> list[str]:
    return [record.body.dossier_sha256 for record in seen.records if record.kind == "dossier"]


def _left_behind(folder: Path) -> list[str]:
    """Work in the making that nobody will come back to."""
    return [path.name for path in (folder / "home" / "work").iterdir() if path.name != "2026.duckdb"]
