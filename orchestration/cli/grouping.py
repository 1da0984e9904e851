"""The help of the application: commands by what they are for, in the order in which one needs them.

Belongs here: the groups, and how a list of commands is shown. What a command does is said where it stands.
"""

from collections.abc import Callable
from typing import Any

import click
import typer
from typer.core import TyperCommand, TyperGroup
from typer.utils import get_params_from_function

from orchestration.cli.help import translated

GROUPS: dict[str, tuple[str, ...]] = {
    "Move an edition": (
        "init", "contract", "deposit", "fetch", "check", "quarantine", "run",
        "accept", "publish", "send", "ceremony",
    ),
    "Entrants": ("statement", "contest"),
    "Bailiff": ("seal", "draw", "trace", "sign", "reserve", "refuse"),
    "Read": ("status", "results", "explain", "report", "diff", "export", "verify"),
    "Operate": ("ui", "doctor", "backup", "restore"),
    "Try": ("demo", "sample"),
}  # fmt: skip
"""Every command, by the title of its group. One that is in none is listed last, under `OTHERS`."""
OTHERS = "More"
LONG = 160
"""Signs of a command's first sentence that are shown; it may take two lines."""


class Explained(TyperCommand):
    """A command whose arguments say what they are: typer 0.25 under click 8.5 loses their words on the way."""

    def __init__(self, *args: Any, callback: Callable[..., Any], params: list[click.Parameter], **rest: Any) -> None:
        declared = get_params_from_function(callback.__wrapped__)  # type: ignore[attr-defined]
        for parameter in params:
            if isinstance(parameter, click.Argument):
                parameter.help = declared[parameter.name].default.help
        super().__init__(*args, callback=callback, params=params, **rest)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Nothing: typer lists them above the options, click would again."""


class Grouped(TyperGroup):
    """The application, whose help lists its commands by group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, group by group."""
        return [name for names in self.groups().values() for name in names]

    def groups(self) -> dict[str, list[str]]:
        """The names of the commands there are, by the title of their group."""
        grouped = {title: [name for name in names if name in self.commands] for title, names in GROUPS.items()}
        known = {name for names in GROUPS.values() for name in names}
        grouped[OTHERS] = [name for name in self.commands if name not in known]
        return {title: names for title, names in grouped.items() if names}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each group."""
        widest = max(map(len, self.commands))
        for title, names in self.groups().items():
            rows = [(name.ljust(widest), self.commands[name].get_short_help_str(LONG)) for name in names]
            with formatter.section(translated(title, "groups")):
                formatter.write_dl(rows)


def tell_version(wanted: bool) -> None:
    """`--version`: the program's name and version, and nothing else is done."""
    if wanted:
        from importlib.metadata import version

        print(f"palmares {version('palmares')}")
        raise typer.Exit
