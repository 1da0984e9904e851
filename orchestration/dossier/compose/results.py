"""The marks: each category with all its candidates, margins and intervals, and the marks of the channels.

Belongs here: the annex on results. The overview stands in the body (`elected.py`).
"""

from collections.abc import Iterator, Sequence

from orchestration.dossier.compose.why import why
from orchestration.dossier.model import Content
from orchestration.scoring import CandidateFact, CategoryFact
from orchestration.typesetting import (
    Block,
    Cell,
    figure,
    heading,
    interval,
    note,
    paragraph,
    picture,
    strong,
    table,
    text,
)
from orchestration.units import BASIS_POINTS, MICRO, half_up
from orchestration.words import Words, day, hundredths, mark


def results(content: Content, words: Words) -> Iterator[Block]:
    """How to read the marks, and one part for each category; all pictures have one and the same scale."""
    bounds = _bounds(content)
    ends = {"low": mark(bounds[0], words.lang), "high": mark(bounds[1], words.lang)}
    yield paragraph(words("results.intro"))
    yield note(words("elected.rounded") + " " + words("results.robust_note"))
    yield note(words("results.picture_note", **ends))
    for category in content.categories:
        yield from _category(category, bounds, content, words)


def _category(category: CategoryFact, bounds: tuple[int, int], content: Content, words: Words) -> Iterator[Block]:
    book, name = content.inputs.rulebook, words.data(content.label(category.category_id, words.lang))
    used = book.used
    yield heading(name)
    yield paragraph(why(category, content, words), sticky=bool(category.ranked))
    if category.ranked:
        yield _ranked(name, category, used, bounds, content=content, words=words)
        if book.uses("audit"):
            yield _channels(name, category, content, words)
    yield from _remarks(category, used, content, words)


def _ranked(
    name: str, category: CategoryFact, used: Sequence[str], bounds: tuple[int, int], content: Content, words: Words
) -> Block:
    columns = [(words("results.rank"), 0.0), (words("results.candidate"), 3.4)]
    columns += [(words(f"component.{part}"), 1.0) for part in used]
    columns += [(words("results.final"), 1.0), (words("results.margin"), 1.0), (words("results.interval"), 1.9)]
    ends = {"low": mark(bounds[0], words.lang), "high": mark(bounds[1], words.lang)}
    columns.append((words("results.picture", **ends), 0.0))
    rows = [_candidate(c, category, used, bounds, content=content, words=words) for c in category.ranked]
    return table(name, columns, rows, sticky=True)


def _channels(name: str, category: CategoryFact, content: Content, words: Words) -> Block:
    """The mark of each channel, since a tie may be decided by one."""
    lang = words.lang
    channels = list(content.inputs.rulebook.channels)
    marks = [{c.channel: c.mark for c in candidate.channels} for candidate in category.ranked]
    return table(
        words("results.channels", category=name),
        [(words("results.channel_marks"), 2.6), *((words.code("channel", channel), 1.2) for channel in channels)],
        [
            (text(words.data(c.company)), *(figure(mark(by_channel.get(channel), lang)) for channel in channels))
            for c, by_channel in zip(category.ranked, marks, strict=True)
        ],
        sticky=True,
    )


def _candidate(
    candidate: CandidateFact,
    category: CategoryFact,
    used: Sequence[str],
    bounds: tuple[int, int],
    content: Content,
    words: Words,
) -> tuple[Cell, ...]:
    lang, holder = words.lang, candidate in category.elected
    name = strong(words.data(candidate.company)) if holder else text(words.data(candidate.company))
    if candidate.reason:
        name = {**name, "under": words("results.not_eligible", reason=words.code("reason", candidate.reason))}
    known = candidate.low is not None and candidate.high is not None
    between = (
        f"{hundredths(candidate.low, lang)} – {hundredths(candidate.high, lang)}" if known else words("doc.nothing")
    )
    return (
        figure(words("doc.nothing") if candidate.rank is None else str(candidate.rank)),
        name,
        *(figure(mark(candidate.mark_of(part), lang)) for part in used),
        {**figure(mark(candidate.final, lang)), "kind": "strongfigure"},
        figure(mark(candidate.margin, lang)),
        figure(between),
        _picture(candidate, holder, bounds, content, words=words),
    )


def _noise(candidate: CandidateFact, content: Content) -> int:
    """Half-width of the final mark's interval that is due to the tests, in micropoints."""
    if candidate.low is None or candidate.high is None:
        return 0
    share = content.inputs.rulebook.components.audit
    return half_up((candidate.high - candidate.low) * (MICRO // 100) * share, 2 * BASIS_POINTS)


def _bounds(content: Content) -> tuple[int, int]:
    """Whole points that hold every interval of the edition and the minimum mark: one scale for all categories."""
    values = [content.inputs.rulebook.min_mark_micro]
    for category in content.categories:
        for candidate in category.ranked:
            if candidate.final is not None:
                noise = _noise(candidate, content)
                values += [candidate.final - noise, candidate.final + noise]
    return min(values) // MICRO * MICRO, -(-max(values) // MICRO) * MICRO


def _picture(candidate: CandidateFact, holder: bool, bounds: tuple[int, int], content: Content, words: Words) -> Cell:
    if candidate.final is None:
        return text(words("doc.nothing"))
    noise = _noise(candidate, content)
    low, high = candidate.final - noise, candidate.final + noise
    minimum = content.inputs.rulebook.min_mark_micro
    shown = {"final": candidate.final, "low": low, "high": high}
    alt = words("results.alt", **{name: mark(value, words.lang) for name, value in shown.items()})
    return picture(interval(low, candidate.final, high, bounds, minimum=minimum, holder=holder, width=110), alt)


def _withdrawal(candidate: CandidateFact, content: Content, words: Words) -> str:
    """Who withdrew, on which day, in which deposit that stands."""
    withdrawal = next((row for row in content.inputs.withdrawals if row.candidate_id == candidate.candidate_id), None)
    if withdrawal is None or withdrawal.withdrawn_on is None:
        return candidate.company
    return words("withdrawn.dated", name=candidate.company, day=day(str(withdrawal.withdrawn_on), words.lang))


def _remarks(category: CategoryFact, used: Sequence[str], content: Content, words: Words) -> Iterator[Block]:
    """What is known of the title's robustness, who withdrew, on how much the marks rest."""
    sentences = []
    if category.elected and category.clear is not None:
        sentences.append(words("results.beyond_noise" if category.clear else "results.within_noise"))
    if category.false_tests is not None:
        sentences.append(words("results.false_tests", count=category.false_tests))
    elif "audit" in used:
        sentences.append(words("results.no_false_tests"))
    if withdrawn := [_withdrawal(c, content, words) for c in category.candidates if c.withdrawn]:
        sentences.append(words("results.withdrawn", names=words.listed(withdrawn)))
    sums = {
        name: sum(p.observations for c in category.ranked for p in c.components if p.component == name) for name in used
    }
    if category.ranked:
        parts = [words(f"results.observed_{name}", count=value) for name, value in sums.items()]
        sentences.append(words("results.observations", text=", ".join(parts)))
    yield note(" ".join(sentences))
