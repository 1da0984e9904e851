"""The last part of the body: the act that is signed, and the boxes below it.

Belongs here: what the signature says. He signs what was presented to him and what he did himself, each as such, and
only in the state that it is in.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, callout, digest, facts, note, paragraph, text
from orchestration.words import Words


def signature(content: Content, words: Words) -> Iterator[Block]:
    """Who acts, at whose request, where and before whom; what is stated; how to sign."""
    inputs = content.inputs
    if content.demonstration:
        yield callout(words("doc.demonstration_note"))
    name = words("signature.object_text", edition=inputs.edition, title=inputs.rulebook.title.of(words.lang))
    yield facts(
        words.named(
            "signature",
            bailiff=text(words.listed(s.subject for s in inputs.signers)),
            request=text(words.data(inputs.rulebook.organiser)),
            object=text(name),
            place=text(words("signature.place_text")),
            present=text(words("signature.present_text")),
        )
    )
    yield from map(paragraph, _statements(content, words))
    prints = inputs.digests
    yield facts(words.named("front", results=digest(prints.results), custody=digest(prints.custody_head)))
    yield note(words("signature.how"))


def _statements(content: Content, words: Words) -> Iterator[str]:
    """What is signed: what was presented, what he did himself, what he accepts, what he reserves."""
    inputs = content.inputs
    yield words("signature.presented")
    counts = {
        "signature.seals": len(inputs.seals),
        "signature.draws": sum(draw.by_lot for draw in inputs.draws),
        "signature.traced": sum(draw.traced for draw in inputs.draws),
        "signature.accepted": len(content.flagged),
        "signature.reserved": len(inputs.reservations),
    }
    for key, value in counts.items():
        if value:
            yield words(key, count=value)
    yield words("signature.method")
