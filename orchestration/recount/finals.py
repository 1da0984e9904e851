"""From test marks to finals: channel rows, component rows and the places of each category.

Belongs here: which marks are put together into which. Does not belong here: the formulas (`marks`), the order of
candidates (`ranking`), which rows count (`audits`, `survey`, `votes`).
"""

from collections import defaultdict
from collections.abc import Mapping

import polars as pl

from orchestration.recount import marks
from orchestration.recount.evidence import Cell, Evidence, Row
from orchestration.recount.ranking import Contender, Place, rank

Rows = Mapping[tuple[str, str], Row]
"""Rows by candidate and channel, or by candidate and component."""


def number(row: Mapping[str, Cell], column: str) -> int | None:
    """A cell that is a whole number or None."""
    value = row[column]
    return value if isinstance(value, int) else None


def channel_rows(evidence: Evidence) -> dict[tuple[str, str], Row]:
    """`fct_channel_mark` by candidate and channel."""
    rows: dict[tuple[str, str], Row] = {}
    for candidate_id in evidence.entered:
        for channel_id, channel in sorted(evidence.rules.channels.items()):
            tally = evidence.test_marks.get((candidate_id, channel_id), {})
            counted = sum(tally.values())
            mark = marks.mean(sum(mark * times for mark, times in tally.items()), counted)
            rows[candidate_id, channel_id] = {
                "candidate_id": candidate_id,
                "channel": channel_id,
                "planned_tests": channel.planned_tests,
                "counted_tests": counted,
                "weight": channel.weight,
                "mark_micro": mark,
                "mark": marks.shown(mark),
            }
    return rows


def component_rows(evidence: Evidence, channels: Rows) -> dict[tuple[str, str], Row]:
    """`fct_component_mark` by candidate and component in use, from the rows of `channel_rows`."""
    rules = evidence.rules
    references = _vote_references(evidence)
    responses = _weighed_responses(evidence)
    rows: dict[tuple[str, str], Row] = {}
    for candidate_id in evidence.entered:
        own = [(channel.weight, channels[candidate_id, name]) for name, channel in sorted(rules.channels.items())]
        weighed = responses.get(candidate_id, [])
        votes = evidence.votes.get(candidate_id, 0)
        observed = {
            "audit": (
                sum(number(row, "counted_tests") or 0 for _, row in own),
                marks.weighted_mean((weight, number(row, "mark_micro")) for weight, row in own),
            ),
            "survey": (sum(number for _, number, _ in weighed), marks.survey_mark(weighed)),
            "vote": (votes, marks.vote_mark(votes, references[evidence.candidates[candidate_id].category_id])),
        }
        for component in rules.components:
            observations, mark = observed[component]
            rows[candidate_id, component] = {
                "candidate_id": candidate_id,
                "component": component,
                "weight": rules.weights[component],
                "observations": observations,
                "mark_micro": mark,
                "mark": marks.shown(mark),
            }
    return rows


def _weighed_responses(evidence: Evidence) -> dict[str, list[tuple[int, int, int]]]:
    """Of each candidate's counted responses: each weight, how many have it and the sum of their marks."""
    groups = evidence.counted_responses.group_by("candidate_id", "weight").agg(pl.len(), pl.col("mark").sum())
    weighed: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for candidate_id, *group in groups.iter_rows():
        weighed[candidate_id].append((group[0], group[1], group[2]))
    return weighed


def _vote_references(evidence: Evidence) -> dict[str, int]:
    """What a candidate's votes are set against in each category: those of the leader, or of the whole category."""
    whole = evidence.rules.vote is not None and evidence.rules.vote.mark == "share_of_category"
    votes: dict[str, list[int]] = defaultdict(list)
    for candidate_id in evidence.entered:
        votes[evidence.candidates[candidate_id].category_id].append(evidence.votes.get(candidate_id, 0))
    return {category: sum(numbers) if whole else max(numbers) for category, numbers in votes.items()}


def placed(evidence: Evidence, channels: Rows, components: Rows) -> dict[str, list[Place]]:
    """The ranked candidates of every category of the rulebook."""
    rules = evidence.rules
    contenders: dict[str, list[Contender]] = {category_id: [] for category_id in rules.categories}
    for candidate_id in evidence.entered:
        by_component = {name: number(components[candidate_id, name], "mark_micro") for name in rules.components}
        separators: dict[str, int | None] = {**by_component}
        if "vote" in by_component:
            separators["vote"] = evidence.votes.get(candidate_id, 0)
        for channel_id in rules.channels:
            separators[f"channel:{channel_id}"] = number(channels[candidate_id, channel_id], "mark_micro")
        final = marks.final_mark((rules.weights[name], mark) for name, mark in by_component.items())
        contenders[evidence.candidates[candidate_id].category_id].append(Contender(candidate_id, final, separators))
    return {category_id: rank(own, rules) for category_id, own in contenders.items()}
