"""The corpus of attacks, one file a family.

    data_audits   wrong tests, ratings, times, evidence, shoppers        candidates    wrong candidates
    data_survey   wrong responses, profiles, margins                     corrections   wrong corrections by hand
    data_votes    wrong, repeated and massed votes                       rulebook      wrong rules
    personal_shapes  every spelling of personal data
    personal      personal data in any column of any source              custody       bytes, chain and lines of the log
    tampering     the working warehouse, edited between two steps        records       evidence, dossier, release, edited
    process       steps left out, too late, twice, by two at once        seals         what changed after its seal, forged seals
    draws         lists, forms and results of a draw                     data_slips    slips that leave every value legal
    hostile       what is sent to break, blind or harm       contests      contests and the corrections they ask for
    journeys      journeys, places, plans, measured cells                publication   releases and what readers open, forged
    shown         words that act, names that deceive, people named, signatures unseen

Belongs here: the list of all, and how a part of it is chosen.
"""

import random

from tests.attacks.attack import Attack, Family
from tests.attacks.corpus import (
    candidates,
    contests,
    corrections,
    custody,
    data_audits,
    data_slips,
    data_survey,
    data_votes,
    draws,
    hostile,
    journeys,
    personal,
    personal_shapes,
    process,
    publication,
    records,
    rulebook,
    seals,
    shown,
    tampering,
)

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY
    for module in (
        *(data_audits, data_survey, data_votes, data_slips, personal, personal_shapes, candidates, corrections),
        *(contests, journeys, hostile, rulebook, custody, seals, draws, tampering, records, process),
        *(publication, shown),
    )
)

ATTACKS: tuple[Attack, ...] = tuple(attack for family in FAMILIES for attack in family.attacks)

SEED = 2026


PART = "60"
"""How many attacks an everyday session tries."""


def chosen(asked: str) -> list[Attack]:
    """All attacks ("full"), or a seeded part of that many: the same share of each family, as far as it goes."""
    if asked == "full":
        return list(ATTACKS)
    draw = random.Random(SEED)
    queues = [draw.sample(family.attacks, len(family.attacks)) for family in FAMILIES]
    part: list[Attack] = []
    while len(part) < int(asked) and any(queues):
        part += [queue.pop() for queue in queues if queue]
    names = {attack.id for attack in part[: int(asked)]}
    return [attack for attack in ATTACKS if attack.id in names]
