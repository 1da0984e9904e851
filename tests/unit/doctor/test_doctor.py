"""The doctor finds nothing in a sound house, and each fault of a house by its name, with a remedy in both languages."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from importlib import metadata
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration import custody
from orchestration.doctor import Diagnosis, examine, program, serving, state
from orchestration.doctor.examination import CHECKS
from orchestration.evidence import EvidenceLog, code_sha256
from orchestration.evidence.bodies import RefusalBody
from orchestration.run.locks import hold_service
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.words import Sentence
from tests.integration.command import Palmares

EDITION = "2031"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """A house with one deposit, one record, locks and a Dagster home."""
    os.chmod(tmp_path, 0o700)
    settings = Settings(tmp_path / "var", tmp_path / "raw")
    (settings.raw / EDITION).mkdir(parents=True)
    (tmp_path / "candidates.csv").write_text("candidate_id\nA\n")
    custody.deposit(settings.raw / EDITION, [tmp_path / "candidates.csv"], "Award", "Clerk")
    body = RefusalBody(dossier_sha256="0" * 64, by="Me Nom", reason="a reason")
    EvidenceLog(settings.evidence_log(EDITION)).append(body)
    for room in ("locks", "releases", "published", "dagster"):
        (settings.home / room).mkdir()
    settings.home.chmod(0o700)
    settings.lock_file(EDITION).touch()
    shutil.copy(PROJECT_DIR / "deploy" / "dagster.yaml", settings.home / "dagster" / "dagster.yaml")
    return settings


def looked(house: Settings, check: str) -> list[Diagnosis]:
    return list(CHECKS[check](house))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_sound_house_is_sound(house: Settings) -> None:
    seen = dict(examine(house, port=free_port()))
    assert list(seen) == [*CHECKS, "port"]
    assert [one for found in seen.values() for one in found] == []


# ---- the program -----------------------------------------------------------------------------------------------------
def test_another_python(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(sys, "flags", SimpleNamespace(optimize=1))
    found = looked(house, "python")
    assert ["3.9.1" in found[0].what, "-O" in found[1].what] == [True, True]


def test_the_supported_versions_are_those_of_the_project() -> None:
    text = (PROJECT_DIR / "pyproject.toml").read_text("utf-8")
    first, last = (".".join(map(str, one)) for one in (program.FIRST_WITH, program.LAST_BEFORE))
    assert f'requires-python = ">={first},<{last}"' in text


def test_packages_that_are_missing_or_others(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"dagster", "duckdb", "pyhanko-certvalidator"} <= program.needed("palmares")
    assert len(program.pins(program.CONSTRAINTS)) > 150
    real = metadata.version

    def version(name: str) -> str:
        if name == "duckdb":
            raise PackageNotFoundError(name)
        return "0.1" if name == "dagster" else real(name)

    monkeypatch.setattr(program, "version", version)
    missing, other = sorted((one.what for one in looked(house, "packages")), key=lambda what: "duckdb" not in what)
    assert missing == "the package duckdb is missing"
    assert other.startswith("the package dagster is 0.1, and 1.13.27 ")


def test_the_program_s_own_files(house: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = tmp_path / "project" / "expectations" / "strange.so"
    strange.parent.mkdir(parents=True)
    strange.touch()
    real = code_sha256
    monkeypatch.setattr(program, "code_sha256", lambda: real(tmp_path / "project"))
    (found,) = looked(house, "program")
    assert found.where == str(strange)
    monkeypatch.setattr(program, "FONTS", tmp_path)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert [one.where for one in looked(house, "typesetting")][1:] == [
        str(tmp_path / name) for name in program.FONT_FILES
    ]
    monkeypatch.setattr(program, "ZONE", "Europe/Paris")
    assert len(looked(house, "time_zones")) == 1
    monkeypatch.setattr(program, "ZONE", "Nowhere/At_all")
    assert len(looked(house, "time_zones")) == 1


# ---- state and deposits ----------------------------------------------------------------------------------------------
def test_folders(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    house.home.chmod(0o755)
    (found,) = looked(house, "folders")
    assert found.mend == f"chmod 700 {house.home}"
    house.home.chmod(0o700)
    closed: set[str] = set()  # root may write everywhere: the system's own answer is what is read
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) not in closed)
    for place in (house.home, house.home / "evidence", house.raw, house.raw / EDITION):
        closed.add(str(place))
        assert [one.where for one in looked(house, "folders")] == [str(place)]
        closed.clear()
    shutil.rmtree(house.raw)
    assert [one.where for one in looked(house, "folders")] == [str(house.raw)]


def test_room(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5 << 20))
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_files=10, f_favail=3))
    few, files = looked(house, "room")
    assert few.what == "5 MiB are free, the next run may need 1024 MiB" and "3 more files" in files.what


def test_clock(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "AHEAD", -timedelta(days=1))
    (found,) = looked(house, "clock")
    assert found.where == str(house.evidence_log(EDITION))


def test_locks(house: Settings) -> None:
    odd = house.home / "locks" / "releases.lock"
    odd.symlink_to("/etc/passwd")
    assert [one.where for one in looked(house, "locks")] == [str(odd)]
    odd.unlink()
    child = subprocess.Popen(["true"])
    child.wait()
    with house.lock_file(EDITION).open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        owner = house.lock_file(EDITION).with_suffix(".owner.json")
        owner.write_text(json.dumps({"pid": os.getpid(), "run_id": "x", "since": "y"}))
        assert looked(house, "locks") == [], "somebody is at work: that is no fault"
        owner.write_text(json.dumps({"pid": child.pid, "run_id": "x", "since": "y"}))
        (found,) = looked(house, "locks")
        assert str(child.pid) in found.what
        owner.write_text("[]")
        assert looked(house, "locks") == []


def test_a_deposit_cut_short(house: Settings) -> None:
    journal = house.raw / f".{EDITION}.custody" / "journal.json"
    journal.write_text("{}")
    (found,) = looked(house, "deposits")
    assert EDITION in found.what


def test_evidence(house: Settings) -> None:
    log = house.evidence_log(EDITION)
    log.write_bytes(log.read_bytes().replace(b"a reason", b"no reason"))
    (found,) = looked(house, "evidence")
    assert found.where == str(log)
    assert looked(house, "clock") == []


def test_releases_and_published(house: Settings) -> None:
    (house.releases / ".making-9").mkdir()
    (house.releases / EDITION).mkdir()
    (house.releases / EDITION / ".making-1").mkdir()
    (house.releases / EDITION / "7").mkdir()
    (house.published / "versions" / "old").mkdir(parents=True)
    (house.published / "versions" / "1").mkdir()
    (house.published / "notes.txt").touch()
    (house.published / ".current.next").touch()
    assert [one.where for one in looked(house, "releases")] == [str(house.releases / EDITION / "7")]
    assert [one.where for one in looked(house, "published")] == [
        str(house.published / "notes.txt"),
        str(house.published / "versions" / "old"),
    ]
    (house.releases / "notes.txt").touch()
    assert str(house.releases / "notes.txt") in [one.where for one in looked(house, "releases")]
    from orchestration.release import next_line

    line = next_line([], EDITION, 1, "0" * 64)
    (house.releases / "chain.jsonl").write_bytes(line.line() + b"\n")
    assert looked(house, "releases")[0].where == str(house.releases / EDITION / "1")
    (house.releases / "chain.jsonl").write_text("{}\n")
    (found,) = looked(house, "releases")
    assert found.where == str(house.releases / "chain.jsonl")


# ---- what serves -----------------------------------------------------------------------------------------------------
def test_dagster_s_home(house: Settings) -> None:
    config = house.home / "dagster" / "dagster.yaml"
    for text, word in (
        ("telemetry: {enabled: true}", "telemetry"),
        ("a: [", "cannot be read"),
        ("[]", "cannot be read"),
    ):
        config.write_text(text)
        (found,) = looked(house, "dagster")
        assert word in found.what
        assert looked(house, "runs") == [], "told once"
    config.unlink()
    assert looked(house, "dagster") == []


def test_runs_that_died_and_a_storage_that_does_not_open(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import dagster as dg
    from dagster._core.test_utils import create_run_for_test

    monkeypatch.setenv("DAGSTER_HOME", str(house.home / "dagster"))
    with dg.DagsterInstance.get() as instance:
        run = create_run_for_test(
            instance, "prepare_edition", status=dg.DagsterRunStatus.STARTED, tags={"dagster/partition": EDITION}
        )
        create_run_for_test(instance, "verify_everything", status=dg.DagsterRunStatus.STARTED)  # it holds no edition
    assert looked(house, "runs") == [], "it began a moment ago"
    monkeypatch.setattr(serving, "YOUNG", timedelta(0))
    (found,) = looked(house, "runs")
    assert run.run_id in found.what
    with dg.DagsterInstance.get() as instance:
        assert instance.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.STARTED, "it only looks"
    (house.home / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\nstorage: {nothing: {}}\n")
    (found,) = looked(house, "runs")
    assert "cannot open its storage" in found.what


def test_a_port_that_is_taken(house: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        at = int(other.getsockname()[1])
        (found,) = serving.port(house, "127.0.0.1", at)
        assert found.where == f"127.0.0.1:{at}"
        ours = hold_service(house, "ui")
        assert ours is not None
        assert list(serving.port(house, "127.0.0.1", at)) == [], "it is palmares ui itself"
        os.close(ours)


def test_an_address_of_ipv6_is_looked_at_as_one(house: Settings) -> None:
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError as without:
        reason = str(without.strerror)
    else:
        with other:
            at = int(other.getsockname()[1])
            (found,) = serving.port(house, "::1", at)
            assert found.where == f"[::1]:{at}"
        assert list(serving.port(house, "::1", at)) == []
        return
    (found,) = serving.port(house, "::1", free_port())
    assert reason in found.what, "a machine without IPv6 says so itself"


# ---- the command -----------------------------------------------------------------------------------------------------
def test_the_command_says_what_and_how_to_mend_it(
    house: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    palmares = Palmares(house.home, house.raw, capsys, monkeypatch)
    port = str(free_port())
    said = palmares("doctor", "--port", port)
    assert said.code == 0, said.out
    assert said.out.splitlines()[-1] == "Nothing is wrong with this installation."
    (house.published / "notes.txt").touch()
    said = palmares("doctor", "--port", port)
    assert said.code == 1 and "WRONG  published" in said.out and "How to mend it: move it away" in said.out
    said = palmares("doctor", "--port", port, "--json", "--lang", "fr")
    assert said.code == 1
    (wrong,) = said.data["wrong"]
    assert (wrong["check"], wrong["where"]) == ("published", str(house.published / "notes.txt"))
    assert wrong["mend"].startswith("l’ôter") and len(said.data["sound"]) == len(CHECKS)


def test_a_look_that_fails_keeps_no_other_from_being_taken(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise OSError("no")

    monkeypatch.setitem(CHECKS, "folders", fails)
    found = dict(examine(house, port=free_port()))
    assert [one.what for one in found["folders"]] == ["this could not be looked at: no"]
    assert list(found) == [*CHECKS, "port"]


def test_each_finding_says_what_and_how_in_both_languages(house: Settings) -> None:
    (house.published / "notes.txt").touch()
    (one,) = looked(house, "published")
    for text in (one.what, one.mend):
        assert isinstance(text, Sentence) and text.fr != text
