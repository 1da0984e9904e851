"""The checks: what was asked of the data, what was expected, what was found, who accepted it.

Belongs here: section 5.
"""

from collections.abc import Iterator

from orchestration.dossier.compose.measures import measures
from orchestration.dossier.model import CheckFact, Content
from orchestration.typesetting import Block, Cell, callout, facts, heading, note, paragraph, strong, table, text
from orchestration.words import Words, moment, number

KEYS_SHOWN = 20


def checks(content: Content, words: Words) -> Iterator[Block]:
    """Failures first, then flagged points with who accepted them, then every check of each gate."""
    yield paragraph(words("checks.intro"))
    yield paragraph(tally(content, words))
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
        members = [check for check in content.inputs.checks if check.gate == gate]
        if members:
            yield heading(words(f"checks.gate_{gate}"))
            yield _table(words(f"checks.gate_{gate}"), members, words)
    yield note(words("checks.later"))


def found(check: CheckFact, words: Words) -> dict[str, str]:
    """What a check looks at, what was expected, what was observed."""
    return {"sentence": check.sentence(words.lang), **measures(check, words)}


def tally(content: Content, words: Words) -> str:
    """How many checks there are, as a sum of what became of them."""
    made = content.inputs.checks
    counts = {
        "total": len(made),
        "passed": sum(c.outcome == "passed" for c in made),
        "flagged": len(content.flagged),
        "noted": sum(c.outcome == "failed" and c.severity == "info" for c in made),
        "na": sum(c.outcome == "not_applicable" for c in made),
    }
    counts["failed"] = 2 * counts["total"] - sum(counts.values())
    return words("checks.summary", **{name: number(value, words.lang) for name, value in counts.items()})


def _detail(check: CheckFact, content: Content, words: Words) -> Iterator[Block]:
    yield heading(check.sentence(words.lang), 3)
    yield facts([(words(f"checks.{name}"), text(words.data(fact))) for name, fact in measures(check, words).items()])
    if check.failing_keys:
        keys = check.failing_keys[:KEYS_SHOWN]
        key = "checks.keys" if len(keys) == check.failing_count else "checks.keys_more"
        yield note(words(key, count=number(check.failing_count, words.lang), keys=words.listed(keys)))


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
            for n, w in (("question", 5.4), ("expected", 1.9), ("observed", 2.2), ("outcome", 1.3), ("otherwise", 1.4))
        ],
        [
            (
                _question(check, words),
                *(text(words.data(fact)) for fact in measures(check, words).values()),
                _outcome(check, words),
                text(words(f"otherwise.{check.severity}")),
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
