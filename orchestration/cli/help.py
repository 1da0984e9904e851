"""Help and wrong use in the language of the answer: the language is known before anything is parsed, French put in.

Belongs here: that choice, and French in the place of what click and typer show. The English stands where a command,
an option or a group of them is declared, its French in `words/help/fr.yml`; what a command answers is in `words/`.
"""

import gettext
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from orchestration.cli.say import LANGUAGES, language, speak
from orchestration.words import with_french

FRENCH = Path(__file__).parent / "words" / "help"


def translated(text: str, section: str) -> str:
    """A text in the language of the answer: its French from a section of the file, English where it has none."""
    return with_french(text, FRENCH, section).fr if language() == "fr" else text


def put_into_words(group: click.Group, words: Sequence[str]) -> None:
    """Have help and wrong use told in the language that the words of the command line ask for."""
    speak(asked_for(group, words))
    if language() != "fr":
        return
    for cmd in (group, *group.commands.values()):
        paragraphs = [" ".join(part.split()) for part in (cmd.help or "").split("\n\n")]
        cmd.help = "\n\n".join(translated(part, "commands") for part in paragraphs)
        # Left to click, spaces that do not break would become plain ones, and a line could begin with a colon.
        cmd.short_help = first_sentence(cmd.help)
        for parameter in cmd.params:
            parameter.help = translated(parameter.help, "parameters") if parameter.help else None
            if isinstance(parameter, click.Option) and not parameter.is_flag:
                parameter.metavar = translated(parameter.make_metavar(click.Context(cmd)), "signs")
    group.subcommand_metavar = translated(group.subcommand_metavar, "signs")
    _bind()


def asked_for(group: click.Group, words: Sequence[str]) -> str | None:
    """The language that `--lang` asks for, wherever it stands; None where it asks for none that there is.

    Behind a command whose `--lang` is a document's, it asks for nothing.
    """
    asked, command = None, None
    rest = iter(words)
    for word in rest:
        name, sign, value = word.partition("=")
        if name == "--lang":
            lang = value if sign else next(rest, "")
            asked = lang if lang in LANGUAGES else asked
        elif word == "--":
            break
        elif command is None and not word.startswith("-"):
            command = group.commands.get(word, group)
            if not any(_is_of_the_answer(parameter) for parameter in command.params):
                break
    return asked


def _is_of_the_answer(parameter: click.Parameter) -> bool:
    return "--lang" in parameter.opts and not parameter.expose_value


def first_sentence(text: str) -> str:
    """What the list of commands shows of a command's help."""
    sentence, stop, _ = text.partition("\n\n")[0].partition(". ")
    return sentence + stop.rstrip()


def _bind() -> None:
    """Have click and typer take their own words from our catalogue.

    They bind gettext's functions by name when they are imported, and gettext reads compiled files alone: nothing that
    is made from something else is kept in this project. What is bound here looks at the language each time it is asked,
    so that an English answer in the same process stays English.
    """
    for module in [module for name, module in sys.modules.items() if name.split(".")[0] in ("click", "typer")]:
        for name, theirs, ours in (("_", gettext.gettext, _said), ("ngettext", gettext.ngettext, _counted)):
            if vars(module).get(name) is theirs:
                setattr(module, name, ours)


def _said(text: str) -> str:
    return translated(text, "click")


def _counted(one: str, several: str, count: int) -> str:
    return translated(one if count == 1 else several, "click")
