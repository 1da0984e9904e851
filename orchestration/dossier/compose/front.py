"""The first page: what am I asked, what was found, what stands open.

Belongs here: the summary. Everything it says is shown in full in the sections.
"""

from collections.abc import Iterator

from orchestration.dossier.compose.checks import found, tally
from orchestration.dossier.model import Content
from orchestration.typesetting import Block, callout, digest, facts, heading, note, panel, paragraph
from orchestration.words import Words, day, moment, number

SHOWN = 5
"""Open points named one by one on the first page; the rest stand in the part on checks."""


def front(content: Content, words: Words) -> tuple[Block, ...]:
    """The blocks of the first page."""
    return tuple(_front(content, words))


def _front(content: Content, words: Words) -> Iterator[Block]:
    inputs, lang = content.inputs, words.lang
    window = inputs.rulebook.fieldwork
    yield paragraph(
        " · ".join(
            (
                words("doc.organiser", organiser=inputs.rulebook.organiser),
                words("doc.fieldwork", start=day(str(window.start), lang), end=day(str(window.end), lang)),
                words("doc.made", at=moment(inputs.conditions.ended_at, inputs.rulebook.zone, lang)),
            )
        )
    )
    if content.demonstration:
        yield callout(words("doc.demonstration_note"))
    several = "front.signatures_several" if content.required > 1 else "front.signatures"
    asked = ("front.asked_read", "front.asked_compare", "front.asked_flagged", "front.asked_sign")
    yield panel(words("front.asked"), [*map(words, asked), words(several, required=number(content.required, lang))])
    yield panel(words("front.found"), _found(content, words))
    yield panel(words("front.open"), _open(content, words))
    yield heading(words("front.fingerprints"))
    yield facts(
        [
            (words("front.results"), digest(inputs.digests.results)),
            (words("front.custody"), digest(inputs.digests.custody_head)),
            (words("front.rulebook"), digest(inputs.digests.rulebook)),
        ]
    )
    yield note(words("front.fingerprints_note"))


def _found(content: Content, words: Words) -> Iterator[str]:
    inputs, lang = content.inputs, words.lang

    def count(value: int) -> str:
        return number(value, lang)

    yield words(
        "front.found_results",
        categories=count(len(content.categories)),
        ranked=count(sum(len(c.ranked) for c in content.categories)),
        titles=count(sum(len(c.elected) for c in content.categories)),
    )
    yield words(
        "front.found_rows",
        received=count(sum(a.received for a in inputs.accounts)),
        counted=count(sum(a.counted for a in inputs.accounts)),
        excluded=count(sum(a.excluded for a in inputs.accounts)),
        set_aside=count(sum(a.set_aside for a in inputs.accounts)),
    )
    yield tally(content, words)
    tables = inputs.recount.tables
    if tables:
        values, differences = sum(t.values for t in tables), sum(t.differences for t in tables)
        yield words("front.found_recount", values=count(values), differences=count(differences))
    else:
        yield words("front.found_no_recount")
    yield words("front.found_corrections", corrections=count(len(inputs.corrections)))
    if inputs.seals:
        yield words("front.found_seals", count=count(len(inputs.seals)))
    if inputs.draws:
        found = [outcome for draw in inputs.draws for outcome in draw.outcomes.values()]
        tests = sum(len(draw.all_tests) for draw in inputs.draws)
        counts = {name: found.count(name) for name in ("conform", "not_conform", "not_found")}
        counts |= {"tests": tests, "open": tests - len(found)}
        yield words("front.found_draws", **{name: count(value) for name, value in counts.items()})


def _open(content: Content, words: Words) -> Iterator[str]:
    lang = words.lang
    for check in content.failed[:SHOWN]:
        yield words("front.open_failed", **found(check, words))
    for check in content.open_warnings[:SHOWN]:
        yield words("front.open_warning", **found(check, words))
    counts = {
        "front.open_accepted": len(content.flagged) - len(content.open_warnings),
        "front.open_reservations": len(content.inputs.reservations),
        "front.open_no_award": sum(not c.elected for c in content.categories),
        "front.open_fragile": sum(bool(c.elected) and c.clear is False for c in content.categories),
        "front.open_changes": len(content.changes),
    }
    for key, value in counts.items():
        if value:
            yield words(key, count=number(value, lang))
    yield words("front.open_signature")
