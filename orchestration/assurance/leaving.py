"""Did a withdrawal come when nobody could know the data yet?

Belongs here: asking it of a working warehouse and the custody log; what is odd in one is `intake/withdrawals.py`'s.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from expectations import error_text, own
from orchestration.evidence import CheckResult
from orchestration.intake import withdrawals

if TYPE_CHECKING:
    from orchestration.custody import Deposit
    from orchestration.rulebook import Window


def withdrawals_timely(
    con: duckdb.DuckDBPyConnection, deposits: Sequence["Deposit"], fieldwork: "Window"
) -> CheckResult:
    """The check `intake.withdrawals_timely` on a working warehouse and the deposits that it was made from."""
    try:
        left = withdrawals(con, deposits, fieldwork)
        (listed,) = con.execute("SELECT count(*) FROM intake.candidate").fetchall()[0]
    except duckdb.Error as error:
        return CheckResult("intake.withdrawals_timely", "error", "0", error_text(error))
    return own.withdrawals_timely_result((withdrawal.key for withdrawal in left if withdrawal.late), listed)
