"""Editions as rows, for the tests of the dbt project: one small by hand, and as many random ones as are asked for.

Belongs here: rows of the schemas `rulebook` and `intake`. What marks they must get: `oracle.py`, or the test itself.
"""

import json
from collections.abc import Iterable
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

Row = dict[str, Any]
World = dict[str, list[Row]]

START = datetime(2025, 9, 1, 10, 0)
FIELDWORKS = (
    (date(2025, 8, 25), date(2025, 11, 14)),
    (date(2025, 11, 1), date(2025, 11, 14)),
    (date(2024, 12, 1), date(2025, 1, 1)),
    (date(2024, 10, 5), date(2025, 10, 5)),
    (date(2025, 7, 1), date(2025, 7, 1)),
)
FIRMS = ("a", "b-firm", "c-firm")
VOTE_COLUMNS = ("voter_key", "category_id", "candidate_id", "channel", "ip_hash")
BANDS = ("0.006", "60.5", None)
"""The bounds of every measured criterion; `points` says what each band gives."""


def points(below: str | None, best: int) -> int:
    """What the band with this bound gives: all, the lesser half, or nothing."""
    return {"0.006": best, "60.5": best // 2, None: 0}[below]


def _rating(thousandths: int, best: int) -> int:
    bounds = [int(Decimal(below) * 1000) if below else None for below in BANDS]
    met = next(number for number, bound in enumerate(bounds) if bound is None or thousandths < bound)
    return points(BANDS[met], best)


def rulebook(
    audit: int = 10_000,
    survey: int = 0,
    vote: int = 0,
    *,
    min_mark_micro: int = 12_500_000,
    min_candidates: int = 2,
    tie_break: Iterable[str] = (),
    unresolved_tie: str = "joint",
) -> World:
    """A rulebook with weights for the components, no category and no channel yet."""
    edition: Row = {
        "edition": "2031",
        "title_fr": "Élu Service Client de l'Année 2031",
        "title_en": "Customer Service of the Year 2031",
        "organiser": "Baromètre",
        "timezone": "Africa/Casablanca",
        "fieldwork_start": date(2025, 8, 25),
        "fieldwork_end": date(2025, 11, 14),
        "min_mark_micro": min_mark_micro,
        "min_candidates": min_candidates,
        "min_completion": 9500,
        "unresolved_tie": unresolved_tie,
        "quarantine_max_share": 200,
        "rulebook_sha256": "0" * 64,
    }
    weights = {"audit": audit, "survey": survey, "vote": vote}
    return {
        "rulebook.edition": [edition],
        "rulebook.component": [{"component": name, "weight": weight} for name, weight in weights.items()],
        "rulebook.tie_break": [{"position": n, "key": key} for n, key in enumerate(tie_break, 1)],
        **{
            name: []
            for name in (
                *("rulebook.category", "rulebook.channel", "rulebook.criterion", "rulebook.conflict"),
                *("rulebook.field_firm", "rulebook.survey", "rulebook.vote", "rulebook.vote_key", "intake.candidate"),
                *("intake.test", "intake.rating", "intake.measure", "intake.contest", "intake.response"),
                *("intake.survey_weight", "intake.vote"),
            )
        },
    }


def add_category(world: World, category_id: str, candidates: Iterable[str], label_fr: str = "Catégorie") -> None:
    """A category with its candidates, one company each ("category-a" is of company "a")."""
    world["rulebook.category"].append({"category_id": category_id, "sector": "private", "label_fr": label_fr})
    for candidate_id in candidates:
        company = candidate_id.rpartition("-")[2]
        world["intake.candidate"].append(
            {
                "file": "candidates.csv",
                "line": len(world["intake.candidate"]) + 2,
                "candidate_id": candidate_id,
                "company_id": company,
                "company": company.upper(),
                "category_id": category_id,
                "status": "entered",
            }
        )


def add_channel(
    world: World,
    channel: str,
    weight: int,
    criteria: dict[str, tuple[int, int]],
    unanswered: str = "zero",
    units: dict[str, str] | None = None,
) -> None:
    """A channel with its grid: criterion id -> (weight, max); `units` of those that are measured."""
    world["rulebook.channel"].append(
        {"channel": channel, "weight": weight, "planned_tests": 2, "grid": channel, "unanswered": unanswered}
    )
    for name, (criterion_weight, best) in criteria.items():
        world["rulebook.criterion"].append(
            {
                "channel": channel,
                "criterion_id": name,
                "family": "f",
                "weight": criterion_weight,
                "max": best,
                "unit": (units or {}).get(name),
            }
        )


def add_test(  # noqa: PLR0913 - what varies from test to test
    world: World,
    candidate_id: str,
    channel: str,
    ratings: dict[str, int],
    *,
    test_id: str | None = None,
    outcome: str = "completed",
    shopper_id: str = "S1",
    rechecks: str | None = None,
    measures: dict[str, int] | None = None,
    **cells: Any,
) -> str:
    """An accepted test with the ratings that apply and the values measured (in thousandths); returns its id.

    `cells` are further columns of intake.test, or others than those that are made up here.
    """
    number = len(world["intake.test"])
    name = test_id or f"T{number:05d}"
    world["intake.test"].append(
        {
            "file": f"audits/firm/{channel}.csv",
            "line": number + 2,
            "test_id": name,
            "candidate_id": candidate_id,
            "field_firm": "firm",
            "channel": channel,
            "scenario": ("before_sale", "sale", "after_sale")[number % 3],
            "language": "fr",
            "shopper_id": shopper_id,
            "started_at": START + timedelta(minutes=number),
            "ended_at": START + timedelta(minutes=number + 5) if outcome == "completed" else None,
            "outcome": outcome,
            "rechecks": rechecks,
            **cells,
        }
    )
    world["intake.measure"] += [
        {"test_id": name, "criterion_id": key, "value_thousandths": value} for key, value in (measures or {}).items()
    ]
    world["intake.rating"] += [{"test_id": name, "criterion_id": key, "rating": n} for key, n in ratings.items()]
    return name


def add_contest(
    world: World, test_id: str, decision: str | None = None, *, contest_id: str | None = None, ground: str = "other"
) -> str:
    """A contest that stands, by the candidate of the test; returns its id."""
    number = len(world["intake.contest"])
    name = contest_id or f"K{number:04d}"
    candidate = next(row["candidate_id"] for row in world["intake.test"] if row["test_id"] == test_id)
    world["intake.contest"].append(
        {
            "file": "contests.csv",
            "line": number + 2,
            "contest_id": name,
            "candidate_id": candidate,
            "test_id": test_id,
            "opened_on": date(2025, 11, 17),
            "ground": ground,
            "decision": decision,
            "decided_on": date(2025, 11, 20) if decision else None,
            "reason": "looked at" if decision else None,
        }
    )
    return name


def use_survey(world: World, weights: tuple[int, int, int], keep: str = "last") -> None:
    """The survey's rules: weights of satisfaction, recommendation and effort."""
    names = ("satisfaction_weight", "recommendation_weight", "effort_weight")
    world["rulebook.survey"] = [{**dict(zip(names, weights, strict=True)), "keep": keep, "min_respondents": 1}]


def add_response(
    world: World,
    candidate_id: str,
    respondent_id: str,
    answers: tuple[int | None, int | None, int | None],
    *,
    minute: int = 0,
    weight_micro: int = 1_000_000,
    **facts: int | None,
) -> None:
    """An accepted response: (satisfaction, recommendation, effort). The first weight given to a respondent stays."""
    world["intake.response"].append(
        {
            "file": f"survey/wave-{len(world['intake.response']) % 2}.csv",
            "line": len(world["intake.response"]) + 2,
            "respondent_id": respondent_id,
            "candidate_id": candidate_id,
            "answered_at": START + timedelta(days=70, minutes=minute),
            **dict(zip(("satisfaction", "recommendation", "effort"), answers, strict=True)),
            **facts,
        }
    )
    if not any(row["respondent_id"] == respondent_id for row in world["intake.survey_weight"]):
        world["intake.survey_weight"].append({"respondent_id": respondent_id, "weight_micro": weight_micro})


def use_vote(
    world: World,
    one_per: Iterable[str] = ("voter_key", "category_id"),
    *,
    keep: str = "first",
    mark: str = "share_of_leader",
    max_per_ip_hour: int | None = None,
    burst_action: str | None = None,
) -> None:
    """The vote's rules."""
    world["rulebook.vote"] = [
        {"keep": keep, "mark": mark, "max_per_ip_hour": max_per_ip_hour, "burst_action": burst_action, "min_votes": 1}
    ]
    world["rulebook.vote_key"] = [{"position": n, "column_name": name} for n, name in enumerate(one_per, 1)]


def add_vote(
    world: World, candidate_id: str, voter_key: str, *, minute: int = 0, ip_hash: str = "", vote_id: str | None = None
) -> None:
    """An accepted vote, in the category of its candidate."""
    number = len(world["intake.vote"])
    category = next(row["category_id"] for row in world["intake.candidate"] if row["candidate_id"] == candidate_id)
    world["intake.vote"].append(
        {
            "file": f"votes/part-{number % 2}.csv",
            "line": number + 2,
            "vote_id": vote_id or f"V{number:05d}",
            "voter_key": voter_key,
            "category_id": category,
            "candidate_id": candidate_id,
            "cast_at": START + timedelta(days=40, minutes=minute),
            "channel": ("web", "sms")[number % 2],
            "ip_hash": ip_hash or f"ip-of-{voter_key}",
        }
    )


def withdraw(world: World, candidate_id: str) -> None:
    """Withdraw a candidate; its rows stay."""
    for row in world["intake.candidate"]:
        if row["candidate_id"] == candidate_id:
            row["status"] = "withdrawn"


def kept_as_text(world: World) -> str:
    """A world as JSON, days and times in their ISO form; `from_text` reads it."""
    return json.dumps(world, default=lambda value: {type(value).__name__: value.isoformat()}, ensure_ascii=False)


def from_text(text: str) -> World:
    """The world that `kept_as_text` wrote."""

    def value(row: Row) -> Any:
        kind, *rest = row
        read = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}.get(kind)
        return read(row[kind]) if read and not rest else row

    world: World = json.loads(text, object_hook=lambda row: value(row) if row else row)
    return world


