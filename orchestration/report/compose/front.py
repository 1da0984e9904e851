"""The first page: which release, which candidate, the mark, the rank, the outcome and why.

Belongs here: what is told at a glance.
"""

from collections.abc import Iterator

from orchestration.dossier import tie_key
from orchestration.report.compose.say import gap
from orchestration.report.model import CandidateReport
from orchestration.typesetting import Block, callout, digest, facts, note, panel, text
from orchestration.words import Words, day, mark, moment, number

Figure = dict[str, str]
"""One large figure: `name`, `value`, `under`."""


def figures(report: CandidateReport, words: Words) -> tuple[Figure, ...]:
    """Final mark, rank and outcome, as large as they matter."""
    marks, lang = report.marks, words.lang
    return (
        {
            "name": words("cover.final"),
            "value": mark(marks.final, lang) if marks else words("cover.nothing"),
            "under": words("cover.of_twenty") if marks else "",
        },
        {
            "name": words("cover.rank"),
            "value": number(marks.rank, lang) if marks else words("cover.no_rank"),
            "under": words("cover.of_ranked", ranked=report.ranked) if marks else "",
        },
        {"name": words("cover.outcome"), "value": _own_outcome(report, words), "under": ""},
    )


def _own_outcome(report: CandidateReport, words: Words) -> str:
    """The outcome for this candidate alone, in a word or two."""
    first = report.verdict[0]
    own = {"withdrawn": "withdrawn", "elected": "elected", "joint": "joint", "behind": "not", "tie_broken": "not"}
    return words(f"cover.own_{own.get(first, 'none')}")


def front(report: CandidateReport, words: Words) -> Iterator[Block]:
    """The facts of the release, and the verdict."""
    release, book, lang = report.release, report.rulebook, words.lang
    yield panel(words("cover.why"), [verdict(code, report, words) for code in report.verdict])
    if release.demonstration:
        yield callout(words("report.demonstration"))
    if release.replaced_by:
        numbers = {"number": str(release.number), "newest": str(release.replaced_by)}
        yield callout(words("report.replaced", **numbers))
    if release.corrects:
        yield note(words("report.corrects", number=str(release.number), earlier=str(release.corrects)))
    start, end = (day(str(date), lang) for date in (book.fieldwork.start, book.fieldwork.end))
    published, signed = (moment(at, book.zone, lang) for at in (release.published_at, release.signed_at))
    yield facts(
        words.named(
            "cover",
            category=text(words.data(report.category[lang])),
            tests=text(words("cover.tests_text", start=start, end=end)),
            ranked=text(number(report.ranked, lang)),
            release=text(words("cover.release_text", number=str(release.number), at=published)),
            signed=text(words("cover.signed_text", by=release.signed_by, at=signed)),
            results=digest(release.results_sha256),
        )
    )
    yield note(words("cover.private"))


def verdict(code: str, report: CandidateReport, words: Words) -> str:
    """One reason of the outcome as a sentence."""
    lang, rules, marks = words.lang, report.rulebook.eligibility, report.marks
    known: dict[str, str | int] = {
        "minimum": mark(report.rulebook.min_mark_micro, lang),
        "ranked": report.ranked,
        "least": rules.min_candidates,
    }
    if code == "behind" and marks and marks.title_mark is not None:
        known |= {"title": mark(marks.title_mark, lang), "gap": gap(marks.title_mark, marks.final, words)}
    sentence = words(f"verdict.{code}", **known)
    deciding = {"tie_broken": "tie_key", "won_tie_break": "won_key"}.get(code)
    if deciding is None or report.tie_key is None:
        return sentence
    key, value = report.tie_key.key, report.tie_key.value
    shown = number(value or 0, lang) if key == "vote" else mark(value, lang)
    return sentence + " " + words(f"verdict.{deciding}", key=tie_key(key, words), value=shown)
