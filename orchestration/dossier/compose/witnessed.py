"""What the bailiff did before this dossier, told apart from all that is presented to him: seals, draws, reservations.

Belongs here: the part on them, and the annex of the drawn tests. A result of a draw is told only once it was entered;
that a later dossier still prints a reservation is the doing of `dossier/load.py`.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.dossier.seals import SealFact
from orchestration.evidence import TRACE_OUTCOMES, Draw, Trace
from orchestration.typesetting import (
    Block,
    Cell,
    callout,
    code,
    digest,
    facts,
    figure,
    heading,
    note,
    paragraph,
    strong,
    table,
    text,
)
from orchestration.words import Words, moment, number, short


def witnessed(content: Content, words: Words) -> Iterator[Block]:
    """Seals, draws and reservations, in the order of the work; what there is none of is said in one sentence."""
    yield paragraph(words("witnessed.intro"))
    for title, make in (("seals", seals), ("draw", draws), ("reservations", reservations)):
        yield heading(words(f"witnessed.{title}"))
        yield from make(content, words)


def seals(content: Content, words: Words) -> Iterator[Block]:
    """Every seal with its state, its fingerprint, and the reason of each correction."""
    entered, lang, zone = content.inputs.seals, words.lang, content.inputs.rulebook.zone
    if not entered:
        yield paragraph(words("seals.none"))
        return
    yield paragraph(words("seals.intro"))
    yield table(
        words("witnessed.seals"),
        words.named("seals", number=0.0, stage=2.0, at=3.4, by=3.0, state=2.4),
        [
            (
                figure(number(seal.number, lang)),
                text(words(f"fiche.{seal.stage}")),
                text(moment(seal.at, zone, lang)),
                text(words.data(seal.by)),
                _state(seal, words),
            )
            for seal in entered
        ],
    )
    for seal in entered:
        yield heading(words("seals.name", number=seal.number, stage=words(f"fiche.{seal.stage}")), 3)
        yield facts([(words("seals.print"), digest(seal.fingerprint)), (words("seals.record"), digest(seal.record))])
        if seal.corrects is not None:
            before = seal.before or 0
            yield callout(words("seals.correction", number=seal.number, before=before, reason=seal.corrects))


def _state(seal: SealFact, words: Words) -> Cell:
    if seal.replaced_by is not None:
        return text(words("seals.replaced", number=seal.replaced_by))
    return text(words("seals.kept")) if seal.kept else strong(words("seals.unkept"))


ODD_SHOWN = 12
TESTS_PER_LINE = 3
"""Traced tests that are printed side by side."""


def draws(content: Content, words: Words) -> Iterator[Block]:
    """Every draw: the dice, how many tests by lot and how many of close categories; what was found once it is known."""
    if not content.inputs.draws:
        yield paragraph(words("draw.none"))
        return
    if any(draw.by_lot for draw in content.inputs.draws):
        yield paragraph(words("draw.intro", text=words("draw.text")))
    if not all(draw.by_lot for draw in content.inputs.draws):
        yield paragraph(words("draw.intro_whole"))
    for draw in content.inputs.draws:
        yield heading(_draw_name(draw, words), 3)
        yield facts((words(f"draw.{name}"), cell) for name, cell in _draw_facts(draw, content, words))
        if not draw.traced:
            yield callout(words("draw.open"))
        elif draw.odd:
            yield callout(words("draw.odd", tests=words.listed(_odd(draw, words))))


def _draw_name(draw: Draw, words: Words) -> str:
    return words("draw.name" if draw.by_lot else "draw.name_whole", seed=draw.seed)


def _odd(draw: Draw, words: Words) -> list[str]:
    """The first tests that were not found conform; all of them stand in the annex."""
    named = [f"{test} ({words.code('trace', outcome)})" for test, outcome in draw.odd[:ODD_SHOWN]]
    return named if len(draw.odd) <= ODD_SHOWN else [*named, "…"]


def drawn(content: Content, words: Words) -> Iterator[Block]:
    """Each test of each draw, with its outcome once there is one."""
    if not content.inputs.draws:
        yield paragraph(words("draw.none"))
    for draw in content.inputs.draws:
        yield heading(_draw_name(draw, words))
        if draw.tests:
            yield heading(words("draw.sample"), 3)
            yield _tests(words("draw.sample"), draw.tests, draw, words)
        for category, tests in draw.whole.items():
            if tests:
                key = "draw.category" if draw.by_lot else "draw.category_whole"
                title = words(key, category=content.label(category, words.lang))
                yield heading(title, 3)
                yield _tests(title, tests, draw, words)


def reservations(content: Content, words: Words) -> Iterator[Block]:
    """Every reservation of the edition in the order in which they were entered, or that there is none."""
    if not content.inputs.reservations:
        yield paragraph(words("reservations.none"))
        return
    yield paragraph(words("reservations.intro"))
    for reservation in content.inputs.reservations:
        at = moment(reservation.at, content.inputs.rulebook.zone, words.lang)
        yield heading(words("reservations.by", by=reservation.by, at=at), 3)
        yield callout(words("reservations.text", reason=reservation.reason))
        if not reservation.current:
            yield note(words("reservations.earlier"))


def _draw_facts(draw: Draw, content: Content, words: Words) -> Iterator[tuple[str, Cell]]:
    lang, zone = words.lang, content.inputs.rulebook.zone
    results = short(draw.results_sha256)
    current = draw.results_sha256 == content.inputs.digests.results
    if draw.by_lot:
        yield "seed", code(draw.seed)
    yield "at" if draw.by_lot else "asked", text(moment(draw.at, zone, lang))
    yield "results", code(results) if current else text(words("draw.earlier", print=results))
    if draw.by_lot:
        yield "size", text(words("draw.size_text", drawn=len(draw.tests)))
    whole = [
        words("draw.whole_text", category=content.label(category, lang), tests=len(tests))
        for category, tests in draw.whole.items()
    ]
    if not draw.by_lot:
        yield "named", text(" · ".join(whole))
    elif not draw.close_at_most:
        yield "whole", text(words("draw.whole_off"))
    else:
        rule = words("draw.whole_rule", count=draw.close_at_most)
        yield "whole", {**text(" · ".join(whole) or words("draw.whole_none")), "under": rule}
    for trace in draw.traces:
        entry = _entry(trace, words, moment(trace.at, zone, lang))
        if trace.corrects is None:
            yield "entered", text(entry)
        else:
            yield "corrected", text(words("draw.corrected_text", entry=entry, reason=trace.corrects))


def _entry(trace: Trace, words: Words, at: str) -> str:
    outcomes = list(trace.outcomes.values())
    counts: dict[str, int] = {name: outcomes.count(name) for name in TRACE_OUTCOMES}
    return words("draw.entered_text", by=trace.by, at=at, sheet=short(trace.sheet_sha256), **counts)


def _tests(caption: str, tests: tuple[str, ...], draw: Draw, words: Words) -> Block:
    """Each test with its outcome, several to a line."""
    per_line = min(TESTS_PER_LINE, len(tests))
    cells = [cell for test in tests for cell in (code(test), _outcome(draw.outcomes.get(test), words))]
    cells += [text("")] * (-len(cells) % (2 * per_line))
    heads = words.named("draw", test=1.6, outcome=1.2) * per_line
    rows = [cells[start : start + 2 * per_line] for start in range(0, len(cells), 2 * per_line)]
    return table(caption, heads, rows)


def _outcome(outcome: str | None, words: Words) -> Cell:
    if outcome is None:
        return text(words("doc.nothing"))
    return text(words("trace.conform")) if outcome == "conform" else strong(words.code("trace", outcome))
