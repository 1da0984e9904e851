"""One test as a whole: lost, doubled, entered again; a shopper who becomes another.

Belongs here: changes of rows of tests.
"""

import random

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.kinds.pick import a_row, audit_file, counted
from benchmarks.mutation.sheets import Edition

GROUP = Group("a test")
kind = GROUP.kind


@kind
def test_deleted(draw: random.Random, edition: Edition) -> Change:
    """A test that is not liked is not handed in."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    test = sheet.rows.pop(row)[0]
    return Change(f"{path}: {test} left out")


@kind
def re_check_deleted(draw: random.Random, edition: Edition) -> Change:
    """A re-check that disagrees is not handed in."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, lambda row: bool(sheet.get(row, "rechecks")))
    test = sheet.rows.pop(row)[0]
    return Change(f"{path}: re-check {test} left out")


@kind
def test_doubled(draw: random.Random, edition: Edition) -> Change:
    """The same row twice."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    sheet.rows.insert(draw.randrange(len(sheet.rows)), list(sheet.rows[row]))
    return Change(f"{path}:{row + 2} stands twice", impossible=True)


@kind
def test_doubled_with_a_change(draw: random.Random, edition: Edition) -> Change:
    """The same id twice, with two truths."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    copy = list(sheet.rows[row])
    copy[sheet.place("language")] = "en"
    sheet.rows.append(copy)
    return Change(f"{path}:{row + 2} stands twice and differs", impossible=True)


@kind
def test_doubled_under_a_new_id(draw: random.Random, edition: Edition) -> Change:
    """A copy that would pass for another test: the shopper cannot have been in two contacts at once."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    copy = list(sheet.rows[row])
    copy[0] += "B"
    if draw.random() < 0.5:
        copy[sheet.place("evidence_sha256")] = ""
    sheet.rows.insert(row + 1, copy)
    return Change(f"{path}:{row + 2} copied as {copy[0]}", impossible=True)


@kind
def test_invented(draw: random.Random, edition: Edition) -> Change:
    """A copy with another id, another day, another shopper and no evidence: a plausible test."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    copy = list(sheet.rows[row])
    other = a_row(draw, sheet, lambda n: sheet.get(n, "shopper_id") != copy[sheet.place("shopper_id")])
    copy[0] += "B"
    copy[sheet.place("evidence_sha256")] = ""
    copy[sheet.place("shopper_id")] = sheet.get(other, "shopper_id")
    for column in ("started_at", "ended_at"):
        text = copy[sheet.place(column)]
        copy[sheet.place(column)] = f"{text[:11]}18{text[13:]}"
    start, end = (copy[sheet.place(column)] for column in ("started_at", "ended_at"))
    sheet.rows.append(copy)
    return Change(f"{path}: {copy[0]} invented", impossible=end < start)


@kind
def shopper_merged_into_another(draw: random.Random, edition: Edition) -> Change:
    """All tests of one shopper in a file under another's id."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    old, new = draw.sample(sorted(set(sheet.values("shopper_id"))), 2)
    sheet.put_all("shopper_id", [new if who == old else who for who in sheet.values("shopper_id")])
    return Change(f"{path} {old} → {new}")


@kind
def tests_of_one_shopper_exchanged(draw: random.Random, edition: Edition) -> Change:
    """The candidates of two successive tests of one shopper exchanged: two forms put in the wrong envelopes."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    rows = [n for n in range(len(sheet.rows)) if counted(sheet)(n)]
    while True:
        row = draw.choice(rows)
        mine = [n for n in rows if n > row and sheet.get(n, "shopper_id") == sheet.get(row, "shopper_id")]
        if mine and sheet.get(mine[0], "candidate_id") != sheet.get(row, "candidate_id"):
            break
    first, second = sheet.get(row, "candidate_id"), sheet.get(mine[0], "candidate_id")
    sheet.put(row, "candidate_id", second)
    sheet.put(mine[0], "candidate_id", first)
    return Change(f"{path}:{row + 2} and :{mine[0] + 2} exchange candidates")
