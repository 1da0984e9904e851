"""The marks: how the final mark is made, and each channel against the mean.

Belongs here: parts 1 and 2.
"""

from collections.abc import Iterator

from orchestration.report.circle import LEAST_OTHERS, LEAST_UNPUBLISHED
from orchestration.report.compose.say import mark_difference
from orchestration.report.model import CandidateReport, Marks
from orchestration.typesetting import Block, against, figure, heading, interval, note, paragraph, picture, table, text
from orchestration.units import BASIS_POINTS, MICRO, TOP, half_up
from orchestration.words import Words, hundredths, mark, micropoints, number, percent


def mark_made(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """The components, what each brings, and whom the means are taken over."""
    lang = words.lang
    yield paragraph(words("mark.intro"))
    compared = marks.compared is not None
    means = {"mean": 1.2} if compared else {}
    heads = words.named("mark", component=2.2, weight=1.0, base=2.6, mark=1.2, **means, brings=1.2)
    rows = []
    for line in marks.components:
        brings = None if line.mark is None else half_up(line.weight * line.mark, BASIS_POINTS)
        rows.append(
            [
                text(words.code("component", line.component)),
                figure(percent(line.weight, lang)),
                figure(number(line.observations, lang)),
                figure(mark(line.mark, lang)),
                *([figure(mark(line.mean, lang))] if compared else []),
                figure(mark(brings, lang)),
            ]
        )
    blank = [figure("")] * (len(heads) - 2)
    rows.append([text(words("mark.final")), *blank, figure(mark(marks.final, lang))])
    yield table(words("mark.title"), heads, rows, total=True)
    yield note(words("mark.exact", micro=micropoints(marks.final, lang)) + " " + words("mark.brings_note"))
    yield from circle(report, marks, words)
    if compared and any(line.component == "vote" for line in marks.components):
        yield note(words("mark.vote_note"))


def circle(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """Whom the candidate is compared with, and the rule that decides it."""
    if marks.compared is None:
        yield paragraph(words("circle.none"))
    else:
        known: dict[str, str | int] = {"count": marks.compared.size}
        if marks.compared.level == "sector":
            known["sector"] = words.coded("sector", report.sector)
        yield paragraph(words(f"circle.{marks.compared.level}", **known))
    least = {"others": str(LEAST_OTHERS), "unpublished": str(LEAST_UNPUBLISHED)}
    yield note(words("circle.rule", **least))


def channels(report: CandidateReport, marks: Marks, words: Words) -> Iterator[Block]:
    """Each channel's mark and tests, and the interval of the audit mark."""
    lang = words.lang
    if not marks.channels:
        yield paragraph(words("channels.none"))
        return
    total = sum(line.weight for line in marks.channels)
    compared = marks.compared is not None
    means = {"mean": 1.0, "difference": 1.3} if compared else {}
    heads = words.named("channels", channel=2.4, weight=1.1, planned=1.0, counted=1.1, mark=1.1, **means, picture=0)
    rows = []
    for line in marks.channels:
        shown = {"mark": mark(line.mark, lang), "mean": mark(line.mean, lang)}
        alt = (
            words("channels.alt", **shown) if line.mean is not None else words("channels.alt_alone", mark=shown["mark"])
        )
        rows.append(
            [
                text(words.coded("channel", line.channel)),
                figure(percent(half_up(line.weight * BASIS_POINTS, total), lang)),
                figure(number(line.planned, lang)),
                figure(number(line.counted, lang)),
                {**figure(mark(line.mark, lang)), "kind": "strongfigure"},
                *([figure(mark(line.mean, lang))] if compared else []),
                *([figure(mark_difference(line.mark, line.mean, lang))] if compared else []),
                picture(against(line.mark or 0, line.mean, TOP), alt),
            ]
        )
    yield table(words("channels.title"), heads, rows)
    yield note(words("channels.picture_note" if compared else "channels.picture_alone"))
    yield heading(words("channels.interval"))
    yield from _interval(marks, words)


def _interval(marks: Marks, words: Words) -> Iterator[Block]:
    lang = words.lang
    audit = next((line for line in marks.components if line.component == "audit"), None)
    if audit is None or audit.mark is None or marks.low is None or marks.high is None:
        yield paragraph(words("channels.interval_none"))
        return
    low, high = marks.low * (MICRO // 100), marks.high * (MICRO // 100)
    shown = {"mark": mark(audit.mark, lang), "low": hundredths(marks.low, lang), "high": hundredths(marks.high, lang)}
    sentence = words("channels.interval_text", **shown)
    if audit.mean is not None:
        sentence += " " + words("channels.interval_mean", mean=mark(audit.mean, lang))
    yield paragraph(sentence, sticky=True)
    ends = [low, high, audit.mark, *([audit.mean] if audit.mean is not None else [])]
    bounds = (min(ends) // MICRO * MICRO, -(-max(ends) // MICRO) * MICRO)
    dashed = bounds[0] - 1 if audit.mean is None else audit.mean  # outside the scale nothing is drawn
    drawn = interval(low, audit.mark, high, bounds, minimum=dashed, holder=True, width=440)
    scale = words("channels.interval_from", low=mark(bounds[0], lang), high=mark(bounds[1], lang))
    yield table(words("channels.interval"), [(scale, 1)], [[picture(drawn, words("channels.interval_alt", **shown))]])
