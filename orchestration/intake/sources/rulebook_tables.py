"""The rulebook as tables, for SQL that computes marks and checks.

Belongs here: copying values of the model, expanding grids by channel, letting French stand in for a missing label.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import duckdb

from orchestration.rulebook import COMPONENTS, Labels, Rulebook


def load(con: duckdb.DuckDBPyConnection, rulebook: Rulebook, sha256: str) -> None:
    """Fill the schema `rulebook`. Sections that are not used leave their tables empty."""
    _insert(con, "edition", [_edition(rulebook, sha256)])
    _insert(con, "category", [(c.id, c.sector, *_labels(c.label)) for c in rulebook.categories])
    _insert(con, "component", [(name, rulebook.weight_of(name)) for name in COMPONENTS])
    _insert(con, "tie_break", list(enumerate(rulebook.tie_break, start=1)))
    _insert(con, "field_firm", sorted(rulebook.field_firms.items()))
    if rulebook.contest is not None:
        _insert(con, "contest_window", [(rulebook.contest.opens, rulebook.contest.closes)])
    if rulebook.uses("audit"):
        _audit(con, rulebook)
    if rulebook.uses("survey") and rulebook.survey is not None:
        survey = rulebook.survey
        window, weights = survey.window, survey.weights
        numbers = (weights.satisfaction, weights.recommendation, weights.effort)
        _insert(con, "survey", [(window.start, window.end, *numbers, survey.keep, survey.min_respondents)])
    if rulebook.uses("vote") and rulebook.vote is not None:
        vote = rulebook.vote
        times = [moment.astimezone(UTC).replace(tzinfo=None) for moment in (vote.window.opens, vote.window.closes)]
        burst = (vote.burst.max_per_ip_hour, vote.burst.action) if vote.burst else (None, None)
        _insert(con, "vote", [(*times, vote.keep, vote.mark, vote.min_votes, *burst)])
        _insert(con, "vote_key", list(enumerate(vote.one_per, start=1)))


def _edition(rulebook: Rulebook, sha256: str) -> tuple[Any, ...]:
    eligibility = rulebook.eligibility
    return (
        rulebook.edition, *_labels(rulebook.title), rulebook.organiser, rulebook.timezone,
        rulebook.fieldwork.start, rulebook.fieldwork.end,
        rulebook.min_mark_micro, eligibility.min_candidates, eligibility.min_completion,
        rulebook.unresolved_tie, rulebook.quarantine.max_share, sha256,
    )  # fmt: skip


def _audit(con: duckdb.DuckDBPyConnection, rulebook: Rulebook) -> None:
    _insert(
        con,
        "channel",
        [(name, c.weight, c.planned_tests, c.grid, c.unanswered) for name, c in sorted(rulebook.channels.items())],
    )
    _insert(
        con,
        "criterion",
        [
            (name, c.id, c.family, c.weight, c.max, *_labels(c.label), c.measured.unit if c.measured else None)
            for name in sorted(rulebook.channels)
            for c in rulebook.grid_of(name)
        ],
    )
    planned = [(name, c.planned_by.columns) for name, c in sorted(rulebook.channels.items()) if c.planned_by]
    _insert(
        con,
        "planned_by",
        [
            (channel, column, value, tests)
            for channel, columns in planned
            for column in sorted(columns)
            for value, tests in sorted(columns[column].items())
        ],
    )
    if rulebook.independence is not None:
        independence = rulebook.independence
        _insert(con, "independence", [(independence.max_shopper_share, independence.min_recheck_share)])
        _insert(con, "conflict", [(c.shopper_id, c.company_id) for c in independence.conflicts])


def _labels(labels: Labels) -> tuple[str, str, str]:
    return labels.of("fr"), labels.of("en"), labels.of("ar")


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows into a table of the schema; its name is one of ours."""
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"INSERT INTO rulebook.{table} VALUES ({marks})", [list(row) for row in rows])
