"""Every number of docs/method.md is recomputed here, with fractions, by code that shares nothing with the pipeline.

The edition of the page is also deposited and given to the recount, so that page, test and product agree.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from orchestration.intake.sources.raking import rake
from orchestration.recount import recount
from tests.fixtures.tiny import TinyEdition, digest, encode
from tests.unit.docs.method_page import (
    BANDS,
    FACTS,
    PLACES,
    TABLES,
    TOP,
    channel_weights,
    grid,
    half_up,
    number,
    shown,
)

COMPANIES = ("Atlas", "Bahia", "Cèdre")
COMPONENTS = {"audit": 7000, "survey": 2000, "vote": 1000}
QUESTIONS: dict[str, tuple[int, Callable[[int], Fraction]]] = {
    "satisfaction": (5000, lambda answer: Fraction(answer, 10)),
    "recommendation": (2000, lambda answer: Fraction(answer, 10)),
    "effort": (3000, lambda answer: Fraction(answer - 1, 6)),
}
MIN_MARK, MIN_CANDIDATES = 12_500_000, 2


def counted_marks() -> dict[tuple[str, str], list[int]]:
    """Test marks that count, by company and channel, as the page's own table 3 gives them."""
    marks = defaultdict(list)
    for row in TABLES[3]:
        if row["counted"] == "yes":
            marks[row["company"], row["channel"]].append(number(row["micropoints"]))
    return marks


def column(table: int, name: str) -> dict[str, int]:
    return {row["company"]: number(row[name]) for row in TABLES[table]}


def test_the_page_has_all_its_tables() -> None:
    assert sorted(TABLES) == list(range(1, 24)) and all(TABLES.values())


def test_rounding_is_half_up() -> None:
    for row in TABLES[1]:
        micro = half_up(TOP * Fraction(row["fraction of 20"]))
        assert (number(row["micropoints"]), row["shown"]) == (micro, shown(micro))


def test_tests_follow_from_their_ratings() -> None:
    for row in TABLES[3]:
        ratings = [row[place] for place in ("1st", "2nd", "3rd")]
        assert row["counted"] == ("no" if row["rechecks"] or row["contest"] == "excluded" else "yes")
        if row["outcome"] == "unanswered":
            assert number(row["micropoints"]) == 0 and not any(ratings)
            continue
        applies = [
            (weight, int(rating), top)
            for (_, weight, top), rating in zip(grid(row["channel"]), ratings, strict=False)
            if rating not in ("", "NA")
        ]
        got = sum(weight * rating for weight, rating, _ in applies)
        best = sum(weight * top for weight, _, top in applies)
        assert (number(row["Σ weight·rating"]), number(row["Σ weight·max"])) == (got, best)
        assert number(row["micropoints"]) == half_up(Fraction(TOP * got, best))


def test_channels_are_means_of_their_tests() -> None:
    marks = counted_marks()
    assert [(row["company"], row["channel"]) for row in TABLES[4]] == [
        (c, n) for c in COMPANIES for n in ("phone", "email")
    ]
    for row in TABLES[4]:
        found = marks[row["company"], row["channel"]]
        mean = half_up(Fraction(sum(found), len(found)))
        assert (number(row["tests"]), number(row["Σ test"])) == (len(found), sum(found))
        assert (number(row["micropoints"]), row["shown"]) == (mean, shown(mean))


def test_audits_are_weighted_means_of_channels() -> None:
    weights = channel_weights()
    for row in TABLES[5]:
        parts = [r for r in TABLES[4] if r["company"] == row["company"]]
        total = sum(weights[part["channel"]] * number(part["micropoints"]) for part in parts)
        audit = half_up(Fraction(total, sum(weights.values())))
        assert (number(row["Σ weight·channel"]), number(row["micropoints"]), row["shown"]) == (
            total,
            audit,
            shown(audit),
        )


def test_raking_weights_bring_the_respondents_to_their_targets() -> None:
    people = Counter(row["gender"] for row in TABLES[7])
    for row in TABLES[6]:
        assert number(row["respondents"]) == people[row["gender"]]
        exact = Fraction(row["target"]) * len(TABLES[7]) / people[row["gender"]]
        assert number(row["rake"]) == half_up(exact * 1_000_000)


