"""Lines of a CSV, many at once, to rows: by columns where no quote stands, through `csvtext` where one does.

Belongs here: the header, and which lines make a record. Does not belong here: reading blocks and what a field means. A
line with an even number of quotes is a record of its own, or none; from one with an odd number a record may go on to
the next such line, if `csvtext` believes it. So one stray quote costs its own line, and the lines around it no time.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import polars as pl

from orchestration.recount import csvtext
from orchestration.recount.blocks import Blocks, lines
from orchestration.recount.errors import CannotRecount
from orchestration.recount.readers import check_header, csv_header

Fields = Sequence[str]
Piece = tuple[pl.Series, pl.DataFrame, int]
"""The lines of rows that can be read (`line`), these rows, and the number of lines that make none."""


@dataclass(frozen=True)
class Form:
    """How records are cut: the columns of the file, their delimiter, which of them are ours (in those a cell spans no
    lines) and which others a correction names."""

    header: tuple[str, ...]
    delimiter: str
    used: Collection[str]
    named: Collection[str] = ()

    @property
    def places(self) -> list[int]:
        """Where our columns stand."""
        return [place for place, name in enumerate(self.header) if name in self.used]

    @property
    def shown(self) -> dict[str, str]:
        """The columns of a row by their place, and their names."""
        shown = {*self.used, *self.named}
        return {f"field_{place}": name for place, name in enumerate(self.header) if name in shown}


def header_of(
    path: str, blocks: Blocks, required: Collection[str], used: Collection[str], named: Collection[str]
) -> tuple[Form, Blocks]:
    """The form of a file by its first line that is not empty, and the blocks behind it. Raises CannotRecount."""
    first, behind, header_line = _first_lines(path, blocks)
    header, delimiter = csv_header(path, header_line)
    check_header(path, header, required, {*used, *named})
    return Form(tuple(header), delimiter, used, named), chain([(first, behind)] if behind else [], blocks)


def _first_lines(path: str, blocks: Blocks) -> tuple[int, bytes, str | None]:
    """The first line that is not empty, and the rest of its block with the number of the line behind it."""
    for before, block in blocks:
        line, rest = before, block
        while rest:
            raw, _, rest = rest.partition(b"\n")
            line += 1
            if raw.removesuffix(b"\r"):
                return line, rest, csvtext.decoded(raw)
    raise CannotRecount(f"{path}: the file is empty; its first line must name the columns")


def pieces(form: Form, blocks: Blocks) -> Iterator[Piece]:
    """The rows of blocks that stand behind a header."""
    rest: pl.DataFrame | None = None
    for number, block in blocks:
        frame = lines(number, block)
        rows, lost, rest = cut(frame if rest is None else pl.concat([rest, frame]), form, more=True)
        yield rows["line"], rows.drop("line").rename(form.shown), lost
    if rest is not None and len(rest):
        rows, lost, _ = cut(rest, form, more=False)
        yield rows["line"], rows.drop("line").rename(form.shown), lost


def cut(frame: pl.DataFrame, form: Form, more: bool) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """Rows of lines (`line`, `text`; null: not UTF-8), the number of lines that make none, and lines not yet judged.

    A row is `line` and its fields by place (`Form.shown`). What is not yet judged begins with a line whose record may
    go on in lines to come, if there are `more`.
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
    cells = pl.col("text").str.split_exact(form.delimiter, width - 1).struct
    rows = good.select("line", *(cells.field(place) for place in form.shown))
    quoted = even.filter(pl.col("quotes") > 0)
    read += [(number, fields) for number, fields in _records(quoted, form) if fields is not None]
    lost = len(frame) + len(spans) - len(good) - len(read)
    if read:
        places = [int(place.removeprefix("field_")) for place in form.shown]
        kept = [(number, *(fields[place] for place in places)) for number, fields in read]
        rows = pl.concat([rows, pl.DataFrame(kept, schema=rows.schema, orient="row")]).sort("line")
    return rows, lost, rest


def _records(frame: pl.DataFrame, form: Form) -> "csvtext.Records":
    return csvtext.records(frame.select("line", "text").iter_rows(), form.delimiter, len(form.header), form.places)
