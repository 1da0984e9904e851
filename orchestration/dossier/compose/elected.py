"""Who is elected and what decided it: every category on one page, then the titles that deserve a second look.

Belongs here: part 1. The marks of all candidates stand in the annex (`results.py`).
"""

from collections.abc import Iterator

from orchestration.dossier.compose.why import why
from orchestration.dossier.model import Content
from orchestration.scoring import CategoryFact, Decided, decided_by
from orchestration.typesetting import Block, Cell, facts, figure, heading, note, paragraph, strong, table, text
from orchestration.words import Words, mark, number


def elected(content: Content, words: Words) -> Iterator[Block]:
    """The overview; how to read it; ties, shared titles and categories without a title in a sentence each."""
    yield table(
        words("elected.title"),
        words.named("results", category=3.2, holder=3.4, final=0.9, margin=0.8, decided=1.4, clear=0.9, robust=1.2),
        [_line(category, content, words) for category in content.categories],
    )
    rulebook = content.inputs.rulebook
    decided = [f"elected.decided_{name}" for name in rulebook.used]
    yield note(" ".join(map(words, ["elected.decided_note", *decided, "elected.decided_tie"])))
    surveyed = ["elected.noise_survey"] if rulebook.uses("survey") else []
    yield note(" ".join(map(words, ["elected.noise_note", *surveyed, "elected.robust_note"])))
    yield note(words("elected.rounded") + " " + words("elected.marks"))
    noteworthy = [c for c in content.categories if decided_by(c, rulebook) not in _PLAIN]
    if noteworthy:
        yield heading(words("elected.closer"))
        labels = [words.data(content.label(c.category_id, words.lang)) for c in noteworthy]
        yield facts(zip(labels, (text(why(c, content, words)) for c in noteworthy), strict=True))
    else:
        yield paragraph(words("elected.plain"))


_PLAIN = (Decided.AUDIT, Decided.SURVEY, Decided.VOTE)


def _line(category: CategoryFact, content: Content, words: Words) -> tuple[Cell, ...]:
    holders, lang = category.elected, words.lang
    decided = decided_by(category, content.inputs.rulebook)
    reason = words("elected.none") if decided is None else words.code("decided", decided)
    return (
        text(words.data(content.label(category.category_id, lang))),
        strong(words.joined(c.company for c in holders) or words("doc.nothing")),
        figure(mark(holders[0].final if holders else None, lang)),
        figure(mark(holders[0].margin if holders else None, lang)),
        strong(reason) if decided is Decided.TIE_BREAK else text(reason),
        text(_noise(category, words)),
        figure(words("doc.nothing") if category.false_tests is None else number(category.false_tests, lang)),
    )


def _noise(category: CategoryFact, words: Words) -> str:
    if not category.elected or category.clear is None:
        return words("doc.nothing")
    return words("doc.yes" if category.clear else "doc.no")
