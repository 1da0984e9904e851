"""One cell of one test: a slip of the finger, another unit, another notation, a rating touched up.

Belongs here: changes of a single test's cells (its two times count as one).
"""

import random
from datetime import datetime, timedelta

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.kinds.pick import a_rating, a_row, another, audit_file, counted, moved, rivals, tops
from benchmarks.mutation.sheets import Edition, Sheet

GROUP = Group("a test's cell")
kind = GROUP.kind


@kind
def rating_replaced(draw: random.Random, edition: Edition) -> Change:
    """Another rating that the grid allows."""
    path, row, criterion, rating, top = a_rating(draw, edition)
    new = draw.choice([value for value in range(top + 1) if value != rating])
    edition.edit(path).put(row, criterion, str(new))
    return Change(f"{path}:{row + 2} {criterion} {rating} → {new}")


@kind
def rating_one_off(draw: random.Random, edition: Edition) -> Change:
    """One more or one less, allowed or not."""
    path, row, criterion, rating, top = a_rating(draw, edition)
    new = rating + draw.choice((-1, 1))
    edition.edit(path).put(row, criterion, str(new))
    return Change(f"{path}:{row + 2} {criterion} {rating} → {new}", impossible=not 0 <= new <= top)


@kind
def rating_over_the_maximum(draw: random.Random, edition: Edition) -> Change:
    """As if the scale went further."""
    path, row, criterion, rating, top = a_rating(draw, edition)
    new = top + draw.randint(1, top)
    edition.edit(path).put(row, criterion, str(new))
    return Change(f"{path}:{row + 2} {criterion} {rating} → {new} (max {top})", impossible=True)


@kind
def rating_on_another_scale(draw: random.Random, edition: Edition) -> Change:
    """In per cent, out of 20, ten times too much, or with decimals."""
    path, row, criterion, rating, top = a_rating(draw, edition, least=1)
    new = draw.choice((f"{100 * rating // top}", f"{20 * rating // top}", f"{rating}0", f"{rating}.5", f"{rating}%"))
    edition.edit(path).put(row, criterion, new)
    return Change(f"{path}:{row + 2} {criterion} {rating} → {new} (max {top})", impossible=True)


@kind
def rating_emptied(draw: random.Random, edition: Edition) -> Change:
    """As if the criterion did not apply."""
    path, row, criterion, rating, _ = a_rating(draw, edition)
    new = draw.choice(("", "NA"))
    edition.edit(path).put(row, criterion, new)
    return Change(f"{path}:{row + 2} {criterion} {rating} → {new!r}")


@kind
def needed_cell_emptied(draw: random.Random, edition: Edition) -> Change:
    """A cell that no test can do without."""
    path = audit_file(draw, edition)
    column = draw.choice(("test_id", "candidate_id", "channel", "shopper_id", "started_at", "outcome", "scenario"))
    row = a_row(draw, edition.sheets[path])
    edition.edit(path).put(row, column, "")
    return Change(f"{path}:{row + 2} {column} emptied", impossible=True)


@kind
def best_ratings_given(draw: random.Random, edition: Edition) -> Change:
    """A friendly shopper: every criterion at its best."""
    path = audit_file(draw, edition)
    sheet, grid = edition.edit(path), tops(edition, path)
    row = a_row(draw, sheet, lambda n: counted(sheet)(n) and any(sheet.get(n, c) != str(grid[c]) for c in grid))
    for criterion, top in grid.items():
        sheet.put(row, criterion, str(top))
    return Change(f"{path}:{row + 2} every rating at its best")


@kind
def day_and_month_exchanged(draw: random.Random, edition: Edition) -> Change:
    """The American notation of a day up to the twelfth."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    days = sheet.values("started_at")
    row = a_row(draw, sheet, lambda row: days[row][5:7] != days[row][8:10] <= "12")
    for column in ("started_at", "ended_at"):
        text = sheet.get(row, column)
        sheet.put(row, column, f"{text[:5]}{text[8:10]}-{text[5:7]}{text[10:]}")
    return Change(f"{path}:{row + 2} day and month exchanged", impossible=not _in_fieldwork(sheet, row, edition))


@kind
def day_digits_transposed(draw: random.Random, edition: Edition) -> Change:
    """12 for 21, in the day of both times."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, lambda row: sheet.get(row, "started_at")[8] != sheet.get(row, "started_at")[9])
    for column in ("started_at", "ended_at"):
        text = sheet.get(row, column)
        sheet.put(row, column, text[:8] + text[9] + text[8] + text[10:])
    return Change(f"{path}:{row + 2} digits of the day transposed", impossible=not _in_fieldwork(sheet, row, edition))


