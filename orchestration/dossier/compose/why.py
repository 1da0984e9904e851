"""Why a category came out as it did: the rule that decided, with its figures.

Belongs here: one sentence or two for each outcome. That the outcome follows from the marks is checked elsewhere
(`scoring.outcomes_ruled`); here it is told.
"""

from orchestration.dossier.model import Content
from orchestration.scoring import CategoryFact, Parting, partings
from orchestration.words import Words, mark


def why(category: CategoryFact, content: Content, words: Words) -> str:
    """The reason of the outcome, for a reader who knows the rulebook only from this dossier."""
    book, ranked = content.inputs.rulebook, category.ranked
    parted = partings(category, book)
    facts: dict[str, str | int] = {
        "best": mark(ranked[0].final if ranked else None, words.lang),
        "min": mark(book.min_mark_micro, words.lang),
        "candidates": len(ranked),
        "needed": book.eligibility.min_candidates,
    }
    basis = words("why.basis", **facts)
    holders = words.joined(c.company for c in category.elected)
    key = "tie_break" if category.outcome == "elected" and parted else category.outcome
    sentences = [words(f"why.{key}", names=holders, **facts), *(parting(pair, words) for pair in parted)]
    return " ".join([*sentences, basis] if category.elected else sentences)


def parting(pair: Parting, words: Words) -> str:
    """What separates two candidates with the same final mark: the key, and its value for each."""
    first, other = _values(pair, words)
    names = {"first": pair.first.company, "other": pair.other.company}
    return words("why.parted", **names, key=tie_key(pair.key, words), value=first, other_value=other)


def _values(pair: Parting, words: Words) -> tuple[str, str]:
    """Both values in their unit; in millionths of a point where two decimals would show them equal."""
    lang = words.lang
    if pair.key == "vote":
        return tuple(words("why.votes", count=value or 0) for value in (pair.value, pair.other_value))  # type: ignore[return-value]
    shown = mark(pair.value, lang), mark(pair.other_value, lang)
    if shown[0] != shown[1]:
        return shown
    return tuple(words("why.micro", micro=value or 0) for value in (pair.value, pair.other_value))  # type: ignore[return-value]


def tie_key(key: str, words: Words) -> str:
    """A criterion of the tie-break in words."""
    if key.startswith("channel:"):
        return words("key.channel", channel=words.code("channel", key.removeprefix("channel:")))
    return words(f"key.{key}")
