"""Where points are won and lost: strong and weak points, families, criteria, effort.

Belongs here: parts 3 to 5.
"""

from collections.abc import Iterator, Sequence

from orchestration.report import figures
from orchestration.report.compose.say import criterion, share, share_difference, signed
from orchestration.report.model import CandidateReport, EffortLine, FamilyLine, Marks
from orchestration.report.strengths import LEAST_RATINGS, LISTED, CriterionStanding
from orchestration.typesetting import Block, Cell, against, figure, heading, note, paragraph, picture, table, text
from orchestration.units import BASIS_POINTS, half_up
from orchestration.words import Words, hundredths, number, tenths

LESS_IS_BETTER = ("contacts_mean", "repeated_share", "redirected_share", "travelled_share", "contradicted_share")


def standing_out(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """The strong and the weak points, by the rule that is printed above them."""
    known = {"ratings": str(LEAST_RATINGS), "listed": str(LISTED)}
    yield paragraph(words("stand.rule" if marks.compared else "stand.rule_alone", **known), sticky=True)
    for name, standings in (("strong", marks.strong), ("weak", marks.weak)):
        yield heading(words(f"stand.{name}"))
        if standings:
            lines = [(_full_name(report, standing, words), standing) for standing in standings]
            yield _shares(words(f"stand.{name}"), "criterion", lines, compared=marks.compared is not None, words=words)
        else:
            yield paragraph(words(f"stand.no_{name}"))


def _full_name(report: CandidateReport, standing: CriterionStanding, words: Words) -> Cell:
    name = text(criterion(report, standing.channel, standing.criterion_id, words))
    return {**name, "under": words.coded("channel", standing.channel)}


def criteria(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """Each family, then each criterion channel by channel."""
    if not marks.criteria:
        yield paragraph(words("criteria.none"))
        return
    compared = marks.compared is not None
    yield paragraph(words("criteria.intro"))
    yield note(words("criteria.picture_note" if compared else "criteria.picture_alone"))
    yield heading(words("criteria.families"))
    families = [(text(words.coded("family", line.family)), line) for line in marks.families]
    yield _shares(words("criteria.families"), "family", lines=families, compared=compared, words=words)
    for channel in report.rulebook.channels:
        standings = [standing for standing in marks.criteria if standing.channel == channel]
        if not standings:
            continue
        title = words.coded("channel", channel)
        yield heading(title[:1].upper() + title[1:])
        lines = [(text(criterion(report, channel, line.criterion_id, words)), line) for line in standings]
        yield _shares(title, "criterion", lines, compared, words=words)
        rated = {standing.criterion_id for standing in standings}
        missing = [c.label.of(words.lang) for c in report.rulebook.grid_of(channel) if c.id not in rated]
        if missing:
            yield note(words("criteria.missing", names=", ".join(missing)))


def _shares(
    caption: str,
    first: str,
    lines: Sequence[tuple[Cell, CriterionStanding | FamilyLine]],
    compared: bool,
    words: Words,
) -> Block:
    """A table of shares of points: name, how often rated, share, mean, difference, picture."""
    lang = words.lang
    means = {"mean": 1.2, "difference": 1.0} if compared else {}
    heads = words.named("criteria", **{first: 3.6}, ratings=1.0, share=1.2, **means, picture=0)
    rows = []
    for name, line in lines:
        own, mean = line.share, line.mean
        shown = {"share": share(own, lang), "mean": share(mean, lang)}
        alt = words("criteria.alt", **shown) if mean is not None else words("criteria.alt_alone", share=shown["share"])
        rows.append(
            [
                name,
                figure(number(line.ratings, lang)),
                {**figure(shown["share"]), "kind": "strongfigure"},
                *([figure(shown["mean"]), figure(share_difference(own, mean, lang))] if compared else []),
                picture(against(own, mean, BASIS_POINTS), alt),
            ]
        )
    return table(caption, heads, rows)


def effort(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """What customers had to do to be served, in words a manager reads."""
    if not marks.effort:
        yield paragraph(words("effort.none"))
        return
    compared = marks.compared is not None
    yield paragraph(words("effort.intro", responses=marks.responses))
    means = {"mean": 1.2, "reading": 2.2} if compared else {}
    yield table(
        words("effort.title"),
        words.named("effort", fact=4.0, value=1.2, **means),
        [
            [
                text(words(f"effort.{line.fact}")),
                {**figure(_effort(line.fact, line.value, words.lang)), "kind": "strongfigure"},
                *([figure(_effort(line.fact, line.mean, words.lang)), text(_reading(line, words))] if compared else []),
            ]
            for line in marks.effort
        ],
    )
    yield note(words("effort.ces_note"))


def _effort(fact: str, value: int | None, lang: str) -> str:
    """One fact as it is written: a share, a percentage, a score of recommendation, a number with two decimals."""
    if value is None or fact in figures.SHARES:
        return share(value, lang)
    if fact == "csat":
        return share(value, lang)  # hundredths of a per cent are basis points
    if fact == "nps":
        shown = half_up(value, 10)
        return signed(tenths(shown, lang), shown, lang)
    return hundredths(value, lang)


def _reading(line: EffortLine, words: Words) -> str:
    """Better or worse than the mean, as the two numbers show it."""
    if line.mean is None:
        return words("doc.nothing")
    if _effort(line.fact, line.value, words.lang) == _effort(line.fact, line.mean, words.lang):
        return words("effort.same")
    better = (line.value < line.mean) == (line.fact in LESS_IS_BETTER)
    return words("effort.better" if better else "effort.worse")
