"""Whom a candidate may be compared with, so that nobody's marks can be worked out from the means it is shown.

Belongs here: the rule of docs/decisions ("what a candidate may see"), as a pure function over who has which number. A
reader is a company: it puts all its reports together, those of earlier releases of the edition too, and knows its own
numbers and every published mark.

The rule. Lay all groups that a reader is shown over each other: they cut the candidates into pieces. Any sum that can
be worked out from the means of the groups adds up whole pieces. So each piece must hold no candidate of another
company, or at least LEAST_OTHERS of them, LEAST_UNPUBLISHED of whom have no published mark; and this for each number
compared, among those who have that number.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

LEVELS = ("category", "sector", "edition")
"""Groups that a candidate may be compared with, the nearest first."""

LEAST_OTHERS = 3
LEAST_UNPUBLISHED = 2


@dataclass(frozen=True)
class Competitor:
    """Where a ranked candidate stands: its company, category and sector."""

    company_id: str
    category: str
    sector: str


@dataclass(frozen=True)
class Field:
    """Who takes part in one release: ranked candidates by id; for each number compared, who has it; whose final mark is
    published."""

    competitors: Mapping[str, Competitor]
    holders: Mapping[str, frozenset[str]]
    published: frozenset[str]

    def group(self, level: str, candidate_id: str) -> frozenset[str]:
        """The ranked candidates of the candidate's category, of its sector, or all."""
        if level == "edition":
            return frozenset(self.competitors)
        mine = getattr(self.competitors[candidate_id], level)
        return frozenset(key for key, competitor in self.competitors.items() if getattr(competitor, level) == mine)


@dataclass(frozen=True)
class Circle:
    """Whom a candidate is compared with, itself included."""

    level: str
    members: frozenset[str]


def circles(company_id: str, fields: Sequence[Field]) -> dict[str, Circle | None]:
    """The circle of each of the company's ranked candidates in the last of `fields` (releases, oldest first).

    None where no group keeps the rule: then nothing is compared. Groups are chosen release by release and candidate by
    candidate, each the nearest that keeps the rule together with all those chosen before.
    """
    shown: list[tuple[int, frozenset[str]]] = []
    chosen: dict[str, Circle | None] = {}
    for at, field in enumerate(fields):
        chosen = {}
        for key in sorted(key for key, competitor in field.competitors.items() if competitor.company_id == company_id):
            chosen[key] = None
            for level in LEVELS:
                group = field.group(level, key)
                alone = all(field.competitors[member].company_id == company_id for member in group)
                if not alone and keeps_the_rule(company_id, fields[: at + 1], [*shown, (at, group)]):
                    shown.append((at, group))
                    chosen[key] = Circle(level, group)
                    break
    return chosen


def keeps_the_rule(company_id: str, fields: Sequence[Field], shown: Sequence[tuple[int, frozenset[str]]]) -> bool:
    """Whether a reader of all these groups (each with its place among the releases) can work out no too small a sum."""
    companies = {key: competitor.company_id for field in fields for key, competitor in field.competitors.items()}
    published = frozenset[str]().union(*(field.published for field in fields))
    return all(
        not (others := frozenset(key for key in piece if companies[key] != company_id))
        or (len(others) >= LEAST_OTHERS and len(others - published) >= LEAST_UNPUBLISHED)
        for piece in _pieces(fields, shown)
    )


def _pieces(fields: Sequence[Field], shown: Sequence[tuple[int, frozenset[str]]]) -> Iterator[frozenset[str]]:
    """What the groups cut the candidates into, for each number that anybody has."""
    for number in sorted({number for field in fields for number in field.holders}):
        sides: dict[str, list[int]] = defaultdict(list)
        for place, (at, group) in enumerate(shown):
            for key in group & fields[at].holders.get(number, frozenset()):
                sides[key].append(place)
        pieces: dict[tuple[int, ...], set[str]] = defaultdict(set)
        for key, within in sides.items():
            pieces[tuple(within)].add(key)
        yield from map(frozenset, pieces.values())
