"""Bytes of a deposit, unfolded and cut into blocks of whole lines.

Belongs here: gzip with its limits (unfolded by ISA-L, in a third of the time; the recount takes Python's own), block
cutting. What a line means is the readers' business (`csv_rows.py`, `ndjson_rows.py`). A line ends at LF; a CR before
it belongs to the line's end.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np
from isal import igzip, isal_zlib

from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import limits
from orchestration.storage import open_ordinary
from orchestration.units import MIB

LF = ord("\n")
BOM = b"\xef\xbb\xbf"
SHARES = 16


@dataclass(frozen=True)
class Block:
    """Whole lines of a file: `first` is the number of the first one, from 1."""

    first: int
    data: bytes

    @cached_property
    def count(self) -> int:
        """Number of physical lines."""
        return self.data.count(b"\n") + (0 if self.data.endswith(b"\n") else 1)


def is_utf8(data: bytes) -> bool:
    """Whether bytes are a text at all."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class Ahead:
    """Blocks still to come, in order; one that was drawn may be put back in pieces."""

    def __init__(self, further: Iterator[Block]) -> None:
        self._further = further
        self._waiting: deque[Block] = deque()

    def __iter__(self) -> Iterator[Block]:
        return self

    def __next__(self) -> Block:
        return self._waiting.popleft() if self._waiting else next(self._further)

    def put_back(self, pieces: Iterable[Block]) -> None:
        """Let these come next."""
        self._waiting.extendleft(reversed(list(pieces)))


def cut(block: Block) -> list[Block]:
    """A block in smaller ones of whole lines, so that care is spent near what needs it: a sixteenth of it each, and
    sixteenths of those in turn, as long as they are larger than `limits.CAREFUL_BYTES`. One that is not stays whole."""
    return list(_pieces(block, max(limits.CAREFUL_BYTES, len(block.data) // SHARES)))


def _pieces(block: Block, size: int) -> Iterator[Block]:
    start, first = 0, block.first
    while start < len(block.data):
        end = block.data.find(b"\n", min(start + size, len(block.data)) - 1) + 1 or len(block.data)
        piece = Block(first, block.data[start:end])
        start, first = end, first + piece.count
        yield piece


def picked(block: Block, only: np.ndarray) -> tuple[np.ndarray, Block]:
    """The numbers of the lines of a block that stand in `only` (sorted), and those lines, numbered from 1."""
    low, high = np.searchsorted(only, [block.first, block.first + block.count])
    numbers = only[low:high]
    if not len(numbers):
        return numbers, Block(1, b"")
    ends = np.flatnonzero(np.frombuffer(block.data, dtype=np.uint8) == LF) + 1
    bounds = np.concatenate(([0], ends, [len(block.data)]))
    places = numbers - block.first
    return numbers, Block(1, b"".join(block.data[bounds[place] : bounds[place + 1]] for place in places))


class Packed:
    """A gzip file read in pieces that stops at the limits of `limits.py`."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._gzip = igzip.IGzipFile(fileobj=raw, mode="rb")  # type: ignore[no-untyped-call]
        self._unfolded = 0

    def read(self, size: int) -> bytes:
        """The next unfolded bytes. Raises FileProblem for a bomb, a damaged or a cut file."""
        try:
            data = self._gzip.read(size)
        except (OSError, EOFError, isal_zlib.error) as error:  # type: ignore[misc]  # its stub calls the class a value
            raise FileProblem("unreadable_file.gzip") from error
        self._unfolded += len(data)
        packed = max(self._raw.tell(), 1)
        if self._unfolded > limits.GZIP_BYTES or (
            self._unfolded > limits.GZIP_FREE_BYTES and self._unfolded > limits.GZIP_RATIO * packed
        ):
            raise FileProblem("too_large.gzip")
        return data


Source = IO[bytes] | Packed


@contextmanager
def opened(path: Path, watch: Callable[[int], None] | None = None) -> Iterator[Callable[[int], bytes]]:
    """Give a function that reads the (unfolded) bytes of a file; `watch` hears the bytes read from disk so far."""
    with open_ordinary(path, limit=None) as raw:
        source: Source = Packed(raw) if path.name.endswith(".gz") else raw

        def read(size: int) -> bytes:
            data = source.read(size)
            if watch is not None:
                watch(raw.tell())
            return data

        yield read


def blocks(read: Callable[[int], bytes], size: int = limits.BLOCK_BYTES) -> Iterator[Block]:
    """Cut a stream into blocks that end at a line's end (the last may lack its LF). A leading BOM is dropped.

    Raises FileProblem for a line longer than `limits.LINE_BYTES`.
    """
    pieces: list[bytes] = []
    held = 0
    line = 1
    start = True
    while data := read(size):
        if start:
            while len(data) < len(BOM) and (more := read(len(BOM))):
                data += more
            data, start = data.removeprefix(BOM), False
        whole = data.rfind(b"\n") + 1
        if whole == 0:
            pieces.append(data)
            held += len(data)
            if held > limits.LINE_BYTES:
                raise FileProblem("too_large.line", line, most=limits.LINE_BYTES // MIB)
            continue
        block = Block(line, b"".join((*pieces, data[:whole])))
        pieces, held = ([data[whole:]], len(data) - whole) if whole < len(data) else ([], 0)
        line += block.count
        yield block
    if pieces:
        yield Block(line, b"".join(pieces))
