"""`make test` and `make test-servers` together run every test, and each of them once."""

import os
import shlex
import subprocess

from orchestration.settings import PROJECT_DIR

TESTS = PROJECT_DIR / "tests"


def commands(target: str) -> list[list[str]]:
    """What a target would start pytest with, each as words; nothing is run."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    told = subprocess.run(
        ["make", "-n", target], cwd=PROJECT_DIR, env=alone, check=True, capture_output=True, text=True
    )
    return [shlex.split(line) for line in told.stdout.replace("\\\n", " ").splitlines() if " -m pytest " in line]


def places(command: list[str]) -> set[str]:
    """The files and folders that it is given."""
    return {word for word in command if word.startswith("tests/")}


def marked(command: list[str]) -> str:
    """The markers by which it chooses."""
    return command[len(command) - command[::-1].index("-m")]


def test_all_that_needs_no_large_server_is_run_and_measured() -> None:
    (command,) = commands("test")
    assert places(command) == {f"tests/{path.relative_to(TESTS).parts[0]}" for path in TESTS.rglob("test_*.py")}
    assert marked(command) == "not server"
    assert "slipcover" in command


def test_what_needs_a_large_server_has_a_target_of_its_own() -> None:
    (command,) = commands("test-servers")
    assert marked(command) == "server"
    needing = [path for path in TESTS.rglob("test_*.py") if "pytest.mark." + "server" in path.read_text("utf-8")]
    assert len(needing) >= 3
    assert all(any(path.is_relative_to(PROJECT_DIR / place) for place in places(command)) for path in needing)
