"""The first and the last annex: the words of the dossier, and the conditions in which it was made.

Belongs here: what is looked up, not read.
"""

from collections.abc import Callable, Iterator

from orchestration.dossier.model import Content
from orchestration.typesetting import Block, code, digest, facts, heading, note, paragraph, strong, table, text
from orchestration.words import Words, moment

Maker = Callable[[Content, Words], Iterator[Block]]

TERMS = (
    "print", "register", "set_aside", "excluded", "flagged", "blocking", "margin", "interval", "category", "channel",
    "contest", "recount",
)  # fmt: skip


def glossary(content: Content, words: Words) -> Iterator[Block]:
    """Every word of the dossier that is not everyday language."""
    yield table(
        words("glossary.title"),
        words.named("glossary", term=1.4, meaning=5),
        [(strong(words(f"glossary.{term}")), text(words(f"glossary.{term}_text"))) for term in TERMS],
    )


def conditions(content: Content, words: Words) -> Iterator[Block]:
    """Machine, system, clock, start and end, program, versions."""
    now, zone = content.inputs.conditions, content.inputs.rulebook.zone
    yield paragraph(words("conditions.intro"))
    rows = words.named(
        "conditions",
        started=text(moment(now.started_at, zone, words.lang)),
        ended=text(moment(now.ended_at, zone, words.lang)),
        clock=text(words.data(now.clock)),
        machine=text(words.data(now.machine)),
        system=text(words.data(now.system)),
        run=code(now.run_id or words("doc.nothing")),
        code=digest(content.inputs.digests.code),
    )
    yield facts([*rows, *(words.named("conditions", engine=text(words("conditions.spark"))) if now.engine else [])])
    yield note(words("conditions.clock_note"))
    yield heading(words("conditions.versions"))
    yield table(
        words("conditions.versions"),
        words.named("conditions", software=1, version=1),
        [(code(name), code(version)) for name, version in (*now.versions, *now.engine)],
    )
