"""CSV as SPEC 3 has it: UTF-8, comma or semicolon, RFC 4180 quotes, a header.

Belongs here: from blocks of bytes to columns of text with line numbers. No cell is trimmed, converted or judged.

What is a row. A physical line ends at LF, or CR LF. A record is one line, or several when a quoted field has line
ends inside. It is believed when its quotes stand where RFC 4180 allows them, it has as many fields as the header, and
no column that we use has a line's end inside. Otherwise *its first line alone* is unreadable and reading goes on at
the next line: an open quote cannot swallow good lines. Empty lines are no rows. So for each file, lines after the
header = lines of rows + unreadable lines + empty lines, whatever the order of the rows.

Two ways lead to the same rows. A block whose quotes are all trivial (`csv_blocks.py` shows it) goes through Arrow at
the speed of the disk; of any other block those pieces that need it are read record by record. A property test holds
the two together.
"""

import io
import re
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
import pyarrow as pa

from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import limits
from orchestration.intake.readers.csv_blocks import PlainBlock
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.streams import Ahead, Block, blocks, cut, picked

DELIMITERS = (",", ";")
FIELDS = {
    delimiter: re.compile(rf'(?:"((?:[^"]++|"")*+)"|([^"{delimiter}]*+))({delimiter}|\Z)') for delimiter in DELIMITERS
}
"""One field and what ends it: a quoted one, or one without quotes."""


class CsvRows:
    """A CSV file: its `header` and its `parts()`."""

    def __init__(self, read: Callable[[int], bytes], known: Sequence[str], size: int = limits.BLOCK_BYTES) -> None:
        """`known` are the columns that we use: no line ends inside, and they tell a comma from a semicolon."""
        self._blocks = Ahead(blocks(read, size))
        self._held: Block | None = None
        self.header, self.delimiter = self._read_header(known)
        self._used = [place for place, name in enumerate(self.header) if name in known]

    def parts(self, only: np.ndarray | None = None) -> Iterator[Part]:
        """The rows, block by block, in the order of the file; at least those that
        begin on the lines `only` (sorted)."""
        while (block := self._next_block()) is not None:
            if only is not None and b'"' not in block.data:  # so each line is a record
                numbers, few = picked(block, only)
                if not len(numbers) or (plain := PlainBlock(few, self.delimiter)).trivial:
                    if len(numbers):
                        yield plain.part(len(self.header)).renumbered(numbers)
                    continue
            plain = PlainBlock(block, self.delimiter)
            if plain.trivial:
                yield plain.part(len(self.header))
            elif len(pieces := cut(block)) > 1:
                self._blocks.put_back(pieces)
            else:
                yield self._record_by_record(block)

    def _next_block(self) -> Block | None:
        block, self._held = self._held, None
        return block or next(self._blocks, None)

    def _read_header(self, known: Sequence[str]) -> tuple[tuple[str, ...], str]:
        block = self._next_block()
        if block is None:
            raise FileProblem("no_header.empty", 1)
        lines = _Lines(block, self._blocks)
        head = read_header(lines.at(0) or "", known)
        if head is None:
            raise FileProblem("no_header.csv", 1)
        self._held = lines.after(1)
        return head

    def _record_by_record(self, block: Block) -> Part:
        lines = _Lines(block, self._blocks)
        numbers: list[int] = []
        rows: list[list[str]] = []
        unreadable: list[tuple[int, str]] = []
        place, own = 0, len(lines)
        while place < own:
            if lines.at(place) == "":
                place += 1
                continue
            record, used = self._record(lines, place)
            if record is None:
                unreadable.append((block.first + place, lines.shown(place)))
            else:
                numbers.append(block.first + place)
                rows.append(record)
            place += used
        self._held = lines.after(place)
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(self.header)
        return Part(pa.array(numbers, pa.int64()), [pa.array(cells, pa.string()) for cells in columns], unreadable)

    def _record(self, lines: "_Lines", place: int) -> tuple[list[str] | None, int]:
        """The record that begins at a line and how many lines it spans; (None, 1) when it is not to be believed."""
        pieces: list[str] = []
        size = quotes = 0
        while not pieces or (quotes % 2 and size <= limits.RECORD_CHARACTERS):
            if (text := lines.at(place + len(pieces))) is None:
                return None, 1
            pieces.append(text)
            size += len(text)
            quotes += text.count('"')
        record = split("\n".join(pieces), self.delimiter)
        if record is None or len(record) != len(self.header):
            return None, 1
        if len(pieces) > 1 and any("\n" in record[column] for column in self._used):
            return None, 1
        return record, len(pieces)


class _Lines:
    """Physical lines of a block, and of the blocks after it when a record runs over the end."""

    def __init__(self, block: Block, further: Iterator[Block]) -> None:
        self._first = block.first
        self._further = further
        self._raw = _physical(block.data)

    def __len__(self) -> int:
        return len(self._raw)

    def at(self, place: int) -> str | None:
        """A line as text without its end; None when it is not UTF-8 or the file has no such line."""
        if place == len(self._raw) and (block := next(self._further, None)) is not None:
            self._raw.extend(_physical(block.data))
        if place == len(self._raw):
            return None
        try:
            return _without_end(self._raw[place]).decode("utf-8")
        except UnicodeDecodeError:
            return None

    def shown(self, place: int) -> str:
        """A line as text, whatever its bytes."""
        return shown(self._raw[place])

    def after(self, place: int) -> Block | None:
        """The lines from a place on as a block, or None."""
        return Block(self._first + place, b"".join(self._raw[place:])) if place < len(self._raw) else None


def read_header(text: str, known: Collection[str]) -> tuple[tuple[str, ...], str] | None:
    """The names in a header line, and the delimiter under which most of them are `known`; None where it is none."""
    heads = [(tuple(fields), delimiter) for delimiter in DELIMITERS if text and (fields := split(text, delimiter))]
    return max(heads, key=lambda head: len(set(head[0]) & set(known)), default=None)


def delimiter_of(text: str, known: Collection[str]) -> str:
    """The delimiter of a whole file, by its first line; a comma where that is no header."""
    head = read_header(text.partition("\n")[0].removesuffix("\r"), known)
    return head[1] if head else ","


def split(text: str, delimiter: str) -> list[str] | None:
    """The fields of one record; None when a quote stands where RFC 4180 allows none."""
    if '"' not in text:
        return text.split(delimiter)
    fields: list[str] = []
    place = 0
    while (match := FIELDS[delimiter].match(text, place)) is not None:
        quoted, plain, end = match.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        if not end:
            return fields
        place = match.end()
    return None


def _physical(data: bytes) -> list[bytes]:
    return io.BytesIO(data).readlines()


def _without_end(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r")


def shown(line: bytes) -> str:
    """An unreadable line as text: bytes that are not UTF-8 as \\xNN, without the line's end."""
    return _without_end(line).decode("utf-8", "backslashreplace")
