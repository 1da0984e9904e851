"""How the work was conducted: conditions of execution, the rulebook, what was deposited.

Belongs here: sections 1 to 3.
"""

from collections.abc import Iterator
from datetime import datetime

from orchestration.dossier.compose.why import tie_key
from orchestration.dossier.model import Content, DepositFact
from orchestration.typesetting import (
    Block,
    Cell,
    code,
    digest,
    facts,
    figure,
    heading,
    note,
    paragraph,
    picture,
    table,
    text,
    timeline,
)
from orchestration.units import BASIS_POINTS, half_up
from orchestration.words import Words, day, mark, moment, number, percent, size

RULEBOOK = "rulebook.yml"


def conditions(content: Content, words: Words) -> Iterator[Block]:
    """Machine, system, clock, start and end, program, versions."""
    now, zone = content.inputs.conditions, content.inputs.rulebook.zone
    yield paragraph(words("conditions.intro"))
    rows = [
        ("started", text(moment(now.started_at, zone, words.lang))),
        ("ended", text(moment(now.ended_at, zone, words.lang))),
        ("clock", text(words.data(now.clock))),
        ("machine", text(words.data(now.machine))),
        ("system", text(words.data(now.system))),
        ("run", code(now.run_id or words("doc.nothing"))),
        ("code", digest(content.inputs.digests.code)),
    ]
    yield facts((words(f"conditions.{name}"), cell) for name, cell in rows)
    yield note(words("conditions.clock_note"))
    yield heading(words("conditions.versions"))
    yield table(
        words("conditions.versions"),
        [(words("conditions.software"), 1), (words("conditions.version"), 1)],
        [(code(name), code(version)) for name, version in now.versions],
    )


def rules(content: Content, words: Words) -> Iterator[Block]:
    """What the rulebook says, and who may sign."""
    book, lang = content.inputs.rulebook, words.lang
    yield paragraph(_origin(content, words))
    shares = [
        words("rules.component_share", component=words(f"component.{name}"), share=percent(book.weight_of(name), lang))
        for name in ("audit", "survey", "vote")
        if book.uses(name)
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
        ("tie_break", text(" → ".join(tie_key(key, words) for key in book.tie_break) or words("doc.nothing"))),
        ("unresolved", text(words(f"tie.{book.unresolved_tie}"))),
        ("max_share", text(percent(book.quarantine.max_share, lang))),
        ("digest", digest(content.inputs.digests.rulebook)),
    ]
    yield facts((words(f"rules.{name}"), cell) for name, cell in rows)
    if book.uses("audit"):
        yield from _channels(content, words)
    yield from _other_sources(content, words)
    yield heading(words("rules.signers"))
    yield table(
        words("rules.signers"),
        [(words("rules.signer"), 3), (words("rules.valid"), 3), (words("rules.certificate"), 5)],
        [
            (
                text(words.data(s.subject)),
                text(f"{day(s.valid_from, lang)} – {day(s.valid_to, lang)}"),
                digest(s.sha256),
            )
            for s in content.inputs.signers
        ],
    )


def _origin(content: Content, words: Words) -> str:
    """When the rulebook in force was deposited, and whether it replaced another: the register says, not we."""
    lang, zone = words.lang, content.inputs.rulebook.zone
    versions = [deposit for deposit in content.inputs.deposits if deposit.path == RULEBOOK]
    current = next((deposit for deposit in versions if deposit.current), None)
    if current is None:
        return words("rules.intro")
    facts = {"at": moment(current.received_at, zone, lang), "supplier": current.supplier}
    if len(versions) == 1:
        return words("rules.intro_only", **facts)
    first = moment(versions[0].received_at, zone, lang)
    return words("rules.intro_replaced", **facts, earlier=number(len(versions) - 1, lang), first=first)


