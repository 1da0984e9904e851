"""The rulebook that was applied, and who may sign.

Belongs here: the part on rules.
"""

from collections.abc import Iterable, Iterator

from orchestration.dossier.compose.why import tie_key
from orchestration.dossier.model import Content
from orchestration.settings import RULEBOOK_FILE
from orchestration.typesetting import Block, Cell, code, facts, figure, heading, paragraph, table, text
from orchestration.units import BASIS_POINTS, half_up
from orchestration.words import Words, day, mark, moment, number, percent


def rules(content: Content, words: Words) -> Iterator[Block]:
    """What the rulebook says, and who may sign."""
    book, lang = content.inputs.rulebook, words.lang
    yield paragraph(_origin(content, words))
    shares = [
        words("rules.component_share", component=words(f"component.{name}"), share=percent(book.weight_of(name), lang))
        for name in book.used
    ]
    rows = [
        ("name", text(words.data(book.title.of(lang)))),
        ("organiser", text(words.data(book.organiser))),
        ("fieldwork", text(f"{day(str(book.fieldwork.start), lang)} – {day(str(book.fieldwork.end), lang)}")),
        ("zone", code(book.timezone)),
        ("components", text(" · ".join(shares))),
        ("min_mark", text(words("rules.of_twenty", mark=mark(book.min_mark_micro, lang)))),
        ("min_candidates", text(number(book.eligibility.min_candidates, lang))),
        ("min_completion", text(percent(book.eligibility.min_completion, lang))),
        ("tie_break", text(_in_order(book.tie_break, words))),
        ("unresolved", text(words(f"tie.{book.unresolved_tie}"))),
        ("max_share", text(percent(book.quarantine.max_share, lang))),
    ]
    yield facts((words(f"rules.{name}"), cell) for name, cell in rows)
    if book.uses("audit"):
        yield from _channels(content, words)
    yield from _other_sources(content, words)
    yield heading(words("rules.signers"))
    yield table(
        words("rules.signers"),
        words.named("rules", signer=5, valid=4),
        [
            (text(words.data(s.subject)), text(f"{day(s.valid_from, lang)} – {day(s.valid_to, lang)}"))
            for s in content.inputs.signers
        ],
    )


def _in_order(keys: Iterable[str], words: Words) -> str:
    """The criteria of the tie-break, each pointing to the one that comes after it."""
    return f" {words('rules.then')} ".join(tie_key(key, words) for key in keys) or words("doc.nothing")


def _origin(content: Content, words: Words) -> str:
    """When the rulebook in force was deposited, and whether it replaced another: the register says, not we."""
    lang, zone = words.lang, content.inputs.rulebook.zone
    versions = [deposit for deposit in content.inputs.deposits if deposit.path == RULEBOOK_FILE]
    current = next((deposit for deposit in versions if deposit.current), None)
    if current is None:
        return words("rules.intro")
    facts = {"at": moment(current.received_at, zone, lang), "supplier": current.supplier}
    if len(versions) == 1:
        return words("rules.intro_only", **facts)
    first = moment(versions[0].received_at, zone, lang)
    return words("rules.intro_replaced", **facts, earlier=len(versions) - 1, first=first)


def _channels(content: Content, words: Words) -> Iterator[Block]:
    book, lang = content.inputs.rulebook, words.lang
    total = sum(channel.weight for channel in book.channels.values())
    yield heading(words("rules.channels"))
    yield table(
        words("rules.channels"),
        words.named("rules", channel=3, weight=1.5, planned=2, criteria=1.5, unanswered=2),
        [
            (
                text(words.code("channel", name)),
                figure(percent(half_up(channel.weight * BASIS_POINTS, total), lang)),
                figure(number(channel.planned_tests, lang)),
                figure(number(len(book.grid_of(name)), lang)),
                text(words(f"unanswered.{channel.unanswered}")),
            )
            for name, channel in book.channels.items()
        ],
    )


def _other_sources(content: Content, words: Words) -> Iterator[Block]:
    book, lang, rows = content.inputs.rulebook, words.lang, list[tuple[str, Cell]]()
    if book.uses("survey") and book.survey:
        survey = book.survey
        sentence = words(
            "rules.survey_text",
            start=day(str(survey.window.start), lang),
            end=day(str(survey.window.end), lang),
            satisfaction=percent(survey.weights.satisfaction, lang),
            recommendation=percent(survey.weights.recommendation, lang),
            effort=percent(survey.weights.effort, lang),
            min=survey.min_respondents,
        )
        rows.append((words("rules.survey"), text(sentence)))
    if book.uses("vote") and book.vote:
        vote = book.vote
        opens, closes = (moment(at.isoformat(), book.zone, lang) for at in (vote.window.opens, vote.window.closes))
        sentence = words("rules.vote_text", start=opens, end=closes, min=vote.min_votes)
        if vote.burst:
            limit = vote.burst.max_per_ip_hour
            sentence += " " + words("rules.burst", max=limit, action=words(f"burst.{vote.burst.action}"))
        rows.append((words("rules.vote"), text(sentence)))
    if book.independence and book.independence.conflicts:
        names = content.inputs.companies
        conflicts = " · ".join(
            words("rules.conflict", shopper=c.shopper_id, company=names.get(c.company_id, c.company_id))
            for c in book.independence.conflicts
        )
        rows.append((words("rules.conflicts"), text(conflicts)))
    if book.contest:
        dates = {"start": day(str(book.contest.opens), lang), "end": day(str(book.contest.closes), lang)}
        rows.append((words("rules.contest"), text(words("rules.contest_text", **dates))))
    if rows:
        yield facts(rows)
