"""The command line's entry: the application, its commands in order, and the three exit codes.

Belongs here: how an error becomes words and an exit code. The commands stand in the modules beside this one.
"""

import atexit
import gc
import io
import os
import sys
from contextlib import suppress
from typing import Annotated

import click
import typer

from orchestration.cli import bailiff, deposits, entrants, objects, operating, reading, running
from orchestration.cli.grouping import Explained, Grouped, tell_version
from orchestration.cli.help import put_into_words
from orchestration.cli.say import LANGUAGES, as_json, say, show, speak
from orchestration.cli.terminal import inert_streams
from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.settings import Settings

app = typer.Typer(
    name="palmares",
    cls=Grouped,
    help="Palmarès: from deposits to a published, verifiable palmarès. Exit codes: 0 done, 1 refused by a gate, "
    "2 wrong use or unreadable input.",
    no_args_is_help=True,
    suggest_commands=False,  # click does, and typer would again
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def palmares(
    version: Annotated[
        bool, typer.Option("--version", callback=tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What stands before the command."""


for module in (running, bailiff, deposits, objects, entrants, reading, operating):
    for function in module.COMMANDS:
        app.command(cls=Explained)(function)


def main() -> None:
    """Run a command; say errors as sentences and leave with the code that SPEC 9 gives them."""
    # Importing Dagster and reading a signed PDF make objects by the hundred thousand, hardly one of them garbage. With
    # Python's own thresholds the collector looks through all of them hundreds of times: a quarter of a publication.
    gc.set_threshold(100_000, 20, 50)
    # Nor are they looked through once more when the process ends: that took longer than most commands.
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign shows another: a command whose work is done does not die of its words.
            stream.reconfigure(errors="backslashreplace")
    with inert_streams():
        _answer()


def _answer() -> None:
    """Run the command that was asked for; errors become sentences and exit codes."""
    speak(None)
    if sys.flags.optimize:
        show(say("refused.error", what=say("refused.optimized")), error=True)
        sys.exit(2)
    for switch in ("DAGSTER_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
        os.environ.setdefault(switch, "1")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    keep_private()
    try:
        application = command()
        put_into_words(application, sys.argv[1:])
        application()
    except Refused as refusal:
        if "--json" in sys.argv[1:]:
            as_json({"refused": refusal.reasons})
        show(say("refused.head", count=len(refusal.reasons)), error=True)
        show(*(say("refused.reason", reason=reason) for reason in refusal.summary), error=True)
        sys.exit(refusal.exit_code)
    except PalmaresError as error:
        show(say("refused.error", what=error), error=True)
        sys.exit(error.exit_code)
    except Exception as error:
        from orchestration.storage import disk_fault

        fault = disk_fault(error, Settings.from_env().home)
        if fault is None:
            raise
        show(say("refused.error", what=fault), error=True)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        show(say("refused.interrupted"), error=True)
        sys.exit(130)


def keep_private() -> None:
    """The state folder, and whatever this process and its children make, is for their owner alone.

    It holds respondents' ids, trace sheets and marks before they are signed. A folder of somebody else's, or on a disk
    that is read-only, keeps its rights: whoever owns it answers for them.
    """
    os.umask(0o077)
    with suppress(OSError, InputError):  # a home that cannot be one is told by the command that needs it
        home = Settings.from_env().home
        if home.stat().st_mode & 0o077:
            home.chmod(0o700)


def command() -> click.Group:
    """The application, in which every command takes `--lang`, the language of its answer, behind its name or before it.

    A command with a `--lang` of its own (the language of a document) keeps it. `help.asked_for` reads what is asked:
    click is left to refuse a language that there is not.
    """
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group), "an application of several commands is a group"
    for cmd in (group, *group.commands.values()):
        if not any("--lang" in parameter.opts for parameter in cmd.params):
            cmd.params.append(
                click.Option(
                    ["--lang"],
                    type=click.Choice(LANGUAGES),
                    expose_value=False,
                    help="the language of the answer; otherwise the locale's",
                )
            )
    return group
