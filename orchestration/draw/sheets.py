"""The trace sheets of a draw as one PDF: what the bailiff holds, and fills in, while tests are traced to their source.

Belongs here: which facts and fields stand on a sheet and with which words. The layout is `sheets.typ`; what is drawn
is `selection.py`, the facts are `facts.py`; a filled form is read by `form.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.draw.facts import DrawnTest, RatingFact
from orchestration.draw.form import OUTCOME, REMARK
from orchestration.evidence import TRACE_OUTCOMES, Draw
from orchestration.rulebook import Rulebook
from orchestration.typesetting import (
    AsGiven,
    ChoiceField,
    TextField,
    code,
    digest,
    place_name,
    text,
    typeset,
    with_form,
)
from orchestration.units import half_up
from orchestration.words import Words, mark, measured, moment, number

TEMPLATE = Path(__file__).with_name("sheets.typ")
SIGNED = ("traced_by", "traced_on")
MINUTES = 5
"""What it takes to trace one test: to find the recording, listen where it matters, compare, tick."""
MANY = 150
"""Tests from which the sheets say that it is a lot: two days of work."""


@dataclass(frozen=True)
class Sheets:
    """What the sheets are made of. `tests` in the order of the draw (`draw.all_tests`)."""

    edition: str
    rulebook: Rulebook
    draw: Draw
    tests: tuple[DrawnTest, ...]
    demonstration: bool


def render_sheets(sheets: Sheets, lang: str = "fr") -> bytes:
    """All sheets in `fr`, `en` or `ar`, as a form to fill in. Equal facts give equal bytes."""
    words = Words(lang)
    pdf = typeset(TEMPLATE, _data(sheets, words), datetime.fromisoformat(sheets.draw.at))
    return with_form(pdf, [*_signed(words), *(field for test in sheets.tests for field in _fields(test, words))])


def _signed(words: Words) -> list[TextField]:
    """Who traced, and when: once for all tests."""
    return [TextField(name, words(f"sheets.{name}")) for name in SIGNED]


def _fields(test: DrawnTest, words: Words) -> list[TextField | ChoiceField]:
    """What was found for a test, and a remark."""

    def label(name: str) -> str:
        return words("sheets.field", test=test.test_id, field=words(f"sheets.{name}"))

    outcomes: dict[str, str] = {outcome: label(outcome) for outcome in TRACE_OUTCOMES}
    return [
        ChoiceField(place_name(OUTCOME, test.test_id), outcomes),
        TextField(place_name(REMARK, test.test_id), label("remark"), multiline=True),
    ]


def _data(sheets: Sheets, words: Words) -> dict[str, Any]:
    draw, book, lang = sheets.draw, sheets.rulebook, words.lang
    labels = {category.id: category.label.of(lang) for category in book.categories}
    closing = {test: category for category, tests in draw.whole.items() for test in tests}
    total = number(len(sheets.tests), lang)
    names = ("criterion", "rating", "points", "total", "mark", "evidence", "remark")
    return {
        "lang": lang,
        "title": words("sheets.title"),
        "name": book.title.of(lang),
        "running": words("doc.edition", edition=sheets.edition)
        + " – "
        + words("draw.name" if draw.by_lot else "draw.name_whole", seed=draw.seed),
        "organiser": book.organiser,
        "page": words("doc.page", page="{page}", pages="{pages}"),
        "demonstration": words("doc.demonstration") if sheets.demonstration else None,
        "reserved": words("sheets.reserved"),
        "notes": [
            words("draw.intro", text=words("draw.text")) if draw.by_lot else words("draw.intro_whole"),
            words("sheets.how"),
            *_size(sheets, labels, words),
        ],
        "facts": [
            *([{"name": words("draw.seed"), "cell": code(draw.seed)}] if draw.by_lot else []),
            {"name": words("draw.at" if draw.by_lot else "draw.asked"), "cell": text(moment(draw.at, book.zone, lang))},
            {"name": words("draw.results"), "cell": digest(draw.results_sha256)},
        ],
        "words": {name: words(f"sheets.{name}") for name in names},
        "signed": [{"field": field.name, "caption": field.tip} for field in _signed(words)],
        "tests": [
            {
                **_test(test, book, words),
                "of": words.data(f"{number(place, lang)} / {total}"),
                "why": words("sheets.whole", category=labels.get(closing[test.test_id], closing[test.test_id]))
                if test.test_id in closing
                else words("sheets.drawn"),
            }
            for place, test in enumerate(sheets.tests, 1)
        ],
    }


def _size(sheets: Sheets, labels: dict[str, str], words: Words) -> list[str | list[str]]:
    """How many tests there are, and honestly how long that takes. A list among the texts is set as one."""
    draw = sheets.draw
    total, whole = len(draw.all_tests), len(draw.all_tests) - len(draw.tests)
    if not draw.by_lot:
        lines: list[str | list[str]] = [words("sheets.count_whole", total=total)]
    else:
        key = "sheets.count" if draw.whole else "sheets.count_plain"
        lines = [words(key, total=total, drawn=len(draw.tests), whole=whole)]
    if draw.whole:
        if draw.by_lot:
            lines.append(words("draw.whole_rule", count=draw.close_at_most))
        whole_of = ((labels.get(category, category), len(tests)) for category, tests in draw.whole.items())
        lines.append([words("draw.whole_text", category=name, tests=n) for name, n in whole_of])
    lines.append(words("sheets.time", hours=half_up(total * MINUTES, 60) or 1))
    if total > MANY and draw.whole:
        lines.append(words("sheets.too_many"))
    return lines


def _test(test: DrawnTest, book: Rulebook, words: Words) -> dict[str, Any]:
    lang = words.lang
    labels = {criterion.id: criterion.label.of(lang) for criterion in book.grid_of(test.channel)}
    contact = {
        "channel": words.code("channel", test.channel),
        "scenario": words.code("scenario", test.scenario),
        "at": moment(test.started_at, book.zone, lang),
    }
    return {
        "id": AsGiven(test.test_id),
        "boxes": [
            {"field": AsGiven(place_name(OUTCOME, test.test_id, outcome)), "caption": words(f"sheets.{outcome}")}
            for outcome in TRACE_OUTCOMES
        ],
        "remark": AsGiven(place_name(REMARK, test.test_id)),
        "company": test.company,
        "contact": words("sheets.contact", **contact),
        "firm": words("sheets.firm", firm=test.field_firm),
        "ratings": [_rating(rating, labels, words) for rating in test.ratings],
        "unanswered": None if test.ratings else words("sheets.unanswered"),
        "total": _points(test.points or 0, test.points_max or 0, words) if test.ratings else None,
        "mark": words("sheets.mark_text", mark=mark(test.mark, lang)),
        "micro": words("sheets.micro", micro=test.mark),
        "rule": _rule(test, words) if test.ratings else "",
        "evidence": digest(test.evidence_sha256)["text"] if test.evidence_sha256 else words("sheets.evidence_none"),
        "raw": {"title": words("sheets.raw", file=test.file, line=test.line), "text": AsGiven(test.raw)},
        "corrected": [
            words("sheets.corrected", column=column, before=before or "–", after=after or "–", id=name)
            for column, before, after, name in test.corrected
        ],
    }


def _rating(rating: RatingFact, labels: dict[str, str], words: Words) -> dict[str, str]:
    if rating.rating is None:
        nothing = words("sheets.not_applicable")
        return {"label": labels[rating.criterion], "rating": nothing, "points": words("doc.nothing")}
    shown = words("sheets.rating_text", rating=rating.rating, max=rating.max)
    if rating.measured:
        value, unit = rating.measured
        shown = words("sheets.rating_measured", value=measured(value, words.lang, unit), rating=shown)
    points = _points(rating.weight * rating.rating, rating.weight * rating.max, words)
    return {"label": labels[rating.criterion], "rating": shown, "points": points}


def _points(points: int, most: int, words: Words) -> str:
    return words.data(f"{number(points, words.lang)} / {number(most, words.lang)}")


def _rule(test: DrawnTest, words: Words) -> str:
    return words.data(f"20 × {number(test.points or 0, words.lang)} ÷ {number(test.points_max or 0, words.lang)}")
