"""How the command line speaks: JSON for programs, sentences for people, a bar on long work.

Belongs here: printing. A bar goes to the error stream and only to a terminal, so that output can be piped.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from orchestration.progress import listening

Edition = Annotated[str, typer.Argument(help="the edition's id, as its folder is named (2026)")]
AsJson = Annotated[bool, typer.Option("--json", help="report as JSON")]


def as_json(value: Any) -> None:
    """Print a report as JSON, keys in the order given."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar() -> Iterator[None]:
    """Show what work reports: a bar on a terminal, a line for each new stage elsewhere."""
    if not sys.stderr.isatty():
        with _lines():
            yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, completed=1, total=1)
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        with listening(show):
            yield


@contextmanager
def _lines() -> Iterator[None]:
    seen: set[str] = set()

    def show(what: str, done: int, total: int | None) -> None:
        if what not in seen:
            seen.add(what)
            print(f"… {what}", file=sys.stderr, flush=True)

    with listening(show):
        yield


def table(rows: list[list[str]], header: list[str]) -> None:
    """Print rows in columns as wide as their longest cell; numbers to the right."""
    if not rows:
        print("(none)")
        return
    widths = [max(len(line[i]) for line in [header, *rows]) for i in range(len(header))]
    numeric = [all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    for line in [header, ["-" * width for width in widths], *rows]:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ]
        print("  ".join(cells).rstrip())


def _is_number(cell: str) -> bool:
    return not cell or cell.replace(".", "", 1).replace(",", "", 1).replace("-", "", 1).isdigit()
