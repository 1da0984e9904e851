"""Which sources an edition has, by its rulebook, and which years its times lie in.

Belongs here: what follows from the rulebook alone, before any file is looked at. What a source's files must hold stands
beside that source (`sources/`).
"""

from orchestration.intake.headers import Expected
from orchestration.intake.sources import audits, candidates, contests, survey, targets, votes
from orchestration.rulebook import Rulebook

OPTIONAL = frozenset({"contests"})
"""Sources that may have no file: nobody contested anything."""

TESTS = frozenset({"candidates", "audits", "contests"})
"""Sources that say which tests there are, and what was contested."""


def expected_sources(rulebook: Rulebook) -> dict[str, Expected]:
    """The sources that this rulebook reads, each with what its files must hold."""
    expected = {"candidates": candidates.expected()}
    if rulebook.uses("audit"):
        expected["audits"] = audits.expected(rulebook)
    if rulebook.uses("survey"):
        expected["survey"] = survey.expected(rulebook)
        if survey.variables(rulebook):
            expected["targets"] = targets.expected()
    if rulebook.uses("vote"):
        expected["votes"] = votes.expected()
    if rulebook.contest is not None:
        expected["contests"] = contests.expected()
    return expected


def place_of(source: str) -> str:
    """Where the files of a source lie in an edition's folder."""
    return {"candidates": "candidates.csv", "targets": "survey/targets.csv"}.get(source, f"{source}/")


def years_of(rulebook: Rulebook) -> tuple[int, int]:
    """The years that the windows touch, and one more at each end."""
    days = [rulebook.fieldwork.start, rulebook.fieldwork.end]
    if rulebook.survey is not None:
        days += [rulebook.survey.window.start, rulebook.survey.window.end]
    if rulebook.vote is not None:
        days += [rulebook.vote.window.opens.date(), rulebook.vote.window.closes.date()]
    return min(days).year - 1, max(days).year + 1
