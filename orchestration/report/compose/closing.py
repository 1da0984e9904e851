"""The end of the report: what was not counted and why, how to ask, how to verify.

Belongs here: parts 7 and 8.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from orchestration.report.model import CandidateReport, RowsLeftOut, TestLine
from orchestration.typesetting import Block, blank, code, digest, facts, figure, heading, note, paragraph, table, text
from orchestration.words import Words, day, mark, number


def left_out(report: CandidateReport, words: Words) -> Iterator[Block]:
    """Tests by channel, each test that is not counted, and what else was left out."""
    if report.rulebook.uses("audit"):
        yield paragraph(words("leftout.intro"))
        yield _account(report, words)
        yield heading(words("leftout.tests"))
        yield from _tests(report, words)
    yield from _rows(report.left_out, report.rulebook.uses("audit"), words)


def _account(report: CandidateReport, words: Words) -> Block:
    """Accepted, counted and excluded tests of each channel, and their sum."""
    out = Counter(test.channel for test in report.not_counted)
    lines = [(channel, report.tests.get(channel, 0), out[channel]) for channel in report.rulebook.channels]
    sums = (sum(received for _, received, _ in lines), sum(excluded for *_, excluded in lines))
    rows = [(text(words.coded("channel", channel)), *_counts(words, *numbers)) for channel, *numbers in lines]
    rows.append((text(words("leftout.total")), *_counts(words, *sums)))
    heads = words.named("leftout", channel=3, received=1.4, counted=1.4, not_counted=1.4)
    return table(words("leftout.title"), heads, rows, total=True)


def _counts(words: Words, received: int, excluded: int) -> list[dict[str, str]]:
    return [figure(number(value, words.lang)) for value in (received, received - excluded, excluded)]


def _tests(report: CandidateReport, words: Words) -> Iterator[Block]:
    tests = report.not_counted
    if not tests:
        yield paragraph(words("leftout.none"))
        return
    reasons = Counter(test.reason for test in tests)
    parts = [
        f"{words.coded('reason', reason)} {number(times, words.lang)}" for reason, times in sorted(reasons.items())
    ]
    yield paragraph(words("leftout.reasons", text=" · ".join(parts)))
    marked = report.marks is not None and any(test.mark is not None for test in tests)
    with_mark = {"mark": 1.2} if marked else {}
    heads = words.named("leftout", test=2.4, channel=2.6, date=2.2, reason=3.4, **with_mark)
    order = list(report.rulebook.channels)
    ordered = sorted(tests, key=lambda test: (order.index(test.channel), test.started_at, test.test_id))
    yield table(words("leftout.tests"), heads, [_test(test, marked, report, words) for test in ordered])
    if marked:
        yield note(words("leftout.mark_note"))


def _test(test: TestLine, marked: bool, report: CandidateReport, words: Words) -> list[dict[str, str]]:
    local = datetime.fromisoformat(test.started_at).astimezone(report.rulebook.zone)
    return [
        code(test.test_id),
        text(words.coded("channel", test.channel)),
        text(day(local.date().isoformat(), words.lang)),
        text(words.coded("reason", test.reason)),
        *([figure(mark(test.mark, words.lang))] if marked else []),
    ]


def _rows(rows: RowsLeftOut, audit: bool, words: Words) -> Iterator[Block]:
    if rows.known != "listed":
        yield heading(words("leftout.set_aside"))
        yield paragraph(words(f"leftout.{rows.known}"))
        return
    if audit:
        yield heading(words("leftout.set_aside"))
        if rows.tests:
            yield table(
                words("leftout.set_aside"),
                words.named("leftout", key=2.4, place=3.4, reason=3.0),
                [(code(r.key), code(f"{r.file}:{r.line}"), text(words.coded("reason", r.reason))) for r in rows.tests],
            )
        else:
            yield paragraph(words("leftout.set_aside_none"))
        yield note(words("leftout.set_aside_note"))
    yield heading(words("leftout.others"))
    if rows.counts:
        yield table(
            words("leftout.others"),
            words.named("leftout", source=1.6, treatment=2.0, reason=3.6, rows=1.0),
            [
                (
                    text(words.code("source", source)),
                    text(words.code("treatment", outcome)),
                    text(words.coded("reason", reason)),
                    figure(number(count, words.lang)),
                )
                for source, outcome, reason, count in rows.counts
            ],
        )
    else:
        yield paragraph(words("leftout.others_none"))


def ask(report: CandidateReport, words: Words) -> Iterator[Block]:
    """Whom to ask for the explanation, and how the fingerprint is checked."""
    release = report.release
    yield heading(words("ask.why"))
    yield paragraph(words("ask.why_text", organiser=report.rulebook.organiser), sticky=True)
    letter = report.letter
    until = None if letter.until is None else text(day(letter.until, words.lang))
    yield facts(
        [
            (words("ask.contact"), text(words.data(letter.contact)) if letter.contact else blank(words("ask.by_hand"))),
            (words("ask.until"), until or blank(words("ask.by_hand"))),
            (words("ask.quote"), code(f"{release.edition}/{release.number} {report.candidate_id}")),
        ]
    )
    yield paragraph(words("ask.why_dispute"))
    yield heading(words("ask.check"))
    yield paragraph(words("ask.check_text"), sticky=True)
    yield facts([(words("ask.results"), digest(release.results_sha256))])
    yield paragraph(words("ask.check_folder"), sticky=True)
    yield facts([(words("ask.verify"), code("palmares verify . --fingerprint " + release.results_sha256))])
    yield paragraph(words("ask.check_by_hand"), sticky=True)
    commands = {"files": "sha256sum -c manifest-sha256.txt", "signature": "pdfsig dossier-signed-1.pdf"}
    yield facts((words(f"ask.{name}"), code(command)) for name, command in commands.items())
    yield note(words("ask.again"))
