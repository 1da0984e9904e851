"""How a customer fared from the first question to the last, and what the candidate contested.

Belongs here: words and tables of `report/experience.py`.
"""

from collections.abc import Iterator

from orchestration.report.compose.say import share, signed
from orchestration.report.experience import Experience, Gap
from orchestration.report.figures import SHARES
from orchestration.report.model import CandidateReport, Marks
from orchestration.typesetting import Block, code, figure, heading, note, paragraph, table, text
from orchestration.words import Words, mark, number, short_day


def journeys(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """Before, during and after the sale; visitor and resident; declared beside observed effort."""
    experience = report.experience
    yield heading(words("journeys.sale"))
    if experience.scenarios:
        yield table(
            words("journeys.sale"),
            words.named("journeys", moment=3.0, tests=1.2, mark=1.2),
            [
                (text(words.code("scenario", s.value)), figure(number(s.tests, words.lang)),
                 figure(mark(s.mark, words.lang)))
                for s in experience.scenarios
            ],
        )  # fmt: skip
        yield note(words("journeys.sale_note"))
    else:
        yield paragraph(words("journeys.sale_none"))
    yield heading(words("journeys.personas"))
    yield paragraph(_gap(experience.gap, words) if experience.gap else words("journeys.personas_none"))
    yield heading(words("journeys.observed"))
    yield from _observed(experience, marks, words)


def _gap(gap: Gap, words: Words) -> str:
    lang = words.lang
    facts: dict[str, str | int] = {
        "visitor": mark(gap.visitor.mark, lang),
        "visits": gap.visitor.tests,
        "resident": mark(gap.resident.mark, lang),
        "stays": gap.resident.tests,
        "gap": signed(mark(gap.difference, lang), gap.difference, lang),
    }
    if gap.half_width is None:
        return words("journeys.gap_alone", **facts)
    ends = {"low": gap.difference - gap.half_width, "high": gap.difference + gap.half_width}
    shown = {name: signed(mark(value, lang), value, lang) for name, value in ends.items()}
    clear = "journeys.gap_clear" if abs(gap.difference) > gap.half_width else "journeys.gap_unclear"
    return " ".join((words("journeys.gap", **facts, **shown), words(clear)))


def _observed(experience: Experience, marks: Marks, words: Words) -> Iterator[Block]:
    if not experience.journeys:
        yield paragraph(words("journeys.observed_none"))
        return
    yield paragraph(words("journeys.observed_intro", count=experience.journeys))
    declared = {line.fact: line.value for line in marks.effort}
    yield table(
        words("journeys.observed"),
        words.named("journeys", fact=4.0, declared=1.4, seen=1.4),
        [
            (
                text(words(f"effort.{fact}")),
                figure(share(declared.get(fact), words.lang)),
                figure(share((experience.observed or {}).get(fact), words.lang)),
            )
            for fact in SHARES
        ],
    )


def contests(report: CandidateReport, words: Words) -> Iterator[Block]:
    """The candidate's own contests and how they ended."""
    if report.rulebook.contest is None:
        yield paragraph(words("contested.not_foreseen"))
        return
    lines = report.experience.contests
    if not lines:
        yield paragraph(words("contested.none"))
        return
    yield paragraph(words("contested.intro", count=len(lines)))
    yield table(
        words("contested.title"),
        words.named("contested", id=1.8, test=2.4, opened=2.0, ground=2.2, decision=2.6),
        [
            (
                code(line.contest_id),
                code(line.test_id),
                text(short_day(line.opened_on, words.lang)),
                text(words.code("ground", line.ground)),
                text(_decision(line.decision, line.decided_on, words)),
            )
            for line in lines
        ],
    )


def _decision(decision: str | None, on: str | None, words: Words) -> str:
    if decision is None or on is None:
        return words("decision.open")
    return words("contests.decided", decision=words(f"decision.{decision}"), on=short_day(on, words.lang))
