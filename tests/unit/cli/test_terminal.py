"""Nothing that a terminal would obey reaches it, whatever a file is called or a cell holds."""

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.cli import say
from orchestration.cli.terminal import OBEYED, Inert, inert, inert_streams, terminal
from orchestration.words import Sentence
from tests.fixtures.tries import tries
from tests.integration.command import Palmares

CLEAR = "\x1b[2J\x1b[1;32mCONFORM\x1b[0m"
EVIL = f"a{CLEAR}\u202e\x9b31m\r\u200b\ue000\U000e0041"


@pytest.fixture
def palmares(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    (tmp_path / "raw").mkdir()
    return Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)


def obeyed(text: str) -> set[str]:
    return {sign for sign in text if unicodedata.category(sign) in OBEYED and sign not in "\n\t"}


def test_signs_that_act_are_shown_as_numbers_and_others_as_they_are() -> None:
    assert inert(EVIL) == ("a\\x1b[2J\\x1b[1;32mCONFORM\\x1b[0m\\u202e\\x9b31m\\x0d\\u200b\\ue000\\U000e0041")
    plain = "« Élu », 12,50\u00a0% \u202f– l’année… → × ≥\n\tأفضل خدمة ⵜⴰⵎⴰⵣⵉⵖⵜ 😀"
    assert inert(plain) == plain


@pytest.mark.sampled
@settings(max_examples=tries(500, 100))
@given(st.text())
def test_no_text_leaves_anything_that_acts(text: str) -> None:
    assert obeyed(inert(text)) == set()


def test_every_way_of_printing_goes_through_it(capsys: pytest.CaptureFixture[str]) -> None:
    with inert_streams():
        print(EVIL)
        sys.stderr.writelines([EVIL, "\n"])
        say.show(EVIL, error=True)
        say.table([[EVIL, "1"]], [EVIL, "n"])
        with say.progress_bar():
            from orchestration.progress import report

            report(Sentence(EVIL, EVIL))
        assert terminal(sys.stdout) is not sys.stdout and isinstance(sys.stdout, Inert)
        assert sys.stdout.isatty() is False
    kept: Any = sys.stdout
    assert terminal(kept) is kept
    printed = capsys.readouterr()
    assert obeyed(printed.out + printed.err) == set()
    assert (printed.out + printed.err).count("\\x1b[2J") == 6


def test_a_report_as_json_keeps_the_text_and_shows_nothing_that_acts(capsys: pytest.CaptureFixture[str]) -> None:
    with inert_streams():
        say.as_json({EVIL: [EVIL], "é": "« à »"})
    printed = capsys.readouterr().out
    assert obeyed(printed) == set() and "« à »" in printed
    assert json.loads(printed) == {EVIL: [EVIL], "é": "« à »"}


@pytest.mark.parametrize(
    "words",
    [
        ("results", EVIL.replace("\r", "")),
        ("deposit", "2026", f"{CLEAR}.csv", "--supplier", "South", "--by", "Nadia"),
        (f"no-such-command-{CLEAR}",),
        ("results", "2026", "--release", CLEAR),
        ("explain", "2026", CLEAR),
        ("verify", CLEAR),
        ("diff", CLEAR, "1", "2"),
        ("diff", "../raw/2026", "1", "2"),
    ],
)
def test_a_command_repeats_no_sequence_that_a_terminal_obeys(palmares: Palmares, words: tuple[str, ...]) -> None:
    told = palmares(*words)
    assert told.code in (2, 5) and (told.out or told.err)  # 5: verify, of what is no release
    assert obeyed(told.out + told.err) == set()


def test_a_file_named_with_a_sequence_is_told_without_it(palmares: Palmares) -> None:
    folder = palmares.raw / "2026" / "votes"
    folder.mkdir(parents=True)
    (folder / f"{CLEAR}.csv").write_text("x")
    for command in ("status", "check", "publish"):
        told = palmares(command, "2026")
        assert obeyed(told.out + told.err) == set()
