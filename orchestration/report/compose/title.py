"""What an elected company may say of its title: the claim, its dates, what may not be said.

Belongs here: the part that only an elected candidate's report has.
"""

from collections.abc import Iterator

from orchestration.report.model import CandidateReport
from orchestration.typesetting import Block, blank, facts, heading, paragraph, text, text_in
from orchestration.words import Words, day

NOT_SAID = ("year", "best", "vote", "others", "alone")


def title(report: CandidateReport, words: Words) -> Iterator[Block]:
    """The claim in three languages, from when and until when, and what goes beyond it."""
    assert report.claim is not None, "only an elected candidate has this part"
    lang, book, until = words.lang, report.rulebook, report.letter.title_until
    yield paragraph(words("claim.intro"))
    yield facts(
        (words(f"claim.{language}"), text_in(report.claim[language], language)) for language in ("fr", "ar", "en")
    )
    yield heading(words("claim.dates"))
    start, end = (day(str(date), lang) for date in (book.fieldwork.start, book.fieldwork.end))
    yield facts(
        [
            (words("claim.from"), text(day(report.release.published_at, lang))),
            (words("claim.until"), text(day(until, lang)) if until else blank(words("ask.by_hand"))),
            (words("claim.tests"), text(words("claim.tests_text", start=start, end=end))),
        ]
    )
    yield paragraph(words("claim.lapses"))
    yield heading(words("claim.beyond"))
    for name in NOT_SAID:
        if name == "vote" and not book.uses("vote"):
            continue
        if name == "alone" and report.verdict[0] != "joint":
            continue
        yield paragraph(words(f"claim.not_{name}"))
