"""The checks: what was asked of the data, what was expected, what was found, who accepted it.

Belongs here: section 5.
"""

from collections.abc import Iterator

from orchestration.dossier.compose.blocks import (
    Block,
    Cell,
    callout,
    facts,
    heading,
    note,
    paragraph,
    strong,
    table,
    text,
)
from orchestration.dossier.model import CheckFact, Content
from orchestration.dossier.typography import moment, number
from orchestration.dossier.words import Words

KEYS_SHOWN = 20


def checks(content: Content, words: Words) -> Iterator[Block]:
    """Failures first, then flagged points with who accepted them, then every check of each gate."""
    found = content.inputs.checks
    yield paragraph(words("checks.intro"))
    counts = {
        "total": len(found),
        "passed": sum(c.outcome == "passed" for c in found),
        "flagged": len(content.flagged),
        "na": sum(c.outcome == "not_applicable" for c in found),
    }
    yield paragraph(words("checks.summary", **{name: number(value, words.lang) for name, value in counts.items()}))
    if content.failed:
        yield heading(words("checks.failed"))
        for check in content.failed:
            yield from _detail(check, content, words)
            yield callout(words("checks.refused"))
    yield heading(words("checks.flagged"))
    if not content.flagged:
        yield paragraph(words("checks.flagged_none"))
    for check in content.flagged:
        yield from _detail(check, content, words)
        yield callout(_consequence(check, content, words))
    for gate in ("intake", "scoring", "publication"):
        members = [check for check in found if check.gate == gate]
        if members:
            yield heading(words(f"checks.gate_{gate}"))
            yield _table(words(f"checks.gate_{gate}"), members, words)
    yield note(words("checks.later"))


def _detail(check: CheckFact, content: Content, words: Words) -> Iterator[Block]:
    yield heading(check.sentence(words.lang), 3)
    yield facts(
        [
            (words("checks.expected"), text(words.data(check.expected))),
            (words("checks.observed"), text(words.data(check.observed))),
        ]
    )
    if check.failing_keys:
        keys = check.failing_keys[:KEYS_SHOWN]
        key = "checks.keys" if len(keys) == check.failing_count else "checks.keys_more"
        yield note(words(key, count=number(check.failing_count, words.lang), keys=", ".join(keys)))


def _consequence(check: CheckFact, content: Content, words: Words) -> str:
    if check.acceptance is None:
        return words("checks.not_accepted")
    at = moment(check.acceptance.at, content.inputs.rulebook.zone, words.lang)
    return words("checks.accepted", by=check.acceptance.by, at=at, reason=check.acceptance.reason)


def _table(caption: str, members: list[CheckFact], words: Words) -> Block:
    return table(
        caption,
        [
            (words(f"checks.{n}"), w)
            for n, w in (("question", 6), ("expected", 2.2), ("observed", 2.2), ("outcome", 1.8))
        ],
        [
            (
                _question(check, words),
                text(words.data(check.expected)),
                text(words.data(check.observed)),
                _outcome(check, words),
            )
            for check in members
        ],
    )


def _question(check: CheckFact, words: Words) -> Cell:
    return {**text(check.sentence(words.lang)), "under": check.id}


def _outcome(check: CheckFact, words: Words) -> Cell:
    if check.outcome == "failed":
        return strong(words(f"check.failed_{check.severity}"))
    return strong(words("check.error")) if check.outcome == "error" else text(words(f"check.{check.outcome}"))