def _channels(content: Content, words: Words) -> Iterator[Block]:
    book, lang = content.inputs.rulebook, words.lang
    total = sum(channel.weight for channel in book.channels.values())
    names = ("channel", "weight", "planned", "criteria", "unanswered")
    yield heading(words("rules.channels"))
    yield table(
        words("rules.channels"),
        [(words(f"rules.{name}"), width) for name, width in zip(names, (3, 1.5, 2, 1.5, 2), strict=True)],
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
        told = words(
            "rules.survey_text",
            start=day(str(survey.window.start), lang),
            end=day(str(survey.window.end), lang),
            satisfaction=percent(survey.weights.satisfaction, lang),
            recommendation=percent(survey.weights.recommendation, lang),
            effort=percent(survey.weights.effort, lang),
            min=number(survey.min_respondents, lang),
        )
        rows.append((words("rules.survey"), text(told)))
    if book.uses("vote") and book.vote:
        vote = book.vote
        opens, closes = (moment(at.isoformat(), book.zone, lang) for at in (vote.window.opens, vote.window.closes))
        told = words("rules.vote_text", start=opens, end=closes, min=number(vote.min_votes, lang))
        if vote.burst:
            limit = number(vote.burst.max_per_ip_hour, lang)
            told += " " + words("rules.burst", max=limit, action=words(f"burst.{vote.burst.action}"))
        rows.append((words("rules.vote"), text(told)))
    if book.independence and book.independence.conflicts:
        told = ", ".join(
            words("rules.conflict", shopper=c.shopper_id, company=c.company_id) for c in book.independence.conflicts
        )
        rows.append((words("rules.conflicts"), text(told)))
    if rows:
        yield facts(rows)


def custody(content: Content, words: Words) -> Iterator[Block]:
    """The register of deposits: as a dated list, as a picture, with its fingerprints."""
    deposits, lang, zone = content.inputs.deposits, words.lang, content.inputs.rulebook.zone
    times = [datetime.fromisoformat(d.received_at) for d in deposits]
    first, last = min(times), max(times)
    numbers = {d.sha256: d.seq for d in reversed(deposits)}
    current = sum(d.current for d in deposits)
    yield paragraph(words("custody.intro"))
    yield facts([(words("custody.head"), digest(content.inputs.digests.custody_head))])
    counts = {"count": len(deposits), "current": current, "replaced": len(deposits) - current}
    yield paragraph(words("custody.count", **{name: number(value, lang) for name, value in counts.items()}))
    names = ("number", "file", "supplier", "received", "by", "when")
    yield table(
        words("custody.title"),
        [(words(f"custody.{name}"), width) for name, width in zip(names, (0, 4.4, 2, 3, 1.6, 0), strict=True)],
        [
            (
                figure(str(deposit.seq)),
                code(deposit.path),
                text(words.data(deposit.supplier)),
                text(moment(deposit.received_at, zone, lang)),
                text(words.data(deposit.received_by)),
                _when(deposit, at, first, last, words),
            )
            for deposit, at in zip(deposits, times, strict=True)
        ],
    )
    ends = (moment(at.isoformat(), zone, lang) for at in (first, last))
    yield note(words("custody.when_note", first=next(ends), last=next(ends)))
    yield heading(words("custody.digests"))
    yield table(
        words("custody.digests"),
        [(words("custody.number"), 0), (words("custody.size"), 2), (words("custody.digest"), 3)],
        [(figure(str(d.seq)), text(_status(d, numbers, words)), digest(d.sha256)) for d in deposits],
    )


def _when(deposit: DepositFact, at: datetime, first: datetime, last: datetime, words: Words) -> Cell:
    span = (last - first).total_seconds()
    position = (at - first).total_seconds() / span if span else 0.0
    told = words("custody.picture", number=str(deposit.seq), at=day(deposit.received_at, words.lang))
    return picture(timeline(position, current=deposit.current), told)


def _status(deposit: DepositFact, numbers: dict[str, int], words: Words) -> str:
    """The file's size, what it replaces, whether it was replaced."""
    said = [size(deposit.bytes, words.lang)]
    if deposit.replaces in numbers:
        said.append(words("custody.replaces", number=str(numbers[deposit.replaces])))
    if not deposit.current:
        said.append(words("custody.replaced"))
    return ", ".join(said)
