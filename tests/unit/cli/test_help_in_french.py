"""Help and wrong use are told in French where the answer is: every text of ours and every word of click and typer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from orchestration.cli import grouping, help, say
from orchestration.cli.app import command
from orchestration.storage import load
from orchestration.words import NBSP, Words
from tests.integration.command import Palmares

THIN = "\u202f"
ALIKE = {"2027-01-15T20:30", "D", "G", "R", "SHA", "URL", "duckdb|spark", "postgresql://…"}
"""What an option takes, where it is the same in both languages."""
ENGLISH = (
    *("Usage:", "Options:", "Arguments:", "Show this message", "required]", "default:", "Try '", "Error:"),
    *("COMMAND", " TEXT", "INTEGER", " PATH", "Missing", "No such", "Did you mean", "Invalid", " is not ", "requires"),
)
NOT_MET = {
    "declared wrongly, which no user does": {
        "Arguments take exactly one parameter declaration, got {length}: {decls}.",
        "Boolean option {decl!r} cannot use the same flag for true/false.",
        "Could not determine name for option with declarations {decls!r}",
        "Invalid start character for option ({option})",
        "Name '{name}' defined twice",
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead?"
        " Did you mean to pass '--{name}'?",
        "Value must be an iterable.",
    },
    "of what no command of ours declares: prompts, deprecation, several values, other types": {
        "%(prog)s, version %(version)s",
        "(dynamic)",
        "Argument {name!r} takes {nargs} values.",
        "Choice({choices})",
        "Choose from:\n\t{choices}",
        "Commands",
        "Confirm the action without prompting.",
        "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
        "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
        "Do you want to continue?",
        "Positional arguments",
        "Takes {nargs} values but 1 was given.",
        "Takes {nargs} values but {len} were given.",
        "deprecated",
        "env var: {var}",
        "{len_type} values are required, but {len_value} was given.",
        "{len_type} values are required, but {len_value} were given.",
        "{value!r} does not match the format {format}.",
        "{value!r} does not match the formats {formats}.",
        "{value!r} is not a valid UUID.",
        "{value!r} is not a valid boolean. Recognized values: {states}",
    },
    "of files that must be there, or that click opens: none of ours": {
        "Could not open file {filename!r}: {message}",
        "unknown error",
        "{name} {filename!r} does not exist.",
        "{name} {filename!r} is a directory.",
        "{name} {filename!r} is a file.",
        "{name} {filename!r} is not executable.",
        "{name} {filename!r} is not writable.",
    },
    "names of types, told in capitals as what an option takes": {"directory", "file", "path"},
    "of an error that belongs to no parameter, or has no words": {
        "Invalid value: {message}",
        "Missing parameter",
        "Missing parameter: {param_name}",
        "Missing {param_type}",
    },
}
"""What click and typer can say and nobody who uses `palmares` meets. A new version of theirs shows here what is new."""


@pytest.fixture
def palmares(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "raw").mkdir()
    return Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    say.speak("en")
    yield
    say.speak(None)


def application() -> grouping.Grouped:
    group = command()
    assert isinstance(group, grouping.Grouped)
    return group


COMMANDS = sorted(application().commands)


def commands() -> Iterator[click.Command]:
    group = application()
    yield from (group, *group.commands.values())


def paragraphs(text: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (text or "").split("\n\n")]


def signs(cmd: click.Command) -> Iterator[str]:
    """What an option takes, as help shows it."""
    for parameter in cmd.params:
        if isinstance(parameter, click.Option) and not parameter.is_flag:
            yield parameter.make_metavar(click.Context(cmd))


TEXTS = {
    "commands": {part for cmd in commands() for part in paragraphs(cmd.help)},
    "parameters": {parameter.help for cmd in commands() for parameter in cmd.params if parameter.help},
    "signs": {sign for cmd in commands() for sign in signs(cmd)} | {application().subcommand_metavar},
    "groups": {*grouping.GROUPS, grouping.OTHERS},
}


def needs_french(text: str) -> bool:
    """Codes of the rulebook, addresses and choices stand as they are."""
    return text not in ALIKE and not re.fullmatch(r"[a-z_]+( \| [a-z_]+)+|\[[a-z|]+\]", text)


def click_says() -> Iterator[str]:
    """Every text that click and typer hand to gettext where they parse, refuse and help."""
    home, typers = Path(click.__file__).parent, Path(typer.__file__).parent
    files = [home / f"{name}.py" for name in ("core", "exceptions", "types", "formatting", "parser", "decorators")]
    for path in (*files, typers / "core.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                for given in node.args[: 1 if node.func.id == "_" else 2]:
                    if isinstance(given, ast.Constant):
                        yield given.value


def left_in_english(told: str) -> list[str]:
    return [word for word in ENGLISH if re.search(rf"{re.escape(word)}(?!\w)", told)]


def flat(told: str) -> str:
    """Without the line ends and indents of its lists; spaces that do not break are kept."""
    return re.sub(" +", " ", told.replace("\n", " "))


def french(section: str) -> dict[str, str]:
    return Words("fr", folders=(help.FRENCH,)).section(section)


@pytest.mark.parametrize("section", TEXTS)
def test_every_text_of_help_has_its_french_and_none_is_idle(section: str) -> None:
    due = {text for text in TEXTS[section] if needs_french(text)}
    assert french(section).keys() == due


def test_every_word_of_click_is_french_or_known_not_to_be_met() -> None:
    said, not_met = set(click_says()), set().union(*NOT_MET.values())
    assert len(said) > 50, "they are found at all"
    assert said - not_met == french("click").keys()
    assert not_met - said == set(), "no longer said"


def test_numbers_are_whole_as_the_french_of_click_takes_for_granted() -> None:
    floats = (click.types.FloatParamType, click.types.FloatRange)
    assert not any(isinstance(parameter.type, floats) for cmd in commands() for parameter in cmd.params)


@pytest.mark.parametrize("section", [*TEXTS, "click"])
def test_french_is_set_as_french_and_keeps_options_variables_numbers_and_what_is_filled_in(section: str) -> None:
    assert load(help.FRENCH / "fr.yml"), "read strictly too: no key stands twice"
    kept = re.compile(r"--\w+|`.+?`|[A-Z]+_\w+|\d+")
    for english_text, text in french(section).items():
        assert text.strip(), english_text
        assert not re.search(r"\w'\w| [;:!?»%]|« |[a-zé][;!?]", re.sub(r"{.*?}", "", text)), text
        assert text.endswith(".") == english_text.endswith(".") or section == "click", text
        assert text.endswith(NBSP) == (section == "groups" or english_text in ("Arguments", "Options")), text
        assert set(re.findall(r"{.*?}", text)) <= set(re.findall(r"{.*?}", english_text)), text
        assert set(kept.findall(english_text)) <= set(kept.findall(text)), text


def test_a_french_first_sentence_fits_the_list_of_commands() -> None:
    firsts = [help.first_sentence(french("commands")[paragraphs(cmd.help)[0]]) for cmd in commands()]
    assert all(len(first) <= grouping.LONG and first.endswith(".") for first in firsts), firsts


def test_the_list_of_commands_is_french_within_80_columns(palmares: Palmares) -> None:
    said = palmares("--lang", "fr", "--help")
    assert said.code == 0 and left_in_english(said.out) == []
    assert max(map(len, said.out.splitlines())) <= 80
    assert said.out.startswith(f"Usage{NBSP}: ") and "[OPTIONS] COMMANDE [ARGUMENTS]..." in said.out
    group = application()
    titles = [line for line in said.out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [f"Options{NBSP}:", *(f"{french('groups')[title]}:" for title in group.groups())]
    for cmd in group.commands.values():
        first = help.first_sentence(french("commands")[paragraphs(cmd.help)[0]])
        assert first in flat(said.out), "whole, and with its spaces that do not break"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_is_french_and_its_english_is_what_is_declared(palmares: Palmares, name: str) -> None:
    english_help = palmares(name, "--help")
    french_help = palmares("--lang", "fr", name, "--help")
    assert english_help.code == french_help.code == 0
    assert palmares(name, "--help") == english_help, "French leaves nothing behind"
    assert left_in_english(french_help.out) == []
    assert max(map(len, french_help.out.splitlines())) <= 80
    cmd = application().commands[name]
    both = {**french("commands"), **french("parameters")}
    for text in (*paragraphs(cmd.help), *(parameter.help for parameter in cmd.params if parameter.help)):
        assert text in flat(english_help.out)
        assert both.get(text, text) in flat(french_help.out)
    for word in ("Usage: ", "Options:", "Show this message and exit."):
        assert word in english_help.out
    for word in (f"Usage{NBSP}: ", f"Options{NBSP}:", "Afficher cette aide et quitter."):
        assert word in french_help.out


WRONG = [
    (("run",), "Il manque l’argument 'EDITION'."),
    (("seal", "2026", "rules"), "Il manque l’option '--by'."),
    (("runn",), f"Il n’y a pas de commande 'runn'. Vouliez-vous dire 'run'{THIN}?"),
    (("resrve",), f"Vouliez-vous dire l’une de celles-ci{NBSP}: 'refuse', 'reserve', 'restore'{THIN}?"),
    (("--foo",), "Il n’y a pas d’option '--foo'."),
    (("run", "2026", "--jsn"), f"Il n’y a pas d’option '--jsn'. Vouliez-vous dire '--json'{THIN}?"),
    (("run", "2026", "x"), f"Argument en trop{NBSP}: x"),
    (("run", "2026", "x", "y"), f"Arguments en trop{NBSP}: x y"),
    (("sample", "2030", "--votes", "abc"), f"Valeur refusée pour '--votes'{NBSP}: 'abc' n’est pas un nombre entier."),
    (("init", "2030", "--categories", "z"), "'z' n’est pas un nombre entier."),
    (("init", "2030", "--categories", "0"), "0 n’est pas dans l’intervalle 1<=x<=200."),
    (("run", "2026", "--lang", "xx"), f"'--lang'{NBSP}: 'xx' n’est pas permis, au choix{NBSP}: 'fr', 'en'."),
    (("sample", "2030", "--votes"), "L’option '--votes' attend une valeur."),
    (("run", "2026", "--again=x"), "L’option '--again' ne prend pas de valeur."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_wrong_use_is_told_in_french(palmares: Palmares, words: tuple[str, ...], told: str) -> None:
    said = palmares("--lang", "fr", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err and f"Erreur{NBSP}: " in said.err
    assert left_in_english(said.err) == []
    if "Usage" in said.err:
        assert f"Usage{NBSP}: " in said.err and f" --help{NBSP}» donne l’aide." in said.err
    assert "Error: " in palmares(*words).err
    assert "Erreur" not in palmares(*words).err


def test_no_command_at_all_is_told_in_french(palmares: Palmares, monkeypatch: pytest.MonkeyPatch) -> None:
    said = palmares("--lang", "fr")
    assert said.code == 2 and "Il manque une commande." in said.err
    monkeypatch.setenv("LC_ALL", "fr_MA.UTF-8")
    said = palmares()
    assert said.code == 2 and f"Usage{NBSP}: " in said.err and f"Faire avancer une édition{NBSP}:" in said.err


def test_a_file_that_may_not_be_read_is_told_in_french(
    palmares: Palmares, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_, **__: False)  # root may read any
    said = palmares("--lang", "fr", "sign", "2026", "--key", tmp_path)
    assert said.code == 2 and f"'{tmp_path}' ne peut pas être lu." in said.err and left_in_english(said.err) == []


@pytest.mark.parametrize(
    ("words", "locale", "language"),
    [
        (("--lang", "fr", "run"), "", "fr"),
        (("--lang=fr", "run"), "", "fr"),
        (("run", "--lang", "fr"), "", "fr"),
        (("run", "--lang=fr"), "", "fr"),
        (("run", "--foo", "--lang", "fr"), "", "fr"),
        (("--foo", "--lang", "fr"), "", "fr"),
        (("--help", "--lang", "fr"), "", "fr"),
        (("run", "--help", "--lang", "fr"), "", "fr"),
        (("no-such-command", "--lang", "fr"), "", "fr"),
        (("run",), "fr_FR.UTF-8", "fr"),
        (("run",), "ar_MA.UTF-8", "en"),
        (("run", "--lang", "en"), "fr_FR.UTF-8", "en"),
        (("--lang", "fr", "run", "--lang", "en"), "", "en"),
        (("--lang", "en", "run"), "fr_FR.UTF-8", "en"),
        (("run", "--lang"), "fr_FR.UTF-8", "fr"),
        (("run", "--lang", "xx"), "fr_FR.UTF-8", "fr"),
        (("run", "2026", "x", "--", "--lang", "fr"), "", "en"),
        # The `--lang` of these is a document's: help and wrong use are in the language of the answer.
        (("seal", "--lang", "fr"), "", "en"),
        (("seal", "--lang", "fr", "--help"), "", "en"),
        (("--lang", "fr", "seal", "--lang", "en"), "", "fr"),
        (("--lang", "fr", "report", "--help", "--lang", "ar"), "", "fr"),
        (("statement", "--lang", "en"), "fr_FR.UTF-8", "fr"),
    ],
)
def test_the_language_is_known_before_anything_is_parsed(
    palmares: Palmares, words: tuple[str, ...], locale: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    said = palmares(*words)
    told = said.out + said.err
    assert said.code == (0 if "--help" in words else 2)
    space = NBSP if language == "fr" else ""
    assert re.findall(r"Usage\W*:|Err\w+\W*:", told)[0] in (f"Usage{space}:", f"Erreur{NBSP}:" if space else "Error:")
    assert (left_in_english(told) == []) == (language == "fr")


def test_a_command_that_is_misspelt_is_suggested_once(palmares: Palmares) -> None:
    assert palmares("runn").err.endswith("Error: No such command 'runn'. Did you mean 'run'?\n")
    several = palmares("resrve").err
    assert several.endswith("Error: No such command 'resrve'. (Did you mean one of: 'refuse', 'reserve', 'restore'?)\n")


def test_an_english_answer_reads_no_french(palmares: Palmares, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help, "FRENCH", Path("/nowhere"))
    assert palmares("run", "--help").code == 0 and palmares("run").code == 2
