"""Every test of a sample edition, as plain rows: what the field firms will hand in.

Belongs here: putting sheets, seats and shoppers together; the extra rows (aborted tests, re-checks, tests under a
conflict). Rows on purpose unusable are in defects.py; file formats in filing.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orchestration.sample.circumstances import AGAIN, Circumstances, circumstances, efforts
from orchestration.sample.grids import Channel
from orchestration.sample.journeys import Errand, join
from orchestration.sample.plan import Candidate, Plan
from orchestration.sample.schedule import FIRMS, Calendar, Firm, Seat, working_days
from orchestration.sample.sheets import Sheet, Sheets

LANGUAGES = ("fr", "darija", "ar", "en")
LANGUAGE_SHARES = (45, 35, 14, 6)
VISITOR_LANGUAGES = ("es", "en", "pt")
VISITOR_SHARES = (40, 35, 25)
JOURNEY_SCENARIOS = ("before_sale", "sale", "sale", "after_sale")
RECHECKED = 12
"""Per cent of a firm's tests that are re-checked (the rulebook asks for 10)."""
CONFLICT_TESTS = 3


@dataclass(frozen=True)
class MysteryTest:
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
    key: tuple[int, int, int] = (0, 0, 0)
    about: Circumstances = field(default_factory=Circumstances)

    @property
    def takes_place(self) -> bool:
        """Nobody is tested after the day of withdrawal."""
        last_day = self.candidate.withdrawn_on
        return last_day is None or self.started.date() <= last_day


def shopper_id(firm: Firm, number: int) -> str:
    """A shopper's id, such as ZE-S007."""
    return f"{firm.prefix}-S{number + 1:03d}"


@dataclass(frozen=True)
class Conflict:
    """A shopper who should stay away from a company: the number within the firm, the id, the candidate."""

    firm: Firm
    number: int
    candidate: Candidate

    @property
    def shopper(self) -> str:
        """The shopper's id."""
        return shopper_id(self.firm, self.number)


def conflicts(plan: Plan) -> tuple[Conflict, Conflict]:
    """The two declared conflicts: the first was not respected (some tests are excluded), the second was."""
    return Conflict(FIRMS[0], 4, plan.candidates[0]), Conflict(FIRMS[1], 7, plan.candidates[-1])


def audits(plan: Plan) -> dict[str, list[MysteryTest]]:
    """The tests of each firm (by its folder) in order of time; test ids follow that order within a channel."""
    errands: dict[str, list[Errand]] = {firm.folder: [] for firm in FIRMS}
    sheets = Sheets(plan)
    for candidate in plan.candidates:
        for number, channel in enumerate(plan.channels):
            done = sheets.of(candidate, channel)
            for item, sheet in enumerate([*done, *_aborted(plan, candidate, number)]):
                firm = FIRMS[_firm_of(item, len(done), candidate.place)]
                key = (candidate.place, number, item)
                errands[firm.folder].append(Errand(candidate, channel.channel_id, sheet, key))
    return {firm.folder: _numbered(firm, _sent_out(plan, firm, errands[firm.folder])) for firm in FIRMS}


def _firm_of(item: int, done: int, place: int) -> int:
    """The first tests of a channel go to the first firm, the others to the second; broken-off ones to either."""
    return int(item * 100 >= done * FIRMS[0].share) if item < done else place % 2


def _aborted(plan: Plan, candidate: Candidate, number: int) -> Iterator[Sheet]:
    """Calls broken off and made again: two of three candidates have one or two."""
    if plan.channels[number].channel_id == "phone":
        for _ in range(plan.draws.below(3, "aborted", candidate.place)):
            yield Sheet("sale", "aborted")


