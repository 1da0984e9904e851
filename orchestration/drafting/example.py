"""The smallest edition of the shape asked for: rules, and for each file its header and invented rows that are in order.

Belongs here: rows and rules. Whoever deposits them as they are has an edition that passes every gate; that they are
invented shows in every id.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from orchestration.drafting.say import say
from orchestration.intake import AUDIT_REQUIRED, CANDIDATE_COLUMNS, SURVEY_REQUIRED
from orchestration.rulebook import VOTE_COLUMNS

FIRM = "field-firm"
CRITERIA = (("greeting", "relation", 1), ("solution", "answer", 2), ("follow_up", "follow_up", 1))
MAX = 4
COMPANIES = ("Example A", "Example B")
SCENARIOS = ("before_sale", "sale", "after_sale")


@dataclass(frozen=True)
class Shape:
    """What an edition is to have."""

    edition: str
    categories: int = 2
    channels: tuple[str, ...] = ("phone", "email")
    languages: tuple[str, ...] = ("fr", "en", "ar")
    survey: bool = True
    votes: bool = True

    @property
    def days(self) -> tuple[date, date]:
        """Fieldwork: the September and October before the year of the title."""
        year = int(self.edition[:4]) - 1
        return date(year, 9, 1), date(year, 10, 31)

    @property
    def components(self) -> dict[str, int]:
        """Audits have what survey and vote leave them."""
        survey, vote = 2000 * self.survey, 1000 * self.votes
        return {"audit": 10_000 - survey - vote, "survey": survey, "vote": vote}

    @property
    def candidates(self) -> list[tuple[str, str, str, int]]:
        """Candidate, company, category, and its place in the category."""
        return [
            (f"example-{'ab'[place]}-{number}", f"example-{'ab'[place]}", f"category-{number}", place)
            for number in range(1, self.categories + 1)
            for place in range(2)
        ]


def rules(shape: Shape) -> dict[str, Any]:
    """The rulebook as values. What each key means is beside it in the file."""
    start, end = shape.days
    title = {"fr": f"Titre de l’édition {shape.edition}", "en": f"Title of edition {shape.edition}"}
    title["ar"] = f"لقب دورة {shape.edition}"
    window = {"start": date(start.year, 11, 1).isoformat(), "end": date(start.year, 11, 30).isoformat()}
    more: dict[str, Any] = {}
    if shape.survey:
        weights = {"satisfaction": 5000, "recommendation": 2000, "effort": 3000}
        more["survey"] = {"window": window, "weights": weights, "keep": "last", "min_respondents": 1}
    if shape.votes:
        more["vote"] = {
            "window": {"opens": f"{start.year}-10-01T09:00:00", "closes": f"{start.year}-10-31T23:59:59"},
            "one_per": ["voter_key", "category_id"],
            "keep": "first",
            "mark": "share_of_leader",
            "min_votes": 1,
        }
    used = [name for name, weight in shape.components.items() if weight]
    return {
        "edition": shape.edition,
        "title": _labels(title, shape),
        "organiser": "Organiser",
        "timezone": "Africa/Casablanca",
        "fieldwork": {"start": start.isoformat(), "end": end.isoformat()},
        "components": shape.components,
        "eligibility": {"min_mark": "12.50", "min_candidates": 2, "min_completion": 10_000},
        "tie_break": used,
        "unresolved_tie": "joint",
        "quarantine": {"max_share": 200},
        "categories": [_category(number, shape) for number in range(1, shape.categories + 1)],
        "channels": {
            name: {"weight": 1, "planned_tests": 1, "grid": name, "unanswered": "zero"} for name in shape.channels
        },
        "grids": {name: [_criterion(*line, shape) for line in CRITERIA] for name in shape.channels},
        **more,
        "field_firms": {FIRM: "Field firm"},
        "independence": {"max_shopper_share": 10_000, "min_recheck_share": 0, "conflicts": []},
        "bailiff": {"signers": ["bailiff.pem"], "required": 1},
    }


def files(shape: Shape) -> Iterator[tuple[str, bytes]]:
    """Each supplier's file, path in the edition and bytes: the header, and rows that are in order."""
    yield (
        "candidates.csv",
        _csv(
            CANDIDATE_COLUMNS,
            [(c, company, COMPANIES[p], cat, "entered", "") for c, company, cat, p in shape.candidates],
        ),
    )
    for place, channel in enumerate(shape.channels):
        header = (*AUDIT_REQUIRED, *(name for name, _, _ in CRITERIA))
        yield f"audits/{FIRM}/{channel}.csv", _csv(header, _tests(shape, channel, place))
    if shape.survey:
        yield "survey/panel.csv", _csv(SURVEY_REQUIRED, _answers(shape))
    if shape.votes:
        yield "votes/web.csv", _csv(VOTE_COLUMNS, _votes(shape))


