"""The clean edition that is mutated: small enough for a second a time, large enough for statistics to mean something.

Belongs here: who is tested and by whom. Nine candidates in three categories (and one that withdrew), two field firms of
eight shoppers, three channels, 378 tests that count and one re-check for six of them, 300 respondents raked on two
variables, 1 500 votes. Every check passes, no warning stays open, nothing is set aside; a test says so.
All chance comes from `orchestration.sample.draws`: the same bytes each time.
"""

from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.mutation.people import responses, targets, votes
from benchmarks.mutation.sheets import Edition, Sheet
from orchestration.sample.certificate import throwaway_certificate
from orchestration.sample.draws import Draws

EDITION = "2026"
SEED = 11
"""Of the first seeds the one with the closest title: two hundredths of a point between two of the hotels."""
FIELDWORK = (date(2025, 9, 1), date(2025, 10, 31))
FIRMS = ("nord", "sud")
SHOPPERS = 8
SEATS = ((9, 0), (10, 30), (13, 0), (14, 30))
RECHECK_SEAT = (16, 30)
RECHECKED = 6
"""One test in so many is re-checked."""

# candidate: (company, category, quality: chances in a thousand of the full rating)
CANDIDATES = {
    "atlas-banks": ("atlas", "Banque Atlane", "banks", 790),
    "bahia-banks": ("bahia", "Banque Bahiane", "banks", 785),
    "cedre-banks": ("cedre", "Banque Cédrane", "banks", 690),
    "atlas-hotels": ("atlas", "Banque Atlane", "hotels", 770),
    "dades-hotels": ("dades", "Hôtels Dadsane", "hotels", 735),
    "erfoud-hotels": ("erfoud", "Hôtels Erfane", "hotels", 660),
    "fint-couriers": ("fint", "Fintane Express", "couriers", 745),
    "guir-couriers": ("guir", "Guirane Colis", "couriers", 700),
    "haouz-couriers": ("haouz", "Haouzane Courrier", "couriers", 640),
}
WITHDRAWN = ("ifni-couriers", "ifni", "Ifnane Livraison", "couriers")
WITHDRAWN_ON = date(2025, 9, 30)
TITLES = {"banks": "Banques", "hotels": "Hôtels", "couriers": "Messageries"}

# channel: (weight, planned, per mille that nobody answers, minutes from and to, grid as (criterion, weight, max))
CHANNELS: dict[str, tuple[int, int, int, int, int, tuple[tuple[str, int, int], ...]]] = {
    "phone": (5000, 24, 40, 3, 14, (
        ("waiting", 1, 2), ("greeting", 1, 2), ("listening", 2, 4), ("answer", 3, 4),
        ("courtesy", 1, 4), ("clarity", 2, 4), ("closing", 1, 2), ("follow_up", 2, 4),
    )),
    "email": (2500, 10, 250, 4, 12, (
        ("delay", 2, 4), ("answer", 3, 4), ("tone", 1, 4), ("spelling", 1, 2), ("personal", 1, 2),
    )),
    "visit": (2500, 8, 0, 15, 40, (
        ("welcome", 1, 4), ("waiting", 1, 4), ("cleanliness", 1, 2), ("advice", 3, 4), ("farewell", 1, 2),
    )),
}  # fmt: skip
HEAD = ("test_id", "candidate_id", "channel", "scenario", "language", "shopper_id", "started_at", "ended_at", "outcome")
TAIL = ("evidence_sha256", "rechecks")

Test = dict[str, str]


def clean_edition() -> Edition:
    """The edition, the same each time."""
    draws = Draws(SEED)
    qualities = {name: quality for name, (_, _, _, quality) in CANDIDATES.items()}
    sheets = {"candidates.csv": _candidates(), **_audits(draws)}
    sheets |= responses(draws, qualities)
    sheets["survey/targets.csv"] = targets()
    sheets |= votes(draws, {name: (category, q) for name, (_, _, category, q) in CANDIDATES.items()})
    return Edition(EDITION, _rulebook(), sheets, throwaway_certificate())


def _candidates() -> Sheet:
    rows = [[name, *who, "entered", ""] for name, (*who, _) in CANDIDATES.items()]
    rows.append([*WITHDRAWN[:4], "withdrawn", WITHDRAWN_ON.isoformat()])
    return Sheet(["candidate_id", "company_id", "company", "category_id", "status", "withdrawn_on"], rows)


