"""From test marks to finals: channel rows, component rows and the places of each category.

Belongs here: which marks are put together into which. Does not belong here: the formulas (`marks`), the order of
candidates (`ranking`), which rows count (`audits`, `survey`, `votes`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.recount import marks
from orchestration.recount.audits import Test
from orchestration.recount.candidates import Candidate
from orchestration.recount.ranking import Contender, Place, rank
from orchestration.recount.rules import Rules
from orchestration.recount.survey import Response

Cell = str | int | bool | None
Row = dict[str, Cell]


@dataclass(frozen=True)
class Evidence:
    """All that marks are made of. `weights` are the respondents' raking weights in millionths."""

    rules: Rules
    candidates: Mapping[str, Candidate]
    tests: Sequence[Test]
    responses: Sequence[Response]
    weights: Mapping[str, int]
    votes: Mapping[str, int]
    entered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entered.extend(sorted(one for one, candidate in self.candidates.items() if candidate.entered))


def test_marks(tests: Iterable[Test]) -> list[int]:
    return [test.mark for test in tests if test.mark is not None]


def channel_rows(evidence: Evidence, counted: Mapping[tuple[str, str], Sequence[Test]]) -> dict[tuple[str, str], Row]:
    rows: dict[tuple[str, str], Row] = {}
    for candidate_id in evidence.entered:
        for channel_id, channel in sorted(evidence.rules.channels.items()):
            found = test_marks(counted.get((candidate_id, channel_id), ()))
            mark = marks.mean(found)
            rows[candidate_id, channel_id] = {
                "candidate_id": candidate_id,
                "channel": channel_id,
                "planned_tests": channel.planned_tests,
                "counted_tests": len(found),
                "weight": channel.weight,
                "mark_micro": mark,
                "mark": marks.shown(mark),
            }
    return rows


def number(row: Mapping[str, Cell], column: str) -> int | None:
    value = row[column]
    return value if isinstance(value, int) else None


def component_rows(evidence: Evidence, channels: Mapping[tuple[str, str], Row]) -> dict[tuple[str, str], Row]:
    rules = evidence.rules
    responses: dict[str, list[Response]] = defaultdict(list)
    for response in evidence.responses:
        if response.exclusion is None:
            responses[response.candidate_id].append(response)
    references = _vote_references(evidence)
    rows: dict[tuple[str, str], Row] = {}
    for candidate_id in evidence.entered:
        own = [(rules.channels[channel], channels[candidate_id, channel]) for channel in sorted(rules.channels)]
        answered = responses.get(candidate_id, [])
        votes = evidence.votes.get(candidate_id, 0)
        found = {
            "audit": (
                sum(number(row, "counted_tests") or 0 for _, row in own),
                marks.weighted_mean((channel.weight, number(row, "mark_micro")) for channel, row in own),
            ),
            "survey": (
                len(answered),
                marks.weighted_mean((evidence.weights.get(one.respondent_id, 0), one.mark) for one in answered),
            ),
            "vote": (votes, marks.vote_mark(votes, references[evidence.candidates[candidate_id].category_id])),
        }
        for component in rules.components:
            observations, mark = found[component]
            rows[candidate_id, component] = {
                "candidate_id": candidate_id,
                "component": component,
                "weight": rules.weights[component],
                "observations": observations,
                "mark_micro": mark,
                "mark": marks.shown(mark),
            }
    return rows


def _vote_references(evidence: Evidence) -> dict[str, int]:
    """What a candidate's votes are set against in each category: those of the leader, or of the whole category."""
    whole = evidence.rules.vote is not None and evidence.rules.vote.mark == "share_of_category"
    votes: dict[str, list[int]] = defaultdict(list)
    for candidate_id in evidence.entered:
        votes[evidence.candidates[candidate_id].category_id].append(evidence.votes.get(candidate_id, 0))
    return {category: sum(numbers) if whole else max(numbers) for category, numbers in votes.items()}


def placed(
    evidence: Evidence, channels: Mapping[tuple[str, str], Row], components: Mapping[tuple[str, str], Row]
) -> dict[str, list[Place]]:
    """The ranked candidates of every category of the rulebook."""
    rules = evidence.rules
    contenders: dict[str, list[Contender]] = {category: [] for category in rules.categories}
    for candidate_id in evidence.entered:
        found = {name: number(components[candidate_id, name], "mark_micro") for name in rules.components}
        separators: dict[str, int | None] = {**found}
        if "vote" in found:
            separators["vote"] = evidence.votes.get(candidate_id, 0)
        for channel_id in rules.channels:
            separators[f"channel:{channel_id}"] = number(channels[candidate_id, channel_id], "mark_micro")
        final = marks.final_mark((rules.weights[name], mark) for name, mark in found.items())
        contenders[evidence.candidates[candidate_id].category_id].append(Contender(candidate_id, final, separators))
    return {category: rank(found, rules) for category, found in contenders.items()}
