"""The statement as a CSV: one line for each criterion of each test.

Belongs here: its columns, and cells that a spreadsheet takes for no formula.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from orchestration.entrants.statement import FACTS, CriterionCell, Statement, TestOfStatement
from orchestration.rulebook import FORMULA_SIGNS

COLUMNS = (
    "test_id", "channel", "scenario", "language", "city", "site", "persona", "operator", "journey_id", "step",
    "started_at", "ended_at", "outcome", "rechecks", *FACTS,
    "contest_id", "contest_opened_on", "contest_ground", "contest_decision", "contest_decided_on",
    "criterion_id", "criterion", "rating", "max", "value", "unit",
)  # fmt: skip
FORMULA = re.compile(rf"['\t\r\n{FORMULA_SIGNS}].*", re.DOTALL)
"""A cell that a spreadsheet would take for a formula, in either width; or that begins as a neutralised one does."""


def render_csv(statement: Statement, lang: str) -> bytes:
    """The statement's lines in the order of its tests and of their grids: UTF-8, LF, times in the edition's zone."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for test in statement.tests:
        about = tuple(_about(test, statement.rulebook.zone))
        writer.writerows([inert(cell) for cell in (*about, *_criterion(cell, lang))] for cell in test.criteria)
    return text.getvalue().encode()


def inert(cell: object) -> str:
    """A cell as text; what would be a formula stands behind an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.fullmatch(text) else text


def _about(test: TestOfStatement, zone: ZoneInfo) -> Iterator[object]:
    yield from (test.test_id, test.channel, test.scenario, test.language, test.city, test.site, test.persona)
    yield from (test.operator, test.journey_id, test.step, _local(test.started_at, zone))
    yield from (_local(test.ended_at, zone) if test.ended_at else None, test.outcome, test.rechecks)
    yield from (test.facts[fact] for fact in FACTS)
    contest = test.contest
    yield from (
        (contest.contest_id, contest.opened_on, contest.ground, contest.decision, contest.decided_on)
        if contest
        else (None,) * 5
    )


def _criterion(cell: CriterionCell, lang: str) -> Iterator[object]:
    criterion = cell.criterion
    unit = criterion.measured.unit if criterion.measured else None
    yield from (criterion.id, criterion.label.of(lang), cell.rating, criterion.max, cell.value, unit)


def _local(iso: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(iso).astimezone(zone).isoformat()
