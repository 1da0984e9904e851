"""The runbook's messages are the program's: each is provoked, and is the one that stands there."""

import errno
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import custody
from orchestration.doctor.examination import CHECKS
from orchestration.doctor.say import say as doctor_say
from orchestration.errors import PalmaresError
from orchestration.evidence import EvidenceBroken, EvidenceLog
from orchestration.evidence.bodies import RefusalBody
from orchestration.instance import serve_ui
from orchestration.run.locks import hold_service
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.status import EditionStage, State
from orchestration.storage import disk_fault
from tests.fixtures.ui_server import free_port

RUNBOOK = (PROJECT_DIR / "docs" / "runbook.md").read_text("utf-8")
SECTIONS = re.findall(r"^## (\d+)\. (.+?)\n\n```text\n(.*?)\n```", RUNBOOK, re.M | re.S)
EDITION = "2031"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "var", tmp_path / "raw")
    (settings.raw / EDITION).mkdir(parents=True)
    settings.home.mkdir()
    return settings


def told(work: Callable[[], object]) -> str:
    with pytest.raises(PalmaresError) as error:
        work()
    return str(error.value)


def busy(house: Settings) -> str:
    hold = (
        "import sys; from pathlib import Path; from orchestration.run.locks import hold_edition;"
        "from orchestration.settings import Settings;"
        f"hold_edition(Settings(Path({str(house.home)!r}), Path('/')), {EDITION!r}, 'a run');"
        "print(flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout and child.stdout.readline()
        from orchestration.run import hold_edition

        said = told(lambda: hold_edition(house, EDITION, "another"))
        child.communicate(b"\n")
    return said


def taken_port(house: Settings) -> str:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        return told(lambda: serve_ui(house, "127.0.0.1", other.getsockname()[1]))


def second_ui(house: Settings) -> str:
    held = hold_service(house, "ui")
    assert held is not None
    return told(lambda: serve_ui(house, "127.0.0.1", free_port()))


def disk(number: int) -> Callable[[Settings], str]:
    return lambda house: str(disk_fault(OSError(number, "", str(house.home / "x")), house.home))


def unlisted(house: Settings) -> str:
    (house.raw / EDITION / "deposits.jsonl").write_text("")
    (house.raw / EDITION / "candidates.csv").write_text("")
    return next(one.message for one in custody.audit(house.raw / EDITION).problems if one.code == "file_unlisted")


def cut_evidence(house: Settings) -> str:
    log = EvidenceLog(house.evidence_log(EDITION))
    log.append(RefusalBody(dossier_sha256="0" * 64, by="Me Nom", reason="a reason"))
    log.path.write_bytes(b"")
    with pytest.raises(EvidenceBroken) as broken:
        log.records()
    return str(broken.value)


def other_package(house: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    from orchestration.doctor import program

    monkeypatch.setattr(
        program, "version", lambda name: "0.1" if name == "duckdb" else program.pins(program.CONSTRAINTS)[name]
    )
    (found,) = CHECKS["packages"](house)
    return str(found.what)


def dead_run(house: Settings) -> str:
    return str(doctor_say("runs.dead", run="0f", job="prepare_edition"))  # provoked in tests/unit/doctor


def cut_short(house: Settings) -> str:
    state = State(EDITION, EditionStage.CUT_SHORT)
    state.release = house.releases / EDITION / "2"
    assert state.next.startswith(f"palmares publish {EDITION}")
    return str(state.sentence)


PROVOKED: dict[str, Callable[[Settings], str]] = {
    "1": busy, "2": taken_port, "3": second_ui, "4": disk(errno.ENOSPC), "5": disk(errno.EACCES), "6": unlisted,
    "7": cut_evidence, "9": dead_run, "10": cut_short,
}  # fmt: skip


@pytest.mark.parametrize(("number", "title", "message"), SECTIONS, ids=[number for number, *_ in SECTIONS])
def test_a_message_is_the_program_s(
    house: Settings, number: str, title: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = other_package(house, monkeypatch) if number == "8" else PROVOKED[number](house)
    pattern = ".+?".join(map(re.escape, message.split("…")))
    assert re.fullmatch(pattern, said), said


def test_there_are_ten() -> None:
    assert [number for number, *_ in SECTIONS] == [str(number) for number in range(1, 11)]


def test_state_of_the_first_format_opens(house: Settings, tmp_path: Path) -> None:
    """Upgrade: evidence and chain as the first version wrote them are read, kept, and stand the same afterwards."""
    from orchestration.backup import make_backup, restore
    from orchestration.release import read_chain

    old = PROJECT_DIR / "tests" / "fixtures" / "chains"
    log = house.evidence_log("2026")
    log.parent.mkdir()
    log.write_bytes((old / "evidence.jsonl").read_bytes())
    log.with_name("2026.jsonl.head").write_bytes((old / "evidence.jsonl.head").read_bytes())
    house.releases.mkdir()
    (house.releases / "chain.jsonl").write_bytes((old / "chain.jsonl").read_bytes())
    assert list(CHECKS["evidence"](house)) == []
    assert len(EvidenceLog(log).records()) > 0 and read_chain(house.releases)
    again = restore(make_backup(house, tmp_path / "kept").path, tmp_path / "again").settings
    assert again.evidence_log("2026").read_bytes() == log.read_bytes()
    assert EvidenceLog(again.evidence_log("2026")).records() == EvidenceLog(log).records()
    assert read_chain(again.releases) == read_chain(house.releases)
