"""`palmares contest`: what may be entered and decided, through custody, and what is refused with every word."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration import custody
from orchestration.entrants import contest_test
from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.intake import load_edition
from orchestration.settings import Settings
from tests.fixtures.tiny import TinyEdition
from tests.integration.command import Palmares

WINDOW = {"opens": "2025-11-17", "closes": "2025-11-28"}
REASON = "La réponse est sur l'enregistrement."


@pytest.fixture
def settings(tmp_path: Path, tiny: TinyEdition) -> Settings:
    tiny.rulebook["contest"] = dict(WINDOW)
    tiny.write(tmp_path / "raw")
    return Settings(tmp_path / "home", tmp_path / "raw")


def lines(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (settings.raw / "2026" / "deposits.jsonl").read_bytes().splitlines()]


def text(settings: Settings) -> str:
    return (settings.raw / "2026" / "contests.csv").read_text("utf-8")


def enter(settings: Settings, test_id: str = "T001", **more: Any) -> Any:
    return contest_test(settings, "2026", test_id, **{"ground": "wrong_facts", "on": "2025-11-18", **more})


def test_a_contest_is_entered_then_decided_each_a_version_in_custody(settings: Settings) -> None:
    entered = enter(settings)
    assert (entered.contest_id, entered.candidate_id, entered.decision) == ("K-T001", "atlas-hotels", None)
    decided = contest_test(settings, "2026", "T001", decision="excluded", reason=REASON, on="2025-12-05", by="N. Clerk")
    assert (decided.opened_on, decided.decision, decided.decided_on) == ("2025-11-18", "excluded", "2025-12-05")
    assert text(settings).splitlines()[1:] == [
        f"K-T001,atlas-hotels,T001,2025-11-18,wrong_facts,excluded,2025-12-05,{REASON}"
    ]
    first, second = (line for line in lines(settings) if line["path"] == "contests.csv")
    assert (first["replaces"], second["replaces"], second["sha256"]) == (None, entered.sha256, decided.sha256)
    assert (first["received_by"], second["received_by"]) == ("Baromètre Service Client Maroc", "N. Clerk")
    assert custody.audit(settings.raw / "2026").problems == ()
    assert load_edition(settings, "2026").problems == ()


def test_a_contest_may_be_entered_and_decided_at_once_and_decided_anew(settings: Settings) -> None:
    enter(settings, decision="rejected", reason=REASON)
    anew = enter(settings, decision="corrected", reason="Heard once more.", on="2025-11-20")
    assert (anew.decision, anew.decided_on, anew.opened_on) == ("corrected", "2025-11-20", "2025-11-18")


def test_what_stands_already_is_not_entered_again(settings: Settings) -> None:
    enter(settings)
    before = lines(settings)
    assert enter(settings).repeated and enter(settings, on="2025-11-19").repeated
    assert lines(settings) == before
    enter(settings, decision="rejected", reason=REASON)
    again = enter(settings, decision="rejected", reason=REASON, on="2026-01-01")
    assert again.repeated and again.decided_on == "2025-11-18" and len(lines(settings)) == len(before) + 1


def test_other_contests_stay_as_they_were_deposited(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.contest("T002", "Z9", remark="kept", decision="", decided_on="not read")
    tiny.contest("T003", "Z8", opened_on="2025-10-01")
    tiny.write(tmp_path / "raw", delimiter=";")
    settings = Settings(tmp_path / "home", tmp_path / "raw")
    before = text(settings)
    enter(settings)
    assert text(settings) == before + "K-T001;atlas-hotels;T001;2025-11-18;wrong_facts;;;;\n"


def test_the_day_is_todays_where_none_is_given(settings: Settings) -> None:
    with pytest.raises(Refused, match="lies outside the days on which tests may be contested, 2025-11-17 to"):
        enter(settings, on=None)


@pytest.mark.parametrize("day", ["2025-11-16", "2025-11-29"])
def test_outside_the_window_nothing_is_entered(settings: Settings, day: str) -> None:
    before = lines(settings)
    with pytest.raises(Refused, match=f"{day} lies outside"):
        enter(settings, on=day)
    assert lines(settings) == before and not (settings.raw / "2026" / "contests.csv").exists()


@pytest.mark.parametrize("day", ["2025-11-17", "2025-11-28"])
def test_both_days_of_the_window_are_in_it(settings: Settings, day: str) -> None:
    assert enter(settings, on=day).opened_on == day


REFUSALS: list[tuple[dict[str, Any], type[PalmaresError], str]] = [
    ({"test_id": "T999"}, InputError, "'T999' is not an accepted test of edition 2026"),
    ({"test_id": "../../etc/passwd"}, InputError, "is not an accepted test"),
    ({"test_id": "' OR 1=1 --"}, InputError, "is not an accepted test"),
    ({"ground": None}, InputError, "say on what ground"),
    ({"ground": "unfair"}, InputError, "'unfair' is not a ground"),
    ({"decision": "upheld", "reason": REASON}, InputError, "'upheld' is not a decision"),
    ({"decision": "excluded"}, InputError, "a decision is given with its reason"),
    ({"reason": REASON}, InputError, "a decision is given with its reason"),
    ({"decision": "excluded", "reason": " \u00a0"}, InputError, "the reason is empty"),
    ({"decision": "excluded", "reason": "One.\nTwo."}, InputError, "not on one line"),
    ({"decision": "excluded", "reason": "x" * 2001}, InputError, "longer than 2000"),
    ({"decision": "excluded", "reason": "Ask 0661 23 45 67."}, InputError, "phone number"),
    ({"on": "18/11/2025"}, InputError, "'18/11/2025' is not a day"),
    ({"on": "20251118"}, InputError, "is not a day"),
    ({"by": "\u0007"}, InputError, "who receives is not named"),
]


@pytest.mark.parametrize(("asked", "kind", "said"), REFUSALS, ids=[str(asked) for asked, _, _ in REFUSALS])
def test_what_cannot_be_entered_is_told_and_leaves_nothing(
    settings: Settings, asked: dict[str, Any], kind: type[PalmaresError], said: str
) -> None:
    before = lines(settings)
    with pytest.raises(kind, match="".join(f"[{sign}]" if sign in "./+()" else sign for sign in said)):
        enter(settings, **asked)
    assert lines(settings) == before


def test_a_contest_that_stands_is_decided_on_its_own_ground_and_not_before_it_was_opened(settings: Settings) -> None:
    enter(settings, decision="rejected", reason=REASON)
    for asked, kind, said in (
        ({}, Refused, "contested already"),
        ({"ground": "other", "decision": "excluded", "reason": REASON}, InputError, "on another ground"),
        ({"decision": "excluded", "reason": REASON, "on": "2025-11-17"}, Refused, "cannot be decided on 2025-11-17"),
    ):
        with pytest.raises(kind, match=said):
            enter(settings, **asked)  # type: ignore[arg-type]


def test_where_several_rows_contest_a_test_somebody_must_choose(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.contest("T001", "Z1")
    tiny.contest("T001", "Z2")
    tiny.write(tmp_path / "raw")
    settings = Settings(tmp_path / "home", tmp_path / "raw")
    with pytest.raises(Refused, match=r"contests\.csv:2 Z1, contests\.csv:3 Z2"):
        enter(settings)


def test_a_rulebook_without_contests_lets_nobody_contest(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.write(tmp_path / "raw")
    with pytest.raises(Refused, match="lets nobody contest a test"):
        enter(Settings(tmp_path / "home", tmp_path / "raw"))


def test_broken_custody_or_an_unreadable_file_is_refused(settings: Settings) -> None:
    path = settings.raw / "2026" / "audits" / "north" / "phone.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(Refused, match=r"audits/north/phone\.csv"):
        enter(settings)


def test_a_missing_vote_file_stands_in_no_entrants_way(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["contest"] = dict(WINDOW)
    tiny.votes = tiny.survey = None
    tiny.extra["bailiff.pem"] = None
    tiny.write(tmp_path / "raw")
    assert enter(Settings(tmp_path / "home", tmp_path / "raw")).contest_id == "K-T001"


def test_the_command_enters_decides_and_says_what_is_next(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    palmares = Palmares(settings.home, settings.raw, capsys, monkeypatch)
    asked = ("contest", "2026", "T001", "--on", "2025-11-18")
    told = palmares(*asked, "--ground", "wrong_facts")
    assert (
        told.code == 0 and "K-T001 of the test T001 (atlas-hotels)" in told.out and "--decide D --reason R" in told.out
    )
    told = palmares(*asked, "--decide", "corrected", "--reason", REASON)
    assert (
        "the test is corrected on 2025-11-18" in told.out
        and "`contest: K-T001`" in told.out
        and "palmares run 2026" in told.out
    )
    found = palmares(*asked, "--decide", "corrected", "--reason", REASON, "--json")
    assert found.data["repeated"] and found.data["decision"] == "corrected"
    french = palmares("contest", "2026", "T002", "--ground", "other", "--lang", "fr")
    assert french.code == 1 and "hors de la période" in french.err
    assert palmares("contest", "2026", "T999", "--ground", "other", "--on", "2025-11-18").code == 2
