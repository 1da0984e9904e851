"""Results: the titles at a glance, then each category with its marks, margins and intervals.

Belongs here: section 7.
"""

from collections.abc import Iterator

from orchestration.dossier.compose.why import why
from orchestration.dossier.model import Content
from orchestration.scoring import CandidateFact, CategoryFact
from orchestration.typesetting import (
    Block,
    Cell,
    digest,
    facts,
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
from orchestration.words import Words, hundredths, mark, number


def results(content: Content, words: Words) -> Iterator[Block]:
    """How to read the marks, the overview, and one part for each category."""
    yield paragraph(words("results.intro"))
    yield heading(words("results.summary"))
    names = {c.id: words.data(c.label.of(words.lang)) for c in content.inputs.rulebook.categories}
    yield table(
        words("results.summary"),
        [(words(f"results.{n}"), w) for n, w in (
            ("category", 3), ("outcome", 2.4), ("holder", 3), ("final", 1.1), ("margin", 1), ("robust", 1.3),
        )],
        [_overview(category, names, words) for category in content.categories],
    )  # fmt: skip
    if content.inputs.palmares_sha256:
        yield facts([(words("results.public"), digest(content.inputs.palmares_sha256))])
    yield note(words("results.robust_note"))
    yield note(words("results.picture_note"))
    for category in content.categories:
        yield from _category(category, names, content, words)


def _overview(category: CategoryFact, names: dict[str, str], words: Words) -> tuple[Cell, ...]:
    holders = category.elected
    return (
        text(names.get(category.category_id, category.category_id)),
        text(words.code("outcome", category.outcome)),
        strong(words.listed(c.company for c in holders) or words("doc.nothing")),
        figure(mark(holders[0].final if holders else None, words.lang)),
        figure(mark(holders[0].margin if len(holders) == 1 else None, words.lang)),
        figure(words("doc.nothing") if category.false_tests is None else number(category.false_tests, words.lang)),
    )


def _category(category: CategoryFact, names: dict[str, str], content: Content, words: Words) -> Iterator[Block]:
    lang, book = words.lang, content.inputs.rulebook
    used = [name for name in ("audit", "survey", "vote") if book.uses(name)]
    yield heading(names.get(category.category_id, category.category_id))
    told = [words("results.outcome_text", outcome=words.code("outcome", category.outcome))]
    if category.elected:
        told.append(words("results.elected", names=words.listed(c.company for c in category.elected)))
    told.append(why(category, content, words))
    yield paragraph(" ".join(told), sticky=bool(category.ranked))
    ranked = category.ranked
    if ranked:
        bounds = _bounds(ranked, content)
        columns = [(words("results.rank"), 0.0), (words("results.candidate"), 3.4)]
        columns += [(words(f"component.{name}"), 1.0) for name in used]
        columns += [(words("results.final"), 1.0), (words("results.margin"), 1.0), (words("results.interval"), 1.9)]
        ends = {"low": mark(bounds[0], lang), "high": mark(bounds[1], lang)}
        columns.append((words("results.picture", **ends), 0.0))
        yield table(
            names.get(category.category_id, category.category_id),
            columns,
            [_candidate(c, category, used, bounds, content, words) for c in ranked],
            sticky=True,
        )
    yield from _remarks(category, used, words)


def _candidate(
    candidate: CandidateFact,
    category: CategoryFact,
    used: list[str],
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
        _picture(candidate, holder, bounds, content, words),
    )


def _noise(candidate: CandidateFact, content: Content) -> int:
    """Half-width of the final mark's interval that is due to the tests, in micropoints."""
    if candidate.low is None or candidate.high is None:
        return 0
    share = content.inputs.rulebook.components.audit
    return half_up((candidate.high - candidate.low) * (MICRO // 100) * share, 2 * BASIS_POINTS)


def _bounds(ranked: tuple[CandidateFact, ...], content: Content) -> tuple[int, int]:
    """Whole points that hold every interval and the minimum mark, so that differences can be seen."""
    values = [content.inputs.rulebook.min_mark_micro]
    for candidate in ranked:
        noise = _noise(candidate, content)
        values += [(candidate.final or 0) - noise, (candidate.final or 0) + noise]
    return min(values) // MICRO * MICRO, -(-max(values) // MICRO) * MICRO


def _picture(candidate: CandidateFact, holder: bool, bounds: tuple[int, int], content: Content, words: Words) -> Cell:
    if candidate.final is None:
        return text(words("doc.nothing"))
    noise = _noise(candidate, content)
    low, high = candidate.final - noise, candidate.final + noise
    minimum = content.inputs.rulebook.min_mark_micro
    shown = {"final": candidate.final, "low": low, "high": high}
    alt = words("results.alt", **{name: mark(value, words.lang) for name, value in shown.items()})
    return picture(interval(low, candidate.final, high, bounds, minimum, holder=holder, width=110), alt)


def _remarks(category: CategoryFact, used: list[str], words: Words) -> Iterator[Block]:
    """What is known of the title's robustness, who withdrew, on how much the marks rest."""
    told = []
    if category.elected and category.clear is not None:
        told.append(words("results.clear" if category.clear else "results.not_clear"))
    if category.false_tests is not None:
        told.append(words("results.false_tests", count=number(category.false_tests, words.lang)))
    elif "audit" in used:
        told.append(words("results.no_false_tests"))
    withdrawn = [c.company for c in category.candidates if c.withdrawn]
    if withdrawn:
        told.append(words("results.withdrawn", names=words.listed(withdrawn)))
    sums = {
        name: sum(p.observations for c in category.ranked for p in c.components if p.component == name) for name in used
    }
    parts = [
        words("results.observation", component=words(f"component.{name}"), count=number(value, words.lang))
        for name, value in sums.items()
    ]
    if category.ranked:
        told.append(words("results.observations", text=" · ".join(parts)))
    yield note(" ".join(told))
