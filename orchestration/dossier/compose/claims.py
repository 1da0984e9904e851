"""The annex of claims: each sentence that a laureate may print, word for word, in the three languages.

Belongs here: laying them out. They are published as they stand here.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, paragraph, said, strong, table, text
from orchestration.words import LANGUAGES, Words


def claims(content: Content, words: Words) -> Iterator[Block]:
    """One row for each laureate and language, in the order of the rulebook's categories."""
    if not content.inputs.claims:
        yield paragraph(words("claims.none"))
        return
    yield paragraph(words("claims.intro"))
    labels = {category.id: category.label.of(words.lang) for category in content.inputs.rulebook.categories}
    order = list(labels)
    rows = [
        (
            strong(words.data(claim.company)),
            text(words.data(labels[claim.category_id])),
            text(words(f"claims.{language}")),
            said(sentence, language),
        )
        for claim in sorted(content.inputs.claims, key=lambda one: (order.index(one.category_id), one.candidate_id))
        for language, sentence in zip(LANGUAGES, claim.sentences, strict=True)
    ]
    columns = (("candidate", 2), ("category", 2), ("language", 1.2), ("sentence", 6))
    yield table(words("claims.title"), [(words(f"claims.{name}"), width) for name, width in columns], rows)