def shuffled(world: World, rng: Random) -> World:
    """The same edition with the rows of each table in another order."""
    copy = deepcopy(world)
    for rows in copy.values():
        rng.shuffle(rows)
    return copy


def random_world(seed: int) -> World:
    """A random edition, with numbers so small that ties, repeats and bursts happen."""
    rng = Random(seed)
    used = rng.choice([(1, 1, 1)] * 6 + [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 0)])
    shares = _shares(rng, used)
    channels = (
        rng.sample(["phone", "email", "visit", "web"], rng.randint(1, 3)) if used[0] or rng.random() < 0.3 else []
    )
    keys = ["audit", "survey", "vote", *(f"channel:{name}" for name in channels)]
    world = rulebook(
        *shares,
        min_mark_micro=rng.choice([0, 8_000_000, 10_000_000, 12_500_000, 20_000_000]),
        min_candidates=rng.randint(1, 3),
        tie_break=rng.sample(keys, rng.randint(0, len(keys))),
        unresolved_tie=rng.choice(["joint", "no_award"]),
    )
    world["rulebook.edition"][0] |= {
        **dict(zip(("fieldwork_start", "fieldwork_end"), rng.choice(FIELDWORKS), strict=True)),
        "title_ar": rng.choice([None, "منتخب 2031"]),
    }
    for channel in channels:
        grid = {f"k{n}": (rng.randint(1, 4), rng.randint(1, 4)) for n in range(rng.randint(1, 4))}
        units = {name: rng.choice(["second", "minute"]) for name in grid if rng.random() < 0.4}
        add_channel(
            world,
            channel,
            weight=rng.choice([1, 3, 5000, 999_999]),
            criteria=grid,
            unanswered=rng.choice(["zero", "exclude"]),
            units=units,
        )
    for number in range(rng.randint(1, 5)):
        names = [f"c{number}-{company}" for company in "abcde"[: rng.randint(0, 5)]]
        add_category(world, f"c{number}", names)
    candidates = [row["candidate_id"] for row in world["intake.candidate"]]
    for candidate_id in candidates:
        if rng.random() < 0.15:
            withdraw(world, candidate_id)
    world["rulebook.field_firm"] = [
        {"folder": folder, "name": rng.choice(["Tissouk", "Zahwane", "a"])} for folder in FIRMS if rng.random() < 0.6
    ]
    world["rulebook.conflict"] = [{"shopper_id": "S2", "company_id": "a"}, {"shopper_id": "S3", "company_id": "b"}]
    if used[0]:
        _random_tests(world, rng, candidates)
        if rng.random() < 0.6:  # a contest parts what would be a tie
            _random_contests(world, rng)
    if used[1]:
        _random_responses(world, rng, candidates)
    if used[2]:
        _random_votes(world, rng, candidates)
    return world