def _tests(shape: Shape, channel: str, place: int) -> Iterator[tuple[object, ...]]:
    """One test a candidate, each on a weekday of its own, by one of four shoppers."""
    for number, (candidate, _, _, rival) in enumerate(shape.candidates):
        turn = place * len(shape.candidates) + number
        start = _moment(shape.days[0], turn)
        ratings = (MAX, MAX - rival, MAX - (turn + rival) % 2)
        yield (
            f"EXAMPLE-{channel}-{number + 1}", candidate, channel, SCENARIOS[turn % 3],
            shape.languages[turn % len(shape.languages)], f"S{turn % 4 + 1:02d}",
            start.isoformat(), (start + timedelta(minutes=6 + turn % 7)).isoformat(), "completed",
            *ratings,
        )  # fmt: skip


def _answers(shape: Shape) -> Iterator[tuple[object, ...]]:
    for number, (candidate, _, _, rival) in enumerate(shape.candidates):
        at = _moment(date(shape.days[0].year, 11, 2), number)
        yield f"EXAMPLE-R{number + 1}", candidate, at.isoformat(), 9 - rival, 8 - rival + number % 3, 6 - rival


def _votes(shape: Shape) -> Iterator[tuple[object, ...]]:
    """Two votes for the first of each category and one for the second, hours apart, from addresses of their own."""
    cast = [(candidate, category) for candidate, _, category, rival in shape.candidates for _ in range(2 - rival)]
    for number, (candidate, category) in enumerate(cast):
        at = _moment(date(shape.days[0].year, 10, 2), number)
        voter, address = (sha256(f"{kind} {number}".encode()).hexdigest() for kind in ("voter", "address"))
        yield f"EXAMPLE-V{number + 1}", voter, category, candidate, at.isoformat(), "web", address


def _moment(first: date, turn: int) -> datetime:
    """A weekday and an hour for a turn: five to a week, three hours a day."""
    day = first + timedelta(days=(7 - first.weekday()) % 7 + turn // 3 % 15 // 5 * 7 + turn // 3 % 5)
    return datetime.combine(day, time(9 + turn % 3 * 3, turn * 7 % 60))


def _labels(texts: dict[str, str], shape: Shape) -> dict[str, str]:
    return {lang: text for lang, text in texts.items() if lang in ("fr", *shape.languages)}


def _category(number: int, shape: Shape) -> dict[str, Any]:
    name = say("draft.category", number=number)
    texts = {"fr": name.fr, "en": str(name), "ar": f"الفئة {number}"}
    return {"id": f"category-{number}", "sector": "private", "label": _labels(texts, shape)}


def _criterion(name: str, family: str, weight: int, shape: Shape) -> dict[str, Any]:
    label = say(f"draft.criterion_{name}")
    return {"id": name, "family": family, "weight": weight, "max": MAX} | {
        "label": _labels({"fr": label.fr, "en": str(label)}, shape)
    }


def _csv(header: Sequence[str], rows: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
