"""The results of SPEC 8, as rows keyed by column, made from judged tests, responses and counted votes.

Belongs here: the rows and columns of each table. Does not belong here: how marks are put together (`chain`). None is
an empty field.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from orchestration.recount import marks
from orchestration.recount.audits import Test
from orchestration.recount.effort import effort_profile
from orchestration.recount.finals import (
    Evidence,
    Row,
    channel_rows,
    component_rows,
    number,
    placed,
    test_marks,
)
from orchestration.recount.moments import utc_text
from orchestration.recount.ranking import Place, outcome
from orchestration.recount.survey import Response


def build_tables(evidence: Evidence) -> dict[str, tuple[Row, ...]]:
    """Every table that the recount makes, sorted by key, with `edition` in front of each row."""
    rules = evidence.rules
    counted_tests: dict[tuple[str, str], list[Test]] = defaultdict(list)
    for test in evidence.tests:
        if test.exclusion is None:
            counted_tests[test.candidate_id, test.channel].append(test)
    channels = channel_rows(evidence, counted_tests)
    components = component_rows(evidence, channels)
    places = placed(evidence, channels, components)
    outcomes = {category: outcome(ranked, rules) for category, ranked in places.items()}
    tables: dict[str, Iterable[Row]] = {
        "dim_category": _category_rows(evidence, places),
        "dim_candidate": _candidate_rows(evidence),
        "fct_test_mark": _test_rows(evidence),
        "fct_criterion": _criterion_rows(evidence, counted_tests),
        "fct_channel_mark": channels.values(),
        "fct_component_mark": components.values(),
        "fct_survey_weight": (
            {"respondent_id": one, "weight_micro": evidence.weights.get(one)}
            for one in sorted({response.respondent_id for response in evidence.responses})
        ),
        "fct_effort": _effort_rows(evidence),
        "fct_ranking": _ranking_rows(evidence, places, components, counted_tests),
        "laureates": _laureate_rows(evidence, places, outcomes),
        "category_outcome": ({"category_id": one, "outcome": outcomes[one]} for one in sorted(outcomes)),
    }
    return {name: tuple({"edition": rules.edition, **row} for row in rows) for name, rows in tables.items()}


def _category_rows(evidence: Evidence, places: Mapping[str, Sequence[Place]]) -> Iterable[Row]:
    categories = [candidate.category_id for candidate in evidence.candidates.values()]
    for category_id, texts in sorted(evidence.rules.categories.items()):
        yield {
            "category_id": category_id,
            **texts,
            "candidates_entered": categories.count(category_id),
            "candidates_ranked": len(places[category_id]),
        }


def _candidate_rows(evidence: Evidence) -> Iterable[Row]:
    for candidate_id, candidate in sorted(evidence.candidates.items()):
        yield {
            "candidate_id": candidate_id,
            "company_id": candidate.company_id,
            "company": candidate.company,
            "category_id": candidate.category_id,
            "status": "entered" if candidate.entered else "withdrawn",
        }


def _test_rows(evidence: Evidence) -> Iterable[Row]:
    for test in sorted(evidence.tests, key=lambda one: one.key):
        yield {
            "test_id": test.key,
            "candidate_id": test.candidate_id,
            "field_firm": test.field_firm,
            "channel": test.channel,
            "scenario": test.scenario,
            "language": test.language,
            "started_at": utc_text(test.started_at) if test.started_at else None,
            "outcome": test.outcome,
            "counted": test.exclusion is None,
            "exclusion_reason": test.exclusion,
            "mark_micro": test.mark,
            "mark": marks.shown(test.mark),
        }


def _criterion_rows(evidence: Evidence, counted: Mapping[tuple[str, str], Sequence[Test]]) -> Iterable[Row]:
    for candidate_id in evidence.entered:
        for channel_id, channel in sorted(evidence.rules.channels.items()):
            tests = [test for test in counted.get((candidate_id, channel_id), ()) if test.outcome == "completed"]
            for position, line in sorted(enumerate(channel.grid), key=lambda item: item[1].criterion_id):
                ratings = [rating for test in tests if (rating := test.ratings[position]) is not None]
                yield {
                    "candidate_id": candidate_id,
                    "channel": channel_id,
                    "criterion_id": line.criterion_id,
                    "family": line.family,
                    "ratings": len(ratings),
                    "rating_sum": sum(ratings),
                    "rating_max_sum": line.best * len(ratings),
                }


def _ranking_rows(
    evidence: Evidence,
    places: Mapping[str, Sequence[Place]],
    components: Mapping[tuple[str, str], Row],
    counted: Mapping[tuple[str, str], Sequence[Test]],
) -> Iterable[Row]:
    rules = evidence.rules
    ranked_all = [(category, place) for category, ranked in places.items() for place in ranked]
    for category_id, place in sorted(ranked_all, key=lambda item: item[1].candidate_id):
        one = place.candidate_id
        audit = number(components[one, "audit"], "mark_micro") if "audit" in rules.components else None
        half = marks.interval(
            (channel.weight, test_marks(counted.get((one, name), ()))) for name, channel in rules.channels.items()
        )
        known = audit is not None and half is not None
        yield {
            "candidate_id": one,
            "category_id": category_id,
            "final_micro": place.final,
            "final": marks.shown(place.final),
            "rank": place.rank,
            "eligible": place.eligible,
            "reason": place.reason,
            "audit_low": marks.shown((audit or 0) - (half or 0)) if known else None,
            "audit_high": marks.shown((audit or 0) + (half or 0)) if known else None,
            "margin_micro": place.margin,
        }


def _laureate_rows(
    evidence: Evidence, places: Mapping[str, Sequence[Place]], outcomes: Mapping[str, str]
) -> Iterable[Row]:
    for category_id, ranked in sorted(places.items()):
        if outcomes[category_id] not in ("elected", "joint"):
            continue
        for place in sorted(ranked, key=lambda one: one.candidate_id):
            if place.rank == 1:
                yield {
                    "category_id": category_id,
                    "candidate_id": place.candidate_id,
                    "company": evidence.candidates[place.candidate_id].company,
                    "final_micro": place.final,
                    "final": marks.shown(place.final),
                    "candidates_ranked": len(ranked),
                    "fieldwork_start": evidence.rules.start.isoformat(),
                    "fieldwork_end": evidence.rules.end.isoformat(),
                }


def _effort_rows(evidence: Evidence) -> Iterable[Row]:
    responses: dict[str, list[Response]] = defaultdict(list)
    for response in evidence.responses:
        if response.exclusion is None:
            responses[response.candidate_id].append(response)
    for candidate_id in evidence.entered:
        yield {"candidate_id": candidate_id, **effort_profile(responses[candidate_id], evidence.weights)}
