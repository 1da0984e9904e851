"""Every test of a sample edition, as plain rows: what the field firms will hand in.

Belongs here: putting sheets, seats and shoppers together; the extra rows (aborted tests, re-checks, tests under a
conflict). Rows on purpose unusable are in defects.py; file formats in filing.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestration.sample.grids import CHANNELS, Channel
from orchestration.sample.plan import Candidate, Plan
from orchestration.sample.schedule import FIRMS, Calendar, Firm, Seat, working_days
from orchestration.sample.sheets import Sheet, Sheets

LANGUAGES = ("fr", "darija", "ar", "en")
LANGUAGE_SHARES = (45, 35, 14, 6)
RECHECKED = 12
"""Per cent of a firm's tests that are re-checked (the rulebook asks for 10)."""
CONFLICT_TESTS = 3


@dataclass(frozen=True)
class Test:
    """One row of a field firm; times are local and naive."""

    test_id: str
    candidate: Candidate
    channel: Channel
    sheet: Sheet
    language: str
    shopper: str
    started: datetime
    ended: datetime
    evidence: str
    rechecks: str = ""


@dataclass(frozen=True)
class _Errand:
    """A test to be done: `key` makes its draws its own."""

    candidate: Candidate
    channel: Channel
    sheet: Sheet
    key: tuple[int, int, int]


def shopper_id(firm: Firm, number: int) -> str:
    """A shopper's id, such as ZE-S007."""
    return f"{firm.prefix}-S{number + 1:03d}"


def conflict_of(plan: Plan) -> tuple[Candidate, str]:
    """The company whose cousin is a shopper of the first firm: candidate and shopper."""
    return plan.candidates[0], shopper_id(FIRMS[0], 4)


def audits(plan: Plan) -> dict[str, list[Test]]:
    """The tests of each firm (by its folder) in order of time; test ids follow that order within a channel."""
    errands: dict[str, list[_Errand]] = {firm.folder: [] for firm in FIRMS}
    sheets = Sheets(plan)
    for candidate in plan.candidates:
        for number, channel in enumerate(CHANNELS):
            done = sheets.of(candidate, channel)
            for item, sheet in enumerate([*done, *_aborted(plan, candidate, number)]):
                firm = FIRMS[0] if item * 100 < len(done) * FIRMS[0].share else FIRMS[1]
                errands[firm.folder].append(_Errand(candidate, channel, sheet, (candidate.place, number, item)))
    return {firm.folder: _numbered(firm, _sent_out(plan, firm, errands[firm.folder])) for firm in FIRMS}


def _aborted(plan: Plan, candidate: Candidate, number: int) -> Iterator[Sheet]:
    """Tests broken off and done again: two of three candidates have one or two calls like that."""
    if CHANNELS[number].channel_id == "phone":
        for _ in range(plan.draws.below(3, "aborted", candidate.place)):
            yield Sheet("sale", "aborted")


