"""The statement as a PDF: what it is, how to contest, and for each channel its tests against the lines of its grid.

Belongs here: facts into blocks and the template's data. The page and the look of blocks are those of all documents.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from orchestration.dossier import MARGIN
from orchestration.entrants.say import WORDS
from orchestration.entrants.statement import CriterionCell, Statement, TestOfStatement
from orchestration.intake import GROUNDS
from orchestration.rulebook import Criterion
from orchestration.typesetting import Block, Cell, code, digest, facts, note, panel, paragraph, table, text, typeset
from orchestration.words import SHARED_WORDS, Words, day, hour, language_name, measured, moment, number, offset, short

TEMPLATE = Path(__file__).with_name("statement.typ")
ACROSS = 16
"""Criteria side by side; a longer grid goes on in another table of the same tests."""


def render_pdf(statement: Statement, lang: str = "fr") -> bytes:
    """The statement in `fr`, `en` or `ar`. Its date is that of the last deposit: the only clock that it knows."""
    words = Words(lang, folders=(SHARED_WORDS, WORDS))
    return typeset(TEMPLATE, _data(statement, words), datetime.fromisoformat(statement.received_at))


def _data(statement: Statement, words: Words) -> dict[str, Any]:
    book, lang = statement.rulebook, words.lang
    category = next(category.label.of(lang) for category in book.categories if category.id == statement.category_id)
    return {
        "lang": lang,
        "title": f"{words('statement.title')} – {statement.company}",
        "heading": words("statement.title"),
        "company": words.data(statement.company),
        "category": words.data(category),
        "name": book.title.of(lang),
        "edition": words("doc.edition", edition=book.edition),
        "organiser": book.organiser,
        "running": words("statement.running", company=statement.company),
        "page": words("doc.page", page="{page}", pages="{pages}"),
        "prints": words("statement.prints", custody=short(statement.custody_head)),
        "demonstration": None,
        "keywords": [
            f"edition={book.edition}",
            f"candidate={statement.candidate_id}",
            f"custody-head={statement.custody_head}",
        ],
        "margin": MARGIN,
        "front": list(_front(statement, words)),
        "sections": [
            {"title": words.code("channel", channel), "blocks": list(_channel(channel, tuple(tests), statement, words))}
            for channel, tests in itertools.groupby(statement.tests, key=lambda test: test.channel)
        ],
    }


def _front(statement: Statement, words: Words) -> Iterator[Block]:
    book, lang = statement.rulebook, words.lang
    days = {"start": day(str(book.fieldwork.start), lang), "end": day(str(book.fieldwork.end), lang)}
    yield paragraph(words("statement.private"))
    yield facts(
        [
            (words("statement.candidate"), code(statement.candidate_id)),
            (words("statement.fieldwork"), text(words("statement.from_to", **days))),
            (words("statement.tests"), text(number(len(statement.tests), lang))),
            *_clock(statement, words),
            (words("statement.deposits"), digest(statement.custody_head)),
        ]
    )
    if book.contest is None:
        yield paragraph(words("statement.no_contest"))
    else:
        window = {"start": day(str(book.contest.opens), lang), "end": day(str(book.contest.closes), lang)}
        grounds = [words(f"statement.{ground}") for ground in GROUNDS]
        yield panel(words("statement.contest"), [words("statement.how", **window), *grounds])
    yield note(words("statement.marks"))


def _channel(channel: str, tests: Sequence[TestOfStatement], statement: Statement, words: Words) -> Iterator[Block]:
    written = hour if len(_offsets(statement)) == 1 else moment
    clock = partial(written, zone=statement.rulebook.zone, lang=words.lang)
    numbered = list(enumerate(statement.rulebook.grid_of(channel), 1))
    yield note(words("statement.legend"))
    yield table(
        words("statement.grid"),
        words.named("statement", number=0.6, criterion=6, most=1.2, unit=1.6),
        [_line(place, criterion, words) for place, criterion in numbered],
    )
    for part in _batches(numbered):
        names = words.named("statement", test=3.6, contact=3.0, outcome=2.6)
        yield table(
            words("statement.ratings"),
            [*names, *((str(place), 1.1 if criterion.measured else 0.6) for place, criterion in part)],
            [_row(test, [place for place, _ in part], clock, words) for test in tests],
        )


def _batches(items: Sequence[tuple[int, Criterion]]) -> Iterator[Sequence[tuple[int, Criterion]]]:
    for start in range(0, len(items), ACROSS):
        yield items[start : start + ACROSS]


def _line(place: int, criterion: Criterion, words: Words) -> list[Cell]:
    unit = words.coded("measured_in", criterion.measured.unit) if criterion.measured else words("doc.nothing")
    label = words.data(criterion.label.of(words.lang))
    return [text(str(place)), text(label), text(number(criterion.max, words.lang)), text(unit)]


def _offsets(statement: Statement) -> set[str]:
    """What the edition's zone was ahead of UTC while the tests were made: one value, or two around a change of hour."""
    return {offset(test.started_at, statement.rulebook.zone) for test in statement.tests}


def _clock(statement: Statement, words: Words) -> Iterator[tuple[str, Cell]]:
    """The zone, once, where it is the same for all tests; else each of them says its own."""
    if len(offsets := _offsets(statement)) == 1:
        yield words("statement.clock"), text(next(iter(offsets)))


def _row(test: TestOfStatement, places: Sequence[int], clock: Callable[[str], str], words: Words) -> list[Cell]:
    spoken = language_name(test.language, words.lang)
    where = words.listed(part for part in (spoken, test.city, test.site, test.operator) if part)
    cells = [_rating(test.criteria[place - 1], words) for place in places]
    return [
        {**code(test.test_id), "under": clock(test.started_at)},
        {**text(words.code("scenario", test.scenario)), "under": where},
        {**text(words(f"statement.{test.outcome}")), "under": _noted(test, words)},
        *cells,
    ]


def _rating(cell: CriterionCell, words: Words) -> Cell:
    shown = text(words("doc.nothing") if cell.rating is None else str(cell.rating))
    return {**shown, "under": measured(cell.value, words.lang)} if cell.value is not None else shown


def _noted(test: TestOfStatement, words: Words) -> str:
    """What else is known of a test: that it is a re-check, its journey, its contest."""
    parts = []
    if test.rechecks:
        parts.append(words("statement.rechecks", test=test.rechecks))
    if test.journey_id:
        step = "–" if test.step is None else str(test.step)
        parts.append(words("statement.step", journey=test.journey_id, step=step))
    if test.contest:
        state = words(f"statement.{test.contest.decision or 'open'}")
        parts.append(words("statement.contested", contest=test.contest.contest_id, state=state))
    return " · ".join(parts)
