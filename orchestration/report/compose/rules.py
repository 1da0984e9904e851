"""The rules applied to the candidate, quoted from the rulebook with the place where each stands.

Belongs here: part 6. Shoppers are named nowhere: of conflicts only the number is told.
"""

from collections.abc import Iterator

from orchestration.dossier import tie_key
from orchestration.report.model import CandidateReport
from orchestration.rulebook import Rulebook
from orchestration.typesetting import Block, Cell, code, digest, facts, figure, heading, note, paragraph, table, text
from orchestration.units import BASIS_POINTS, half_up
from orchestration.words import Words, mark, number, percent

Quote = tuple[str, str, str]
"""The rule's name, its value, its place in the rulebook."""


def quoted(report: CandidateReport, words: Words) -> Iterator[Block]:
    """Every rule that made or could have changed the outcome."""
    book = report.rulebook
    quotes = [*_outcome(book, words), *_survey(book, words), *_vote(book, words), *_independence(report, words)]
    yield paragraph(words("quote.intro"))
    yield table(
        words("quote.title"),
        words.named("quote", rule=3.4, value=3.6, where=3.0),
        [_line(*quote) for quote in quotes],
    )
    if book.uses("audit"):
        yield heading(words("quote.channels"))
        yield _channels(book, words)
    yield note(words("quote.how"))
    yield facts([(words("quote.digest"), digest(report.release.rulebook_sha256))])


def _line(name: str, value: str, place: str) -> tuple[Cell, ...]:
    return text(name), text(value), code(place)


def _outcome(book: Rulebook, words: Words) -> Iterator[Quote]:
    lang, rules = words.lang, book.eligibility
    parts = [
        words("rules.component_share", component=words(f"component.{name}"), share=percent(book.weight_of(name), lang))
        for name in book.used
    ]
    yield words("quote.components"), " · ".join(parts), "components"
    yield words("quote.min_mark"), mark(book.min_mark_micro, lang), "eligibility.min_mark"
    yield words("quote.min_candidates"), number(rules.min_candidates, lang), "eligibility.min_candidates"
    yield words("quote.min_completion"), percent(rules.min_completion, lang), "eligibility.min_completion"
    keys = ("، " if lang == "ar" else ", ").join(tie_key(key, words) for key in book.tie_break)
    yield words("quote.tie_break"), keys or words("quote.no_tie_break"), "tie_break"
    yield words("quote.unresolved_tie"), words(f"tie.{book.unresolved_tie}"), "unresolved_tie"
    yield words("quote.max_share"), percent(book.quarantine.max_share, lang), "quarantine.max_share"


def _survey(book: Rulebook, words: Words) -> Iterator[Quote]:
    survey, lang = book.survey, words.lang
    if survey is None or not book.uses("survey"):
        return
    weights = {
        name: percent(getattr(survey.weights, name), lang) for name in ("satisfaction", "recommendation", "effort")
    }
    yield words("quote.survey_weights"), words("quote.survey_weights_text", **weights), "survey.weights"
    yield words("quote.survey_keep"), words(f"quote.keep_{survey.keep}"), "survey.keep"
    yield words("quote.min_respondents"), number(survey.min_respondents, lang), "survey.min_respondents"


def _vote(book: Rulebook, words: Words) -> Iterator[Quote]:
    vote = book.vote
    if vote is None or not book.uses("vote"):
        return
    yield words("quote.vote_mark"), words(f"quote.{vote.mark}"), "vote.mark"
    yield words("quote.vote_keep"), words(f"quote.vote_keep_{vote.keep}"), "vote.one_per, vote.keep"
    if vote.burst:
        limit, action = vote.burst.max_per_ip_hour, words(f"burst.{vote.burst.action}")
        yield words("quote.burst"), words("quote.burst_text", max=limit, action=action), "vote.burst"


def _independence(report: CandidateReport, words: Words) -> Iterator[Quote]:
    rules = report.rulebook.independence
    if rules is None or not report.rulebook.uses("audit"):
        return
    yield words("quote.shopper"), percent(rules.max_shopper_share, words.lang), "independence.max_shopper_share"
    yield words("quote.recheck"), percent(rules.min_recheck_share, words.lang), "independence.min_recheck_share"
    yield words("quote.conflicts"), number(report.conflicts, words.lang), "independence.conflicts"


def _channels(book: Rulebook, words: Words) -> Block:
    lang = words.lang
    total = sum(channel.weight for channel in book.channels.values())
    heads = words.named("rules", channel=2.6, weight=1.2, planned=1.8, criteria=1.4, unanswered=2.0)
    return table(
        words("quote.channels"),
        [*heads, (words("quote.where"), 2.4)],
        [
            (
                text(words.coded("channel", name)),
                figure(percent(half_up(channel.weight * BASIS_POINTS, total), lang)),
                figure(number(channel.planned_tests, lang)),
                figure(number(len(book.grid_of(name)), lang)),
                text(words(f"unanswered.{channel.unanswered}")),
                code(f"channels.{name}"),
            )
            for name, channel in book.channels.items()
        ],
    )
