"""The checks: in the body what is not conform, in full; in the annex every one of them.

Belongs here: what was asked of the data, what was expected, what was found, who accepted it.
"""

import re
from collections import Counter
from collections.abc import Iterator

from orchestration.dossier.compose import leaving
from orchestration.dossier.compose.measures import measures
from orchestration.dossier.compose.recount import verdict
from orchestration.dossier.model import CheckFact, Content
from orchestration.typesetting import Block, Cell, callout, facts, heading, note, paragraph, strong, table, text
from orchestration.words import Words, moment, number

KEYS_SHOWN = 20
FEW_KEYS = 6
"""Failing rows named in the body; more of them stand in the annex."""
OPEN_DRAW = re.compile(r"([0-9]+) \[open\] ([0-9]+)")
TRACED = re.compile(r"\[(not_conform|not_found)\]")
VOLUMES = {"audit": ("component", "audit"), "candidates": ("source", "candidates"),
           "survey": ("component", "survey"), "vote": ("component", "vote")}  # fmt: skip
VOLUME = re.compile(rf"(?:({'|'.join(VOLUMES)})|tests ([a-z]+)) ([0-9]+) / ([0-9]+)")
STATES = ("passed", "flagged", "noted", "na", "failed")
FAMILIES = ("intake_files", "intake_audit", "intake_survey", "intake_vote", "scoring", "recount", "publication")


def unlike(content: Content, words: Words) -> Iterator[Block]:
    """Failures first, then flagged points with who accepted them, then what is noted; the rest by family."""
    yield paragraph(tally(content, words))
    if content.failed:
        yield heading(words("checks.failed"))
        for check in content.failed:
            yield from _detail(check, words)
            yield callout(words("checks.refused"))
    yield heading(words("checks.flagged"))
    if not content.flagged:
        yield paragraph(words("checks.flagged_none"))
    for check in content.flagged:
        yield from _detail(check, words)
        if check.id == leaving.CHECK:
            yield from leaving.late_withdrawals(content, words)
        yield callout(_consequence(check, content, words))
    if content.noted:
        yield heading(words("checks.noted"))
        yield note(words("checks.noted_note"))
        yield table(
            words("checks.noted"),
            words.named("checks", question=4.4, observed=4.0),
            [(text(check.sentence(words.lang)), text(_observed(check, words))) for check in content.noted],
        )
    yield heading(words("checks.families"))
    yield facts(_families(content, words))
    yield heading(words("recount.title"))
    yield from verdict(content, words)


def _observed(check: CheckFact, words: Words) -> str:
    return words.data(measures(check, words)["observed"])


def _families(content: Content, words: Words) -> Iterator[tuple[str, Cell]]:
    """One line for each family: how many checks in which state."""
    for family in FAMILIES:
        counts = Counter(_state(check) for check in content.inputs.checks if check.family == family)
        parts = [words(f"families.{state}", count=counts[state]) for state in STATES if counts[state]]
        if parts:
            yield words(f"families.{family}"), text(" · ".join(parts))


def _state(check: CheckFact) -> str:
    """In which of the sum's terms a check is counted."""
    if check.outcome == "failed":
        return {"warning": "flagged", "info": "noted"}.get(check.severity, "failed")
    return {"passed": "passed", "not_applicable": "na"}.get(check.outcome, "failed")


def checks(content: Content, words: Words) -> Iterator[Block]:
    """Every check of each gate, and all the rows that a check which found something names."""
    yield paragraph(words("checks.intro"))
    for gate in ("intake", "scoring", "publication"):
        members = [check for check in content.inputs.checks if check.gate == gate]
        if members:
            yield heading(words(f"checks.gate_{gate}"))
            yield _table(words(f"checks.gate_{gate}"), members, words)
    yield note(words("checks.later"))
    named = [check for check in content.inputs.checks if len(check.failing_keys) > FEW_KEYS or _only_here(check)]
    if named:
        yield heading(words("checks.named"))
        for check in named:
            yield heading(_as_question(check, words), 3)
            yield _keys(check, KEYS_SHOWN, words)


def _only_here(check: CheckFact) -> bool:
    """Whether the body does not name the rows of a check that found something."""
    return check.severity == "info" and bool(check.failing_keys)


def observed(check: CheckFact, words: Words) -> dict[str, str]:
    """What a check looks at, what was expected, what was observed."""
    return {"sentence": check.sentence(words.lang), **measures(check, words)}


def tally(content: Content, words: Words) -> str:
    """How many checks there are, as a sum of what became of them."""
    checks = content.inputs.checks
    counts = Counter(map(_state, checks))
    shown = {"total": len(checks), **{state: counts[state] for state in STATES}}
    return words("checks.summary", **shown)


def _detail(check: CheckFact, words: Words) -> Iterator[Block]:
    yield heading(_as_question(check, words), 3)
    yield facts([(words(f"checks.{name}"), text(words.data(fact))) for name, fact in measures(check, words).items()])
    if check.failing_keys:
        yield _keys(check, FEW_KEYS, words)


def _as_question(check: CheckFact, words: Words) -> str:
    """The sentence of a check as what is asked: standing alone it would be read as what was found."""
    return words("checks.asked", sentence=check.sentence(words.lang))


def _keys(check: CheckFact, most: int, words: Words) -> Block:
    keys = check.failing_keys[:most]
    key = "checks.keys" if len(keys) == check.failing_count else "checks.keys_more"
    listed = words.listed(_in_words(row, words) for row in keys)
    return note(words(key, count=check.failing_count, keys=listed))


def _in_words(key: str, words: Words) -> str:
    """What a check names, without the codes that the evidence writes: `46132 [open] 5`, `46132 T002 [not_found]`,
    `tests phone 6888 / 1534`."""
    if match := OPEN_DRAW.fullmatch(key):
        return words("checks.open_draw", seed=match[1], tests=int(match[2]))
    if match := VOLUME.fullmatch(key):
        now, before = (number(int(figure), words.lang) for figure in match.groups()[2:])
        name = words.code("channel", match[2]) if match[2] else words.code(*VOLUMES[match[1]])
        return f"{name} {now} / {before}"
    return TRACED.sub(lambda match: f"({words.code('trace', match[1])})", key)


def _consequence(check: CheckFact, content: Content, words: Words) -> str:
    if check.acceptance is None:
        return words("checks.not_accepted")
    at = moment(check.acceptance.at, content.inputs.rulebook.zone, words.lang)
    return words("checks.accepted", by=check.acceptance.by, at=at, reason=check.acceptance.reason)


def _table(caption: str, members: list[CheckFact], words: Words) -> Block:
    return table(
        caption,
        words.named("checks", question=5.4, expected=1.9, observed=2.2, outcome=1.3, otherwise=1.4),
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
