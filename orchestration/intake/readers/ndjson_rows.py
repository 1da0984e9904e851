"""NDJSON: one JSON object to a line.

Belongs here: from blocks of bytes to whole lines as text, what a flat line looks like, and the careful reading of the
few that are not. `ndjson_landing.py` takes the many apart in DuckDB: none of those becomes a Python object.

What is a row: an object without a key that stands twice. Of its keys those of the source are read: text as it is, null
as empty, a number in plain digits (4.0 as `4`), anything else as it is written (and then judged by its column). Any
other line that is not empty is unreadable. DuckDB's JSON forgives trailing commas and NaN, hence the grammar; half
surrogates it alone notices.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.readers import limits
from orchestration.intake.readers.csv_rows import shown
from orchestration.intake.readers.ndjson_blocks import plain_part
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.streams import Ahead, Block, blocks, cut, picked
from orchestration.intake.readers.typed_cells import plain_number

_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_NUMBER = r"(?:0|-?[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_PAIR = rf"{_STRING}[ \t]*:[ \t]*(?:{_STRING}|{_NUMBER}|true|false|null)"
GRAMMAR = rf"[ \t]*\{{[ \t]*(?:{_PAIR}[ \t]*(?:,[ \t]*{_PAIR}[ \t]*)*)?\}}[ \t\r\n]*"
"""A flat object: what DuckDB reads of it is what stands there."""
WHOLE = r"-?[0-9]{1,18}"
"""A number that DuckDB gives back as it is written, and that is in plain digits."""


class NdjsonRows:
    """An NDJSON file as parts of one column, the line itself, or of the columns of its source."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._blocks = blocks(read, limits.BLOCK_BYTES)

    def parts(self) -> Iterator[Part]:
        """The lines that are not empty, in the order of the file."""
        for block in self._blocks:
            yield _lines_of(block)

    def told_apart(self, known: Sequence[str]) -> Iterator[tuple[bool, Part]]:
        """The same lines: True and their cells under the known keys where they are plain; else False, and lines."""
        ahead = Ahead(self._blocks)
        for block in ahead:
            if (part := plain_part(block, known)) is not None:
                yield True, part
            elif len(pieces := cut(block)) > 1:
                ahead.put_back(pieces)
            else:
                yield False, _lines_of(block)

    def lines(self, only: np.ndarray) -> Iterator[Part]:
        """The lines with these numbers, sorted, in the order of the file."""
        for block in self._blocks:
            numbers, few = picked(block, only)
            if len(numbers):
                yield _lines_of(few).renumbered(numbers)


def _lines_of(block: Block) -> Part:
    ends = np.flatnonzero(np.frombuffer(block.data, dtype=np.uint8) == ord("\n")) + 1
    if not block.data.endswith(b"\n"):
        ends = np.append(ends, len(block.data))
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    numbers = pa.array(np.arange(block.first, block.first + len(ends)), pa.int64())
    unreadable: list[tuple[int, str]] = []
    try:
        block.data.decode("utf-8")
        texts = pa.Array.from_buffers(
            pa.string(), len(ends), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(block.data)]
        )
    except UnicodeDecodeError:
        texts, unreadable = _decoded_one_by_one(block, offsets)
    full = pc.fill_null(pc.invert(pc.match_substring_regex(texts, r"^\r?\n?$")), False)
    return Part(numbers.filter(full), [texts.filter(full)], unreadable)


def _decoded_one_by_one(block: Block, offsets: np.ndarray) -> tuple[pa.Array, list[tuple[int, str]]]:
    texts: list[str | None] = []
    unreadable: list[tuple[int, str]] = []
    for place, (start, end) in enumerate(itertools.pairwise(offsets)):
        raw = block.data[start:end]
        try:
            texts.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(None)
            unreadable.append((block.first + place, shown(raw)))
    return pa.array(texts, pa.string()), unreadable


def read_carefully(text: str, known: Sequence[str]) -> list[str | None] | None:
    """The cells of a line under the known keys (None: no such key), or None when the line makes no row."""
    try:
        members = json.loads(
            text,
            object_pairs_hook=_Members,
            parse_int=plain_number,
            parse_float=plain_number,
            parse_constant=_no_constant,
        )
        if not isinstance(members, _Members) or len(cells := dict(members)) < len(members):
            return None
        json.dumps(members, ensure_ascii=False).encode("utf-8")  # half surrogates are no text
    except (ValueError, RecursionError):
        return None
    return [_text(cells[name]) if name in cells else None for name in known]


class _Members(list[tuple[str, Any]]):
    """An object as written, so that a key that stands twice is seen."""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
