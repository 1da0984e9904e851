"""Which sources an edition has, by its rulebook, and which years its times lie in.

Belongs here: what follows from the rulebook alone, before any file is looked at. What a source's files must hold stands
beside that source (`sources/`).
"""

from orchestration.intake.headers import Expected
from orchestration.intake.sources import audits, candidates, contests, survey, targets, votes
from orchestration.rulebook import Rulebook

TESTS = frozenset({"candidates", "audits", "contests"})
"""Sources that say which tests there are, and what was contested."""


def expected_sources(rulebook: Rulebook) -> dict[str, Expected]:
    """The sources that this rulebook reads, each with what its files must hold."""
    forms = {
        "candidates": candidates.expected(),
        "audits": audits.expected(rulebook),
        "survey": survey.expected(rulebook),
        "targets": targets.expected(),
        "votes": votes.expected(),
        "contests": contests.expected(),
    }
    return {source: forms[source] for source in rulebook.sources}


def years_of(rulebook: Rulebook) -> tuple[int, int]:
    """The years that the windows touch, and one more at each end."""
    days = [rulebook.fieldwork.start, rulebook.fieldwork.end]
    if rulebook.survey is not None:
        days += [rulebook.survey.window.start, rulebook.survey.window.end]
    if rulebook.vote is not None:
        days += [rulebook.vote.window.opens.date(), rulebook.vote.window.closes.date()]
    return min(days).year - 1, max(days).year + 1
