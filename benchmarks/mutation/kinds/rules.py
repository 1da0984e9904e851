"""The list of candidates and the rulebook: somebody is moved, a rule is typed wrong.

Belongs here: changes of what the organiser hands in. A rulebook that is valid is the rule, whoever typed it: its kinds
are a group of their own, and what stops them is the organiser who reads the dossier's first pages.
"""

import random
from typing import Any

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.sheets import Edition

CANDIDATES = Group("candidates")
RULEBOOK = Group("rulebook")
LIST = "candidates.csv"


@CANDIDATES.kind
def status_flipped(draw: random.Random, edition: Edition) -> Change:
    """A candidate withdrawn who is in the competition, or the reverse."""
    sheet = edition.edit(LIST)
    row = draw.randrange(len(sheet.rows))
    new = "withdrawn" if sheet.get(row, "status") == "entered" else "entered"
    sheet.put(row, "status", new)
    sheet.put(row, "withdrawn_on", draw.choice(("2025-10-20", "")) if new == "withdrawn" else "")
    return Change(f"{sheet.rows[row][0]} {new}", impossible=new == "entered")


@CANDIDATES.kind
def category_moved(draw: random.Random, edition: Edition) -> Change:
    """A candidate in another category: its votes say another."""
    sheet = edition.edit(LIST)
    row = draw.randrange(len(sheet.rows) - 1)
    old = sheet.get(row, "category_id")
    new = draw.choice([item["id"] for item in edition.rulebook["categories"] if item["id"] != old])
    sheet.put(row, "category_id", new)
    return Change(f"{sheet.rows[row][0]} in {new}", impossible=True)


@CANDIDATES.kind
def two_candidates_ids_exchanged(draw: random.Random, edition: Edition) -> Change:
    """Two companies of one category under each other's candidate id."""
    sheet = edition.edit(LIST)
    row = draw.randrange(len(sheet.rows) - 1)
    other = draw.choice([
        n for n in range(len(sheet.rows) - 1) if n != row and sheet.rows[n][3] == sheet.rows[row][3]
    ])  # fmt: skip
    sheet.rows[row][1:3], sheet.rows[other][1:3] = sheet.rows[other][1:3], sheet.rows[row][1:3]
    return Change(f"companies of {sheet.rows[row][0]} and {sheet.rows[other][0]} exchanged")


@CANDIDATES.kind
def candidate_left_out(draw: random.Random, edition: Edition) -> Change:
    """A candidate is not on the list, while tests, responses and votes speak of it."""
    sheet = edition.edit(LIST)
    row = sheet.rows.pop(draw.randrange(len(sheet.rows) - 1))
    return Change(f"without {row[0]}", impossible=True)


@RULEBOOK.kind
def criterion_weight_mistyped(draw: random.Random, edition: Edition) -> Change:
    """A criterion weighs more, less, or ten times as much."""
    item = _criterion(draw, edition)
    old = item["weight"]
    item["weight"] = draw.choice([value for value in (1, 2, 3, 5, 10 * old) if value != old])
    return Change(f"{item['id']} weight {old} → {item['weight']}")


@RULEBOOK.kind
def criterion_maximum_mistyped(draw: random.Random, edition: Edition) -> Change:
    """A criterion goes to another maximum."""
    item = _criterion(draw, edition)
    old = item["max"]
    item["max"] = draw.choice([value for value in (1, 2, 3, 4, 5, 10) if value != old])
    return Change(f"{item['id']} max {old} → {item['max']}", impossible=item["max"] < old)


@RULEBOOK.kind
def minimum_mistyped(draw: random.Random, edition: Edition) -> Change:
    """Another minimum mark, number of candidates, of respondents or of votes."""
    book = edition.rulebook
    section, key, new = draw.choice([
        (book["eligibility"], "min_mark", draw.choice(("15.20", "1.25", "16.90", "17.00"))),
        (book["eligibility"], "min_candidates", draw.choice((1, 3, 4))),
        (book["eligibility"], "min_completion", draw.choice((950, 9000, 10000))),
        (book["survey"], "min_respondents", draw.choice((4, 60, 400))),
        (book["vote"], "min_votes", draw.choice((20, 2000))),
    ])  # fmt: skip
    old, section[key] = section[key], new
    return Change(f"{key} {old} → {new}")


@RULEBOOK.kind
def component_weights_exchanged(draw: random.Random, edition: Edition) -> Change:
    """Two components bear each other's weight."""
    weights = edition.rulebook["components"]
    component, other = draw.sample(list(weights), 2)
    weights[component], weights[other] = weights[other], weights[component]
    return Change(f"{component} ↔ {other}")


@RULEBOOK.kind
def component_weight_mistyped(draw: random.Random, edition: Edition) -> Change:
    """A component's weight typed wrong: they make 100 % no more."""
    weights = edition.rulebook["components"]
    name = draw.choice(list(weights))
    old = weights[name]
    weights[name] = draw.choice((old // 10, old + 100, old * 10))
    return Change(f"{name} {old} → {weights[name]}", impossible=True)


@RULEBOOK.kind
def channel_weight_mistyped(draw: random.Random, edition: Edition) -> Change:
    """A channel weighs more or less."""
    name = draw.choice(list(edition.rulebook["channels"]))
    channel = edition.rulebook["channels"][name]
    old = channel["weight"]
    channel["weight"] = draw.choice((old // 10, old + 500, old * 2))
    return Change(f"{name} {old} → {channel['weight']}")


@RULEBOOK.kind
def window_mistyped(draw: random.Random, edition: Edition) -> Change:
    """The fieldwork, the survey or the vote begins or ends another day."""
    book = edition.rulebook
    window, key, new = draw.choice([
        (book["fieldwork"], "start", "2025-10-01"), (book["fieldwork"], "end", "2025-10-13"),
        (book["fieldwork"], "end", "2025-11-30"), (book["survey"]["window"], "end", "2025-11-13"),
        (book["survey"]["window"], "start", "2025-01-11"),
        (book["vote"]["window"], "closes", "2025-10-21T23:59:59+01:00"),
        (book["vote"]["window"], "opens", "2025-10-01T09:00:00Z"),
    ])  # fmt: skip
    old, window[key] = window[key], new
    return Change(f"{key} {old} → {new}", impossible=new not in ("2025-11-30", "2025-01-11"))


@RULEBOOK.kind
def rule_exchanged(draw: random.Random, edition: Edition) -> Change:
    """First for last, zero for exclude, leader for category, exclude for flag."""
    book = edition.rulebook
    section, key, new = draw.choice([
        (book["survey"], "keep", "first"), (book["vote"], "keep", "last"), (book["vote"], "mark", "share_of_category"),
        (book["vote"]["burst"], "action", "flag"), (book["vote"]["burst"], "max_per_ip_hour", 1),
        (book["channels"]["phone"], "unanswered", "exclude"), (book["channels"]["email"], "unanswered", "exclude"),
    ])  # fmt: skip
    old, section[key] = section[key], new
    return Change(f"{key} {old} → {new}")


def _criterion(draw: random.Random, edition: Edition) -> dict[str, Any]:
    grids = edition.rulebook["grids"]
    criterion: dict[str, Any] = draw.choice(grids[draw.choice(list(grids))])
    return criterion
