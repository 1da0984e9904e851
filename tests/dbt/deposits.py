"""A world as the deposits that it would have come from: rulebook, audits, survey, votes, contests.

Belongs here: writing rows back into the files of SPEC 3. Which rows: `worlds.py`.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.dbt.worlds import BANDS, Row, World, points
from tests.fixtures.tiny import TinyEdition, encode

WHOLE = 1_000_000
PLACES = ("site", "city", "persona", "operator", "journey_id", "step")
FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")
ANSWERS = ("satisfaction", "recommendation", "effort", "contacts", *FACTS)


def as_edition(world: World) -> TinyEdition:
    """The deposits of a world, in the order of its rows; times in UTC, the survey raked where its weights differ."""
    rules = world["rulebook.edition"][0]
    weights = {row["component"]: row["weight"] for row in world["rulebook.component"]}
    edition = TinyEdition(edition=rules["edition"], rulebook=_rulebook(world, weights))
    names = ("candidate_id", "company_id", "company", "category_id", "status", "withdrawn_on")
    edition.candidates = [_texts(row, *names) for row in world["intake.candidate"]]
    if not edition.candidates:
        edition.extra["candidates.csv"] = ",".join(names).encode()
    edition.audits = _audits(world) if weights["audit"] else {}
    edition.contests = [
        _texts(row, "contest_id", "candidate_id", "test_id", "opened_on", "ground", "decision", "decided_on", "reason")
        for row in world["intake.contest"]
    ]
    edition.survey = edition.targets = edition.votes = None
    if weights["survey"]:
        edition.extra |= _by_file(world["intake.response"], lambda row: _response(row, _profiles(world)))
        edition.targets = _targets(world) or None
    if weights["vote"]:
        columns = ("vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash")
        edition.extra |= _by_file(world["intake.vote"], lambda row: _texts(row, *columns))
    return edition


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.isoformat()}+00:00"
    return "" if value is None else str(value)


def _texts(row: Row, *names: str) -> dict[str, str]:
    return {name: _text(row.get(name)) for name in names}


def _by_file(rows: list[Row], cells: Any) -> dict[str, bytes | None]:
    files: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        files[row["file"]].append(cells(row))
    return {path: encode(lines, "csv") for path, lines in files.items()}


def _rulebook(world: World, weights: dict[str, int]) -> dict[str, Any]:
    rules = world["rulebook.edition"][0]
    book: dict[str, Any] = {
        "edition": rules["edition"],
        "title": {lang: rules[f"title_{lang}"] for lang in ("fr", "en", "ar") if rules.get(f"title_{lang}")},
        "organiser": rules["organiser"],
        "timezone": rules["timezone"],
        "fieldwork": {"start": _text(rules["fieldwork_start"]), "end": _text(rules["fieldwork_end"])},
        "components": weights,
        "eligibility": {
            "min_mark": f"{rules['min_mark_micro'] // WHOLE}.{rules['min_mark_micro'] % WHOLE // 10_000:02}",
            "min_candidates": rules["min_candidates"],
            "min_completion": rules["min_completion"],
        },
        "tie_break": [row["key"] for row in sorted(world["rulebook.tie_break"], key=lambda row: row["position"])],
        "unresolved_tie": rules["unresolved_tie"],
        "quarantine": {"max_share": rules["quarantine_max_share"]},
        "categories": [
            {"id": row["category_id"], "sector": row["sector"], "label": {"fr": row["label_fr"]}}
            for row in world["rulebook.category"]
        ],
        "bailiff": {"signers": ["bailiff.pem"], "required": 1},
    }
    if weights["audit"]:
        book |= _audit_rules(world)
    if weights["survey"]:
        book["survey"] = _survey_rules(world)
    if weights["vote"]:
        book["vote"] = _vote_rules(world)
    if world["intake.contest"]:
        book["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    if world["rulebook.field_firm"]:
        book["field_firms"] = {row["folder"]: row["name"] for row in world["rulebook.field_firm"]}
    return book


def _audit_rules(world: World) -> dict[str, Any]:
    grids: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in world["rulebook.criterion"]:
        line: dict[str, Any] = {"id": row["criterion_id"], "label": {"fr": row["criterion_id"]}}
        line |= {name: row[name] for name in ("family", "weight", "max")}
        if row["unit"]:
            bands = [{"below": below, "points": points(below, row["max"])} for below in BANDS]
            for band in bands:
                if band["below"] is None:
                    del band["below"]
            line["measured"] = {"unit": row["unit"], "bands": bands}
        grids[row["channel"]].append(line)
    names = ("weight", "planned_tests", "grid", "unanswered")
    return {
        "channels": {row["channel"]: {name: row[name] for name in names} for row in world["rulebook.channel"]},
        "grids": dict(grids),
        "independence": {
            "max_shopper_share": 10_000,
            "min_recheck_share": 0,
            "conflicts": [_texts(row, "shopper_id", "company_id") for row in world["rulebook.conflict"]],
        },
    }


def _audits(world: World) -> dict[str, list[dict[str, str]]]:
    ratings: dict[str, dict[str, str]] = defaultdict(dict)
    for row in world["intake.rating"]:
        ratings[row["test_id"]][row["criterion_id"]] = _text(row["rating"])
    for row in world["intake.measure"]:
        whole, thousandths = divmod(row["value_thousandths"], 1000)
        ratings[row["test_id"]][row["criterion_id"]] = f"{whole}.{thousandths:03}"
    grids: dict[str, list[str]] = defaultdict(list)
    for row in world["rulebook.criterion"]:
        grids[row["channel"]].append(row["criterion_id"])
    names = ("test_id", "candidate_id", "channel", "scenario", "language", "shopper_id", "started_at", "ended_at")
    files: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in world["intake.test"]:
        cells = _texts(row, *names, "outcome", "rechecks", *PLACES, *FACTS)
        cells |= {name: ratings[row["test_id"]].get(name, "NA") for name in grids[row["channel"]]}
        files[row["file"].removeprefix("audits/").removesuffix(".csv")].append(cells)
    return files


def _survey_rules(world: World) -> dict[str, Any]:
    rule = world["rulebook.survey"][0]
    days = [row["answered_at"].date() for row in world["intake.response"]] or [datetime(2025, 11, 10).date()]
    section: dict[str, Any] = {
        "window": {"start": _text(min(days)), "end": _text(max(days) + timedelta(days=1))},
        "weights": {name: rule[f"{name}_weight"] for name in ANSWERS[:3]},
        "keep": rule["keep"],
        "min_respondents": rule["min_respondents"],
    }
    if _profiles(world):
        section["raking"] = {"variables": ["profile"], "max_weight": "5", "tolerance": "0.000001"}
    return section


def _profiles(world: World) -> dict[str, str]:
    """A profile value for each weight there is, by respondent; empty where all weigh one."""
    weights = {row["respondent_id"]: row["weight_micro"] for row in world["intake.survey_weight"]}
    return {} if set(weights.values()) <= {WHOLE} else {name: f"w{weight}" for name, weight in weights.items()}


def _targets(world: World) -> list[dict[str, str]]:
    """The margins that the weights of the world reproduce, to thirty decimals, summing to one."""
    profiles, sums = _profiles(world), defaultdict[str, int](int)
    for row in world["intake.survey_weight"]:
        sums[profiles.get(row["respondent_id"], "")] += row["weight_micro"]
    parts = 10**30
    shares = {value: parts * Fraction(total, sum(sums.values())) // 1 for value, total in sorted(sums.items())}
    shares[max(shares, default="")] = parts - sum(list(shares.values())[:-1])
    return [
        {"variable": "profile", "value": value, "share": f"{share // parts}.{share % parts:030}"}
        for value, share in shares.items()
        if profiles
    ]


def _response(row: Row, profiles: dict[str, str]) -> dict[str, str]:
    cells = _texts(row, "respondent_id", "candidate_id", "answered_at", *ANSWERS)
    return {**cells, "profile": profiles[row["respondent_id"]]} if profiles else cells


def _vote_rules(world: World) -> dict[str, Any]:
    rule = world["rulebook.vote"][0]
    section: dict[str, Any] = {
        "window": {"opens": "2025-10-01T00:00:00+00:00", "closes": "2025-10-31T00:00:00+00:00"},
        "one_per": [row["column_name"] for row in sorted(world["rulebook.vote_key"], key=lambda row: row["position"])],
        "keep": rule["keep"],
        "mark": rule["mark"],
        "min_votes": rule["min_votes"],
    }
    if rule["max_per_ip_hour"] is not None:
        section["burst"] = {"max_per_ip_hour": rule["max_per_ip_hour"], "action": rule["burst_action"]}
    return section