def test_responses_follow_from_their_answers() -> None:
    for row in TABLES[7]:
        given = [(weight, scale(int(row[name]))) for name, (weight, scale) in QUESTIONS.items() if row[name]]
        total, weights = sum(weight * x for weight, x in given), sum(weight for weight, _ in given)
        assert (number(row["Σ w·x"]), number(row["Σ w"])) == (total, weights)
        assert number(row["micropoints"]) == half_up(TOP * Fraction(total) / weights)


def test_surveys_are_means_weighted_by_raking() -> None:
    rakes = {row["gender"]: number(row["rake"]) for row in TABLES[6]}
    for row in TABLES[8]:
        mine = [(rakes[r["gender"]], number(r["micropoints"])) for r in TABLES[7] if r["company"] == row["company"]]
        total, weights = sum(weight * mark for weight, mark in mine), sum(weight for weight, _ in mine)
        survey = half_up(Fraction(total, weights))
        assert (number(row["Σ rake·response"]), number(row["Σ rake"])) == (total, weights)
        assert (number(row["micropoints"]), row["shown"]) == (survey, shown(survey))


def test_votes_are_shares_of_the_leaders() -> None:
    leader = max(column(9, "votes").values())
    for row in TABLES[9]:
        vote = half_up(Fraction(TOP * number(row["votes"]), leader))
        assert (number(row["micropoints"]), row["shown"]) == (vote, shown(vote))


def test_final_marks_and_ranks_follow_from_the_components() -> None:
    sources = {"audit": column(5, "micropoints"), "survey": column(8, "micropoints"), "vote": column(9, "micropoints")}
    finals = {}
    for row in TABLES[10]:
        company = row["company"]
        assert {name: number(row[name]) for name in COMPONENTS} == {name: sources[name][company] for name in COMPONENTS}
        total = sum(weight * sources[name][company] for name, weight in COMPONENTS.items())
        finals[company] = half_up(Fraction(total, 10_000))
        assert (number(row["Σ weight·mark"]), number(row["final"])) == (total, finals[company])
        assert row["shown"] == shown(finals[company])
    assert {row["company"]: int(row["rank"]) for row in TABLES[10]} == {
        company: 1 + sum(other > final for other in finals.values()) for company, final in finals.items()
    }
    assert finals["Atlas"] - finals["Bahia"] == 1_499 and shown(finals["Atlas"]) == shown(finals["Bahia"])


def test_ties_are_separated_key_by_key_and_else_shared() -> None:
    keys = {row["candidate"]: tuple(number(row[key]) for key in ("final", "audit", "votes")) for row in TABLES[11]}
    for row in TABLES[11]:
        assert int(row["rank"]) == 1 + sum(other > keys[row["candidate"]] for other in keys.values())


def outcome(ranked: int, best: int, first: int, unresolved: str) -> str:
    if ranked < MIN_CANDIDATES:
        return "no_award_too_few_candidates"
    if best < MIN_MARK:
        return "no_award_min_mark"
    if first == 1:
        return "elected"
    return {"joint": "joint", "no_award": "no_award_tie"}[unresolved]


def test_outcomes_follow_the_order_of_the_rules() -> None:
    for row in TABLES[12]:
        case = (number(row["ranked"]), number(row["best final"]), number(row["at rank 1"]), row["unresolved_tie"])
        assert row["outcome"] == outcome(*case)
    assert {row["outcome"] for row in TABLES[12]} == {
        "elected",
        "joint",
        "no_award_min_mark",
        "no_award_too_few_candidates",
        "no_award_tie",
    }


