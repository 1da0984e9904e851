"""The second computation: its verdict in the body, value by value in the annex.

Belongs here: what `scoring` remembers of the recount, in words.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, callout, code, figure, heading, paragraph, table, text
from orchestration.words import Words, micropoints, number


def verdict(content: Content, words: Words) -> Iterator[Block]:
    """What it is, how much was compared, whether all agrees."""
    tables = content.inputs.recount.tables
    yield paragraph(words("recount.intro"))
    if not tables:
        yield callout(words("recount.none"))
        return
    differences = sum(t.differences for t in tables)
    yield paragraph(
        words(
            "recount.sum",
            tables=len(tables),
            values=sum(t.values for t in tables),
            differences=differences,
        )
    )
    yield callout(words("recount.not_equal" if differences else "recount.all_equal"))


def recount(content: Content, words: Words) -> Iterator[Block]:
    """Declared, recomputed, difference: in all, then for each final mark."""
    fact, lang = content.inputs.recount, words.lang
    if not fact.tables:
        yield callout(words("recount.none"))
        return
    yield paragraph(words("recount.columns"))
    yield table(
        words("recount.title"),
        words.named("recount", table=4, rows=1, values=1.4, differences=1.4),
        [
            (text(words.code("table", t.table)), *(figure(number(v, lang)) for v in (t.rows, t.values, t.differences)))
            for t in fact.tables
        ],
    )
    if fact.differences:
        yield heading(words("recount.found"))
        yield table(
            words("recount.found"),
            words.named("recount", table=2.4, key=2.4, column=2, declared=2, recomputed=2),
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
    places = {
        c.candidate_id: (c.company, content.label(category.category_id, lang))
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
    heads = words.named("recount", candidate=3, category=3, declared=1.4, recomputed=1.4, difference=1.1)
    return table(words("recount.finals"), heads, rows)
