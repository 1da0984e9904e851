"""What `palmares run` starts: all, the dossier alone, or nothing; and what it says of each."""

import pytest

from orchestration.instance import launch
from orchestration.progress import listening
from orchestration.settings import Settings
from orchestration.status import Freshness
from orchestration.status.say import say


@pytest.mark.parametrize(
    ("found", "started"),
    [
        (Freshness(False, False, (say("fresh.not_run"),)), ["prepare"]),
        (Freshness(True, False, (say("fresh.rows"), say("fresh.marks"))), ["remake_dossier"]),
        (Freshness(True, True, (say("fresh.rows"), say("fresh.dossier"))), []),
    ],
)
def test_only_what_is_due_is_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, found: Freshness, started: list[str]
) -> None:
    done: list[str] = []
    told: list[str] = []
    monkeypatch.setattr(launch, "freshness", lambda now: found)
    monkeypatch.setattr(launch, "prepare", lambda *_: done.append("prepare"))
    monkeypatch.setattr(launch, "remake_dossier", lambda *_: done.append("remake_dossier"))
    with listening(lambda what, *_: told.append(what)):
        launch.bring_up_to_date(settings, "2026")
    assert (done, told) == (started, list(found.lines))
