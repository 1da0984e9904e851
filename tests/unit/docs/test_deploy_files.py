"""What `deploy/` says of itself holds: who may touch what, limits, health, names that one file asks of another."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.settings import PROJECT_DIR

DEPLOY = PROJECT_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
WEB = {"palmares-web", "palmares-web-read", "palmares-daemon"}


def unit(path: Path) -> dict[str, list[str]]:
    """The settings of a unit's service; a setting may stand several times."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_has_the_least_rights_that_it_needs(path: Path) -> None:
    configparser.ConfigParser(strict=False, interpolation=None).read(path)
    told = unit(path)
    assert told["NoNewPrivileges"] == told["ProtectHome"] == told["PrivateTmp"] == ["yes"]
    assert (told["ProtectSystem"], told["CapabilityBoundingSet"], told["UMask"]) == (["strict"], [""], ["0077"])
    if path.stem in WEB:
        assert told["User"] == ["palmares-web"] and told["InaccessiblePaths"] == ["/srv/palmares"]
        assert "ReadWritePaths" not in told
    else:
        assert told["User"] == ["palmares"]
    if path.stem != "palmares-backup":
        assert told["MemoryMax"] and told["TasksMax"] and told["Restart"] == ["on-failure"]
    program = told["ExecStart"][0].split()[0].replace("/opt/palmares", str(PROJECT_DIR))
    assert Path(program).exists(), program


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8")))


def test_one_container_alone_touches_deposits_and_state() -> None:
    services = compose()["services"]
    assert [name for name, one in services.items() if any("state:" in text for text in one.get("volumes", ()))] == [
        "code"
    ]
    assert [name for name, one in services.items() if one.get("ports")] == ["door"]
    assert services["door"]["ports"] == ["443:443"]
    assert "--read-only" in services["read"]["command"][2] and "--read-only" not in services["work"]["command"][2]
    for name, one in services.items():
        assert one["mem_limit"] and one["logging"]["options"]["max-size"], name
        assert one.get("healthcheck") or name == "door", name
        if name in ("code", "daemon", "work", "read"):
            assert one["read_only"] and one["cap_drop"] == ["ALL"] and one["user"] in ("10001", "10002")
            assert one["user"] == ("10001" if name == "code" else "10002")
    for name in ("inside", "front"):
        assert compose()["networks"][name] == {"internal": True}
    assert "outside" not in {net for name, one in services.items() if name != "door" for net in one["networks"]}


def test_every_variable_that_is_asked_for_is_given() -> None:
    asked = set()
    for path in (DEPLOY / "server").glob("*.yaml"):
        asked |= set(re.findall(r"env: (\w+)", path.read_text("utf-8")))
    given = {
        line.split("=")[0] for line in (DEPLOY / "environment.example").read_text("utf-8").splitlines() if "=" in line
    }
    for path in UNITS:
        if path.stem != "palmares-backup":
            own = {word.split("=")[0] for line in unit(path).get("Environment", ()) for word in line.split()}
            assert asked <= given | own and "DAGSTER_HOME" in own, path
            assert not own & given, "a file of variables would override the unit's own"


def test_the_editions_of_both_configurations_are_never_run_twice_at_once() -> None:
    both = [
        yaml.safe_load(path.read_text("utf-8"))
        for path in (DEPLOY / "dagster.yaml", DEPLOY / "server" / "dagster.yaml")
    ]
    one, other = (told["concurrency"]["runs"]["tag_concurrency_limits"] for told in both)
    assert one == other
    assert all(told["telemetry"] == {"enabled": False} for told in both)


def test_the_readme_names_files_that_there_are() -> None:
    text = (DEPLOY / "README.md").read_text("utf-8")
    for name in re.findall(r"\bdeploy/([\w./*-]+\w)", text):
        assert list(DEPLOY.glob(name.rstrip("."))), name
    for name in re.findall(r"systemctl enable --now (.*)", text)[0].split():
        assert (DEPLOY / "systemd" / (name if "." in name else f"{name}.service")).exists(), name
    site = (DEPLOY / "nginx" / "palmares.conf").read_text("utf-8")
    for name in re.findall(r"/etc/palmares/([\w.]+)", site):
        assert name in text, name
