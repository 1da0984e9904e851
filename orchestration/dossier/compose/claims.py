"""The annex of claims: each sentence that a laureate may print, word for word, in the three languages.

Belongs here: laying them out. They are published as they stand here.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, facts, heading, paragraph, text_in
from orchestration.words import LANGUAGES, Words


def claims(content: Content, words: Words) -> Iterator[Block]:
    """Each laureate with its three sentences, in the order of the rulebook's categories."""
    if not content.inputs.claims:
        yield paragraph(words("claims.none"))
        return
    yield paragraph(words("claims.intro"))
    order = [category.id for category in content.inputs.rulebook.categories]
    for claim in sorted(content.inputs.claims, key=lambda claim: (order.index(claim.category_id), claim.candidate_id)):
        yield heading(" – ".join(map(words.data, (claim.company, content.label(claim.category_id, words.lang)))))
        sentences = zip(LANGUAGES, claim.sentences, strict=True)
        yield facts((words(f"claims.{language}"), text_in(sentence, language)) for language, sentence in sentences)
