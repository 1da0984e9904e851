"""What the bailiff had fixed before this dossier: the seals.

Belongs here: section 9.
"""

from collections.abc import Iterator

from orchestration.dossier.compose.blocks import (
    Block,
    callout,
    digest,
    facts,
    figure,
    heading,
    paragraph,
    strong,
    table,
    text,
)
from orchestration.dossier.model import Content
from orchestration.dossier.typography import moment, number
from orchestration.dossier.witnessed_model import SealFact
from orchestration.dossier.words import Words


def seals(content: Content, words: Words) -> Iterator[Block]:
    """Every seal with its state, its fingerprint, and the reason of each correction."""
    found, lang, zone = content.inputs.seals, words.lang, content.inputs.rulebook.zone
    if not found:
        yield paragraph(words("seals.none"))
        return
    yield paragraph(words("seals.intro"))
    columns = (("number", 0.0), ("stage", 2.0), ("at", 3.4), ("by", 3.0), ("state", 2.4))
    yield table(
        words("seals.title"),
        [(words(f"seals.{name}"), width) for name, width in columns],
        [
            (
                figure(number(seal.number, lang)),
                text(words(f"fiche.{seal.stage}")),
                text(moment(seal.at, zone, lang)),
                text(words.data(seal.by)),
                _state(seal, words),
            )
            for seal in found
        ],
    )
    for seal in found:
        yield heading(_name(seal, words), 3)
        yield facts([(words("seals.print"), digest(seal.fingerprint)), (words("seals.record"), digest(seal.record))])
        if seal.corrects is not None:
            values = {"number": number(seal.number, lang), "before": number(seal.before or 0, lang)}
            yield callout(words("seals.correction", **values, reason=seal.corrects))


def _name(seal: SealFact, words: Words) -> str:
    return words("seals.name", number=number(seal.number, words.lang), stage=words(f"fiche.{seal.stage}"))


def _state(seal: SealFact, words: Words) -> dict[str, str]:
    if seal.replaced_by is not None:
        return text(words("seals.replaced", number=number(seal.replaced_by, words.lang)))
    return text(words("seals.kept")) if seal.kept else strong(words("seals.unkept"))
