"""The command line speaks French or English, and its tables fit a terminal and a pipe."""

import json
from pathlib import Path

import pytest

from orchestration.cli import say
from orchestration.words import Sentence
from tests.fixtures.terminal import on_a_terminal
from tests.integration.command import Palmares

RESULTS = [
    ["banks", "elected", "1", "atlas-banks", "Banque [bold]Atlas[/] & Cie", "16.20", "16204999"],
    ["hotels", "no_award_too_few_candidates", "10", "bahia-hotels", "فندق الباهية", "9.20", "9204999"],
]
HEADER = ["category", "outcome", "rank", "candidate", "company", "final", "micropoints"]


@pytest.fixture
def palmares(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    (tmp_path / "raw").mkdir()
    return Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LC_ALL": "C"}, "en"),
        ({"LC_ALL": "fr_MA.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_FR", "LANG": "en_GB"}, "fr"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "ar_MA.UTF-8"}, "en"),
    ],
)
def test_the_locale_says_which_language(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, variables.get(name, ""))
    say.speak(None)
    assert say.language() == language
    say.speak("en")
    assert say.language() == "en"
    say.speak(None)


def test_lang_stands_before_the_command_or_behind_it(palmares: Palmares) -> None:
    english = palmares("results", "1999")
    assert (english.code, "there is no edition 1999" in english.err) == (2, True)
    for words in (("--lang", "fr", "results", "1999"), ("results", "1999", "--lang", "fr")):
        french = palmares(*words)
        assert french.code == 2
        assert (
            f"Erreur\u00a0: {palmares.raw / '1999'}\u00a0: il n’y a pas d’édition 1999\n  Remède\u00a0: " in french.err
        )
    assert palmares("results", "1999").err == english.err
    assert palmares("results", "1999", "--lang", "ar").code == 2


def test_a_document_s_language_is_its_own(palmares: Palmares) -> None:
    told = palmares("--lang", "fr", "seal", "1999", "rules", "--by", "X", "--lang", "en")
    assert "il n’y a pas d’édition" in told.err


def test_json_speaks_too(capsys: pytest.CaptureFixture[str]) -> None:
    say.speak("fr")
    say.as_json({"a": [Sentence("one", "un"), 1, None], "b": (Sentence("two", "deux"),)})
    assert json.loads(capsys.readouterr().out) == {"a": ["un", 1, None], "b": ["deux"]}
    say.speak(None)


def test_a_table_in_a_pipe_has_a_row_to_a_line_and_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    say.table(RESULTS, HEADER)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["category", "banks", "hotels"]
    assert "Banque [bold]Atlas[/] & Cie" in lines[1] and "\x1b" not in "".join(lines)
    assert all(line == line.rstrip() for line in lines)
    assert lines[1].index("16.20") == lines[2].index(" 9.20")
    say.table([], HEADER)
    assert capsys.readouterr().out == "(none)\n"


def on_a_wide_terminal(**variables: str) -> str:
    """What a table looks like on a terminal of 200 columns."""
    script = f"from orchestration.cli import say\nsay.table({RESULTS!r}, {HEADER!r})"
    return on_a_terminal(script, **{"COLUMNS": "200", **variables})


def test_a_table_on_a_terminal_fits_80_columns() -> None:
    shown = on_a_wide_terminal(NO_COLOR="1").replace("\r", "")
    bare = [part for line in shown.split("\n") for part in [line.replace("\x1b[1m", "").replace("\x1b[0m", "")]]
    assert max(map(len, bare)) <= 80
    assert "\x1b[3" not in shown, "no colour"
    assert "[bold]" in "".join(bare).replace(" ", ""), "a company's name is no markup"


def test_a_refusal_is_folded_for_people_and_whole_for_programs(
    palmares: Palmares, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.errors import Refused

    def refuse(*_: object, **__: object) -> None:
        raise Refused(["one", "two", "three"], ["the cause", "two follow"])

    monkeypatch.setattr("orchestration.status.describe", refuse)
    people = palmares("status", "2026")
    assert (people.code, people.out) == (1, "")
    assert people.err == "Refused, for 3 reason(s):\n  - the cause\n  - two follow\n"
    assert palmares("status", "2026", "--json").data == {"refused": ["one", "two", "three"]}
