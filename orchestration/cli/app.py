"""The command line's entry: the application, its commands in order, and the three exit codes.

Belongs here: how an error becomes words and an exit code. The commands stand in the modules beside this one.
"""

import gc
import io
import os
import sys

import typer

from orchestration.cli import bailiff, deposits, reading, running
from orchestration.errors import PalmaresError, Refused
from orchestration.settings import Settings
from orchestration.storage import disk_fault

app = typer.Typer(
    name="palmares",
    help="Palmarès: from deposits to a published, verifiable palmarès. Exit codes: 0 done, 1 refused by a gate, "
    "2 wrong use or unreadable input.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (running, bailiff, deposits, reading):
    module.register(app)


def main() -> None:
    """Run a command; say errors as sentences and leave with the code that SPEC 9 gives them."""
    # Importing Dagster and reading a signed PDF make objects by the hundred thousand, hardly one of them garbage. With
    # Python's own thresholds the collector looks through all of them hundreds of times: a quarter of a publication.
    gc.set_threshold(100_000, 20, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign shows another: a command whose work is done does not die of its words.
            stream.reconfigure(errors="backslashreplace")
    if sys.flags.optimize:
        print(
            "Error: Python runs with -O (PYTHONOPTIMIZE), which takes checks away: start it without.", file=sys.stderr
        )
        sys.exit(2)
    for switch in ("DAGSTER_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
        os.environ.setdefault(switch, "1")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    try:
        app()
    except Refused as refusal:
        print(f"Refused, for {len(refusal.reasons)} reason(s):", file=sys.stderr)
        for reason in refusal.reasons:
            print(f"  - {reason}", file=sys.stderr)
        sys.exit(refusal.exit_code)
    except PalmaresError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except Exception as error:
        fault = disk_fault(error, Settings.from_env().home)
        if fault is None:
            raise
        print(f"Error: {fault}", file=sys.stderr)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        print("Interrupted. Nothing is half done: start the same command again.", file=sys.stderr)
        sys.exit(130)
