"""The real commands, Dagster, dbt and all, killed where they say they are: the state is whole and the next one mends.

`make test` kills at a few stages, PALMARES_ATTACKS=full (make attacks) at each of them. Killed together with what they
started, and alone, as the system does when memory runs out: then dbt ends too.
"""

from pathlib import Path

import pytest

from orchestration.release.dossier_keywords import read_marks
from tests.faults import truth
from tests.faults.command import palmares, start
from tests.faults.line import KEY, Stages
from tests.fixtures.tiny import EDITION
from tests.fixtures.tries import FULL

pytestmark = pytest.mark.slow
RUN = ("custody", "votes", "checks of what was received", "marks", "recount", "checks of the marks", "dossier")
PUBLISH = ("looking at everything again", "recount", "release")


def test_run_and_publish_killed_at_their_stages_end_as_if_nothing_had_happened(
    stages: Stages, place: Path, tmp_path: Path
) -> None:
    before = truth.look(stages.copy("read", place))
    settings, log = truth.settings_of(place), tmp_path / "log"
    for number, stage in enumerate(RUN if FULL else ("marks", "recount")):
        at_work = start(settings, log, "run", EDITION)
        assert at_work.reaches(stage), at_work.end()
        refused = palmares(settings, log, "run", EDITION) if FULL and number == 0 else None
        at_work.kill(alone=number % 2 == 0)
        if number == 0:
            assert "it was killed, or the machine stopped" in palmares(settings, log, "status", EDITION).out
        before = truth.must_hold(place, before)
        assert refused is None or (refused.code, str(at_work.process.pid) in refused.err) == (2, True), refused
    said = palmares(settings, log, "run", EDITION)
    assert said.code == 0, said
    assert "waiting for the bailiff" in said.out and "it was killed" not in said.out
    before = truth.must_hold(place, before)
    due = read_marks(truth.dossier(stages.folder / "before-end").pdf.read_bytes())
    assert read_marks(truth.dossier(place).pdf.read_bytes()) == due
    said = palmares(settings, log, "sign", EDITION, "--key", str(place / KEY))
    assert said.code == 0, said
    before = truth.must_hold(place, before)
    words = ("publish", EDITION, "--reason", "a field firm sent its file again", "--by", "Direction")
    for stage in PUBLISH if FULL else ("release",):
        at_work = start(settings, log, *words)
        assert at_work.reaches(stage), at_work.end()
        at_work.kill()
        before = truth.must_hold(place, before)
    said = palmares(settings, log, *words)
    assert said.code == 0, said
    end = truth.must_hold(place, before)
    assert (end.shown, len(end.releases)) == (2, 2)
    assert "nothing is due" in palmares(settings, log, "status", EDITION).out
