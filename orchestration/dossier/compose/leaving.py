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


def late_withdrawals(content: Content, words: Words) -> Iterator[Block]:
    """A row for each withdrawal that is not in order."""
    late = [withdrawal for withdrawal in content.inputs.withdrawals if withdrawal.late]
    if not late:
        return
    without = {otherwise.category_id: otherwise for otherwise in content.inputs.otherwise}
    yield table(
        words("withdrawn.title"),
        words.named("withdrawn", who=3.0, on=1.8, lists=2.6, now=2.2, without=3.0),
        [
            (
                {**text(withdrawal.company), "under": content.label(withdrawal.category_id, words.lang)},
                text(_day(withdrawal, words)),
                text(_lists(withdrawal, words)),
                text(_now(withdrawal, content, words)),
                strong(_without(without.get(withdrawal.category_id), content, words)),
            )
            for withdrawal in late
        ],
    )
    yield note(words("withdrawn.note"))


def _day(withdrawal: "Withdrawal", words: Words) -> str:
    return day(str(withdrawal.withdrawn_on), words.lang) if withdrawal.withdrawn_on else words("withdrawn.no_date")


def _lists(withdrawal: "Withdrawal", words: Words) -> str:
    """In which deposits the candidate was entered, then withdrawn."""
    named = {"entered": withdrawal.entered_in, "gone": withdrawal.withdrawn_in}
    sentences = [
        words(f"withdrawn.{name}", deposits=words.listed(number(seq, words.lang) for seq in deposits))
        for name, deposits in named.items()
        if deposits
    ]
    return " ".join(sentences)


def _now(withdrawal: "Withdrawal", content: Content, words: Words) -> str:
    category = next((c for c in content.categories if c.category_id == withdrawal.category_id), None)
    return words.code("outcome", category.outcome) if category else words("doc.nothing")


def _without(otherwise: Otherwise | None, content: Content, words: Words) -> str:
    if otherwise is None or otherwise.outcome is None:
        return words("withdrawn.unknown")
    outcome = words.code("outcome", otherwise.outcome)
    holders = words.listed(map(content.company, otherwise.elected))
    return words("withdrawn.outcome", outcome=outcome, names=holders) if holders else outcome
