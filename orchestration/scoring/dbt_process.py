"""dbt as a process that ends with the run that started it: the command `palmares-dbt`, which takes dbt's own arguments.

Belongs here: what is true of that process before dbt begins. What dbt is told stands in `dbt`.
"""

import gc
import os
import signal
import threading
import time

PARENT = "PALMARES_DBT_PARENT"
"""The variable that names the process that started it."""
OFTEN = 0.1
"""Seconds between two looks at whether that process lives."""


def main() -> None:
    """Run dbt's command line, as long as whoever started it lives."""
    gc.set_threshold(100_000, 20, 50)  # as `orchestration.cli.app.main` does, and for its reasons
    if parent := os.environ.get(PARENT):
        end_with(int(parent))
    from dbt.cli.main import cli

    cli(prog_name="dbt")


def end_with(parent: int) -> None:
    """Have this process killed once its parent is gone. The parent cannot see to that: killed just after it started
    us, it has told nobody of us. A dbt that outlived its run would go on writing, and into the working warehouse of the
    run that comes after."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(OFTEN)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
