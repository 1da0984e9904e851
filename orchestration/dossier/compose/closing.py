"""The end of the dossier: second computation, changes, glossary, signature.

Belongs here: section 8, the last sections and the last page.
"""

from collections.abc import Iterable, Iterator

from orchestration.dossier.model import Change, Content
from orchestration.typesetting import (
    Block,
    callout,
    code,
    digest,
    facts,
    figure,
    heading,
    paragraph,
    strong,
    table,
    text,
)
from orchestration.words import Words, mark, micropoints, number, short

TERMS = (
    "print", "register", "set_aside", "excluded", "flagged", "blocking", "margin", "interval", "category", "channel",
    "recount",
)  # fmt: skip


def recount(content: Content, words: Words) -> Iterator[Block]:
    """Declared, recomputed, difference: in all, then for each final mark."""
    fact, lang = content.inputs.recount, words.lang
    yield paragraph(words("recount.intro"))
    if not fact.tables:
        yield callout(words("recount.none"))
        return
    agree = not any(t.differences for t in fact.tables)
    yield callout(words("recount.all_equal" if agree else "recount.not_equal"))
    names = (("table", 4), ("rows", 1), ("values", 1.4), ("differences", 1.4))
    yield table(
        words("recount.title"),
        [(words(f"recount.{name}"), width) for name, width in names],
        [
            (text(words.code("table", t.table)), *(figure(number(v, lang)) for v in (t.rows, t.values, t.differences)))
            for t in fact.tables
        ],
    )
    if fact.differences:
        yield heading(words("recount.found"))
        columns = (("table", 2.4), ("key", 2.4), ("column", 2), ("declared", 2), ("recomputed", 2))
        yield table(
            words("recount.found"),
            [(words(f"recount.{name}"), width) for name, width in columns],
            [
                (text(words.code("table", d.table)), *map(code, (d.key, d.column, d.declared, d.recomputed)))
                for d in fact.differences
            ],
        )
    if fact.finals:
        yield heading(words("recount.finals"))
        yield _finals(content, words)


def _finals(content: Content, words: Words) -> Block:
    lang = words.lang
    labels = {c.id: c.label.of(lang) for c in content.inputs.rulebook.categories}
    places = {
        c.candidate_id: (c.company, labels.get(category.category_id, category.category_id))
        for category in content.categories
        for c in category.candidates
    }
    rows = []
    for final in content.inputs.recount.finals:
        known = final.declared is not None and final.recomputed is not None
        difference = (final.declared or 0) - (final.recomputed or 0) if known else None
        values = (final.declared, final.recomputed, difference)
        names = places.get(final.candidate_id, (final.candidate_id, words("doc.nothing")))
        rows.append((*(text(words.data(n)) for n in names), *(figure(micropoints(v, lang)) for v in values)))
    columns = (("candidate", 3), ("category", 3), ("declared", 1.4), ("recomputed", 1.4), ("difference", 1.1))
    return table(words("recount.finals"), [(words(f"recount.{name}"), width) for name, width in columns], rows)


def changed(content: Content, words: Words) -> Iterator[Block]:
    """What differs from the newest release, then from the last dossier where that is another one, in words."""
    released = content.inputs.released
    if released is not None:
        number_shown = number(released.number, words.lang)
        yield heading(words("changes.since_release", number=number_shown))
        if content.corrected:
            yield paragraph(words("changes.since_release_intro", number=number_shown))
            yield _differences(words("changes.since_release", number=number_shown), content.corrected, content, words)
        else:
            yield paragraph(words("changes.since_release_none", number=number_shown))
        if released.snapshot == content.inputs.previous:
            return
        yield heading(words("changes.since_dossier"))
    if content.inputs.previous is None:
        yield paragraph(words("changes.first"))
        return
    if not content.changes:
        yield paragraph(words("changes.none"))
        return
    yield paragraph(words("changes.intro"))
    yield _differences(words("changes.since_dossier"), content.changes, content, words)


def _differences(caption: str, changes: Iterable[Change], content: Content, words: Words) -> Block:
    return table(
        caption,
        [(words("changes.what"), 3), (words("changes.before"), 3), (words("changes.after"), 3)],
        [
            (
                text(words(f"changes.{change.kind}", name=_name(change, content, words))),
                text(_value(change.kind, change.before, words)),
                strong(_value(change.kind, change.after, words)),
            )
            for change in changes
        ],
    )


def _name(change: Change, content: Content, words: Words) -> str:
    if change.kind == "candidate":
        names = {c.candidate_id: c.company for category in content.categories for c in category.candidates}
        return names.get(change.what, change.what)
    if change.kind == "outcome":
        labels = {c.id: c.label.of(words.lang) for c in content.inputs.rulebook.categories}
        return labels.get(change.what, change.what)
    if change.kind in ("check", "acceptance"):
        return {c.id: c.sentence(words.lang) for c in content.inputs.checks}.get(change.what, change.what)
    return change.what


def _value(kind: str, value: str | None, words: Words) -> str:
    if value is None:
        return words("changes.absent")
    if kind in ("deposit", "seal", "code"):
        return short(value)
    if kind == "outcome":
        return words.code("outcome", value)
    if kind == "check":
        return words.code("check", value)
    if kind == "candidate" and "|" in value:
        final, rank = value.split("|")
        shown = mark(int(final), words.lang) if final.isdigit() else words("doc.nothing")
        return words("changes.mark_rank", mark=shown, rank=rank if rank.isdigit() else words("doc.nothing"))
    return words("changes.withdrawn") if value == "withdrawn" else value


def glossary(content: Content, words: Words) -> Iterator[Block]:
    """Every word of the dossier that is not everyday language."""
    yield table(
        words("glossary.title"),
        [(words("glossary.term"), 1.4), (words("glossary.meaning"), 5)],
        [(strong(words(f"glossary.{term}")), text(words(f"glossary.{term}_text"))) for term in TERMS],
    )


def signature(content: Content, words: Words) -> Iterator[Block]:
    """What the signature says, and how to give it. The boxes stand below it."""
    if content.demonstration:
        yield callout(words("doc.demonstration_note"))
    yield paragraph(words("signature.statement"))
    yield facts(
        [
            (words("front.results"), digest(content.inputs.digests.results)),
            (words("front.custody"), digest(content.inputs.digests.custody_head)),
        ]
    )
    yield paragraph(words("signature.how"))
