"""What a withdrawal that came late changed: the outcome of its category if it had not been.

Belongs here: asking the second computation, which reads the deposits by itself. Whether a withdrawal is late is said in
`intake`, how it is told in `compose/leaving.py`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestration.dossier.model import Otherwise
from orchestration.recount import CannotRecount, recount

if TYPE_CHECKING:
    import duckdb

    from orchestration.intake import Withdrawal
    from orchestration.run import Run


def otherwise(con: "duckdb.DuckDBPyConnection", run: "Run", withdrawn: Sequence["Withdrawal"]) -> tuple[Otherwise, ...]:
    """The categories with late withdrawals, counted once more with all of these candidates as if they had stayed.

    Nothing is counted where every withdrawal is in order.
    """
    late = [withdrawal for withdrawal in withdrawn if withdrawal.late]
    if not late:
        return ()
    categories = sorted({withdrawal.category_id for withdrawal in late})
    weights = dict(con.execute("SELECT respondent_id, weight_micro FROM marts.fct_survey_weight").fetchall())
    try:
        tables = recount(run.raw, weights or None, entered={withdrawal.candidate_id for withdrawal in late}).tables
    except CannotRecount:
        return tuple(map(Otherwise, categories))
    outcomes = {str(row["category_id"]): str(row["outcome"]) for row in tables["category_outcome"]}
    elected: dict[str, list[str]] = {}
    for row in tables["laureates"]:
        elected.setdefault(str(row["category_id"]), []).append(str(row["candidate_id"]))
    return tuple(Otherwise(key, outcomes[key], tuple(elected.get(key, ()))) for key in categories)
