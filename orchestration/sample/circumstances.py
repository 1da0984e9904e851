"""Where a test was, who answered, and what the shopper had to do: the optional columns of the audits.

Belongs here: everything that a test bears and no mark sees. Which tests make a journey is `journeys.py`.
"""

from dataclasses import dataclass

from orchestration.sample.grids import Channel
from orchestration.sample.plan import Candidate, Plan
from orchestration.sample.sheets import Sheet

EFFORTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")
SITES = (
    ("Casablanca", ("Maârif", "Aïn Sebaâ")),
    ("Rabat", ("Agdal", "Hay Riad")),
    ("Marrakech", ("Guéliz", "Targa")),
    ("Fès", ("Ville Nouvelle", "Saïss")),
    ("Tanger", ("Malabata", "Iberia")),
    ("Agadir", ("Talborjt", "Founty")),
)
"""Six cities with two sites each; the visits of a candidate go to them in turn."""
PARTNERS = ("Jawabane Contact", "Relais Tinzar")
"""Invented call centres that answer for one candidate in three."""
PARTNER_CHANNELS = ("phone", "social", "whatsapp")
PARTNER_SHARE = 55
NOBODY_ANSWERS = "web"
AGAIN = 10_000
"""A re-check bears the number of its test and this more: it goes to the same place."""

Efforts = tuple[int | None, ...]
"""0, 1 or None (not asked), in the order of EFFORTS."""
UNASKED: Efforts = (None,) * len(EFFORTS)


@dataclass(frozen=True)
class Circumstances:
    """Empty texts and None are empty cells; `step` of a journey counts from 1."""

    city: str = ""
    site: str = ""
    operator: str = ""
    journey_id: str = ""
    step: int | None = None
    efforts: Efforts = UNASKED


def planned_cities(planned: int) -> dict[str, int]:
    """How many of that many visits each city has."""
    return {name: (planned - place - 1) // len(SITES) + 1 for place, (name, _) in enumerate(SITES) if place < planned}


def circumstances(
    plan: Plan, candidate: Candidate, channel: Channel, sheet: Sheet, key: tuple[int, int, int]
) -> Circumstances:
    """Of one test that is part of no journey. `key` makes its draws its own, its last number counts the tests."""
    city = site = operator = ""
    if channel.channel_id == "visit":
        item = key[2] % AGAIN
        city, sites = SITES[item % len(SITES)]
        site = sites[plan.draws.below(len(sites), "site", *key[:2], item)]
    if sheet.outcome == "completed" and channel.channel_id != NOBODY_ANSWERS:
        partner = candidate.place % 3 == 0 and channel.channel_id in PARTNER_CHANNELS
        by_partner = partner and plan.draws.below(100, "partner", *key) < PARTNER_SHARE
        operator = PARTNERS[candidate.place // 3 % len(PARTNERS)] if by_partner else candidate.company
    return Circumstances(city, site, operator)


def efforts(plan: Plan, candidate: Candidate, sheet: Sheet, channel: Channel, step: int, last: bool) -> Efforts:
    """What the shopper had to do at one step of a journey; the poorer the service, the more.

    Nothing can be said again or contradicted at the first step, only a visit can be a trip for nothing, and where
    nobody answers there is nothing to tell but that it was not resolved.
    """
    if sheet.outcome != "completed":
        return (None, None, None, None, 0)
    trouble = 1000 - candidate.quality + 100 * (sheet.persona == "visitor")

    def seen(fact: str, per_mille: int) -> int:
        key = (candidate.place, plan.channels.index(channel), step, *(rating or 0 for rating in sheet.ratings))
        return int(plan.draws.below(1000, fact, *key) < per_mille)

    return (
        seen("step repeated", trouble) if step > 1 else None,
        seen("step redirected", trouble // 2),
        seen("step travelled", trouble // 2) if channel.channel_id == "visit" else None,
        seen("step contradicted", trouble // 4) if step > 1 else None,
        seen("step resolved", 1000 - trouble // 2) if last else 0,
    )