def _shares(rng: Random, used: tuple[int, int, int]) -> list[int]:
    cuts = sorted(rng.sample(range(1, 10_000), sum(used) - 1))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return [parts.pop() if use else 0 for use in used]


def _random_tests(world: World, source: Random, candidates: list[str]) -> None:
    day = datetime.combine(world["rulebook.edition"][0]["fieldwork_start"], time(10))
    twins = source.randint(0, 1) * source.randint(1, 1000)  # candidates of a category may have the very same tests
    for candidate_id in candidates:
        rng = Random(f"{twins}{candidate_id.partition('-')[0]}") if twins else source
        for channel in [row["channel"] for row in world["rulebook.channel"]]:
            grid = [row for row in world["rulebook.criterion"] if row["channel"] == channel]
            for _ in range(rng.randint(0, 4) if rng.random() < 0.1 else rng.randint(1, 4)):
                outcome = rng.choice(["completed"] * 6 + ["unanswered", "aborted"])
                applying = rng.sample(grid, rng.randint(1, len(grid)))
                rated = outcome == "completed" or rng.random() < 0.2
                ratings = {row["criterion_id"]: rng.randint(0, row["max"]) for row in applying if rated}
                measures = {
                    row["criterion_id"]: rng.choice([0, 5, 1000, 60_500, 999_999_999])
                    for row in applying
                    if row["unit"] and rated
                }
                for row in applying:
                    if row["criterion_id"] in measures:
                        ratings[row["criterion_id"]] = _rating(measures[row["criterion_id"]], row["max"])
                firm = rng.choice(FIRMS)
                start = day + timedelta(minutes=len(world["intake.test"]))
                add_test(
                    world,
                    candidate_id,
                    channel,
                    ratings,
                    outcome=outcome,
                    shopper_id=rng.choice(["S1", "S2", "S3", "S4"]),
                    rechecks=rng.choice([None] * 7 + ["T00000"]),
                    measures=measures,
                    file=f"audits/{firm}/{channel}.csv",
                    field_firm=firm,
                    started_at=start,
                    ended_at=start + timedelta(minutes=5) if outcome == "completed" else None,
                    language=rng.choice(["fr", "ar", "es"]),
                    **_random_place(rng),
                    **_random_step(rng, candidate_id),
                )


