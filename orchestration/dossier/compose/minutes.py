"""The last annex: a model of the bailiff's own procès-verbal, to be copied and adapted.

Belongs here: what the dossier knows and such an act repeats, and a blank for all that only he can say. Nothing in it is
stated by anybody: signing the dossier is not signing this form.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, Cell, blank, code, digest, facts, note, paragraph, text
from orchestration.words import Words


def minutes(content: Content, words: Words) -> Iterator[Block]:
    """The head of the act, the prints of what was presented, a place for each thing that he saw himself."""
    inputs = content.inputs
    yield note(words("minutes.note"))
    yield facts(
        [
            *(
                (words(f"minutes.{name}"), blank(words(f"minutes.{name}_text")))
                for name in ("number", "when", "office")
            ),
            (words("signature.request"), text(words.data(inputs.rulebook.organiser))),
            *((words(f"minutes.{name}"), blank(words(f"minutes.{name}_text"))) for name in ("place", "present")),
        ]
    )
    title = inputs.rulebook.title.of(words.lang)
    yield paragraph(words("minutes.presented", edition=inputs.edition, title=title), sticky=True)
    prints = inputs.digests
    yield facts(words.named("front", results=digest(prints.results), custody=digest(prints.custody_head)))
    yield paragraph(words("minutes.own"), sticky=True)
    yield facts(_own(content, words))
    yield paragraph(words("minutes.closing"))


def _own(content: Content, words: Words) -> Iterator[tuple[str, Cell]]:
    """What he did, by the record, with a blank for what he says of it; then the rest."""
    inputs = content.inputs
    if inputs.seals:
        yield words("minutes.seals", count=len(inputs.seals)), blank(words("minutes.seals_text"))
    if rolled := [draw.seed for draw in inputs.draws if draw.by_lot]:
        yield words("minutes.dice"), code(", ".join(rolled))
    if inputs.draws:
        yield words("minutes.traced"), blank(words("minutes.traced_text"))
    for name in ("seen", "answer", "joined"):
        yield words(f"minutes.{name}"), blank(words(f"minutes.{name}_text"))
