"""From facts to a report in one language: sections made of plain blocks.

say.py          numbers and names as this report writes them
front.py        the first page
results.py      the final mark, the channels
criteria.py     strong and weak points, families and criteria, effort
experience.py   journeys, visitors, observed effort, contests
title.py        what an elected company may say of its title
rules.py        what is quoted from the rulebook
closing.py      what was not counted, how to ask and to verify

Belongs here: which facts are told, in what order, with which words. How a block looks is the business of the template
(`report/report.typ`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orchestration.report.compose import closing, criteria, experience, front, results, rules, title
from orchestration.report.compose.say import OWN
from orchestration.report.model import CandidateReport, Marks
from orchestration.typesetting import Block, Section
from orchestration.words import SHARED_WORDS, Words, short

OF_MARKS: tuple[tuple[str, Callable[[CandidateReport, Marks, Words], Iterable[Block]]], ...] = (
    ("mark", results.mark_made),
    ("channels", results.channels),
    ("stand", criteria.standing_out),
    ("criteria", criteria.criteria),
    ("effort", criteria.effort),
    ("journeys", experience.journeys),
)
"""Key of the title and maker of the blocks, in order: the parts that a withdrawn candidate's report has not."""

OF_ALL: tuple[tuple[str, Callable[[CandidateReport, Words], Iterable[Block]]], ...] = (
    ("quote", rules.quoted),
    ("leftout", closing.left_out),
    ("contested", experience.contests),
    ("ask", closing.ask),
)
"""The parts of every report."""

OF_ELECTED = (("claim", title.title),)
"""The first part of an elected candidate's report."""


@dataclass(frozen=True)
class Document:
    """A report in one language. `figures` are the large ones of the first page."""

    lang: str
    title: str
    company: str
    category: str
    name: str
    edition: str
    running: str
    page: str
    prints: str
    contents: str
    demonstration: str | None
    figures: tuple[front.Figure, ...]
    front: tuple[Block, ...]
    sections: tuple[Section, ...]


def compose(report: CandidateReport, lang: str) -> Document:
    """The whole report in `fr`, `en` or `ar`. Raises ValueError for another language."""
    words, release = Words(lang, parts_of(report), (SHARED_WORDS, OWN)), report.release
    return Document(
        lang=lang,
        title=words("report.title"),
        company=words.data(report.company),
        category=words.data(report.category[lang]),
        name=report.rulebook.title.of(lang),
        edition=words("doc.edition", edition=release.edition),
        running=words("report.running", company=report.company),
        page=words("doc.page", page="{page}", pages="{pages}"),
        prints=words("report.prints", number=str(release.number), results=short(release.results_sha256)),
        contents=words("doc.contents"),
        demonstration=words("doc.demonstration") if release.demonstration else None,
        figures=front.figures(report, words),
        front=tuple(front.front(report, words)),
        sections=tuple(_sections(report, words)),
    )


def parts_of(report: CandidateReport) -> dict[str, int]:
    """The number of each part of a report by the key of its title, for sentences that name one."""
    of_marks = OF_MARKS if report.marks is not None else ()
    of_elected = OF_ELECTED if report.claim is not None else ()
    return {key: place for place, (key, _) in enumerate((*of_elected, *of_marks, *OF_ALL), 1)}


def _sections(report: CandidateReport, words: Words) -> Iterator[Section]:
    if report.claim is not None:
        for key, of_elected in OF_ELECTED:
            yield Section(key, words(f"{key}.title"), tuple(of_elected(report, words)))
    if report.marks is not None:
        for key, of_marks in OF_MARKS:
            yield Section(key, words(f"{key}.title"), tuple(of_marks(report, report.marks, words)))
    for key, of_all in OF_ALL:
        yield Section(key, words(f"{key}.title"), tuple(of_all(report, words)))
