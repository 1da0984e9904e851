"""The tutorial is true: every command of docs/first-edition.md is run as it stands, and prints what stands below it."""

import re
import shlex
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_DIR
from tests.integration.command import Palmares

pytestmark = pytest.mark.slow

PAGE = (PROJECT_DIR / "docs" / "first-edition.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(palmares.*?)```\n\n```text\n(.*?)```", PAGE, flags=re.M | re.S)
REFUSED = "check 2027 --file phone-wrong.csv"
"""The one command of the page that is to be refused."""


def test_every_command_stands_above_what_it_prints() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("palmares ")]
    assert lines == [line for commands, _ in BLOCKS for line in commands.splitlines()]


def test_the_tutorial_from_the_draft_to_a_verified_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    palmares = Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)
    digest = ""
    for commands, printed in BLOCKS:
        told = ""
        for line in commands.splitlines():
            _prepare(tmp_path)
            said = palmares(*shlex.split(line.replace("DIGEST", digest))[1:])
            assert said.code == (1 if REFUSED in line else 0), f"{line}\n{said.out}\n{said.err}"
            told += said.out + said.err
        assert [words for words in printed.splitlines() if words not in told] == []
        digest = next(iter(re.findall(r"results digest ([0-9a-f]{64})", told)), digest)


def _prepare(place: Path) -> None:
    """The wrong file that the page tells of: a rating above the best, in the first row."""
    right = place / "drafts" / "2027" / "deposits" / "audits" / "field-firm" / "phone.csv"
    if right.exists():
        (place / "phone-wrong.csv").write_text(right.read_text("utf-8").replace(",completed,4,", ",completed,9,", 1))
