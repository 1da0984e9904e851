"""Who goes when: field firms, shoppers, days and hours.

Belongs here: the calendar of a sample. A shopper has at most seven seats a day, 75 minutes apart, so
that tests of one shopper never overlap; everybody works within opening hours; Sundays, Saturday afternoons and
holidays are free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from orchestration.sample.draws import Draws

SEATS = (time(9, 0), time(10, 15), time(11, 30), time(13, 45), time(15, 0), time(16, 15))
RECHECK_SEAT = time(17, 30)
SATURDAY_SEATS = 3
HOLIDAYS = ((11, 6),)
BUSY = 55
"""Per cent of the seats that are taken: shoppers have days off."""


@dataclass(frozen=True)
class Firm:
    """A field firm (invented): its folder, its name, the prefix of its ids, its share of the tests in per cent."""

    folder: str
    name: str
    prefix: str
    share: int


FIRMS = (Firm("zahwane-etudes", "Zahwane Études", "ZE", 55), Firm("tissouk-mesure", "Tissouk Mesure", "TM", 45))
LEAST_SHOPPERS = 14


@dataclass(frozen=True)
class Seat:
    """A shopper on a day at a seat of that day."""

    shopper: int
    day: int
    start: time


def working_days(window: tuple[date, date]) -> list[date]:
    """The days on which shoppers work, in order."""
    first, last = window
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 6 and (day.month, day.day) not in HOLIDAYS]


class Calendar:
    """The seats of one firm over the fieldwork."""

    def __init__(self, days: Sequence[date], tests: int) -> None:
        self.days = tuple(days)
        self._daily = [SEATS[:SATURDAY_SEATS] if day.weekday() == 5 else SEATS for day in self.days]
        per_shopper = sum(len(seats) for seats in self._daily)
        self.shoppers = max(LEAST_SHOPPERS, -(-tests * 100 // (per_shopper * BUSY)))
        self._seats = [
            Seat(shopper, day, start)
            for day, seats in enumerate(self._daily)
            for start in seats
            for shopper in range(self.shoppers)
        ]
        self._tests = tests

    def seat(self, item: int) -> Seat:
        """The seat of the item-th test, evenly over days and shoppers; another item has another seat."""
        return self._seats[item * len(self._seats) // self._tests]

    def first_seat(self, day: int) -> time:
        """When the first tests of that day begin."""
        return self._daily[day][0]

    def recheck_seats(self, originals: Sequence[Seat], barred: Sequence[int | None]) -> list[Seat]:
        """A later seat for the re-check of each test (given in order of time), by another shopper; each used once.

        `barred` names for each test the shopper who must not do it because of a conflict, if there is one.
        """
        free = [
            Seat(shopper, day, RECHECK_SEAT)
            for day in range(len(self.days))
            if self.days[day].weekday() < 5
            for shopper in range(self.shoppers)
        ]
        taken: list[Seat] = []
        used: set[Seat] = set()
        start = 0
        for original, conflicted in zip(originals, barred, strict=True):
            while start < len(free) and (free[start].day <= original.day or free[start] in used):
                start += 1
            for seat in free[start:]:
                if seat not in used and seat.shopper not in (original.shopper, conflicted):
                    used.add(seat)
                    taken.append(seat)
                    break
            else:
                raise AssertionError("re-checked tests are chosen early enough for a later seat")
        return taken

    def moment(self, seat: Seat, draws: Draws, *index: int) -> datetime:
        """When the test began: up to 25 minutes into the seat, in local time, to the second."""
        late = draws.below(25 * 60, "late", *index)
        return datetime.combine(self.days[seat.day], seat.start) + timedelta(seconds=late)
