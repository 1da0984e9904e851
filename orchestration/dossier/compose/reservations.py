"""What the bailiff reserves: said before signing, printed, and so signed with the results.

Belongs here: the section on reservations. That a later dossier still prints them is `load.py`'s doing.
"""

from collections.abc import Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, callout, heading, note, paragraph
from orchestration.words import Words, moment


def reservations(content: Content, words: Words) -> Iterator[Block]:
    """Every reservation of the edition in the order in which they were entered, or that there is none."""
    if not content.inputs.reservations:
        yield paragraph(words("reservations.none"))
        return
    yield paragraph(words("reservations.intro"))
    for one in content.inputs.reservations:
        at = moment(one.at, content.inputs.rulebook.zone, words.lang)
        yield heading(words("reservations.by", by=one.by, at=at), 3)
        yield callout(words("reservations.text", reason=one.reason))
        if not one.current:
            yield note(words("reservations.earlier"))
