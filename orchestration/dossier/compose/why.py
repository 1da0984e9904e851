"""Why a category came out as it did: the rule that decided, with its figures.

Belongs here: one sentence or two for each outcome. That the outcome follows from the marks is checked elsewhere
(`scoring.outcomes_ruled`); here it is told.
"""

from orchestration.dossier.model import Content
from orchestration.rulebook import Rulebook
from orchestration.scoring import CandidateFact, CategoryFact
from orchestration.words import Words, mark, number


def why(category: CategoryFact, content: Content, words: Words) -> str:
    """The reason of the outcome, for a reader who knows the rulebook only from this dossier."""
    book, ranked = content.inputs.rulebook, category.ranked
    facts = {
        "best": mark(ranked[0].final if ranked else None, words.lang),
        "min": mark(book.min_mark_micro, words.lang),
        "candidates": number(len(ranked), words.lang),
        "needed": number(book.eligibility.min_candidates, words.lang),
    }
    told = [words(f"why.{category.outcome}", **facts)]
    if category.outcome == "elected":
        first, *others = ranked
        equals = [other for other in others if other.final == first.final]
        if equals:
            told.append(_parted(first, equals, book, words))
    return " ".join(told)


def _parted(first: CandidateFact, equals: list[CandidateFact], book: Rulebook, words: Words) -> str:
    """Which criterion separated the first from those with the same final mark: the last one that was needed."""
    names = words.listed(other.company for other in equals)
    left, deciding = equals, "?"
    for key in book.tie_break:
        if not left:
            break
        left, before = [o for o in left if deciding_value(o, key) == deciding_value(first, key)], left
        deciding = key if len(left) < len(before) else deciding
    return words("why.parted", names=names, key=tie_key(deciding, words))


def deciding_value(candidate: CandidateFact, key: str) -> int | None:
    """What a criterion of the tie-break compares: a mark in micropoints, or the number of counted votes."""
    if key.startswith("channel:"):
        return next((c.mark for c in candidate.channels if c.channel == key.removeprefix("channel:")), None)
    if key == "vote":
        return next((c.observations for c in candidate.components if c.component == "vote"), None)
    return candidate.mark_of(key)


def tie_key(key: str, words: Words) -> str:
    """A criterion of the tie-break in words."""
    if key.startswith("channel:"):
        return words("key.channel", channel=words.code("channel", key.removeprefix("channel:")))
    return words(f"key.{key}")