@kind
def offset_changed(draw: random.Random, edition: Edition) -> Change:
    """Both times said to be UTC, or one of them alone."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    columns = draw.choice((("started_at", "ended_at"), ("started_at",), ("ended_at",)))
    for column in columns:
        sheet.put(row, column, sheet.get(row, column)[:19] + draw.choice(("Z", "+00:00")))
    backwards = columns == ("started_at",) or not _in_fieldwork(sheet, row, edition)
    return Change(f"{path}:{row + 2} {' and '.join(columns)} read as UTC", impossible=backwards)


@kind
def month_shifted(draw: random.Random, edition: Edition) -> Change:
    """A month earlier or later, both times."""
    return _shift(draw, edition, timedelta(days=draw.choice((-30, 30))), "a month")


@kind
def year_shifted(draw: random.Random, edition: Edition) -> Change:
    """Last year's date on this year's test."""
    return _shift(draw, edition, timedelta(days=draw.choice((-365, 365))), "a year")


@kind
def minutes_taken_for_seconds(draw: random.Random, edition: Edition) -> Change:
    """A duration sixty times too long or too short."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    start, end = (datetime.fromisoformat(sheet.get(row, column)[:19]) for column in ("started_at", "ended_at"))
    length = (end - start) * 60 if draw.random() < 0.5 else (end - start) // 60
    sheet.put(row, "ended_at", moved(sheet.get(row, "started_at"), lambda at: (at + length).replace(microsecond=0)))
    return Change(f"{path}:{row + 2} lasts {length}", impossible=not _in_fieldwork(sheet, row, edition))


@kind
def candidate_taken_for_a_rival(draw: random.Random, edition: Edition) -> Change:
    """The test of one candidate entered for another of its category."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, lambda row: counted(sheet)(row) and not sheet.get(row, "candidate_id").startswith("ifni"))
    old = sheet.get(row, "candidate_id")
    new = draw.choice(rivals(edition, old))
    sheet.put(row, "candidate_id", new)
    return Change(f"{path}:{row + 2} {old} → {new}")


@kind
def candidate_misspelt(draw: random.Random, edition: Edition) -> Change:
    """An id that is nobody's."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    old = sheet.get(row, "candidate_id")
    new = draw.choice((old.upper(), old[:-1], old.replace("-", "_"), f"{old}s"))
    sheet.put(row, "candidate_id", new)
    return Change(f"{path}:{row + 2} {old} → {new}", impossible=True)


@kind
def outcome_changed(draw: random.Random, edition: Edition) -> Change:
    """Unanswered, or broken off, although it was rated; or completed without a rating. A rated part is possible."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, lambda row: not sheet.get(row, "rechecks"))
    old = sheet.get(row, "outcome")
    new = another(draw, ["completed", "unanswered", "aborted"], old)
    sheet.put(row, "outcome", new)
    whole = all(sheet.get(row, criterion).isdecimal() for criterion in tops(edition, path))
    return Change(f"{path}:{row + 2} {old} → {new}", impossible=new != "aborted" or whole)


@kind
def scenario_or_language_changed(draw: random.Random, edition: Edition) -> Change:
    """Another of the agreed words."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    column = draw.choice(("scenario", "language"))
    old = sheet.get(row, column)
    new = another(draw, sheet.values(column), old)
    sheet.put(row, column, new)
    return Change(f"{path}:{row + 2} {column} {old} → {new}")


@kind
def evidence_used_again(draw: random.Random, edition: Edition) -> Change:
    """The recording of another test."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row, other = draw.sample(range(len(sheet.rows)), 2)
    sheet.put(row, "evidence_sha256", sheet.get(other, "evidence_sha256"))
    return Change(f"{path}:{row + 2} bears the evidence of line {other + 2}", impossible=True)


@kind
def declared_a_re_check(draw: random.Random, edition: Edition) -> Change:
    """A test that is not liked becomes the re-check of another, and counts no more."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, counted(sheet))
    same = [
        n for n in range(len(sheet.rows))
        if counted(sheet)(n) and sheet.get(n, "candidate_id") == sheet.get(row, "candidate_id")
        and sheet.get(n, "shopper_id") != sheet.get(row, "shopper_id")
    ]  # fmt: skip
    other = draw.choice(same)
    sheet.put(row, "rechecks", sheet.get(other, "test_id"))
    return Change(f"{path}:{row + 2} now re-checks line {other + 2}")


@kind
def a_re_check_declared_a_test(draw: random.Random, edition: Edition) -> Change:
    """The reverse: a re-check that is liked counts."""
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet, lambda row: bool(sheet.get(row, "rechecks")))
    sheet.put(row, "rechecks", "")
    return Change(f"{path}:{row + 2} re-checks nothing any more")


def _shift(draw: random.Random, edition: Edition, step: timedelta, what: str) -> Change:
    path = audit_file(draw, edition)
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    for column in ("started_at", "ended_at"):
        sheet.put(row, column, moved(sheet.get(row, column), lambda at: at + step))
    return Change(f"{path}:{row + 2} {what} away ({step.days} days)", impossible=not _in_fieldwork(sheet, row, edition))


def _in_fieldwork(sheet: Sheet, row: int, edition: Edition) -> bool:
    """Whether both times are days of the fieldwork, in order. An hour next to midnight is not looked at: none is."""
    window = edition.rulebook["fieldwork"]
    try:
        start, end = (datetime.fromisoformat(sheet.get(row, column)[:19]) for column in ("started_at", "ended_at"))
    except ValueError:
        return False
    return window["start"] <= start.date().isoformat() and end.date().isoformat() <= window["end"] and start <= end
