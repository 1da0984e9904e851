"""A file as a whole: doubled, cut, of another year, in the wrong folder, in another encoding.

Belongs here: what goes wrong between the supplier's disk and the deposit, of any source.
"""

import random
from datetime import timedelta

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.kinds.pick import a_file, audit_file, channel_of, moved
from benchmarks.mutation.sheets import Edition

GROUP = Group("a file")
kind = GROUP.kind
SOURCES = ("audits", "audits", "survey", "votes")
TIMES = ("started_at", "ended_at", "answered_at", "cast_at")


def _any_file(draw: random.Random, edition: Edition) -> str:
    return a_file(draw, edition, draw.choice(SOURCES))


@kind
def file_doubled(draw: random.Random, edition: Edition) -> Change:
    """The same file once more under another name."""
    path = _any_file(draw, edition)
    edition.sheets[path.replace(".csv", "-2.csv")] = edition.sheets[path]
    return Change(f"{path} twice", impossible=True)


@kind
def file_doubled_in_another_dialect(draw: random.Random, edition: Edition) -> Change:
    """The same rows once more, exported with other separators: the bytes differ."""
    path = _any_file(draw, edition)
    copy = edition.sheets[path].copy()
    copy.delimiter = ";" if copy.delimiter == "," else ","
    edition.sheets[path.replace(".csv", "-2.csv")] = copy
    return Change(f"{path} twice", impossible=True)


@kind
def file_cut_within_a_line(draw: random.Random, edition: Edition) -> Change:
    """A transfer that broke off."""
    path = _any_file(draw, edition)
    data = edition.sheets[path].to_bytes()
    end = int(len(data) * draw.uniform(0.2, 0.995))
    end -= data[:end].endswith(b"\n")
    edition.extra[path] = data[:end]
    return Change(f"{path} cut after {end} of {len(data)} bytes")


@kind
def file_cut_between_two_lines(draw: random.Random, edition: Edition) -> Change:
    """The last rows were not exported."""
    path = _any_file(draw, edition)
    sheet = edition.edit(path)
    kept = int(len(sheet.rows) * draw.uniform(0.2, 0.995))
    rows = len(sheet.rows)
    del sheet.rows[kept:]
    return Change(f"{path} with {kept} of {rows} rows")


@kind
def file_of_another_edition(draw: random.Random, edition: Edition) -> Change:
    """Last year's file in the place of this year's."""
    path = _any_file(draw, edition)
    sheet = edition.edit(path)
    for column in set(TIMES) & set(sheet.columns):
        cells = sheet.values(column)
        sheet.put_all(column, [moved(cell, lambda at: at - timedelta(days=364)) for cell in cells])
    return Change(f"{path} a year old", impossible=True)


@kind
def file_left_out(draw: random.Random, edition: Edition) -> Change:
    """A file is forgotten."""
    path = _any_file(draw, edition)
    del edition.sheets[path]
    return Change(f"without {path}")


@kind
def files_of_two_firms_exchanged(draw: random.Random, edition: Edition) -> Change:
    """One channel's files change folders."""
    channel = channel_of(audit_file(draw, edition))
    path, other = (path for path in edition.paths("audits") if channel_of(path) == channel)
    edition.sheets[path], edition.sheets[other] = edition.sheets[other], edition.sheets[path]
    return Change(f"{path} ↔ {other}")


@kind
def file_in_another_firms_folder(draw: random.Random, edition: Edition) -> Change:
    """One firm's file among the other's."""
    path = audit_file(draw, edition)
    firm = path.split("/")[1]
    other = next(p.split("/")[1] for p in edition.paths("audits") if p.split("/")[1] != firm)
    edition.sheets[f"audits/{other}/{channel_of(path)}-2.csv"] = edition.sheets.pop(path)
    return Change(f"{path} under {other}")


@kind
def two_channels_in_one_file(draw: random.Random, edition: Edition) -> Change:
    """A firm's e-mails appended to its visits."""
    firm = audit_file(draw, edition).split("/")[1]
    email = edition.sheets.pop(f"audits/{firm}/email.csv").copy()
    sheet = edition.edit(f"audits/{firm}/visit.csv")
    for row in email.rows:
        cells = dict(zip(email.columns, row, strict=True))
        sheet.rows.append([cells.get(column, "") for column in sheet.columns])
    return Change(f"audits/{firm}/visit.csv with e-mails", impossible=True)


@kind
def encoding_changed(draw: random.Random, edition: Edition) -> Change:
    """Saved as UTF-16, or with a byte that is no UTF-8."""
    path = _any_file(draw, edition)
    sheet = edition.edit(path)
    sheet.encoding = draw.choice(("utf-16", "latin-1"))
    if sheet.encoding == "latin-1":
        row = draw.randrange(len(sheet.rows))
        sheet.put(row, sheet.columns[draw.randrange(len(sheet.columns))], "é")
    return Change(f"{path} in {sheet.encoding}", impossible=True)


@kind
def delimiter_changed(draw: random.Random, edition: Edition) -> Change:
    """Comma for semicolon and the reverse, which is allowed; a tab or a bar, which is not."""
    path = _any_file(draw, edition)
    sheet = edition.edit(path)
    old = sheet.delimiter
    sheet.delimiter = draw.choice([mark for mark in (",", ";", "\t", "|") if mark != old])
    return Change(f"{path} with {sheet.delimiter!r} for {old!r}", impossible=sheet.delimiter in "\t|")


@kind
def rows_in_another_order(draw: random.Random, edition: Edition) -> Change:
    """The same rows, sorted otherwise: no outcome may depend on it."""
    path = _any_file(draw, edition)
    draw.shuffle(edition.edit(path).rows)
    return Change(f"{path} in another order")