def test_intervals_follow_from_the_spread_of_the_tests() -> None:
    weights, marks, audits = channel_weights(), counted_marks(), column(5, "micropoints")
    for row in TABLES[13]:
        company, spread = row["company"], 0
        for channel, weight in weights.items():
            found = marks[company, channel]
            mean = Fraction(sum(found), len(found))
            variance = half_up(sum(((mark - mean) ** 2 for mark in found), Fraction()) / (len(found) - 1))
            assert number(row[f"s² {channel}"]) == variance
            spread += half_up(Fraction(weight * weight * variance, len(found)))
        whole = sum(weights.values())
        half = number(row["half-width"])
        # half = ⌊1.96 · √spread / whole⌉, said without a root: both neighbours of the half are on their side of it
        assert (200 * half - 100) ** 2 * whole**2 <= 196**2 * 4 * spread < (200 * half + 100) ** 2 * whole**2
        assert (row["low"], row["high"]) == (shown(audits[company] - half), shown(audits[company] + half))


def text(cell: object) -> str:
    """A published cell as the page writes it."""
    return "" if cell is None else str(cell)


@pytest.fixture
def page_edition() -> TinyEdition:
    """The page's edition as deposits: its rulebook, tests, respondents and votes."""
    edition = TinyEdition()
    rules = edition.rulebook
    rules["categories"] = rules["categories"][:1]
    weights = channel_weights()
    rules["channels"] = {
        name: {"weight": weights[name], "planned_tests": 2, "grid": name, "unanswered": "zero"} for name in weights
    }
    rules["grids"] = {
        name: [
            {"id": criterion, "family": "all", "weight": weight, "max": top, "label": {"fr": criterion}}
            for criterion, weight, top in grid(name)
        ]
        for name in weights
    }
    rules["survey"]["raking"]["variables"] = ["gender"]
    rules["survey"]["min_respondents"] = rules["vote"]["min_votes"] = 1
    rules["independence"]["conflicts"] = []
    rules["channels"]["phone"]["planned_by"] = {"persona": {"visitor": 1}}
    bands = [{"below": below, "points": points} if below else {"points": points} for below, points in BANDS]
    rules["grids"]["email"][0]["measured"] = {"unit": "hour", "bands": bands}
    rules["field_firms"] = {"north": "Boussole Mesure"}
    rules["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    ids = {"Atlas": "atlas", "Bahia": "bahia", "Cèdre": "cedre"}
    model = {name: edition.copy() for name in ("candidate", "test", "response", "vote")}
    edition.candidates = [
        {**model["candidate"].candidates[0], "candidate_id": ids[name], "company_id": ids[name], "company": name}
        for name in COMPANIES
    ]
    edition.audits = {"north/phone": [], "north/email": []}
    hours = {row["test"]: row["hours"] for row in TABLES[16]}
    for row, source in zip(TABLES[3], model["test"].tests(), strict=False):
        ratings = [row[place] for place in ("1st", "2nd", "3rd")]
        fixed = {name: source[name] for name in list(source)[:11]}
        known = {name: rating for (name, _, _), rating in zip(grid(row["channel"]), ratings, strict=False)}
        if row["test"] in hours:
            known["delay"] = hours[row["test"]]
        changes = {"test_id": row["test"], "candidate_id": ids[row["company"]], "rechecks": row["rechecks"]}
        same = {name: row[name] for name in ("channel", "outcome")}
        place = {("journey_id" if name == "journey" else name): cell for name, cell in PLACES[row["test"]].items()}
        del place["test"]
        edition.audits[f"north/{row['channel']}"].append({**fixed, **changes, **same, **known, **place})
    edition.extra["contests.csv"] = encode(
        [
            {
                "contest_id": f"K{place}",
                "candidate_id": ids[row["company"]],
                "test_id": row["test"],
                "opened_on": "2025-11-18",
                "ground": "service_down",
                "decision": row["contest"],
                "decided_on": "2025-11-20",
                "reason": "The line was cut that day.",
            }
            for place, row in enumerate(TABLES[3])
            if row["contest"]
        ],
        "csv",
    )
    answers = model["response"].survey or []
    edition.survey = [
        {
            **source,
            "respondent_id": row["respondent"],
            "candidate_id": ids[row["company"]],
            **{name: row[name] for name in (*QUESTIONS, "gender")},
        }
        for row, source in zip(TABLES[7], answers, strict=False)
    ]
    edition.targets = [{"variable": "gender", "value": row["gender"], "share": row["target"]} for row in TABLES[6]]
    ballots = [ids[row["company"]] for row in TABLES[9] for _ in range(number(row["votes"]))]
    edition.votes = [
        {**source, "candidate_id": name, "category_id": "hotels", "voter_key": digest(f"page {place}")}
        for place, (name, source) in enumerate(zip(ballots, model["vote"].votes or [], strict=True))
    ]
    return edition


def test_the_recount_of_the_pages_edition_gives_the_pages_marks(tmp_path: Path, page_edition: TinyEdition) -> None:
    rakes = {row["gender"]: number(row["rake"]) for row in TABLES[6]}
    result = recount(page_edition.write(tmp_path), {row["respondent"]: rakes[row["gender"]] for row in TABLES[7]})
    names = {row["candidate_id"]: row["company"] for row in page_edition.candidates}

    def marks(table: str, *keys: str, value: str = "mark_micro") -> dict[tuple[Any, ...], Any]:
        return {tuple(names.get(str(row[k]), row[k]) for k in keys): row[value] for row in result.tables[table]}

    # A re-check has a mark of its own, which enters no other.
    assert marks("fct_test_mark", "test_id") == {(row["test"],): number(row["micropoints"]) for row in TABLES[3]}
    assert marks("fct_channel_mark", "candidate_id", "channel") == {
        (row["company"], row["channel"]): number(row["micropoints"]) for row in TABLES[4]
    }
    assert marks("fct_component_mark", "candidate_id", "component") == {
        (row["company"], name): number(row[name]) for row in TABLES[10] for name in COMPONENTS
    }
    for value, name in (("final_micro", "final"), ("rank", "rank")):
        assert marks("fct_ranking", "candidate_id", value=value) == {
            (row["company"],): number(row[name]) for row in TABLES[10]
        }
    assert marks("fct_ranking", "candidate_id", value="audit_low") == {
        (row["company"],): row["low"] for row in TABLES[13]
    }
    assert marks("category_outcome", "category_id", value="outcome") == {("hotels",): TABLES[12][0]["outcome"]}
    segments = marks("fct_segment_mark", "candidate_id", "segment", "value")
    assert {key: mark for key, mark in segments.items() if key[0] == "Atlas" and key[1] != "scenario"} == {
        ("Atlas", row["segment"], row["value"]): number(row["micropoints"]) for row in TABLES[15]
    }
    for value in ("tests", "median", "p90"):
        assert marks("fct_measure", "candidate_id", value=value) == {
            (row["company"],): number(row[value]) for row in TABLES[18]
        }
    for value in ("persona", "steps", "channels", *FACTS, "resolved"):
        assert {key: text(cell) for key, cell in marks("fct_journey", "journey_id", value=value).items()} == {
            (row["journey"],): row[value] for row in TABLES[19]
        }
    for value in ("journeys", "steps_mean", *(f"{fact}_share" for fact in (*FACTS, "resolved"))):
        assert {key: text(cell) for key, cell in marks("fct_observed_effort", "candidate_id", value=value).items()} == {
            (row["company"],): row[value] for row in TABLES[20]
        }
    assert marks("fct_contest", "test_id", value="decision") == {("T14",): "excluded"}
    (laureate,) = result.tables["laureates"]
    assert {row["language"]: laureate[f"claim_{row['language']}"] for row in TABLES[21]} == {
        row["language"]: row["claim"] for row in TABLES[21]
    }
    assert all(residual.reached == residual.target for residual in result.residuals)


def test_the_pages_raking_is_what_raking_gives() -> None:
    people: Counter[tuple[str, ...]] = Counter((row["gender"],) for row in TABLES[7])
    targets = {"gender": {row["gender"]: Decimal(row["target"]) for row in TABLES[6]}}
    result = rake(people, targets, Decimal(3), Decimal("0.000001"))
    assert result.weights_micro == {(row["gender"],): number(row["rake"]) for row in TABLES[6]}
