"""What was altered in what was received, and what entrants contested: numbers in the body, one by one in the annex.

Belongs here: corrections and contests.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from orchestration.dossier.model import Content, CorrectionFact
from orchestration.typesetting import Block, Cell, code, figure, heading, note, paragraph, strong, table, text
from orchestration.words import Words, day, number, short_day

DECISIONS = ("rejected", "excluded", "corrected", "open")


def decisions(content: Content, words: Words) -> str:
    """How many contests stand and how they ended, as a sum that closes."""
    counted = Counter(contest.decision or "open" for contest in content.inputs.contests)
    counts = {name: counted[name] for name in DECISIONS}
    return words("contests.decisions", total=number(sum(counted.values()), words.lang), **counts)


def counts(content: Content, words: Words) -> Iterator[Block]:
    """How many corrections there are and how many of them a contest asked for; contests by ground and decision."""
    inputs, lang = content.inputs, words.lang
    contested = sum(len(contest.corrections) for contest in inputs.contests)
    window = inputs.rulebook.contest
    if inputs.corrections and window is None:
        yield paragraph(words("front.found_corrections", corrections=len(inputs.corrections)))
    elif inputs.corrections:
        count = len(inputs.corrections)
        yield paragraph(words("contests.corrections", count=count, asked=contested, own=count - contested))
    else:
        yield paragraph(words("left.corrections_none"))
    if window is None:
        yield paragraph(words("contests.not_foreseen"))
        return
    dates = {"start": day(str(window.opens), lang), "end": day(str(window.closes), lang)}
    yield paragraph(words("contests.window", **dates))
    if not inputs.contests:
        yield paragraph(words("contests.none"))
        return
    yield paragraph(decisions(content, words))
    yield _grounds(content, words)


def _grounds(content: Content, words: Words) -> Block:
    counted = Counter((contest.ground, contest.decision or "open") for contest in content.inputs.contests)
    grounds = sorted({ground for ground, _ in counted})
    rows = [(text(words.code("ground", g)), *_counted([counted[g, d] for d in DECISIONS], words)) for g in grounds]
    sums = _counted([sum(counted[g, d] for g in grounds) for d in DECISIONS], words)
    heads = [(words("contests.ground"), 3.0), *((words(f"decision.{d}"), 1.2) for d in DECISIONS)]
    heads.append((words("rows.total"), 1.0))
    return table(words("contests.title"), heads, [*rows, (strong(words("rows.total")), *sums)], total=True)


def _counted(values: list[int], words: Words) -> list[Cell]:
    return [figure(number(value, words.lang)) for value in (*values, sum(values))]


def one_by_one(content: Content, words: Words) -> Iterator[Block]:
    """Every correction with what stood before and after; every contest with its decision."""
    yield heading(words("left.corrections"))
    if content.inputs.corrections:
        yield paragraph(words("left.corrections_intro"))
        yield _corrections(content.inputs.corrections, words)
    else:
        yield paragraph(words("left.corrections_none"))
    if content.inputs.contests:
        yield heading(words("contests.each"))
        yield note(words("contests.each_note"))
        yield _each(content, words)


def _each(content: Content, words: Words) -> Block:
    lang = words.lang
    return table(
        words("contests.each"),
        words.named("contests", id=0.0, company=2.1, test=0.0, opened=0.0, ground=1.9, decision=0.0),
        [
            (
                code(contest.id),
                text(words.data(content.company(contest.candidate_id))),
                code(contest.test_id),
                text(short_day(contest.opened_on, lang)),
                text(words.code("ground", contest.ground)),
                _decision(contest.decision, contest.decided_on, contest.corrections, words),
            )
            for contest in content.inputs.contests
        ],
    )


def _decision(decision: str | None, on: str | None, corrections: tuple[str, ...], words: Words) -> Cell:
    if decision is None or on is None:
        return strong(words("decision.open"))
    decided = words("contests.decided", decision=words(f"decision.{decision}"), on=short_day(on, words.lang))
    return {**text(decided), "under": words.listed(corrections)} if corrections else text(decided)


def _corrections(corrections: Iterable[CorrectionFact], words: Words) -> Block:
    return table(
        words("left.corrections"),
        words.named("left", correction=2.0, where=4.4, before=1.0, after=1.0, why=4.4),
        [
            (
                {
                    **code(correction.id),
                    "under": words("left.who_text", by=correction.by, on=short_day(correction.on, words.lang)),
                },
                {**code(correction.file), "under": _place(correction, words)},
                code(correction.expect or words("doc.nothing")),
                code(correction.value or words("doc.nothing")),
                text(words.data(correction.reason)),
            )
            for correction in corrections
        ],
    )


def _place(correction: CorrectionFact, words: Words) -> str:
    line = words("doc.nothing") if correction.line is None else correction.line
    return words("left.where_text", line=line, key=correction.key, column=correction.column)
