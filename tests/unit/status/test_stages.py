"""Where an edition stands: one enum of stages, words for each in one place, the same keys for programs."""

from dataclasses import fields
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.cli import demo
from orchestration.settings import Settings
from orchestration.status import EditionStage, State

KEYS = [
    *("edition", "stage", "who", "next", "problems", "failed", "open_warnings", "dossier", "signed", "signatures"),
    *("required", "waiting_for", "reservations", "seals", "draws", "release", "releases"),
]


@pytest.mark.parametrize("stage", EditionStage)
def test_each_stage_says_who_must_do_what(stage: EditionStage) -> None:
    state = State("2026", stage, release=Path("releases/2026/3"), objection="{not} ours")
    assert list(state.data) == KEYS
    assert (state.data["stage"], state.data["next"]) == (state.sentence, state.next)
    assert state.lines()[0] == f"Edition 2026: {state.sentence}"
    assert state.lines()[-1] == f"  next      {stage.value.who}: {state.next}"
    named = {name for words in (stage.value.sentence, stage.value.next) for _, name, _, _ in Formatter().parse(words)}
    assert named <= {None, "edition", "release", "missing", "objection"}
    assert stage.value.who in ("organiser", "data engineer", "bailiff", "nobody")


def test_nothing_is_due_of_nobody_but_of_a_published_edition() -> None:
    assert [stage for stage in EditionStage if stage.value.who == "nobody"] == [EditionStage.PUBLISHED]
    assert len({stage.value.sentence for stage in EditionStage}) == len(EditionStage)


def test_an_objection_is_quoted_as_it_was_entered() -> None:
    state = State("2026", EditionStage.REVOKED, release=Path("releases/2026/3"), objection="{edition} was {0} wrong")
    assert state.sentence == "published as release 3, then revoked: {edition} was {0} wrong"


def test_a_state_of_which_nothing_was_seen_has_all_its_keys_for_programs() -> None:
    data = State("2026").data
    assert (data["dossier"], data["release"], data["required"], data["signatures"]) == (None, None, None, 0)
    assert {field.name for field in fields(State)} == {
        *("edition", "stage", "problems", "failed", "open_warnings", "dossier", "signers", "reservations"),
        *("witnessed", "release", "releases", "objection"),
    }


@pytest.mark.parametrize("stage", [EditionStage.SIGNED, EditionStage.CUT_SHORT])
def test_the_demonstration_does_not_sign_twice_what_was_cut_short(
    settings: Settings, stage: EditionStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(demo, "sign_dossier", lambda *_: done.append("sign"))
    monkeypatch.setattr(demo, "launch", SimpleNamespace(publish=lambda *_, **options: done.append(_why(options))))
    lines = demo._sign_and_publish(settings, State("2026", stage))
    assert done == ["publish"] and lines[0] == "sign       already done"


def _why(options: dict[str, Any]) -> str:
    assert options == {"reason": None, "by": None}
    return "publish"
