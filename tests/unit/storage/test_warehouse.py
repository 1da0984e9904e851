"""How DuckDB is opened: nothing of its own in what a command answers."""

import subprocess
import sys

ASK = """
from orchestration.storage import connect
print(connect(":memory:").execute("SELECT current_setting('enable_progress_bar')").fetchone())
"""


def test_a_slow_query_draws_no_progress_bar() -> None:
    """Where there is no script (a worker process, a notebook) DuckDB draws one on the output after two seconds."""
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert told.stdout == "(False,)\n"