def _sent_out(plan: Plan, firm: Firm, errands: list[_Errand]) -> list[Test]:
    """Give every errand a shopper and a time; then the re-checks, then the tests under a conflict."""
    draws, place = plan.draws, FIRMS.index(firm)
    calendar = Calendar(working_days(plan.fieldwork), len(errands))
    order = draws.shuffled(len(errands), "errands", place)
    seated = [(errands[errand], calendar.seat(item)) for item, errand in enumerate(order)]
    tests = [_test(plan, firm, calendar, errand, seat) for errand, seat in seated]
    last_day = len(calendar.days) - 8
    eligible = [
        item for item, (errand, seat) in enumerate(seated) if seat.day < last_day and errand.sheet.outcome != "aborted"
    ]
    wanted = -(-len(tests) * RECHECKED // 100)
    chosen = sorted(eligible[pick] for pick in draws.shuffled(len(eligible), "rechecked", place)[:wanted])
    again = calendar.recheck_seats([seated[item][1] for item in chosen])
    for item, seat in zip(chosen, again, strict=True):
        errand = seated[item][0]
        second = replace(errand, sheet=_second_opinion(plan, errand), key=(*errand.key[:2], errand.key[2] + 10_000))
        tests.append(replace(_test(plan, firm, calendar, second, seat), rechecks=f"@{item}"))
    if firm is FIRMS[0]:
        tests.extend(_under_conflict(plan, firm, calendar, [seat for _, seat in seated] + again))
    return tests


def _second_opinion(plan: Plan, errand: _Errand) -> Sheet:
    """The re-check of a sheet: the same but for one criterion, seen one point lower or higher."""
    sheet, grid = errand.sheet, errand.channel.grid
    applying = [place for place, rating in enumerate(sheet.ratings) if rating is not None]
    if not applying:
        return sheet
    place = applying[plan.draws.below(len(applying), "second", *errand.key)]
    rating = sheet.ratings[place]
    other = rating - 1 if rating else 1
    return replace(sheet, ratings=(*sheet.ratings[:place], min(other, grid[place].max), *sheet.ratings[place + 1 :]))


def _under_conflict(plan: Plan, firm: Firm, calendar: Calendar, taken: list[Seat]) -> list[Test]:
    """Calls that a shopper made to a company she should have stayed away from: glowing, and excluded."""
    candidate, shopper = conflict_of(plan)
    number = int(shopper[-3:]) - 1
    busy = {(seat.day, seat.start) for seat in taken if seat.shopper == number}
    glowing = Sheet("before_sale", "completed", tuple(criterion.max for criterion in CHANNELS[0].grid))
    found: list[Test] = []
    for day in range(5, len(calendar.days)):
        seat = Seat(number, day, calendar.first_seat(day))
        if len(found) < CONFLICT_TESTS and (day, seat.start) not in busy and day % 4 == 0:
            ratings = list(glowing.ratings)
            ratings[len(found)] = 0 if len(found) < 2 else 1
            errand = _Errand(
                candidate, CHANNELS[0], replace(glowing, ratings=tuple(ratings)), (candidate.place, 0, 20_000 + day)
            )
            found.append(_test(plan, firm, calendar, errand, seat))
    return found


def _test(plan: Plan, firm: Firm, calendar: Calendar, errand: _Errand, seat: Seat) -> Test:
    """The row of one errand; `test_id` comes later, when all rows stand in order of time."""
    draws, channel = plan.draws, errand.channel
    started = calendar.moment(seat, draws, *errand.key)
    shortest, longest = channel.seconds
    if errand.sheet.outcome != "completed":
        shortest, longest = shortest // 2, shortest
    seconds = shortest + draws.below(longest - shortest, "duration", *errand.key)
    without = draws.below(100, "no evidence", *errand.key) < 3
    return Test(
        test_id="",
        candidate=errand.candidate,
        channel=channel,
        sheet=errand.sheet,
        language=LANGUAGES[draws.pick(LANGUAGE_SHARES, "language", *errand.key)],
        shopper=shopper_id(firm, seat.shopper),
        started=started,
        ended=started + timedelta(seconds=seconds),
        evidence="" if without else draws.hex_digits(64, "evidence", *errand.key),
    )


def _numbered(firm: Firm, tests: list[Test]) -> list[Test]:
    """Rows in order of time with their ids; a re-check gets the id of the test it re-checks."""
    order = sorted(range(len(tests)), key=lambda item: (tests[item].started, tests[item].shopper))
    counters: dict[str, int] = {}
    ids: dict[int, str] = {}
    for item in order:
        channel = tests[item].channel.channel_id
        counters[channel] = counters.get(channel, 0) + 1
        ids[item] = f"{firm.prefix}-{channel.upper()}-{counters[channel]:05d}"
    return [
        replace(
            tests[item],
            test_id=ids[item],
            rechecks=ids[int(tests[item].rechecks[1:])] if tests[item].rechecks else "",
        )
        for item in order
    ]
