"""The results of SPEC 8, as rows keyed by column, made from judged tests, contests, responses and counted votes.

Belongs here: the rows and columns of each table, in its order. Does not belong here: how marks are put together
(`finals`), segments and measures (`segments`), journeys (`journeys`), declared effort (`effort`), claims (`claims`).
None is an empty field.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from orchestration.recount import marks
from orchestration.recount.claims import Study, claims
from orchestration.recount.effort import effort_rows
from orchestration.recount.evidence import Evidence, ManyRows, Row
from orchestration.recount.finals import Rows, channel_rows, component_rows, number, placed
from orchestration.recount.instants import utc_text
from orchestration.recount.journeys import journeys_of, observed_rows
from orchestration.recount.ranking import Place, outcome
from orchestration.recount.segments import criterion_rows, measure_rows, segment_rows

TEST = (
    "test_id", "candidate_id", "field_firm", "channel", "scenario", "language", "city", "site", "persona",
    "operator", "journey_id", "step", "started_at", "outcome", "exclusion", "mark",
)  # fmt: skip
"""What `fct_test_mark` is made of."""
NO_TESTS = pl.DataFrame(schema={name: pl.Int64 if name in ("started_at", "mark") else pl.String for name in TEST})

Places = Mapping[str, Sequence[Place]]
"""The ranked candidates of each category."""


def build_tables(evidence: Evidence) -> dict[str, Sequence[Row]]:
    """Every table that the recount makes, sorted by key, with `edition` in front of each row."""
    channels = channel_rows(evidence)
    components = component_rows(evidence, channels)
    places = placed(evidence, channels, components)
    outcomes = {category_id: outcome(ranked, evidence.rules) for category_id, ranked in places.items()}
    journeys = journeys_of(evidence)
    tables: dict[str, Iterable[Row] | pl.DataFrame] = {
        "dim_edition": [_edition_row(evidence)],
        "dim_category": _category_rows(evidence, places),
        "dim_candidate": _candidate_rows(evidence),
        "fct_test_mark": _test_columns(evidence),
        "fct_criterion": criterion_rows(evidence),
        "fct_channel_mark": channels.values(),
        "fct_component_mark": components.values(),
        "fct_survey_weight": evidence.respondents.select("respondent_id", weight_micro="weight"),
        "fct_effort": effort_rows(evidence),
        "fct_segment_mark": segment_rows(evidence),
        "fct_measure": measure_rows(evidence),
        "fct_journey": journeys,
        "fct_observed_effort": observed_rows(evidence, journeys),
        "fct_contest": _contest_rows(evidence),
        "fct_ranking": _ranking_rows(evidence, places, components),
        "laureates": _laureate_rows(evidence, places, outcomes),
        "category_outcome": (
            {"category_id": category_id, "outcome": ending} for category_id, ending in sorted(outcomes.items())
        ),
    }
    return {name: _with_edition(rows, evidence.rules.edition) for name, rows in tables.items()}


def _with_edition(rows: Iterable[Row] | pl.DataFrame, edition: str) -> Sequence[Row]:
    if isinstance(rows, pl.DataFrame):
        return ManyRows(rows.select(pl.lit(edition).alias("edition"), pl.all()))
    return tuple({"edition": edition, **row} for row in rows)


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


def _test_columns(evidence: Evidence) -> pl.DataFrame:
    tests = [accepted.select(TEST) for accepted in evidence.tests.values()]
    frame = pl.concat(tests or [NO_TESTS]).sort("test_id")
    micro = frame["mark"].drop_nulls().unique()
    shown = pl.Series([marks.shown(mark) for mark in micro], dtype=pl.String)
    return frame.select(
        *(name for name in TEST if name not in ("started_at", "outcome", "exclusion", "mark")),
        utc_text("started_at"),
        "outcome",
        counted=pl.col("exclusion").is_null(),
        exclusion_reason="exclusion",
        mark_micro="mark",
        mark=pl.col("mark").replace_strict(micro, shown, default=None, return_dtype=pl.String),
    )


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
            (channel.weight, evidence.test_marks.get((place.candidate_id, channel_id), {}))
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
    firms = [evidence.firms.get(place.candidate_id, {}) for place in ranked]
    folders = sorted({folder for own in firms for folder in own})
    return Study(
        title=rules.title,
        shared=shared,
        label=rules.categories[category_id].label,
        firms=list(dict.fromkeys(rules.firms.get(folder, folder) for folder in folders)),
        organiser=rules.organiser,
        start=rules.start,
        end=rules.end,
        tests=sum(number for own in firms for number in own.values()),
        candidates=len(ranked),
    )
