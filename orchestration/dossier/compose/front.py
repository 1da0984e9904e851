"""The first page: what am I asked, what was found, what calls for attention.

Belongs here: the summary. Everything it says is shown in full in the parts. A sentence stands here only in the state
that it describes: nothing is asked, found or open that is not.
"""

from collections import Counter
from collections.abc import Iterator

from orchestration.dossier.compose.checks import observed, tally
from orchestration.dossier.compose.contests import decisions
from orchestration.dossier.compose.why import parting
from orchestration.dossier.model import Content
from orchestration.evidence import TRACE_OUTCOMES
from orchestration.scoring import Decided, decided_by, partings
from orchestration.typesetting import Block, callout, digest, facts, note, panel, paragraph
from orchestration.words import Words, day, moment, number

SHOWN = 2
"""Open points of a kind that are named one by one on the first page; the rest stand in their part."""


def front(content: Content, words: Words) -> Iterator[Block]:
    """The blocks of the first page."""
    inputs, lang = content.inputs, words.lang
    window, prints = inputs.rulebook.fieldwork, inputs.digests
    yield paragraph(words("doc.organiser", organiser=inputs.rulebook.organiser))
    when = words("doc.fieldwork", start=day(str(window.start), lang), end=day(str(window.end), lang))
    yield paragraph(f"{when} · {words('doc.made', at=moment(inputs.conditions.ended_at, inputs.rulebook.zone, lang))}")
    if content.demonstration:
        yield callout(words("doc.demonstration_note"))
    yield panel(words("front.asked"), _requests(content, words))
    yield panel(words("front.found"), _findings(content, words))
    yield panel(words("front.open"), _open(content, words))
    yield note(words("front.fingerprints"), sticky=True)
    yield facts(
        [
            *words.named("front", results=digest(prints.results), custody=digest(prints.custody_head)),
            (words("front.rulebook"), digest(prints.rulebook)),
            *([(words("results.public"), digest(inputs.palmares_sha256))] if inputs.palmares_sha256 else []),
        ]
    )


def _requests(content: Content, words: Words) -> Iterator[str]:
    yield words("front.asked_read")
    yield words("front.asked_compare_seals" if content.inputs.seals else "front.asked_compare")
    if content.flagged:
        yield words("front.asked_flagged")
    yield words("front.asked_sign")
    several = "front.signatures_several" if content.required > 1 else "front.signatures"
    yield words(several, required=content.required)


def _findings(content: Content, words: Words) -> Iterator[str]:
    inputs = content.inputs
    yield from _titles(content, words)
    yield words(
        "front.found_rows",
        received=sum(a.received for a in inputs.accounts),
        counted=sum(a.counted for a in inputs.accounts),
        excluded=sum(a.excluded for a in inputs.accounts),
        set_aside=sum(a.set_aside for a in inputs.accounts),
    )
    yield tally(content, words)
    tables = inputs.recount.tables
    if tables:
        differences = sum(t.differences for t in tables)
        yield words("front.found_recount", values=sum(t.values for t in tables), differences=differences)
    else:
        yield words("front.found_no_recount")
    yield words("front.found_corrections", corrections=len(inputs.corrections))
    if inputs.rulebook.contest:
        yield words("front.found_contests", decisions=decisions(content, words).removesuffix("."))
    if inputs.seals:
        yield words("front.found_seals", count=len(inputs.seals))
    if inputs.draws:
        yield from _drawn(content, words)


def _titles(content: Content, words: Words) -> Iterator[str]:
    """Categories and titles as sums that close, and what decided how many of them."""
    lang, categories = words.lang, content.categories
    holders = [len(c.elected) for c in categories]
    yield words(
        "front.found_results",
        categories=len(categories),
        single=sum(n == 1 for n in holders),
        joint=sum(n > 1 for n in holders),
        none=sum(n == 0 for n in holders),
        ranked=sum(len(c.ranked) for c in categories),
        titles=sum(holders),
    )
    decided = Counter(decided_by(category, content.inputs.rulebook) for category in categories)
    listed = [f"{words.code('decided', how)} {number(decided[how], lang)}" for how in Decided if decided[how]]
    if listed:
        yield words("front.found_decided", decided=" · ".join(listed))


def _drawn(content: Content, words: Words) -> Iterator[str]:
    """Tests by lot and tests of close categories apart; outcomes only of draws whose result was entered."""
    draws = content.inputs.draws
    whole = sum(len(draw.all_tests) - len(draw.tests) for draw in draws)
    yield words("front.found_draws", drawn=sum(len(draw.tests) for draw in draws), whole=whole)
    outcomes = [outcome for draw in draws for outcome in draw.outcomes.values()]
    if outcomes:
        traced: dict[str, int] = {name: outcomes.count(name) for name in TRACE_OUTCOMES}
        yield words("front.found_traced", count=len(outcomes), **traced)


def _open(content: Content, words: Words) -> Iterator[str]:
    for check in content.failed[:SHOWN]:
        yield words("front.open_failed", **observed(check, words))
    for check in content.open_warnings[:SHOWN]:
        yield words("front.open_warning", **observed(check, words))
    if len(content.open_warnings) > SHOWN:
        yield words("front.open_warnings", count=len(content.open_warnings) - SHOWN)
    yield from _tie_breaks(content, words)
    counts = {
        "front.open_shared": sum(len(c.elected) > 1 for c in content.categories),
        "front.open_accepted": len(content.flagged) - len(content.open_warnings),
        "front.open_reservations": len(content.inputs.reservations),
        "front.open_no_award": sum(not c.elected for c in content.categories),
        "front.open_fragile": sum(bool(c.elected) and c.clear is False for c in content.categories),
        "front.open_untraced": sum(not draw.traced for draw in content.inputs.draws),
        "front.open_changes": len(content.changes),
    }
    for key, value in counts.items():
        if value:
            yield words(key, count=value)
    previous = content.inputs.previous
    if previous is not None and previous.snapshot is None:
        yield words("front.open_lost")
    yield words("front.open_signature")


def _tie_breaks(content: Content, words: Words) -> Iterator[str]:
    """Every title that a tie-break decided, with both values of the key, as far as there is room."""
    sentences = [
        words("front.open_tie_break", category=content.label(category.category_id, words.lang)) + parted
        for category in content.categories
        if (parted := " ".join(parting(pair, words) for pair in partings(category, content.inputs.rulebook)))
    ]
    yield from sentences[:SHOWN]
    if len(sentences) > SHOWN:
        yield words("front.open_tie_breaks", count=len(sentences) - SHOWN)
