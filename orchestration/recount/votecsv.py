"""Lines of a CSV of votes, many at once, to rows: by columns where no quote stands, through `csvtext` where one does.

Belongs here: which lines make a record. Does not belong here: reading blocks (`votelines`) and what a field means. A
line with an even number of quotes is a record of its own, or none; from one with an odd number a record may go on to
the next such line, if `csvtext` believes it. So one stray quote costs its own line, and the lines around it no time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import polars as pl

from orchestration.recount import csvtext

Fields = Sequence[str]


@dataclass(frozen=True)
class Form:
    """How records are cut: the columns of the file, their delimiter, and which of them are ours."""

    header: Sequence[str]
    delimiter: str
    used: tuple[str, ...]

    @property
    def places(self) -> list[int]:
        """Where our columns stand."""
        return [list(self.header).index(name) for name in self.used]


def cut(frame: pl.DataFrame, form: Form, more: bool) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """Rows of lines (`line`, `text`; null: not UTF-8), the number of lines that make none, and lines not yet judged.

    Those begin with one whose record may go on in lines to come, if there are `more`.
    """
    quotes = frame["text"].str.count_matches('"', literal=True).fill_null(0)
    odd = (quotes % 2 == 1).arg_true().to_list()
    spans: list[tuple[int, int]] = []
    read: list[tuple[int, Fields]] = []
    end = len(frame)
    for start, close in zip_longest(odd, odd[1:]):
        if spans and start <= spans[-1][1]:
            continue
        if close is not None:
            number, fields = next(_records(frame[start : close + 1], form))
            if fields is not None:
                spans.append((start, close))
                read.append((number, fields))
        elif more and int(frame[start:]["text"].str.len_chars().sum()) <= csvtext.LONGEST_RECORD:
            end = start
    rest = frame[end:]
    frame = frame[:end].with_columns(quotes=quotes[:end])
    if spans:
        within = [place for start, close in spans for place in range(start, close + 1)]
        frame = frame.with_row_index("place").filter(~pl.col("place").is_in(within)).drop("place")
    even = frame.filter(pl.col("quotes") % 2 == 0)
    bare = even.filter(pl.col("quotes") == 0)
    width = len(form.header)
    whole = pl.col("text").str.count_matches(form.delimiter, literal=True) == width - 1
    good = bare.filter(whole.fill_null(False))
    cells = pl.col("text").str.split_exact(form.delimiter, width - 1).struct.rename_fields(form.header)
    rows = good.select("line", *(cells.struct.field(name) for name in form.used))
    quoted = even.filter(pl.col("quotes") > 0)
    read += [(number, fields) for number, fields in _records(quoted, form) if fields is not None]
    lost = len(frame) + len(spans) - len(good) - len(read)
    if read:
        places = form.places
        kept = [(number, *(fields[place] for place in places)) for number, fields in read]
        rows = pl.concat([rows, pl.DataFrame(kept, schema=rows.schema, orient="row")]).sort("line")
    return rows, lost, rest


def _records(frame: pl.DataFrame, form: Form) -> "csvtext.Records":
    return csvtext.records(frame.select("line", "text").iter_rows(), form.delimiter, len(form.header), form.places)
