"""One survey weight for each respondent (SPEC 5).

Belongs here: profiles from the tables to `raking.py` and weights back. The weights are made once, rounded, stored and
published with the results; a recount uses the stored ones.
"""

from collections import Counter
from decimal import Decimal

import duckdb

from orchestration.intake.sources.raking import rake
from orchestration.intake.sources.survey import variables
from orchestration.rulebook import Rulebook
from orchestration.storage import literal
from orchestration.units import MICRO, half_up


def load(con: duckdb.DuckDBPyConnection, rulebook: Rulebook, targets: dict[str, dict[str, Decimal]]) -> None:
    """Fill `intake.survey_weight` and, with raking, `intake.raking`.

    Respondents are those with an accepted response. That raking did not converge is for the checks to see.
    """
    raking = rulebook.survey.raking if rulebook.survey else None
    if raking is None or not targets:
        con.execute(
            "INSERT INTO intake.survey_weight "
            "SELECT DISTINCT respondent_id, ? FROM intake.response ORDER BY respondent_id",
            [MICRO],
        )
        return
    con.execute(f"CREATE TABLE scratch.profiles AS {_profiles(rulebook)}")
    counted = con.execute("SELECT profile, count(*) FROM scratch.profiles GROUP BY profile ORDER BY profile").fetchall()
    result = rake({tuple(profile): count for profile, count in counted}, targets, raking.max_weight, raking.tolerance)
    con.execute("CREATE TABLE scratch.profile_weight (profile VARCHAR[], weight_micro BIGINT)")
    weights = [[list(profile), weight] for profile, weight in result.weights_micro.items()]
    if weights:
        con.executemany("INSERT INTO scratch.profile_weight VALUES (?, ?)", weights)
    con.execute(
        "INSERT INTO intake.survey_weight SELECT respondent_id, weight_micro FROM scratch.profiles "
        "JOIN scratch.profile_weight USING (profile) ORDER BY respondent_id"
    )
    con.execute(
        "INSERT INTO intake.raking VALUES (?, ?, ?, ?, ?)",
        [
            result.converged, result.iterations, result.worst_error_micro, result.efficiency_bp,
            half_up(int(raking.max_weight * MICRO), 1),
        ],
    )  # fmt: skip


def again(con: duckdb.DuckDBPyConnection, rulebook: Rulebook) -> dict[str, int] | None:
    """The weights made again from the profiles and targets of a working warehouse, by respondent; None without raking.

    Writes nothing. Raises ValueError when the tables are not what intake wrote.
    """
    raking = rulebook.survey.raking if rulebook.survey else None
    if raking is None:
        return None
    rows = con.execute(f"{_profiles(rulebook)} ORDER BY respondent_id").fetchall()
    profiles = {respondent: tuple(profile) for respondent, profile in rows}
    shares = "SELECT value, share FROM intake.target WHERE variable = ? ORDER BY value"
    targets = {name: dict(con.execute(shares, [name]).fetchall()) for name in variables(rulebook)}
    cells = dict(sorted(Counter(profiles.values()).items()))
    result = rake(cells, targets, raking.max_weight, raking.tolerance)
    return {respondent: result.weights_micro[profile] for respondent, profile in profiles.items()}


def _profiles(rulebook: Rulebook) -> str:
    """SQL: each respondent's values of all variables, in their order."""
    values = (f"max(value) FILTER (variable = {literal(name)})" for name in variables(rulebook))
    return f"SELECT respondent_id, [{', '.join(values)}] AS profile FROM intake.profile GROUP BY respondent_id"
