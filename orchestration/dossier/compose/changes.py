"""What differs from the newest release and from the last dossier, in words.

Belongs here: telling differences; finding them is `dossier/changes.py`.
"""

from collections.abc import Iterable, Iterator

from orchestration.dossier.model import Change, Content
from orchestration.typesetting import Block, heading, paragraph, strong, table, text
from orchestration.words import Words, mark, short


def changed(content: Content, words: Words) -> Iterator[Block]:
    """What differs from the newest release, then from the last dossier where that is another one, in words."""
    previous, released = content.inputs.previous, content.inputs.released
    if released is not None:
        title = words("changes.since_release", number=released.number)
        yield heading(title)
        if released.snapshot is None:
            yield paragraph(words("changes.since_release_lost", number=released.number))
        elif content.corrected:
            yield paragraph(words("changes.since_release_intro", number=released.number))
            yield _differences(title, content.corrected, content, words)
        else:
            yield paragraph(words("changes.since_release_none", number=released.number))
        if previous is not None and previous.snapshot == released.snapshot:
            return
        yield heading(words("changes.since_dossier"))
    if previous is None or previous.snapshot is None:
        yield paragraph(words("changes.lost" if previous else "changes.first"))
        return
    if not content.changes:
        yield paragraph(words("changes.none"))
        return
    yield paragraph(words("changes.intro"))
    yield _differences(words("changes.since_dossier"), content.changes, content, words)


def _differences(caption: str, changes: Iterable[Change], content: Content, words: Words) -> Block:
    return table(
        caption,
        words.named("changes", what=3, before=3, after=3),
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
        return content.company(change.what)
    if change.kind == "outcome":
        return content.label(change.what, words.lang)
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
