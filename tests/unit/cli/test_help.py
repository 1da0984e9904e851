"""The help in groups, the version, completion, the overview of `status`, and progress in a log."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.core import TyperArgument

from orchestration.cli import grouping, say
from orchestration.cli.app import command
from orchestration.progress import report
from orchestration.status import EditionStage, State
from orchestration.words import Sentence
from tests.fixtures.terminal import on_a_terminal
from tests.integration.command import Palmares

FRONT = [sys.executable, "-c", "from orchestration.cli import main; main()"]


@pytest.fixture
def palmares(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    (tmp_path / "raw").mkdir()
    return Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)


def test_help_lists_every_command_once_in_its_group_within_80_columns(palmares: Palmares) -> None:
    said = palmares("--help")
    group = command()
    assert isinstance(group, grouping.Grouped)
    assert max(map(len, said.out.splitlines())) <= 80
    listed = [line.split()[0] for line in said.out.splitlines() if line.startswith("  ") and line[2].isalpha()]
    for name in group.commands:
        assert listed.count(name) == 1, name
    titles = [line[:-1] for line in said.out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles[1:] == list(group.groups())
    assert {name for names in grouping.GROUPS.values() for name in names} <= group.commands.keys()
    assert "..." not in said.out.split("Options:")[1], "each command's first sentence is whole"


def test_every_argument_says_what_it_is_once(palmares: Palmares) -> None:
    for name, cmd in command().commands.items():
        said = " ".join(palmares(name, "--help").out.split())
        for parameter in cmd.params:
            if isinstance(parameter, TyperArgument) and not parameter.hidden:
                assert parameter.help and said.count(parameter.help) == 1, f"{name} {parameter.name}"


def test_a_command_of_no_group_is_listed_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "GROUPS", {"Read": ("status",)})
    group = command()
    assert isinstance(group, grouping.Grouped)
    assert list(group.groups()) == ["Read", grouping.OTHERS] and "run" in group.groups()[grouping.OTHERS]


def test_version(palmares: Palmares) -> None:
    said = palmares("--version")
    assert (said.code, said.out) == (0, f"palmares {version('palmares')}\n")


@pytest.mark.parametrize(
    ("words", "due"), [("palmares ver", "verify"), ("palmares run 20", "2026\n2027"), ("palmares --ver", "--version")]
)
def test_a_shell_is_told_commands_options_and_editions(tmp_path: Path, words: str, due: str) -> None:
    for edition in ("2026", "2027", "other"):
        (tmp_path / edition).mkdir()
    asked = {"_PALMARES_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    environment = {**os.environ, **asked, "PALMARES_RAW": str(tmp_path)}
    script = [*FRONT[:2], "import sys; sys.argv = ['palmares']; " + FRONT[2]]
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == due, done


def test_completion_is_silent_where_deposits_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_RAW", "/dev/null")
    assert say.complete_edition("") == []


def test_status_of_all_is_a_line_for_each_edition(palmares: Palmares) -> None:
    assert palmares("status").out.startswith("No edition in ")
    for edition in ("2026", "2027-north"):
        (palmares.raw / edition).mkdir()
    lines = palmares("status").out.splitlines()
    assert [line.split()[0] for line in lines] == ["edition", "2026", "2027-north"]
    assert "data engineer" in lines[1] or "organiser" in lines[1]
    french = palmares("status", "--lang", "fr").out
    assert french.splitlines()[0].split()[-1] == "ensuite"


@pytest.mark.parametrize("stage", EditionStage)
def test_each_stage_has_a_command_that_there_is(stage: EditionStage) -> None:
    told = State("2026", stage).command
    group = command()
    assert told == "-" or (isinstance(group, grouping.Grouped) and told.split()[1] in group.commands)


def work() -> None:
    report("custody")
    for number in range(40):
        report(f"votes/part-{number}.csv", number, 40)
    report("marks")
    report(Sentence("a folder was made anew", "un dossier a été refait"))
    report("audits", 1, 2)


def test_a_log_has_a_line_for_each_stage_and_not_one_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    say.speak("en")
    with say.progress_bar():
        work()
    assert capsys.readouterr().err.splitlines() == [
        "… custody", "… reading the files received", "… marks", "… a folder was made anew", "… audits",
    ]  # fmt: skip


def test_a_terminal_has_one_bar_that_says_what_is_read() -> None:
    script = (
        "import time\nfrom orchestration.cli import say\nfrom tests.unit.cli.test_help import work\n"
        "from orchestration.progress import report\n"
        "with say.progress_bar():\n    work(); report('recount'); report('votes/last.csv', 1, 2); time.sleep(0.3)\n"
    )
    text = on_a_terminal(script, COLUMNS="80", NO_COLOR="1", LC_ALL="C.UTF-8")
    assert "recount · votes/last.csv" in text and "a folder was made anew" in text
    assert "\x1b[3" not in text, "no colour"
    assert "part-7.csv" not in text.split("recount · votes/last.csv")[-1], "one line, whatever was read before"


def test_every_command_has_its_group() -> None:
    group = command()
    assert isinstance(group, grouping.Grouped) and grouping.OTHERS not in group.groups()
