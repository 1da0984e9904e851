"""Ballots: lost, moved, invented, brought together.

Belongs here: changes of the files of votes.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.kinds.pick import a_file, a_row, another, moved, rivals
from benchmarks.mutation.sheets import Edition, Sheet

GROUP = Group("votes")
kind = GROUP.kind


def _ballots(draw: random.Random, edition: Edition) -> tuple[str, Sheet]:
    path = a_file(draw, edition, "votes")
    return path, edition.edit(path)


@kind
def vote_for_a_rival(draw: random.Random, edition: Edition) -> Change:
    """A vote goes to another candidate of the category."""
    path, sheet = _ballots(draw, edition)
    row = a_row(draw, sheet)
    old = sheet.get(row, "candidate_id")
    new = draw.choice(rivals(edition, old))
    sheet.put(row, "candidate_id", new)
    return Change(f"{path}:{row + 2} {old} → {new}")


@kind
def vote_in_another_category(draw: random.Random, edition: Edition) -> Change:
    """A vote under a category that is not the candidate's."""
    path, sheet = _ballots(draw, edition)
    row = a_row(draw, sheet)
    old = sheet.get(row, "category_id")
    new = another(draw, sheet.values("category_id"), old)
    sheet.put(row, "category_id", new)
    return Change(f"{path}:{row + 2} {old} → {new}", impossible=True)


@kind
def vote_deleted(draw: random.Random, edition: Edition) -> Change:
    """A vote is not handed in."""
    path, sheet = _ballots(draw, edition)
    row = a_row(draw, sheet)
    sheet.rows.pop(row)
    return Change(f"{path}:{row + 2} left out")


@kind
def votes_of_a_candidate_thinned(draw: random.Random, edition: Edition) -> Change:
    """One vote in five of one candidate is not handed in."""
    path, sheet = _ballots(draw, edition)
    name = draw.choice(sorted(set(sheet.values("candidate_id"))))
    place = sheet.place("candidate_id")
    before = len(sheet.rows)
    sheet.rows = [row for row in sheet.rows if row[place] != name or draw.random() > 0.2]
    return Change(f"{path} {before - len(sheet.rows)} votes of {name} left out")


@kind
def vote_doubled(draw: random.Random, edition: Edition) -> Change:
    """The same ballot twice."""
    path, sheet = _ballots(draw, edition)
    row = a_row(draw, sheet)
    sheet.rows.append(list(sheet.rows[row]))
    return Change(f"{path}:{row + 2} stands twice", impossible=True)


@kind
def vote_doubled_under_a_new_id(draw: random.Random, edition: Edition) -> Change:
    """The same voter's ballot under another number: the rule counts one."""
    path, sheet = _ballots(draw, edition)
    row = a_row(draw, sheet)
    sheet.rows.append([f"{sheet.rows[row][0]}B", *sheet.rows[row][1:]])
    return Change(f"{path}:{row + 2} copied")


@kind
def voter_key_used_again(draw: random.Random, edition: Edition) -> Change:
    """A ballot under the key of another voter."""
    path, sheet = _ballots(draw, edition)
    row, other = draw.sample(range(len(sheet.rows)), 2)
    sheet.put(row, "voter_key", sheet.get(other, "voter_key"))
    return Change(f"{path}:{row + 2} by the voter of line {other + 2}")


@kind
def vote_moved_in_time(draw: random.Random, edition: Edition) -> Change:
    """Hours, days or months away, within the vote or not."""
    path, sheet = _ballots(draw, edition)
    row = a_row(draw, sheet)
    step = timedelta(hours=draw.choice((-1, 1, 24, -24, 24 * 31, -24 * 31)))
    new = moved(sheet.get(row, "cast_at"), lambda at: at + step)
    sheet.put(row, "cast_at", new)
    inside = "2025-10-01T08:00:00Z" <= new <= "2025-10-31T22:59:59Z"
    return Change(f"{path}:{row + 2} {step} away", impossible=not inside)


@kind
def addresses_collapsed_into_one(draw: random.Random, edition: Edition) -> Change:
    """A day of one platform's votes behind a single address, as behind a proxy."""
    path, sheet = _ballots(draw, edition)
    day = sheet.get(a_row(draw, sheet), "cast_at")[:10]
    address = sheet.get(0, "ip_hash")
    rows = [n for n in range(len(sheet.rows)) if sheet.get(n, "cast_at").startswith(day)]
    for row in rows:
        sheet.put(row, "ip_hash", address)
    return Change(f"{path} {len(rows)} votes of {day} from one address")


@kind
def all_addresses_collapsed_into_one(draw: random.Random, edition: Edition) -> Change:
    """All of a platform's votes behind a single address."""
    path, sheet = _ballots(draw, edition)
    sheet.put_all("ip_hash", [sheet.get(0, "ip_hash")] * len(sheet.rows))
    return Change(f"{path} from one address")


@kind
def burst_of_a_rival_forged(draw: random.Random, edition: Edition) -> Change:
    """Thirty votes for a rival moved into one hour of one address, so that the rule excludes them."""
    path, sheet = _ballots(draw, edition)
    name = draw.choice(sorted(set(sheet.values("candidate_id"))))
    rows = [n for n in range(len(sheet.rows)) if sheet.get(n, "candidate_id") == name][:30]
    for minute, row in enumerate(rows):
        sheet.put(row, "cast_at", f"2025-10-10T18:{minute:02d}:00Z")
        sheet.put(row, "ip_hash", sheet.get(rows[0], "ip_hash"))
    return Change(f"{path} {len(rows)} votes for {name} made a burst")


@kind
def candidate_stuffed_slowly(draw: random.Random, edition: Edition) -> Change:
    """Sixty new voters for one candidate, each with an address and an hour of its own."""
    return _stuff(draw, edition, 60, lambda place: timedelta(minutes=place * 691))


@kind
def candidate_stuffed_in_an_hour(draw: random.Random, edition: Edition) -> Change:
    """Sixty new voters for one candidate within an hour, each with an address of its own."""
    return _stuff(draw, edition, 60, lambda place: timedelta(seconds=place * 55))


@kind
def candidate_stuffed_in_a_minute(draw: random.Random, edition: Edition) -> Change:
    """Sixty new voters for one candidate within a minute, each with an address of its own."""
    return _stuff(draw, edition, 60, lambda place: timedelta(seconds=place))


def _stuff(draw: random.Random, edition: Edition, number: int, after: Callable[[int], timedelta]) -> Change:
    path, sheet = _ballots(draw, edition)
    row = sheet.rows[a_row(draw, sheet)]
    start = datetime.fromisoformat("2025-10-02T20:00:00")
    for place in range(number):
        keys = f"{draw.getrandbits(128):032x}", f"{draw.getrandbits(128):032x}"
        when = f"{(start + after(place)).isoformat()}Z"
        sheet.rows.append([f"W{place:05d}", keys[0], row[2], row[3], when, row[5], keys[1]])
    return Change(f"{path} {number} votes for {row[3]} added")
