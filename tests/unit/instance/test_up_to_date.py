"""What `palmares run` starts: the job, in which each step says whether it is skipped, or nothing; and what it says."""

import pytest

from orchestration.instance import launch
from orchestration.progress import listening
from orchestration.settings import Settings
from orchestration.status import Freshness
from orchestration.status.say import say


@pytest.mark.parametrize(
    ("found", "starts"),
    [
        (Freshness(False, False, (say("fresh.not_run"),)), True),
        (Freshness(True, False, (say("fresh.rows"), say("fresh.marks"))), True),
        (Freshness(True, True, (say("fresh.rows"), say("fresh.dossier"))), False),
    ],
)
def test_only_what_is_due_is_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, found: Freshness, starts: bool
) -> None:
    done: list[str] = []
    told: list[str] = []
    monkeypatch.setattr(launch, "freshness", lambda now: found)
    monkeypatch.setattr(launch, "prepare", lambda *_: done.append("prepare"))
    with listening(lambda what, *_: told.append(what)):
        launch.bring_up_to_date(settings, "2026")
    # A job tells for itself what it skips, and why: nobody says it twice.
    assert (done, told) == ((["prepare"], []) if starts else ([], list(found.lines)))
