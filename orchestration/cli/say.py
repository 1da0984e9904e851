"""How the command line speaks: French or English; JSON for programs, sentences and tables for people, a bar on work.

Belongs here: printing, and the choice of the language. A bar goes to the error stream and only to a terminal, colours
and frames too, so that output can be piped.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli.terminal import MAYBE, inert, terminal
from orchestration.errors import PalmaresError
from orchestration.progress import listening
from orchestration.settings import Settings
from orchestration.words import Phrasebook, Sentence, in_language


def complete_edition(incomplete: str) -> list[str]:
    """Editions whose id begins like this, for the shell."""
    try:
        return [edition for edition in Settings.from_env().editions() if edition.startswith(incomplete)]
    except (PalmaresError, OSError):
        return []  # a shell that completes is no place for words


Edition = Annotated[
    str, typer.Argument(help="the edition's id, as its folder is named (2026)", autocompletion=complete_edition)
]
AsJson = Annotated[bool, typer.Option("--json", help="report as JSON")]
LANGUAGES = ("fr", "en")
WIDTH = 80
"""A table on a terminal is not wider; elsewhere a row is one line, however long."""

say = Phrasebook(Path(__file__).with_name("words"))
_asked: ContextVar[str | None] = ContextVar("palmares_language", default=None)


def speak(lang: str | None) -> None:
    """Answer in French (`fr`) or English (`en`) from now on; None: as the locale says."""
    _asked.set(lang)


def language() -> str:
    """What `--lang` asked for; otherwise French in a French locale, English in any other."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return _asked.get() or ("fr" if locale.startswith("fr") else "en")


def show(*lines: str, error: bool = False) -> None:
    """Print sentences in the language of this answer."""
    place = sys.stderr if error else sys.stdout
    for line in lines:
        print(in_language(line, language()), file=place)
    place.flush()


def answer(json: bool, data: Any, *lines: str) -> None:
    """What a command has to say: for `--json` its report, otherwise its sentences."""
    as_json(data) if json else show(*lines)


def as_json(value: Any) -> None:
    """Print a report as JSON, keys in the order given, its sentences in the language of this answer.

    What a terminal would obey stands in it as JSON escapes: a program that reads it gets the very same text.
    """
    text = json.dumps(_spoken(value), ensure_ascii=False, indent=2)
    print(MAYBE.sub(lambda match: match[0] if inert(match[0]) == match[0] else json.dumps(match[0])[1:-1], text))


def _spoken(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spoken(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spoken(item) for item in value]
    return in_language(value, language()) if isinstance(value, str) else value


@contextmanager
def progress_bar() -> Iterator[None]:
    """Show what work reports: a bar on a terminal, a line for each new stage elsewhere."""
    if not sys.stderr.isatty():
        with _lines():
            yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    narrow = Column(no_wrap=True, overflow="ellipsis", max_width=WIDTH // 2)
    words = TextColumn("{task.description}", markup=False, table_column=narrow)
    columns = (SpinnerColumn(), words, BarColumn(WIDTH // 4), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=terminal(sys.stderr)), transient=True) as bar:
        task, stage = bar.add_task("", total=None), ""

        def show_bar(what: str, done: int, total: int | None) -> None:
            nonlocal stage
            if isinstance(what, Sentence):
                bar.console.print(inert(_work(what)), markup=False, highlight=False)
                return
            file = what not in say.keys("work")
            stage = stage if file else _work(what)
            shown = f"{stage} · {what}" if file and stage else _work(what)
            bar.update(task, description=inert(shown), completed=done, total=total)

        with listening(show_bar):
            yield


@contextmanager
def _lines() -> Iterator[None]:
    """A line for each new stage, in which all files that are read are one; what is told is told."""
    seen: set[str] = set()

    def show_line(what: str, done: int, total: int | None) -> None:
        stage = what if isinstance(what, Sentence) or what in say.keys("work") else "files"
        if stage not in seen:
            seen.add(stage)
            print(f"… {_work(stage)}", file=sys.stderr, flush=True)

    with listening(show_line):
        yield


def _work(what: str) -> str:
    """A stage of work in words; a file's name as it is, a sentence in the language that is asked for."""
    return in_language(say(f"work.{what}") if what in say.keys("work") else what, language())


def table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> None:
    """Print rows in columns, numbers to the right: within 80 columns on a terminal, a row to a line elsewhere."""
    if not rows:
        show(say("table.none"))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for at, name in enumerate(header):
        number = all(re.fullmatch(r"-?[0-9.,]*", row[at]) for row in rows)
        grid.add_column(Text(in_language(name, language())), justify="right" if number else "left", overflow="fold")
    for row in rows:
        grid.add_row(
            *(Text(inert(in_language(cell, language()))) for cell in row)
        )  # a Text: a company's name is no markup
    if sys.stdout.isatty():
        console = Console(highlight=False, file=terminal(sys.stdout))
        console.print(grid, width=min(WIDTH, console.width))
        return
    plain = Console(color_system=None, force_terminal=False, width=10_000)
    with plain.capture() as captured:
        plain.print(grid)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))