def _audits(draws: Draws) -> dict[str, Sheet]:
    """One file for each firm and channel, in order of time; the second firm writes semicolons and offsets."""
    days = [d for n in range(61) if (d := FIELDWORK[0] + timedelta(days=n)).weekday() < 5]
    sheets = {}
    for firm_number, firm in enumerate(FIRMS):
        tests = _tests(draws, firm_number, days)
        for channel, (*_, grid) in CHANNELS.items():
            columns = [*HEAD, *(name for name, _, _ in grid), *TAIL]
            rows = [[test.get(column, "") for column in columns] for test in tests if test["channel"] == channel]
            sheets[f"audits/{firm}/{channel}.csv"] = Sheet(columns, rows, delimiter=",;"[firm_number])
    return sheets


def _tests(draws: Draws, firm: int, days: list[date]) -> list[Test]:
    """A firm's tests and re-checks in order of time, numbered within each channel."""
    errands = [errand for errand in _errands() if errand[2] % len(FIRMS) == firm]
    order = draws.shuffled(len(errands), "order", firm)
    tests: list[Test] = []
    for seat, item in enumerate(order):
        name, quality, _, channel = errands[item]
        day = days[seat * (len(days) - 8) // len(order)]
        if name == WITHDRAWN[0] and day > WITHDRAWN_ON:
            continue
        key = (firm, item)
        hour, minute = SEATS[seat // SHOPPERS % len(SEATS)]
        test = _test(
            draws, key, name, channel, firm=firm, shopper=seat % SHOPPERS, start=_at(draws, day, hour, minute, key=key)
        )
        _rate(draws, key, test, quality)
        tests.append(test)
        if seat % RECHECKED == 0 and name != WITHDRAWN[0]:
            day = days[seat * (len(days) - 8) // len(order) + 3 + seat // RECHECKED % 4]
            again = (firm, item + 10_000)
            other = (seat + 1 + seat // (RECHECKED * SHOPPERS)) % SHOPPERS
            other = (other + 1) % SHOPPERS if other == seat % SHOPPERS else other
            start = _at(
                draws, day, hour=RECHECK_SEAT[0], minute=RECHECK_SEAT[1] - 30 * (seat // RECHECKED % 2), key=again
            )
            second = _test(draws, again, name, channel, firm=firm, shopper=other, start=start)
            _second_opinion(draws, again, test, second)
            second["rechecks"] = f"@{seat}"
            tests.append(second)
        test["seat"] = str(seat)
    return _numbered(firm, tests)


def _errands() -> list[tuple[str, int, int, str]]:
    """(candidate, quality, number, channel) of every planned test; half of the odd ones go to each firm."""
    fields = {**{name: quality for name, (*_, quality) in CANDIDATES.items()}, WITHDRAWN[0]: 650}
    return [
        (name, quality, number, channel)
        for name, quality in fields.items()
        for channel, (_, planned, *_) in CHANNELS.items()
        for number in range(planned)
    ]


def _at(draws: Draws, day: date, hour: int, minute: int, key: tuple[int, int]) -> datetime:
    late = draws.below(20 * 60, "late", *key)
    return datetime(day.year, day.month, day.day, hour, minute) + timedelta(seconds=late)  # noqa: DTZ001 (local)


def _test(
    draws: Draws, key: tuple[int, int], name: str, channel: str, firm: int, shopper: int, start: datetime
) -> Test:
    shortest, longest = CHANNELS[channel][3:5]
    end = start + timedelta(seconds=60 * shortest + draws.below(60 * (longest - shortest), "length", *key))
    offset = ("", "+01:00")[firm]
    return {
        "candidate_id": name,
        "channel": channel,
        "scenario": ("before_sale", "sale", "after_sale")[draws.below(3, "scenario", *key)],
        "language": ("fr", "darija", "ar")[draws.pick((50, 35, 15), "language", *key)],
        "shopper_id": f"{FIRMS[firm][0].upper()}{shopper + 1:02d}",
        "started_at": start.isoformat() + offset,
        "ended_at": end.isoformat() + offset,
        "evidence_sha256": draws.hex_digits(64, "evidence", *key),
        "rechecks": "",
    }


def _rate(draws: Draws, key: tuple[int, int], test: Test, quality: int) -> None:
    *_, grid = CHANNELS[test["channel"]]
    if draws.below(1000, "silence", *key) < CHANNELS[test["channel"]][2]:
        test["outcome"] = "unanswered"
        return
    test["outcome"] = "completed"
    mood = draws.below(161, "mood", *key) - 80
    for place, (criterion, _, top) in enumerate(grid):
        full = quality + mood + (-70, 60, 0, -30, 90)[place % 5]
        lost = 1 if draws.below(1000, "lost", *key, place) < 700 or top == 2 else 2
        rating = top if draws.below(1000, "rating", *key, place) < full else top - lost
        seldom = criterion == "follow_up" and draws.below(100, "seldom", *key) < 20
        test[criterion] = "NA" if seldom else str(rating)


def _second_opinion(draws: Draws, key: tuple[int, int], test: Test, second: Test) -> None:
    """The same ratings but for one that is a point off."""
    *_, grid = CHANNELS[test["channel"]]
    second["outcome"] = test["outcome"]
    second |= {criterion: test[criterion] for criterion, _, _ in grid if criterion in test}
    criterion, _, top = grid[draws.below(len(grid), "second", *key)]
    if second.get(criterion, "NA") != "NA":
        rating = int(second[criterion])
        second[criterion] = str(rating - 1 if rating == top else rating + 1)


def _numbered(firm: int, tests: list[Test]) -> list[Test]:
    order = sorted(tests, key=lambda test: (test["started_at"], test["shopper_id"]))
    counts: dict[str, int] = {}
    seats: dict[str, str] = {}
    for test in order:
        counts[test["channel"]] = counts.get(test["channel"], 0) + 1
        test["test_id"] = f"{FIRMS[firm][0].upper()}-{test['channel'].upper()}-{counts[test['channel']]:04d}"
        if "seat" in test:
            seats[test["seat"]] = test["test_id"]
    for test in order:
        if test["rechecks"]:
            test["rechecks"] = seats[test["rechecks"][1:]]
    return order


def _rulebook() -> dict[str, Any]:
    return {
        "edition": EDITION,
        "title": {"fr": "Édition d'essai", "en": "Trial edition", "ar": "دورة تجريبية"},
        "organiser": "Baromètre d'essai",
        "timezone": "Africa/Casablanca",
        "fieldwork": {"start": FIELDWORK[0].isoformat(), "end": FIELDWORK[1].isoformat()},
        "components": {"audit": 7000, "survey": 2000, "vote": 1000},
        "eligibility": {"min_mark": "12.50", "min_candidates": 2, "min_completion": 9500},
        "tie_break": ["audit", "channel:phone", "survey", "vote"],
        "unresolved_tie": "joint",
        "quarantine": {"max_share": 200},
        "categories": [{"id": name, "sector": "private", "label": {"fr": title}} for name, title in TITLES.items()],
        "channels": {
            name: {"weight": weight, "planned_tests": planned, "grid": name, "unanswered": "zero"}
            for name, (weight, planned, *_) in CHANNELS.items()
        },
        "grids": {
            name: [
                {"id": criterion, "family": "service", "weight": weight, "max": top, "label": {"fr": criterion}}
                for criterion, weight, top in grid
            ]
            for name, (*_, grid) in CHANNELS.items()
        },
        "survey": {
            "window": {"start": "2025-11-01", "end": "2025-11-30"},
            "weights": {"satisfaction": 5000, "recommendation": 2000, "effort": 3000},
            "keep": "last",
            "min_respondents": 40,
            "raking": {"variables": ["gender", "region"], "max_weight": "5", "tolerance": "0.000001"},
        },
        "vote": {
            "window": {"opens": "2025-10-01T09:00:00+01:00", "closes": "2025-10-31T23:59:59+01:00"},
            "one_per": ["voter_key", "category_id"],
            "keep": "first",
            "mark": "share_of_leader",
            "min_votes": 200,
            "burst": {"max_per_ip_hour": 10, "action": "exclude"},
        },
        "independence": {"max_shopper_share": 2500, "min_recheck_share": 1000, "conflicts": []},
        "bailiff": {"signers": ["bailiff.pem"], "required": 1},
    }  # fmt: skip
