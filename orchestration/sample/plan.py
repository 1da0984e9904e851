"""Who stands in a sample edition and when: categories, candidates, days.

Belongs here: the decisions that everything else is drawn from, and which category plays which part of
the story. A candidate's `quality` is the chance (per mille) that a criterion gets its full rating.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from orchestration.errors import InputError
from orchestration.sample.draws import Draws
from orchestration.sample.grids import CHANNELS, DATA, EARLIER_CHANNELS, Channel
from orchestration.sample.say import say

TIMEZONE = "Africa/Casablanca"
OFFSET = "+01:00"
MIN_MARK, EARLIER_MIN_MARK = "12.50", "12.00"
FIELDS = (3, 2, 4)
"""Candidates of successive categories where no number is asked for."""


@dataclass(frozen=True)
class Category:
    """A category; `theme` and `role` are its part in the story ("" for most), see data/categories.csv."""

    category_id: str
    sector: str
    theme: str
    role: str
    fr: str
    en: str
    ar: str
    companies: tuple[str, ...]

    @property
    def visited(self) -> bool:
        """Whether foreign visitors are among its customers."""
        return self.theme in ("tourism", "transport", "catering")

    @property
    def has_journeys(self) -> bool:
        """Whether its customers go from the web to the phone and to the counter."""
        return self.theme in ("public_service", "transport", "banking")


@dataclass(frozen=True)
class Candidate:
    """One company in one category. `twin` is the place of the candidate whose ratings it repeats in another order."""

    place: int
    candidate_id: str
    company_id: str
    company: str
    category: Category
    quality: int
    popularity: int
    withdrawn_on: date | None = None
    twin: int | None = None

    @property
    def entered(self) -> bool:
        """Still in the competition."""
        return self.withdrawn_on is None


@dataclass(frozen=True)
class Sizes:
    """What was asked for; no votes and no respondents is an edition that lives on audits alone.

    `candidates_per_category`: so many in each category (None: see `FIELDS`) but the one whose story is a withdrawal,
    which has two. `respondents`: people asked; who knows no candidate answers nothing, a few hand in nothing usable.
    """

    categories: int
    candidates_per_category: int | None
    votes: int
    respondents: int

    @property
    def audits_alone(self) -> bool:
        """Whether nobody answers and nobody votes."""
        return self.votes == self.respondents == 0

    def check(self) -> None:
        """Refuse sizes of which no edition can be made."""
        for name, least, most in (
            ("categories", 1, 2_000),
            ("candidates_per_category", 2, 50),
            ("votes", 100, 1_000_000_000),
            ("respondents", 100, 2_000_000),
        ):
            if self.audits_alone and name in ("votes", "respondents"):
                continue
            number = getattr(self, name)
            if number is not None and not least <= number <= most:
                option = f"--{name.split('_')[0]}"
                alone = name in ("categories", "candidates_per_category")
                mend = say("size.impossible_mend" if alone else "size.impossible_both_mend", least=least, most=most)
                raise InputError(say("size.impossible", number=number), option, mend)
        if not self.audits_alone and self.votes < 10 * self.categories:
            raise InputError(say("size.few_votes"), "--votes", say("size.few_votes_mend"))


class Plan:
    """An edition before anything is drawn of it but its candidates.

    Without survey and vote it follows the award's `earlier` rules: a lower minimum, fewer channels and tests, nothing
    measured or contested, and field firms that say neither where a test was nor who made it.
    """

    def __init__(self, edition: str, sizes: Sizes, seed: int) -> None:
        sizes.check()
        self.edition = edition
        self.sizes = sizes
        self.draws = Draws(seed)
        self.year = int(edition[:4])
        if not 2020 <= self.year <= 2100:
            raise InputError(say("edition.year", year=self.year), edition, say("edition.year_mend"))
        self.earlier = sizes.audits_alone
        self.channels: tuple[Channel, ...] = EARLIER_CHANNELS if self.earlier else CHANNELS
        self.min_mark = EARLIER_MIN_MARK if self.earlier else MIN_MARK
        season = self.year - 1
        self.fieldwork = (date(season, 8, 25), date(season, 11, 14))
        self.survey_window = (date(season, 11, 1), date(season, 11, 30))
        self.vote_window = (date(season, 10, 1), date(season, 10, 31))
        self.contest_window = (date(season, 11, 17), date(season, 11, 28))

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """The catalogue, once over for each 30 categories asked for."""
        with (DATA / "categories.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        categories = []
        for place in range(self.sizes.categories):
            tour, row = divmod(place, len(rows))
            source = rows[row]
            mark = f" ({tour + 1})" if tour else ""
            names = source["companies"].split("|")
            if self.earlier and place % 2:
                names = [*names[1:], names[0]]
            categories.append(
                Category(
                    source["category_id"] + (f"_{tour + 1}" if tour else ""),
                    source["sector"],
                    theme=source["theme"],
                    role=source["role"] if not tour and not self.earlier else "",
                    fr=source["fr"] + mark,
                    en=source["en"] + mark,
                    ar=source["ar"] + mark,
                    companies=tuple(name + (f" {tour + 1}" if tour else "") for name in names),
                )
            )
        return tuple(categories)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """All candidates, category by category."""
        candidates: list[Candidate] = []
        for number, category in enumerate(self.categories):
            candidates.extend(self._field(number, category, len(candidates)))
        return tuple(candidates)

    def _field(self, number: int, category: Category, first: int) -> list[Candidate]:
        """The candidates of one category; `first` is the place of the first of them."""
        asked = self.sizes.candidates_per_category
        count = 2 if category.role == "withdrawal" else asked or FIELDS[number % len(FIELDS)]
        if category.role == "joint":
            count = max(count, asked or FIELDS[0])
        order = self.draws.shuffled(count, "order", number)
        top = 690 + self.draws.below(120, "top", number)
        candidates = []
        for item in range(count):
            tour, name = divmod(item, len(category.companies))
            company = category.companies[name] + (f" {'I' * (tour + 1)}" if tour else "")
            standing = order[item]
            quality = top - standing * (25 + self.draws.below(30, "gap", number, item))
            popularity = 40 + self.draws.below(60, "popularity", number, item)
            twin = None
            withdrawn_on = None
            if category.role == "double":
                quality, popularity = (840, 120) if item == 0 else (min(quality, 700), popularity)
            elif category.role in ("joint", "channel_tie"):
                quality, popularity = (800, 90) if item < 2 else (620, 60)
                twin = first if item == 1 else None
            elif category.role == "below_minimum":
                quality = 440 - 30 * item
            elif category.role == "withdrawal" and item == 1:
                withdrawn_on = self.fieldwork[1] - timedelta(days=24)
            company_id = slug(company)
            candidate_id = f"{company_id}-{category.category_id.replace('_', '-')}"
            candidates.append(
                Candidate(
                    first + item,
                    candidate_id,
                    company_id,
                    company,
                    category=category,
                    quality=max(300, quality),
                    popularity=popularity,
                    withdrawn_on=withdrawn_on,
                    twin=twin,
                )
            )
        return candidates

    def of_role(self, role: str) -> list[Candidate]:
        """The candidates of the categories with that part in the story; empty where the edition is too small for it."""
        return [candidate for candidate in self.candidates if candidate.category.role == role]


def slug(text: str) -> str:
    """A company's id from its name: lower-case ASCII letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
