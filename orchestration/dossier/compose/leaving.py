"""Withdrawals that came when the data was there: who, when, what the lists said, what the outcome would be without.

Belongs here: their table, under the check that names them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.dossier.model import Content, Otherwise
from orchestration.typesetting import Block, note, strong, table, text
from orchestration.words import Words, day, number

if TYPE_CHECKING:
    from orchestration.intake import Withdrawal

CHECK = "intake.withdrawals_timely"
COLUMNS = (("who", 3.0), ("on", 1.8), ("lists", 2.6), ("now", 2.2), ("without", 3.0))


def late_withdrawals(content: Content, words: Words) -> Iterator[Block]:
    """A row for each withdrawal that is not in order."""
    late = [one for one in content.inputs.withdrawals if one.late]
    if not late:
        return
    without = {one.category_id: one for one in content.inputs.otherwise}
    yield table(
        words("withdrawn.title"),
        [(words(f"withdrawn.{name}"), width) for name, width in COLUMNS],
        [
            (
                {**text(one.company), "under": _category(one, content, words)},
                text(_day(one, words)),
                text(_lists(one, words)),
                text(_now(one, content, words)),
                strong(_without(without.get(one.category_id), content, words)),
            )
            for one in late
        ],
    )
    yield note(words("withdrawn.note"))


def _category(one: "Withdrawal", content: Content, words: Words) -> str:
    labels = {c.id: c.label.of(words.lang) for c in content.inputs.rulebook.categories}
    return labels.get(one.category_id, one.category_id)


def _day(one: "Withdrawal", words: Words) -> str:
    return day(str(one.withdrawn_on), words.lang) if one.withdrawn_on else words("withdrawn.no_date")


def _lists(one: "Withdrawal", words: Words) -> str:
    """In which deposits the candidate was entered, then withdrawn."""
    named = {"entered": one.entered_in, "gone": one.withdrawn_in}
    told = [
        words(f"withdrawn.{name}", deposits=words.listed(number(seq, words.lang) for seq in found))
        for name, found in named.items()
        if found
    ]
    return " ".join(told)


def _now(one: "Withdrawal", content: Content, words: Words) -> str:
    found = next((c for c in content.categories if c.category_id == one.category_id), None)
    return words.code("outcome", found.outcome) if found else words("doc.nothing")


def _without(one: Otherwise | None, content: Content, words: Words) -> str:
    if one is None or one.outcome is None:
        return words("withdrawn.unknown")
    names = {c.candidate_id: c.company for category in content.categories for c in category.candidates}
    outcome = words.code("outcome", one.outcome)
    holders = words.listed(names.get(key, key) for key in one.elected)
    return words("withdrawn.outcome", outcome=outcome, names=holders) if holders else outcome