def _sent_out(plan: Plan, firm: Firm, errands: list[Errand]) -> list[MysteryTest]:
    """Give every errand a shopper and a time; then the re-checks, then the tests under a conflict."""
    draws, place = plan.draws, FIRMS.index(firm)
    calendar = Calendar(working_days(plan.fieldwork), len(errands))
    order = [errands[item] for item in draws.shuffled(len(errands), "errands", place)]
    seats = [calendar.seat(item) for item in range(len(order))]
    conflict = conflicts(plan)[place]
    _keep_away(order, seats, conflict)
    steps = [] if plan.earlier else join(draws, order, seats, (conflict.number, conflict.candidate))
    seated = list(zip(order, seats, strict=True))
    tests = [_test(plan, firm, calendar, errand, seat=seat) for errand, seat in seated]
    _journey(plan, firm, tests, steps)
    last_day = len(calendar.days) - 8
    eligible = [
        item for item, (errand, seat) in enumerate(seated) if seat.day < last_day and errand.sheet.outcome != "aborted"
    ]
    wanted = -(-len(tests) * RECHECKED // 100)
    chosen = sorted(eligible[pick] for pick in draws.shuffled(len(eligible), "rechecked", place)[:wanted])
    barred = [conflict.number if seated[item][0].candidate is conflict.candidate else None for item in chosen]
    again = calendar.recheck_seats([seats[item] for item in chosen], barred)
    for item, seat in zip(chosen, again, strict=True):
        errand = replace(seated[item][0], sheet=tests[item].sheet)
        second = replace(errand, sheet=_second_opinion(plan, errand), key=(*errand.key[:2], errand.key[2] + AGAIN))
        tests.append(replace(_test(plan, firm, calendar, errand=second, seat=seat), rechecks=f"@{item}"))
    if firm is FIRMS[0]:
        tests.extend(_under_conflict(plan, calendar, seats + again, conflict))
    return tests


def _keep_away(order: list[Errand], seats: list[Seat], conflict: Conflict) -> None:
    """Exchange errands until the shopper in conflict has none at that company."""
    for item, seat in enumerate(seats):
        if seat.shopper == conflict.number and order[item].candidate is conflict.candidate:
            other = next(
                place
                for step in range(1, len(order))
                if seats[place := (item + step) % len(order)].shopper != conflict.number
                and order[place].candidate is not conflict.candidate
            )
            order[item], order[other] = order[other], order[item]


def _second_opinion(plan: Plan, errand: Errand) -> Sheet:
    """The re-check of a sheet: the same but for one criterion, seen one point lower or higher."""
    sheet, grid = errand.sheet, plan.channels[errand.key[1]].grid
    applying = [place for place, rating in enumerate(sheet.ratings) if rating is not None]
    if not applying:
        return sheet
    place = applying[plan.draws.below(len(applying), "second", *errand.key)]
    rating = sheet.ratings[place]
    other = rating - 1 if rating else 1
    return replace(sheet, ratings=(*sheet.ratings[:place], min(other, grid[place].max), *sheet.ratings[place + 1 :]))


def _under_conflict(plan: Plan, calendar: Calendar, taken: list[Seat], conflict: Conflict) -> Iterator[MysteryTest]:
    """Calls that a shopper made to a company she should have stayed away from: glowing, and excluded."""
    busy = {(seat.day, seat.start) for seat in taken if seat.shopper == conflict.number}
    free = [day for day in range(5, len(calendar.days), 4) if (day, calendar.first_seat(day)) not in busy]
    channel = plan.channels[0]
    for number, day in enumerate(free[:CONFLICT_TESTS]):
        ratings = [criterion.max - (place == number + 5) for place, criterion in enumerate(channel.grid)]
        sheet = Sheet("before_sale", "completed", tuple(ratings))
        errand = Errand(
            conflict.candidate, channel.channel_id, sheet, (conflict.candidate.place, 0, 2 * AGAIN + number)
        )
        seat = Seat(conflict.number, day, calendar.first_seat(day))
        yield _test(plan, conflict.firm, calendar, errand, seat=seat)


def _test(plan: Plan, firm: Firm, calendar: Calendar, errand: Errand, seat: Seat) -> MysteryTest:
    """The row of one errand; `test_id` comes later, when all rows stand in order of time."""
    draws, channel = plan.draws, plan.channels[errand.key[1]]
    started = calendar.moment(seat, draws, *errand.key)
    shortest, longest = channel.seconds
    if errand.sheet.outcome != "completed":
        shortest, longest = shortest // 2, shortest
    seconds = shortest + draws.below(longest - shortest, "duration", *errand.key)
    without = draws.below(100, "no evidence", *errand.key) < 3
    return MysteryTest(
        test_id="",
        candidate=errand.candidate,
        channel=channel,
        sheet=errand.sheet,
        language=_language(plan, errand),
        shopper=shopper_id(firm, seat.shopper),
        started=started,
        ended=started + timedelta(seconds=seconds),
        evidence="" if without else draws.hex_digits(64, "evidence", *errand.key),
        key=errand.key,
        about=circumstances(plan, errand.candidate, channel, errand.sheet, key=errand.key),
    )


def _language(plan: Plan, errand: Errand) -> str:
    """A visitor speaks none of the country's languages."""
    if errand.sheet.persona == "visitor":
        return VISITOR_LANGUAGES[plan.draws.pick(VISITOR_SHARES, "visitor's language", *errand.key)]
    return LANGUAGES[plan.draws.pick(LANGUAGE_SHARES, "language", *errand.key)]


def _journey(plan: Plan, firm: Firm, tests: list[MysteryTest], journeys: list[list[int]]) -> None:
    """Enter the journeys (places of their tests, in order of time) in the tests: one customer, one language."""
    for number, places in enumerate(journeys, 1):
        for step, place in enumerate(places, 1):
            test = tests[place]
            done = efforts(plan, test.candidate, test.sheet, test.channel, step=step, last=step == len(places))
            about = replace(test.about, journey_id=f"{firm.prefix}-J{number:04d}", step=step, efforts=done)
            sheet = replace(test.sheet, scenario=JOURNEY_SCENARIOS[step - 1])
            tests[place] = replace(test, about=about, sheet=sheet, language=tests[places[0]].language)


def _numbered(firm: Firm, tests: list[MysteryTest]) -> list[MysteryTest]:
    """Rows in order of time with their ids, none after a withdrawal; a re-check names the test it re-checks."""
    order = sorted(
        (item for item, test in enumerate(tests) if test.takes_place),
        key=lambda item: (tests[item].started, tests[item].shopper),
    )
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
