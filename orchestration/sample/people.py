"""The respondents of a sample edition and their answers, as columns.

Belongs here: who they are, what they answer, and the population that the survey is raked to. Files are written in
survey_files.py.

A twin (plan.py) is judged by the very respondents of its model, and each gives both the same response mark: a point of
satisfaction more and a point of effort less weigh the same (500 out of 10 000), so answers differ, marks do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

import numpy as np

from orchestration.sample.draws import Flags, Whole
from orchestration.sample.plan import Candidate, Plan

ANSWERS = ("satisfaction", "recommendation", "effort")
FACTS = ("contacts", "repeated", "redirected", "travelled", "contradicted", "resolved")
NOTHING = -1
"""An empty answer, in whole-number columns."""

PROFILES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "gender": (("female", 460, 502), ("male", 540, 498)),
    "age_band": (("18-24", 240, 180), ("25-34", 340, 260), ("35-54", 280, 340), ("55+", 140, 220)),
    "region": (
        ("casablanca-settat", 260, 206),
        ("rabat-sale-kenitra", 160, 136),
        ("marrakech-safi", 120, 133),
        ("fes-meknes", 110, 124),
        ("tanger-tetouan-al-hoceima", 110, 109),
        ("souss-massa", 80, 82),
        ("other-regions", 160, 210),
    ),
}
"""For each value: share of the panel, share of the population (both per mille); young townspeople answer more."""

RESPONSES_EACH = 375
"""Responses for a hundred respondents."""
CHANGED_MINDS = 25
"""Per mille of responses that replace an earlier one (`keep: last`)."""
PANEL = 60
"""Per cent of respondents whose answers come in the first file."""


@dataclass(frozen=True)
class Answers:
    """The responses on one candidate; columns of equal length, `answered_at` in seconds since 1970 (UTC)."""

    candidate: Candidate
    respondent: Whole
    answered_at: Whole
    values: dict[str, Whole]


def share_answering(plan: Plan) -> int:
    """Per mille of all respondents who know a given candidate."""
    candidates = len(plan.candidates)
    usual = RESPONSES_EACH * 10 // candidates
    enough = min(80, 145_000 // plan.sizes.respondents)
    return min(900, max(usual, enough, 1))


def least_responses(plan: Plan) -> int:
    """A number of respondents that every candidate certainly has: 70 % of what is expected."""
    return max(1, plan.sizes.respondents * share_answering(plan) * 7 // 10_000)


def profile_codes(plan: Plan, variable: str, respondents: Whole) -> Whole:
    """The place of each respondent's value among PROFILES[variable]."""
    limits = np.cumsum([panel for _, panel, _ in PROFILES[variable]])
    drawn = plan.draws.many_below(int(limits[-1]), variable, respondents)
    return np.searchsorted(limits, drawn, side="right").astype(np.int64)


def answers(plan: Plan) -> Iterator[Answers]:
    """Responses candidate by candidate, those that a later one replaces included."""
    everyone = np.arange(plan.sizes.respondents, dtype=np.int64)
    for candidate in plan.candidates:
        group = candidate.place if candidate.twin is None else candidate.twin
        knows = plan.draws.many_below(1000, "knows", group, everyone) < share_answering(plan)
        latest = _answers(plan, candidate, group, everyone[knows])
        yield latest
        if candidate.category.role not in ("joint", "channel_tie"):
            changed = plan.draws.many_below(1000, "changed", group, latest.respondent) < CHANGED_MINDS
            yield _earlier(plan, latest, changed)


def _answers(plan: Plan, candidate: Candidate, group: int, who: Whole) -> Answers:
    draws, quality = plan.draws, candidate.quality
    day = draws.many_below((plan.survey_window[1] - plan.survey_window[0]).days - 3, "survey day", who) + 3
    minute = draws.many_below(12 * 60, "survey minute", who, day) + 8 * 60
    minute = minute + draws.many_below(90, "survey delay", candidate.place, who)
    opens = int(datetime.combine(plan.survey_window[0], time(0), UTC).timestamp())
    seconds = draws.many_below(60, "survey second", candidate.place, who)
    luck = draws.many_below(301, "luck", group, who) - 150

    def points(stream: str, trials: int) -> Whole:
        total = np.zeros_like(who)
        for trial in range(trials):
            drawn = draws.many_below(1000, stream, group, trial, who)
            likely = np.clip(quality + luck - 40, 50, 970)
            total += np.where(drawn < likely, 2, np.where(drawn < likely + (1000 - likely) // 2, 1, 0))
        return total

    values = {
        "satisfaction": points("satisfaction", 5),
        "recommendation": points("recommendation", 5),
        "effort": points("effort", 3) + 1,
    }
    for name, per_mille in (("recommendation", 40), ("effort", 30)):
        silent = draws.many_below(1000, f"no {name}", group, who) < per_mille
        values[name] = np.where(silent, NOTHING, values[name])
    if candidate.twin is not None:
        _swap(draws.many_below(3, "swap", group, who) - 1, values)
    trouble = 1000 - np.clip(quality + luck, 50, 970)
    values["contacts"] = np.ones_like(who)
    for step in range(4):
        values["contacts"] += draws.many_below(1000, "contacts", candidate.place, step, who) < trouble
    for name, ease in (("repeated", 1), ("redirected", 2), ("travelled", 4), ("contradicted", 5)):
        values[name] = (draws.many_below(1000, name, candidate.place, who) < trouble // ease).astype(np.int64)
    values["resolved"] = (draws.many_below(1000, "resolved", candidate.place, who) >= trouble // 2).astype(np.int64)
    unsaid = draws.many_below(1000, "unsaid", candidate.place, who) < 60
    values["travelled"] = np.where(unsaid, NOTHING, values["travelled"])
    return Answers(candidate, who, opens + day * 86400 + minute * 60 + seconds, values)


def _swap(step: Whole, values: dict[str, Whole]) -> None:
    """Move one point between satisfaction and effort where both are given and stay on their scales."""
    satisfaction, effort = values["satisfaction"], values["effort"]
    fits = (
        (effort != NOTHING)
        & (satisfaction + step >= 0)
        & (satisfaction + step <= 10)
        & (effort - step >= 1)
        & (effort - step <= 7)
    )
    values["satisfaction"] = np.where(fits, satisfaction + step, satisfaction)
    values["effort"] = np.where(fits, effort - step, effort)


def _earlier(plan: Plan, latest: Answers, changed: Flags) -> Answers:
    """What some respondents had said three hours to two days before: less content."""
    who = latest.respondent[changed]
    before = 3 * 3600 + plan.draws.many_below(45 * 3600, "before", latest.candidate.place, who)
    values = {name: column[changed] for name, column in latest.values.items()}
    values["satisfaction"] = np.maximum(0, values["satisfaction"] - 2)
    return Answers(latest.candidate, who, latest.answered_at[changed] - before, values)
