"""The results of SPEC 8, as rows keyed by column, made from judged tests, contests, responses and counted votes.

Belongs here: the rows and columns of each table, in its order. Does not belong here: how marks are put together
(`finals`), segments and measures (`segments`), journeys (`journeys`), declared effort (`effort`), claims (`claims`).
None is an empty field.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from orchestration.recount import marks
from orchestration.recount.claims import Study, claims
from orchestration.recount.effort import effort_profile
from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.finals import Rows, channel_rows, component_rows, number, placed, test_marks
from orchestration.recount.journeys import journey_rows, observed_rows
from orchestration.recount.moments import utc_text
from orchestration.recount.ranking import Place, outcome
from orchestration.recount.segments import completed, measure_rows, segment_rows

Places = Mapping[str, Sequence[Place]]
"""The ranked candidates of each category."""


def build_tables(evidence: Evidence) -> dict[str, tuple[Row, ...]]:
    """Every table that the recount makes, sorted by key, with `edition` in front of each row."""
    channels = channel_rows(evidence)
    components = component_rows(evidence, channels)
    places = placed(evidence, channels, components)
    outcomes = {category_id: outcome(ranked, evidence.rules) for category_id, ranked in places.items()}
    journeys = journey_rows(evidence)
    tables: dict[str, Iterable[Row]] = {
        "dim_edition": [_edition_row(evidence)],
        "dim_category": _category_rows(evidence, places),
        "dim_candidate": _candidate_rows(evidence),
        "fct_test_mark": _test_rows(evidence),
        "fct_criterion": _criterion_rows(evidence),
        "fct_channel_mark": channels.values(),
        "fct_component_mark": components.values(),
        "fct_survey_weight": _weight_rows(evidence),
        "fct_effort": _effort_rows(evidence),
        "fct_segment_mark": segment_rows(evidence),
        "fct_measure": measure_rows(evidence),
        "fct_journey": journeys,
        "fct_observed_effort": observed_rows(evidence, journeys),
        "fct_contest": _contest_rows(evidence),
        "fct_ranking": _ranking_rows(evidence, places, components),
        "laureates": _laureate_rows(evidence, places, outcomes),
        "category_outcome": ({"category_id": one, "outcome": ending} for one, ending in sorted(outcomes.items())),
    }
    return {name: tuple({"edition": evidence.rules.edition, **row} for row in rows) for name, rows in tables.items()}


def _edition_row(evidence: Evidence) -> Row:
    """What the deposits tell of an edition; the rest of `dim_edition` is of its publication."""
    rules = evidence.rules
    return {
        "title": rules.title["fr"],
        "organiser": rules.organiser,
        "fieldwork_start": rules.start.isoformat(),
        "fieldwork_end": rules.end.isoformat(),
        "min_mark": marks.shown(rules.min_mark),
        "rulebook_sha256": evidence.rulebook_sha256,
    }


def _category_rows(evidence: Evidence, places: Places) -> Iterable[Row]:
    entered = Counter(candidate.category_id for candidate in evidence.candidates.values())
    for category_id, category in sorted(evidence.rules.categories.items()):
        yield {
            "category_id": category_id,
            **category.columns,
            "candidates_entered": entered[category_id],
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
    for test in sorted(evidence.tests, key=lambda test: test.key):
        yield {
            "test_id": test.key,
            "candidate_id": test.candidate_id,
            "field_firm": test.field_firm,
            "channel": test.channel,
            "scenario": test.scenario,
            "language": test.language,
            "city": test.city,
            "site": test.site,
            "persona": test.persona,
            "operator": test.operator,
            "journey_id": test.journey_id,
            "step": test.step,
            "started_at": utc_text(test.started_at) if test.started_at else None,
            "outcome": test.outcome,
            "counted": test.exclusion is None,
            "exclusion_reason": test.exclusion,
            "mark_micro": test.mark,
            "mark": marks.shown(test.mark),
        }


def _criterion_rows(evidence: Evidence) -> Iterable[Row]:
    for candidate_id in evidence.entered:
        for channel_id, channel in sorted(evidence.rules.channels.items()):
            tests = completed(evidence.counted_tests(candidate_id, channel_id))
            for position, criterion in sorted(enumerate(channel.grid), key=lambda item: item[1].criterion_id):
                ratings = [rating for test in tests if (rating := test.ratings[position]) is not None]
                yield {
                    "candidate_id": candidate_id,
                    "channel": channel_id,
                    "criterion_id": criterion.criterion_id,
                    "family": criterion.family,
                    "ratings": len(ratings),
                    "rating_sum": sum(ratings),
                    "rating_max_sum": criterion.best * len(ratings),
                }


def _weight_rows(evidence: Evidence) -> Iterable[Row]:
    for respondent_id in sorted({response.respondent_id for response in evidence.responses}):
        yield {"respondent_id": respondent_id, "weight_micro": evidence.weights.get(respondent_id)}


def _effort_rows(evidence: Evidence) -> Iterable[Row]:
    for candidate_id in evidence.entered:
        profile = effort_profile(evidence.counted_responses(candidate_id), evidence.weights)
        yield {"candidate_id": candidate_id, **profile}


def _contest_rows(evidence: Evidence) -> Iterable[Row]:
    for contest in sorted(evidence.contests, key=lambda contest: contest.key):
        yield {
            "contest_id": contest.key,
            "candidate_id": contest.candidate_id,
            "test_id": contest.test_id,
            "opened_on": contest.opened_on,
            "ground": contest.ground,
            "decision": contest.decision,
            "decided_on": contest.decided_on,
        }


def _ranking_rows(evidence: Evidence, places: Places, components: Rows) -> Iterable[Row]:
    rules = evidence.rules
    ranked = [(category_id, place) for category_id, own in places.items() for place in own]
    for category_id, place in sorted(ranked, key=lambda item: item[1].candidate_id):
        audit = number(components[place.candidate_id, "audit"], "mark_micro") if "audit" in rules.components else None
        half = marks.interval(
            (channel.weight, test_marks(evidence.counted_tests(place.candidate_id, channel_id)))
            for channel_id, channel in rules.channels.items()
        )
        known = audit is not None and half is not None
        yield {
            "candidate_id": place.candidate_id,
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


def _laureate_rows(evidence: Evidence, places: Places, outcomes: Mapping[str, str]) -> Iterable[Row]:
    for category_id, ranked in sorted(places.items()):
        if outcomes[category_id] not in ("elected", "joint"):
            continue
        study = _study(evidence, category_id, ranked, shared=outcomes[category_id] == "joint")
        for place in sorted(ranked, key=lambda place: place.candidate_id):
            if place.rank == 1:
                yield {
                    "category_id": category_id,
                    "candidate_id": place.candidate_id,
                    "company": evidence.candidates[place.candidate_id].company,
                    "final_micro": place.final,
                    "final": marks.shown(place.final),
                    "candidates_ranked": len(ranked),
                    "fieldwork_start": study.start.isoformat(),
                    "fieldwork_end": study.end.isoformat(),
                    **claims(study),
                }


def _study(evidence: Evidence, category_id: str, ranked: Sequence[Place], shared: bool) -> Study:
    """What a claim says of a category: the firms of its counted tests by folder, each name once, and the numbers."""
    rules = evidence.rules
    tests = [
        test
        for place in ranked
        for channel_id in rules.channels
        for test in evidence.counted_tests(place.candidate_id, channel_id)
    ]
    folders = sorted({test.field_firm for test in tests})
    return Study(
        title=rules.title,
        shared=shared,
        label=rules.categories[category_id].label,
        firms=list(dict.fromkeys(rules.firms.get(folder, folder) for folder in folders)),
        organiser=rules.organiser,
        start=rules.start,
        end=rules.end,
        tests=len(tests),
        candidates=len(ranked),
    )
