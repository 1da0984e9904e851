"""The rulebook of a sample edition, and its table of candidates.

Belongs here: turning a plan into `rulebook.yml` and `candidates.csv`. The rules themselves are judged by
`orchestration/rulebook/`, as for any edition.
"""

from typing import Any

import yaml

from orchestration.sample.audits import conflicts
from orchestration.sample.ballots import MAX_PER_IP_HOUR
from orchestration.sample.circumstances import planned_cities
from orchestration.sample.grids import Channel, Criterion
from orchestration.sample.people import least_responses
from orchestration.sample.plan import OFFSET, TIMEZONE, Plan
from orchestration.sample.schedule import FIRMS
from orchestration.sample.tables import csv_bytes

ORGANISER = "Baromètre Service Client Maroc"
CERTIFICATE = "bailiff.pem"


def rulebook_yaml(plan: Plan) -> bytes:
    """The whole rulebook; thresholds are the award's own, or smaller where the sample is too small for them."""
    text = yaml.safe_dump(_rules(plan), allow_unicode=True, sort_keys=False, default_flow_style=None, width=160)
    heading = (
        f"# Édition {plan.edition}. Échantillon synthétique\u00a0: toutes les entreprises sont inventées.\n"
        "# Poids en points de base (10000 = 100\u202f%), notes sur 20, horaires locaux sauf décalage indiqué.\n"
    )
    return (heading + text).encode()


def _rules(plan: Plan) -> dict[str, Any]:
    components = {"audit": 7000, "survey": 2000, "vote": 1000}
    return {
        "edition": plan.edition,
        "title": {
            "fr": f"Élu Service Client de l'Année Maroc {plan.edition}",
            "en": f"Customer Service of the Year Morocco {plan.edition}",
            "ar": f"أفضل خدمة زبناء للسنة بالمغرب {plan.edition}",
        },
        "organiser": ORGANISER,
        "timezone": TIMEZONE,
        "fieldwork": {"start": plan.fieldwork[0].isoformat(), "end": plan.fieldwork[1].isoformat()},
        "components": {"audit": 10000, "survey": 0, "vote": 0} if plan.earlier else components,
        "eligibility": {"min_mark": plan.min_mark, "min_candidates": 2, "min_completion": 9500},
        "tie_break": ["audit", "channel:phone"] if plan.earlier else ["audit", "channel:phone", "survey", "vote"],
        "unresolved_tie": "joint",
        "quarantine": {"max_share": 200},
        "categories": [
            {
                "id": category.category_id,
                "sector": category.sector,
                "label": {"fr": category.fr, "en": category.en, "ar": category.ar},
            }
            for category in plan.categories
        ],
        "channels": {channel.channel_id: _channel(plan, channel) for channel in plan.channels},
        "grids": {
            channel.channel_id: [_criterion(criterion) for criterion in channel.grid] for channel in plan.channels
        },
        **({} if plan.earlier else _newer(plan)),
        "field_firms": {firm.folder: firm.name for firm in FIRMS},
        "independence": {
            "max_shopper_share": 2500,
            "min_recheck_share": 1000,
            "conflicts": [
                {"shopper_id": conflict.shopper, "company_id": conflict.candidate.company_id}
                for conflict in conflicts(plan)
            ],
        },
        "bailiff": {"signers": [CERTIFICATE], "required": 1},
    }


def _newer(plan: Plan) -> dict[str, Any]:
    """The sections that the award's earlier rulebooks do not have."""
    opens, closes = plan.vote_window
    return {
        "survey": {
            "window": {"start": plan.survey_window[0].isoformat(), "end": plan.survey_window[1].isoformat()},
            "weights": {"satisfaction": 5000, "recommendation": 2000, "effort": 3000},
            "keep": "last",
            "min_respondents": min(100, least_responses(plan)),
            "raking": {"variables": ["gender", "age_band", "region"], "max_weight": "5", "tolerance": "0.000001"},
        },
        "vote": {
            "window": {"opens": f"{opens}T09:00:00{OFFSET}", "closes": f"{closes}T23:59:59{OFFSET}"},
            "one_per": ["voter_key", "category_id"],
            "keep": "first",
            "mark": "share_of_leader",
            "min_votes": min(200, plan.sizes.votes // (4 * len(plan.categories))),
            "burst": {"max_per_ip_hour": MAX_PER_IP_HOUR, "action": "exclude"},
        },
        "contest": {"opens": plan.contest_window[0].isoformat(), "closes": plan.contest_window[1].isoformat()},
    }


def _channel(plan: Plan, channel: Channel) -> dict[str, Any]:
    rules: dict[str, Any] = {
        "weight": channel.weight,
        "planned_tests": channel.planned,
        "grid": channel.channel_id,
        "unanswered": "zero",
    }
    if channel.channel_id == "visit" and not plan.earlier:
        rules["planned_by"] = {"city": planned_cities(channel.planned)}
    return rules


def _criterion(criterion: Criterion) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": criterion.criterion_id,
        "family": criterion.family,
        "weight": criterion.weight,
        "max": criterion.max,
        "label": {"fr": criterion.fr, "en": criterion.en, "ar": criterion.ar},
    }
    if criterion.measured:
        bands: list[dict[str, Any]] = [
            {"points": points} if below is None else {"below": str(below), "points": points}
            for below, points in criterion.measured.bands
        ]
        line["measured"] = {"unit": criterion.measured.unit, "bands": bands}
    return line


def candidates_csv(plan: Plan) -> bytes:
    """SPEC 3.1."""
    header = ("candidate_id", "company_id", "company", "category_id", "status", "withdrawn_on")
    rows = [
        {
            "candidate_id": candidate.candidate_id,
            "company_id": candidate.company_id,
            "company": candidate.company,
            "category_id": candidate.category.category_id,
            "status": "entered" if candidate.entered else "withdrawn",
            "withdrawn_on": candidate.withdrawn_on.isoformat() if candidate.withdrawn_on else "",
        }
        for candidate in plan.candidates
    ]
    return csv_bytes(header, rows)
