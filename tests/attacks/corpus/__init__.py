"""The corpus of attacks, one file a family.

    data_audits   wrong tests, ratings, times, evidence, shoppers        candidates    wrong candidates
    data_survey   wrong responses, profiles, margins                     rulebook      wrong rules
    data_votes    wrong, repeated and massed votes                       custody       bytes, chain and lines of the log
    seals         what changed after its seal, and forged seals       draws         lists, forms and results of a draw

Belongs here: the list of all.
"""

from tests.attacks.attack import Attack, Family
from tests.attacks.corpus import candidates, custody, data_audits, data_survey, data_votes, draws, rulebook, seals

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY for module in (data_audits, data_survey, data_votes, candidates, rulebook, custody, seals, draws)
)

ATTACKS: tuple[Attack, ...] = tuple(attack for family in FAMILIES for attack in family.attacks)
