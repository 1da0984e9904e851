"""Where an edition stands: one enum of stages, the words for each in one catalogue, the same keys for programs."""

from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.cli import demo
from orchestration.settings import Settings
from orchestration.status import EditionStage, State, look
from orchestration.status.say import say
from orchestration.status.stage import Who
from orchestration.words import Sentence

KEYS = [
    *(
        "edition",
        "stage",
        "stage_code",
        "who",
        "who_code",
        "next",
        "problems",
        "failed",
        "open_warnings",
        "changed_since_dossier",
    ),
    *("dossier", "engine", "signed", "not_counted", "signatures"),
    *("required", "waiting_for", "unread", "died_runs", "reservations", "seals", "draws", "release", "releases"),
]


@pytest.mark.parametrize("stage", EditionStage)
def test_each_stage_says_who_must_do_what(stage: EditionStage) -> None:
    state = State("2026", stage, release=Path("releases/2026/3"), objection="not what I saw")
    assert list(state.data) == KEYS
    assert (state.data["stage"], state.data["who"], state.data["next"]) == (state.sentence, state.who, state.next)
    assert (state.data["stage_code"], state.data["who_code"]) == (state.stage.value, state.stage.who.value)
    first, last = state.lines()[0], state.lines()[-1]
    assert (first, last) == (f"Edition 2026: {state.sentence}", f"  next      {state.who}: {state.next}")
    assert isinstance(first, Sentence) and first.fr == f"Édition 2026\u00a0: {state.sentence.fr}"


def test_stages_and_their_words_are_the_same() -> None:
    assert say.keys("stage") == [stage.value for stage in EditionStage]
    assert say.keys("who") == [who.value for who in Who]
    states = [State("2026", stage, correction=correction) for stage in EditionStage for correction in (False, True)]
    assert set(say.keys("next")) == set(say.keys("command")) == {state.action for state in states}
    assert len({say(f"stage.{stage.value}", release="", missing="", objection="") for stage in EditionStage}) == 19


@pytest.mark.parametrize(
    ("results", "corrects", "dossier", "stage", "told"),
    [
        ("other", None, "new", EditionStage.SIGNED, True),
        ("same", None, "new", EditionStage.SIGNED, False),
        ("same", "release 1", "published", EditionStage.CUT_SHORT, True),
        ("same", None, "published", EditionStage.CUT_SHORT, False),
    ],
)
def test_who_publishes_a_correction_is_told_to_say_why_and_for_whom(
    results: str, corrects: str | None, dossier: str, stage: EditionStage, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = SimpleNamespace(
        digests=SimpleNamespace(results_sha256=results, dossier_sha256="published"), corrects=corrects
    )
    now: Any = SimpleNamespace(
        records=[], scored=SimpleNamespace(results_sha256="same"), run=SimpleNamespace(settings=None)
    )
    of: Any = SimpleNamespace(sha256=dossier)
    for name, answer in (
        ("objections_to", []),
        ("_signers", SimpleNamespace(missing=0)),
        ("read_record", last),
        ("is_shown", False),
    ):
        monkeypatch.setattr(look, name, lambda *_, answer=answer: answer)
    state = State("2026", release=Path("releases/2026/1"))
    state.stage = look._stage_of(now, of, state)
    assert state.stage is stage
    for due in (state.next, state.command):
        assert ('palmares publish 2026 --reason "…" --by NAME' in due) is told
        assert ('palmares publish 2026 --reason "…" --by NOM' in due.fr) is told
        assert due.startswith("palmares publish 2026")


def test_nothing_is_due_of_nobody_but_of_a_published_edition() -> None:
    assert [stage for stage in EditionStage if stage.who is Who.NOBODY] == [EditionStage.PUBLISHED]


def test_an_objection_is_quoted_as_it_was_entered() -> None:
    state = State("2026", EditionStage.REVOKED, release=Path("releases/2026/3"), objection="{edition} was {0} wrong")
    assert state.sentence == "published as release 3, then revoked: {edition} was {0} wrong"


def test_an_engine_is_told_where_it_was_not_duckdb() -> None:
    state = State("2026", engine={"java": "17.0.15", "pyspark": "4.1.4"})
    assert state.data["engine"] == {"name": "spark", "packages": {"java": "17.0.15", "pyspark": "4.1.4"}}
    [told] = [line for line in state.lines() if "pyspark" in line]
    assert isinstance(told, Sentence)
    assert told.strip() == "marks made by java 17.0.15, pyspark 4.1.4"
    assert told.fr.strip() == "notes faites par java 17.0.15, pyspark 4.1.4"
    bare = State("2026")
    assert bare.data["engine"] == {"name": "duckdb", "packages": {}}
    assert not any("made by" in line for line in bare.lines())


def test_a_state_of_which_nothing_was_seen_has_all_its_keys_for_programs() -> None:
    data = State("2026").data
    assert (data["dossier"], data["release"], data["required"], data["signatures"]) == (None, None, None, 0)
    assert {field.name for field in fields(State)} == {
        *("edition", "stage", "problems", "failed", "open_warnings", "dossier", "signers", "reservations"),
        *("witnessed", "engine", "release", "releases", "objection", "unread", "died", "changed", "correction"),
    }


@pytest.mark.parametrize("stage", [EditionStage.SIGNED, EditionStage.CUT_SHORT])
def test_the_demonstration_does_not_sign_twice_what_was_cut_short(
    settings: Settings, stage: EditionStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def publish(*_: object, **options: Any) -> None:
        assert options == {"reason": None, "by": None}
        done.append("publish")

    monkeypatch.setattr(demo, "sign_dossier", lambda *_: done.append("sign"))
    monkeypatch.setattr(demo, "launch", SimpleNamespace(publish=publish))
    lines = demo._sign_and_publish(settings, State("2026", stage))
    assert done == ["publish"] and lines[0] == "sign       already done"