def _random_place(rng: Random) -> Row:
    values = {"site": ["Agdal", "Médina"], "city": ["Rabat", "Fès"], "persona": ["resident", "visitor"]}
    values["operator"] = ["company", "partner"]
    return {name: rng.choice([None, *known]) for name, known in values.items()}


def _random_step(rng: Random, candidate_id: str) -> Row:
    """Mostly journeys of one candidate; some over two, some with a step twice or none."""
    if rng.random() < 0.4:
        return {}
    journey = rng.choice([*(f"{candidate_id}-j{n}" for n in range(3)), "shared"])
    facts = ("repeated", "redirected", "travelled", "contradicted", "resolved")
    return {
        "journey_id": journey,
        "step": rng.choice([None, *range(1, 9), *range(1, 9)]),
        **{name: rng.choice([None, None, 0, 1]) for name in facts},
    }


def _random_contests(world: World, rng: Random) -> None:
    tests = [row["test_id"] for row in world["intake.test"]]
    for test_id in rng.sample(tests, len(tests) // 5):
        ground = rng.choice(["wrong_company", "wrong_facts", "service_down", "shopper_conduct", "other"])
        add_contest(world, test_id, rng.choice([None, "rejected", "excluded", "excluded", "corrected"]), ground=ground)


def _random_responses(world: World, rng: Random, candidates: list[str]) -> None:
    weights = rng.choice([(5000, 2000, 3000), (3333, 3333, 3334), (0, 0, 10_000), (7000, 0, 3000)])
    use_survey(world, weights, rng.choice(["first", "last"]))
    for candidate_id in candidates:
        for _ in range(rng.randint(1, 8)):
            answers = rng.choice([None, 0, 5, 8, 9, 10]), rng.choice([None, 6, 7, 9]), rng.choice([None, 1, 4, 7])
            if answers == (None, None, None):
                answers = (5, None, None)
            add_response(
                world,
                candidate_id,
                f"R{rng.randint(0, 12)}",
                answers,
                minute=rng.randint(0, 2),
                weight_micro=rng.choice([1_000_000, 1, 333_333, 2_718_281]),
                contacts=rng.choice([None, 0, 1, 3]),
                **{name: rng.choice([None, 0, 1]) for name in ("repeated", "redirected", "travelled", "resolved")},
            )


def _random_votes(world: World, rng: Random, candidates: list[str]) -> None:
    burst = rng.random() < 0.6
    use_vote(
        world,
        rng.sample(VOTE_COLUMNS, rng.randint(1, 2)) if rng.random() < 0.5 else ("voter_key", "category_id"),
        keep=rng.choice(["first", "last"]),
        mark=rng.choice(["share_of_leader", "share_of_category"]),
        max_per_ip_hour=rng.randint(1, 4) if burst else None,
        burst_action=rng.choice(["exclude", "flag"]) if burst else None,
    )
    for _ in range(rng.choice([0, 30, 120]) if candidates else 0):
        add_vote(
            world,
            rng.choice(candidates),
            f"voter{rng.randint(0, 20)}",
            minute=rng.randint(0, 130),
            ip_hash=f"ip{rng.randint(0, 6)}",
        )
