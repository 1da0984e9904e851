"""Files of text as whole lines, many at once.

Belongs here: cutting bytes into blocks that end with a line, and a block into a column of lines. Does not belong here:
what a line means (`csvcolumns`, `votelines`).
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from orchestration.recount import csvtext
from orchestration.recount.errors import CannotRecount

BLOCK = 4 * 2**20
"""Bytes taken at once. For four times as many, memory is asked of the system anew each time."""
LONGEST_LINE = 16 * 2**20
BOMB_BYTES, BOMB_RATIO = 2**30, 250
MARK = b"\xef\xbb\xbf"

Blocks = Iterator[tuple[int, bytes]]
"""Whole lines with the number of the first; without the last LF and a byte-order mark."""
Seen = Callable[[int], None]
"""Told how many bytes of the deposit have been read."""


def of_file(place: Path, path: str, seen: Seen) -> Blocks:
    """The blocks of a file of any size, unzipped if it is zipped. Raises CannotRecount."""
    line, total, rest = 1, 0, b""
    size = place.stat().st_size
    try:
        with place.open("rb") as raw, gzip.open(raw) if path.endswith(".gz") else raw as stream:
            while block := stream.read(BLOCK):
                block = block if total else block.removeprefix(MARK)
                total += len(block)
                seen(raw.tell())
                if total > BOMB_BYTES and total > BOMB_RATIO * size:
                    raise CannotRecount(f"{path}: unzips to more than {BOMB_RATIO} times its size; deposit it unzipped")
                whole, cut, rest = (rest + block).rpartition(b"\n")
                if len(rest) > LONGEST_LINE:
                    raise CannotRecount(f"{path} line {line}: longer than {LONGEST_LINE} bytes")
                if cut:
                    yield line, whole
                    line += whole.count(b"\n") + 1
    except (OSError, EOFError, zlib.error) as error:
        raise CannotRecount(f"{path}: cannot be read to its end; it may be cut off or no gzip file") from error
    if rest:
        yield line, rest


def of_bytes(data: bytes) -> Blocks:
    """The blocks of a file that was read whole."""
    line, start = 1, len(MARK) if data.startswith(MARK) else 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + BLOCK)
        end = data.find(b"\n", start) if end < 0 else end
        block = data[start : len(data) if end < 0 else end]
        yield line, block
        line += block.count(b"\n") + 1
        start += len(block) + 1


def lines(first: int, block: bytes) -> pl.DataFrame:
    """A block as a frame of `line` and `text`, empty lines left out; the text is null where it is not UTF-8."""
    try:
        texts = pl.Series("text", [block.decode("utf-8")]).str.split("\n").explode()
        texts = texts.str.strip_suffix("\r") if b"\r" in block else texts
    except UnicodeDecodeError:
        texts = pl.Series("text", [csvtext.decoded(raw) for raw in block.split(b"\n")], dtype=pl.String)
    frame = pl.DataFrame({"line": pl.int_range(first, first + len(texts), eager=True, dtype=pl.Int64), "text": texts})
    return frame.filter(pl.col("text").is_null() | (pl.col("text") != "")) if (texts == "").any() else frame
