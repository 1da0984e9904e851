"""The steps that judge: checks of intake and scoring, and the recount, recorded as evidence.

Belongs here: what each gate's checks are given. Checks stand in `expectations/`, the second count in `recount/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.assurance.gathering import (
    Beside,
    Runner,
    Twice,
    comparison_checks,
    intake_checks,
    magnitude,
    scoring_checks,
    through_gx,
)
from orchestration.draw import choose
from orchestration.evidence import Body, CheckResult, RunBody, Selection, read_draws
from orchestration.intake.sources import weights
from orchestration.progress import report
from orchestration.recount import CannotRecount, Recount, recount
from orchestration.run import Now, Run, results_as_text
from orchestration.scoring import RecountFact, noted, remember, summarise, target_path
from orchestration.storage import connect

if TYPE_CHECKING:
    import duckdb

WEIGHTS = "fct_survey_weight"


def check_intake(now: Now, runner: Runner | None = None) -> list[CheckResult]:
    """Run every check of the gate "intake" and record the results."""
    report("checks of what was received")
    # Looked at before the checks: rows that change while they run make the results stale, never the other way round.
    run, current = now.run, now.received
    results = intake_checks(
        run.settings.work_db(run.edition),
        run.uses,
        report=now.custody,
        fieldwork=run.rulebook.fieldwork,
        records=now.records,
        run=runner or through_gx(run.settings.data_docs(run.edition)),
    )
    now.enter(results, current)
    return results


def stored_weights(con: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """The weight of each respondent as it stands in the results, in millionths; 0 for none."""
    rows = results_as_text(con, [WEIGHTS])[WEIGHTS]
    return {str(row["respondent_id"]): int(row["weight_micro"] or 0) for row in rows}


def count_again(run: Run, weights: Mapping[str, int]) -> Recount | str:
    """The recount from the deposits, with the stored survey weights; or the sentence that says why there is none."""
    report("recount")
    try:
        return recount(run.raw, weights if "survey" in run.uses else None)
    except CannotRecount as error:
        return str(error)


def rake_again(con: "duckdb.DuckDBPyConnection", run: Run) -> dict[str, int] | str | None:
    """The survey weights made again from the profiles that were read (None without raking), or why they cannot be."""
    try:
        return weights.again(con, run.rulebook)
    except (ValueError, ArithmeticError, LookupError) as error:  # tables that intake did not write so
        return f"weights cannot be made from these profiles ({type(error).__name__})"


def draw_again(con: "duckdb.DuckDBPyConnection", now: Now) -> dict[str, Selection]:
    """Every draw of the results as they are now, drawn once more from its seed."""
    draws = [draw for draw in read_draws(now.records) if draw.results_sha256 == now.scored.results_sha256]
    named = {draw.seed: () if draw.by_lot else tuple(draw.whole) for draw in draws}
    book = now.run.rulebook
    return {
        draw.seed: choose(con, book, draw.seed, draw.size, at_most=draw.close_at_most, named=named[draw.seed])
        for draw in draws
    }


def magnitude_now(run: Run) -> CheckResult:
    """The one check that looks at other editions: the numbers of this one against the last that is published."""
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        return magnitude(con, run.settings.published_db)


def check_scoring(now: Now, runner: Runner | None = None) -> list[CheckResult]:
    """Recount, run every check of the gate "scoring" and record the results."""
    run, current = now.run, now.scored  # before the recount, for the same reason
    twice, counted = made_twice(now, current.results_sha256)
    report("checks of the marks")
    results = scoring_checks(
        run.settings.work_db(run.edition),
        run.uses,
        twice,
        run_results=target_path(run.settings, run.edition) / "run_results.json",
        records=now.records,
        run=runner or through_gx(run.settings.data_docs(run.edition)),
        published=run.settings.published_db,
    )
    counts: list[Body] = []
    if counted is not None:
        summary = remember(run.settings.recount_summary(run.edition), current, counted.fact)
        counts = [RunBody(recount_sha256=summary, engine=counted.engine)]
    now.enter([*counts, *results], current)
    return results


@dataclass(frozen=True)
class Counted:
    """What is remembered of a recount: what the dossier says of it, and what made the marks (None: DuckDB)."""

    fact: RecountFact
    engine: Mapping[str, str] | None


def made_twice(now: Now, results_sha256: str | None) -> tuple[Twice, Counted | None]:
    """All results made a second time and laid beside those that stand. Neither is held any longer than that:
    of two million tests they are two gigabytes."""
    run = now.run
    work = run.settings.work_db(run.edition)
    with connect(work, read_only=True) as con:
        weights, redrawn, engine = stored_weights(con), draw_again(con, now), noted(con) or None
    counted = count_again(run, weights)  # before the tables are read: each holds much of a large edition
    with connect(work, read_only=True) as con:
        beside = Beside(results_as_text(con), counted, rake_again(con, run))
        twice = Twice(comparison_checks(con, run.uses, beside), redrawn, results_sha256)
    if isinstance(counted, str):
        return twice, None
    return twice, Counted(summarise(counted, beside.tables, beside.differences), engine)
