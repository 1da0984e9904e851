"""Does a received text file stop in the middle of a line?

Belongs here: looking at the last line of each file and at the byte behind it; `expectations.own` judges. Packed and
binary files are not asked: one that was cut cannot be read at all.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations import error_text, own
from orchestration.evidence import CheckResult
from orchestration.storage import open_ordinary

if TYPE_CHECKING:
    from orchestration.custody import Deposit

TEXTS = (".csv", ".ndjson")
_LAST_ASIDE = """
    WITH line AS (
        SELECT file, max(line) AS line, true AS aside FROM intake.quarantine GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.candidate GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.test GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.response GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.vote GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.contest GROUP BY file)
    SELECT file FROM line GROUP BY file HAVING arg_max(aside, line)
"""


def files_ended(con: duckdb.DuckDBPyConnection, deposits: Iterable["Deposit"]) -> CheckResult:
    """The check `intake.files_ended` on a working warehouse and the deposits that it was made from."""
    texts = [deposit for deposit in deposits if deposit.current and deposit.path.endswith(TEXTS)]
    try:
        unended = {deposit.path for deposit in texts if deposit.bytes and _last_byte(deposit.stored) not in b"\r\n"}
        set_aside = [file for (file,) in con.execute(_LAST_ASIDE).fetchall()]
    except (OSError, duckdb.Error) as error:
        return CheckResult("intake.files_ended", "error", "0", error_text(error))
    return own.files_ended_result(set_aside, unended, len(texts))


def _last_byte(path: Path) -> bytes:
    with open_ordinary(path, limit=None) as stream:
        stream.seek(-1, 2)
        return stream.read(1)
