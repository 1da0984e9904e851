"""The rulebook as the recount reads it (SPEC 4).

Belongs here: the values that decide a published cell, taken from `rulebook.yml` one by one. Does not belong here:
channels and grids (`grids`), taking one value (`section`), and judging the whole rulebook: only what is used is
checked, by the path of its key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.recount import yamltext
from orchestration.recount.errors import CannotRecount
from orchestration.recount.grids import Channel, read_channels
from orchestration.recount.section import Section

COMPONENTS = ("audit", "survey", "vote")
QUESTIONS = ("satisfaction", "recommendation", "effort")
VOTE_KEYS = {"voter_key", "category_id", "candidate_id", "channel", "ip_hash"}


@dataclass(frozen=True)
class Category:
    """One category: its sector and its label by language."""

    sector: str
    label: Mapping[str, str]

    @property
    def columns(self) -> dict[str, str]:
        """Its texts as `dim_category` has them."""
        return {**{f"label_{language}": text for language, text in self.label.items()}, "sector": self.sector}


@dataclass(frozen=True)
class SurveyRules:
    """The survey: local days of the window, weights of the three questions in the order of QUESTIONS, raking."""

    start: date
    end: date
    weights: tuple[int, ...]
    keep: str
    raking: tuple[str, ...]
    tolerance: tuple[int, int]


@dataclass(frozen=True)
class VoteRules:
    """The vote: the window in UTC, the keys of which one vote is kept, the burst rule (None: no limit)."""

    opens: datetime
    closes: datetime
    one_per: tuple[str, ...]
    keep: str
    mark: str
    max_per_ip_hour: int | None


@dataclass(frozen=True)
class Rules:
    """What the rulebook says. Weights are basis points, marks micropoints.

    Texts stand by language ("fr", "en", "ar"). `contest` is the first and the last local day of the window, None if
    nothing can be contested; `firms` the names of field firms by folder, where there are any; `survey` and `vote` are
    None if they are not used.
    """

    edition: str
    title: Mapping[str, str]
    organiser: str
    zone: ZoneInfo
    start: date
    end: date
    weights: Mapping[str, int]
    min_mark: int
    min_candidates: int
    tie_break: tuple[str, ...]
    unresolved_tie: str
    categories: Mapping[str, Category]
    channels: Mapping[str, Channel]
    conflicts: frozenset[tuple[str, str]]
    contest: tuple[date, date] | None
    firms: Mapping[str, str]
    survey: SurveyRules | None
    vote: VoteRules | None

    @property
    def components(self) -> tuple[str, ...]:
        """The components in use: those of a weight above 0."""
        return tuple(name for name in COMPONENTS if self.weights[name] > 0)


def read_rules(path: Path) -> Rules:
    """Read `rulebook.yml`. Raises CannotRecount with the path of the first key that cannot be used."""
    book = Section(yamltext.load(path))
    zone = _zone(book.text("timezone"))
    components = book.section("components")
    weights = {name: components.integer(name) for name in COMPONENTS}
    if sum(weights.values()) != 10_000:
        raise CannotRecount("rulebook.yml components: the weights must sum to 10000")
    fieldwork, eligibility = book.section("fieldwork"), book.section("eligibility")
    independence = book.optional("independence") or Section({}, "independence")
    conflicts = [Section(item, "independence.conflicts") for item in independence.items("conflicts", [])]
    return Rules(
        edition=book.text("edition"),
        title=book.texts("title"),
        organiser=book.text("organiser"),
        zone=zone,
        start=fieldwork.day("start"),
        end=fieldwork.day("end"),
        weights=weights,
        min_mark=_micropoints(eligibility.text("min_mark")),
        min_candidates=eligibility.integer("min_candidates"),
        tie_break=tuple(str(key) for key in book.items("tie_break", [])),
        unresolved_tie=book.text("unresolved_tie", "joint", "no_award"),
        categories=_categories(book),
        channels=read_channels(book) if weights["audit"] else {},
        conflicts=frozenset((item.text("shopper_id"), item.text("company_id")) for item in conflicts),
        contest=_contest(book.optional("contest")),
        firms=_firms(book.optional("field_firms")),
        survey=_survey(book.section("survey")) if weights["survey"] else None,
        vote=_vote(book.section("vote"), zone) if weights["vote"] else None,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise CannotRecount(f"rulebook.yml timezone: no such zone: {name[:60]!r}") from error


def _micropoints(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?", text):
        raise CannotRecount('rulebook.yml eligibility.min_mark: a mark as "12.50" is expected here')
    whole, _, decimals = text.partition(".")
    return int(whole) * 1_000_000 + int(decimals.ljust(6, "0"))


def _fraction(section: Section, key: str) -> tuple[int, int]:
    text = section.text(key)
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,12})?", text):
        raise CannotRecount(f'rulebook.yml {section.path}.{key}: a number as "0.000001" is expected here')
    whole, _, decimals = text.partition(".")
    return int(whole + decimals), 10 ** len(decimals)


def _categories(book: Section) -> dict[str, Category]:
    sections = [Section(item, f"categories[{number}]") for number, item in enumerate(book.items("categories"))]
    return {
        section.text("id"): Category(sector=section.text("sector"), label=section.texts("label"))
        for section in sections
    }


def _contest(section: Section | None) -> tuple[date, date] | None:
    return (section.day("opens"), section.day("closes")) if section else None


def _firms(section: Section | None) -> dict[str, str]:
    return {folder: section.text(folder) for folder in section.values} if section else {}


def _survey(section: Section) -> SurveyRules:
    window, weights = section.section("window"), section.section("weights")
    raking = section.optional("raking")
    return SurveyRules(
        start=window.day("start"),
        end=window.day("end"),
        weights=tuple(weights.integer(question) for question in QUESTIONS),
        keep=section.text("keep", "first", "last"),
        raking=tuple(str(name) for name in raking.items("variables")) if raking else (),
        tolerance=_fraction(raking, "tolerance") if raking else (0, 1),
    )


def _vote(section: Section, zone: ZoneInfo) -> VoteRules:
    window = section.section("window")
    burst = section.optional("burst")
    limited = burst is not None and burst.text("action", "exclude", "flag") == "exclude"
    return VoteRules(
        opens=window.moment("opens", zone),
        closes=window.moment("closes", zone),
        one_per=_one_per(section),
        keep=section.text("keep", "first", "last"),
        mark=section.text("mark", "share_of_leader", "share_of_category"),
        max_per_ip_hour=burst.integer("max_per_ip_hour") if burst and limited else None,
    )


def _one_per(section: Section) -> tuple[str, ...]:
    keys = tuple(str(key) for key in section.items("one_per"))
    if not keys or not set(keys) <= VOTE_KEYS:
        raise CannotRecount(f"rulebook.yml vote.one_per: a list out of {', '.join(sorted(VOTE_KEYS))} is expected here")
    return keys
