"""Cells that need no second look, told by columns: which rows of a block hold nothing but plain ids, keys and times.

Belongs here: proofs over arrays of bytes. A plain cell is well formed by `intake/patterns.py`, and `intake/personal.py`
finds nothing in it; property tests hold both. A cell that is not plain is not wrong: it is judged with care, like all
that came before this.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Mask = np.ndarray
"""One truth for each row."""

LONGEST = 128
SHORTEST_HASH = 20
SHORTEST_APART = 26
"""Letters and digits of a key that has dashes too: no phone number, card or address has as many (`BARE_KEY`)."""

ALNUM, APART, OTHER = 0, 1, 2
_CLASS = np.full(256, OTHER, dtype=np.uint8)
_LETTER = np.zeros(256, dtype=bool)
for _sign in range(256):
    if chr(_sign).isascii() and chr(_sign).isalnum():
        _CLASS[_sign] = ALNUM
        _LETTER[_sign] = chr(_sign).isalpha()
_CLASS[[ord("-"), ord("_")]] = APART
_HEX = np.array([chr(sign) in "0123456789abcdef" for sign in range(256)])
HASH = 64

_LOUD = np.array([not " " <= chr(sign) <= "~" or chr(sign) in "0123456789@%&([{<" for sign in range(256)])
"""What `personal.TEXT_MAYBE` looks for, and all that may begin it."""

FARTHEST_TEN = ord("1")
SHORTEST_TIME, LONGEST_TIME = 19, 27
MICROSECONDS, NANOSECONDS = pa.timestamp("us"), pa.timestamp("ns")
UTC_MICROSECONDS = pa.timestamp("us", "UTC")
MINUTE_ENDS = 16
"""Where, after `2025-10-20T10:00`, the seconds begin."""
SMALLEST = 64
"""Times that are looked at together when one among them is none."""


class _Cells:
    """A text column as bytes and where its cells begin and end; empty cells are marked, not judged."""

    def __init__(self, cells: pa.StringArray) -> None:
        bounds = np.frombuffer(cells.buffers()[1], dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
        data = cells.buffers()[2]
        self.data = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
        self.data = self.data[bounds[0] : bounds[-1]]
        self.starts = bounds[:-1] - bounds[0]
        self.lengths = np.diff(bounds)
        self.kinds = _CLASS[self.data]

    def first(self) -> np.ndarray:
        """The first byte of each cell (of an empty one any byte)."""
        if not len(self.data):
            return np.zeros(len(self.starts), dtype=np.uint8)
        return np.asarray(self.data[np.minimum(self.starts, len(self.data) - 1)])

    def rows_of(self, places: np.ndarray) -> np.ndarray:
        """The rows in which these bytes stand."""
        return np.searchsorted(self.starts + self.lengths, places, side="right")

    def without(self, kind: int) -> Mask:
        """Rows that have no byte of a kind."""
        mask = np.ones(len(self.starts), dtype=bool)
        mask[self.rows_of(np.flatnonzero(self.kinds == kind))] = False
        return mask

    def without_card(self) -> Mask:
        """Rows in which nothing reads like the label of an identity card: c, then i or n, then i or n."""
        low = self.data | 0x20
        turn = (low == ord("i")) | (low == ord("n"))
        mask = np.ones(len(self.starts), dtype=bool)
        if len(low) > 2:
            places = np.flatnonzero((low[:-2] == ord("c")) & turn[1:-1] & turn[2:])
            rows = self.rows_of(places)
            mask[rows[rows == self.rows_of(places + 2)]] = False  # not what begins in one cell and ends in the next
        return mask


def plain_ids(cells: pa.StringArray) -> Mask:
    """Rows whose cell is an id of letters, digits, - and _ that begins with a letter, or a number without a 0 in front.

    Other ids may be well formed too, but could read as a telephone number: they are judged with care.
    """
    text = _Cells(cells)
    first = text.first()
    mask = (text.lengths > 0) & (text.lengths <= LONGEST) & text.without(OTHER)
    number = (first >= ord("1")) & (first <= ord("9"))
    if not _LETTER[first].all():
        digits = np.ones(len(first), dtype=bool)
        digits[text.rows_of(np.flatnonzero(_LETTER[text.data] | (text.kinds != ALNUM)))] = False
        number &= digits
    return np.asarray(mask & (_LETTER[first] | number) & text.without_card())


def plain_keys(cells: pa.StringArray) -> Mask:
    """Rows whose cell is a keyed hash as hashes are written: long, of letters and digits, perhaps - and _ between."""
    text = _Cells(cells)
    mask = (text.lengths >= SHORTEST_HASH) & (text.lengths <= LONGEST)
    if not text.kinds.any():
        return np.asarray(mask)
    joined = text.without(APART)
    apart = np.bincount(text.rows_of(np.flatnonzero(text.kinds == APART)), minlength=len(text.starts))
    hashed = (text.first() != ord("-")) & (text.lengths - apart >= SHORTEST_APART) & text.without_card()
    return np.asarray(mask & text.without(OTHER) & (joined | hashed))


def plain_hashes(cells: pa.StringArray) -> Mask:
    """Rows whose cell is a SHA-256 in small letters."""
    text = _Cells(cells)
    mask = text.lengths == HASH
    mask[text.rows_of(np.flatnonzero(~_HEX[text.data]))] = False
    return np.asarray(mask)


def empty_cells(cells: pa.StringArray) -> Mask:
    """Rows whose cell is empty."""
    return np.asarray(_Cells(cells).lengths == 0)


def quiet_texts(cells: pa.StringArray) -> Mask:
    """Rows whose cell is free text without a digit, an @ or any sign that may be read as another."""
    text = _Cells(cells)
    mask = np.ones(len(cells), dtype=bool)
    mask[text.rows_of(np.flatnonzero(_LOUD[text.data]))] = False
    return mask


def plain_words(cells: pa.StringArray, known: Mapping[str, int]) -> np.ndarray:
    """The number of each cell among known words; -1 for another."""
    coded = cells.dictionary_encode()
    numbers = np.array([known.get(word, -1) for word in coded.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(numbers[coded.indices.to_numpy(zero_copy_only=False)])


def zoned_times(cells: pa.StringArray) -> tuple[Mask, pa.Array]:
    """Rows whose cell is a time to the second or finer with `Z` or `±HH:MM`, and these times in UTC.

    What stands in the array where the mask is false means nothing.
    """
    text = _Cells(cells)
    end = np.maximum(text.starts + text.lengths - 1, 0)
    mask = (text.lengths > SHORTEST_TIME) & (text.lengths <= LONGEST_TIME)
    starts = np.where(mask, text.starts, 0)
    if not mask.any():
        return mask, _nothing(len(cells))
    tail = text.data[starts + SHORTEST_TIME]
    ends_in_z = text.data[end] == ord("Z")
    zulu = ends_in_z & ((text.lengths == SHORTEST_TIME + 1) | ((tail == ord(".")) & (text.lengths > SHORTEST_TIME + 2)))
    sign = (tail == ord("+")) | (tail == ord("-"))
    offset = (text.lengths == SHORTEST_TIME + 6) & sign
    if offset.any():
        tens, units = text.data[np.where(offset, starts + 20, 0)], text.data[np.where(offset, starts + 21, 0)]
        offset &= (tens == ord("0")) | ((tens == FARTHEST_TEN) & (units <= ord("3")))
    mask, instants = _read(cells, mask & (zulu | offset), UTC_MICROSECONDS)
    return mask, instants.cast(MICROSECONDS)


def local_times(cells: pa.StringArray) -> tuple[Mask, pa.Array]:
    """Rows whose cell is a time to the second or finer that says no offset, and these times as they are written."""
    text = _Cells(cells)
    mask = (text.lengths >= SHORTEST_TIME) & (text.lengths <= LONGEST_TIME - 1)
    if not mask.any():
        return mask, _nothing(len(cells))
    starts = np.where(mask, text.starts, 0)
    last = text.data[np.where(mask, text.starts + text.lengths - 1, 0)]
    tail = text.data[np.minimum(starts + SHORTEST_TIME, len(text.data) - 1)]
    fraction = (tail == ord(".")) & (text.lengths > SHORTEST_TIME + 1)
    mask &= (text.data[starts + MINUTE_ENDS] == ord(":")) & (last >= ord("0")) & (last <= ord("9"))
    return _read(cells, mask & ((text.lengths == SHORTEST_TIME) | fraction), MICROSECONDS)


def _nothing(count: int) -> pa.Array:
    return pa.nulls(count, MICROSECONDS)


def _read(cells: pa.Array, mask: Mask, kind: pa.DataType) -> tuple[Mask, pa.Array]:
    """Times that Arrow reads, which is as strict as we are about all but what the mask has judged."""
    wanted = cells if mask.all() else pc.if_else(pa.array(mask), cells, pa.scalar(None, pa.string()))
    try:
        return mask, wanted.cast(kind)
    except pa.ArrowInvalid:
        if len(cells) <= SMALLEST:
            return np.zeros(len(cells), dtype=bool), pa.nulls(len(cells), kind)
    half = len(cells) // 2
    parts = [_read(cells[:half], mask[:half], kind), _read(cells[half:], mask[half:], kind)]
    return np.concatenate([part[0] for part in parts]), pa.concat_arrays([part[1] for part in parts])
