"""Rows of a block that no rule sets aside, told by columns.

Belongs here: what the plain rows of every source have in common: proofs of single cells, and the block taken apart.
Plain is narrower than accepted: a cell that is not plain is not wrong, its row is judged by the rules of its source.
What all columns of a source must hold stands in `plain_votes.py`, `plain_tests.py` and `plain_responses.py`; proofs
over bytes in `intake/readers/plain_cells.py`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import personal
from orchestration.intake.patterns import LONGEST_NAME, MEASURE, WORD
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.plain_cells import (
    MICROSECONDS,
    NANOSECONDS,
    Mask,
    empty_cells,
    local_times,
    plain_hashes,
    plain_ids,
    plain_keys,
    plain_words,
    quiet_texts,
    zoned_times,
)
from orchestration.intake.readers.typed_cells import column_text
from orchestration.intake.times import Clock

MOST_WORDS = 1_000
"""Words of one block that are worth looking at one by one."""
REMEMBERED = 100_000
OTHER, NOTHING = -1, -2
"""Of a word's number: a word that is not listed, and one that says that there is nothing."""
NO_LINES, NO_CELLS = pa.nulls(0, pa.int64()), pa.nulls(0, pa.string())
"""Of a part whose rows are all plain. A slice without rows would hold all of it in memory until the file is read.
Nulls, for an array made of a list would import pandas here, in every process of the UI."""


def numbered(texts: Iterable[str]) -> dict[str, int]:
    """Texts of a list, each with a number; without those in which one may see a person."""
    return {text: number for number, text in enumerate(sorted(texts)) if is_plain_id(text)}


def whole_numbers(least: int, most: int, *missing: str) -> dict[str, int]:
    """Whole numbers as they are usually written, and what stands where there is none."""
    return {**dict.fromkeys(missing, NOTHING), **{str(value): value for value in range(least, most + 1)}}


class CheckedTexts:
    """Texts looked at one by one, each once: few stand in a column a thousand times."""

    def __init__(self, plain: Callable[[str], bool]) -> None:
        self._plain = plain
        self._known: dict[str, bool] = {}

    def mask(self, cells: pa.Array) -> Mask:
        """Rows whose text is plain; none where there are too many texts."""
        coded = cells.dictionary_encode()
        if len(coded.dictionary) > MOST_WORDS:
            return np.zeros(len(cells), dtype=bool)
        if len(self._known) > REMEMBERED:
            self._known = {}
        texts = coded.dictionary.to_pylist()
        self._known |= {text: self._plain(text) for text in texts if text not in self._known}
        plain = np.array([self._known[text] for text in texts], dtype=bool)
        return np.asarray(plain[coded.indices.to_numpy(zero_copy_only=False)])


def is_plain_id(text: str) -> bool:
    """Whether nobody would see a person in an id that somebody else knows (a rulebook, the list of candidates)."""
    return not personal.looks_personal(text, personal.Kind.ID)


def is_plain_word(text: str) -> bool:
    """Whether a text is a word in which nobody would see a person."""
    return re.fullmatch(WORD, text) is not None and is_plain_id(text)


def is_plain_name(text: str) -> bool:
    """Whether a text is a name of a place or an operator, in letters that every version of Unicode knows."""
    first_is_known = text[:1].isalpha() or text[:1].isdecimal()
    short = len(text) <= LONGEST_NAME and all(sign < "\u0700" for sign in text)
    return first_is_known and short and text.isprintable() and not personal.looks_personal(text)


def _is_free(text: str) -> bool:
    return not any(personal.looks_personal(text, kind) for kind in (personal.Kind.TEXT, personal.Kind.ID))


class Seen:
    """What was looked at one by one in the blocks before."""

    def __init__(self) -> None:
        self.words = CheckedTexts(is_plain_word)
        self.names = CheckedTexts(is_plain_name)
        self.free = CheckedTexts(_is_free)


class Sifted:
    """The columns of a block: which rows are plain as far as one has looked, and their cells with types.

    A column that the header lacks is empty. With `empty`, an empty cell is plain too.
    """

    def __init__(self, header: Sequence[str], part: Part, seen: Seen) -> None:
        self._part = part
        self._header = header
        self._cells = dict(zip(header, part.cells, strict=True))
        self._seen = seen
        self._looked: set[str] = set()
        self.plain: Mask = np.ones(len(part), dtype=bool)
        self.typed: dict[str, pa.Array] = {}

    def ids(self, name: str, empty: bool = False) -> None:
        """A column of ids of rows or people."""
        self._text(name, plain_ids, empty)

    def keys(self, name: str) -> None:
        """A column of keyed hashes."""
        self._text(name, plain_keys)

    def hashes(self, name: str) -> None:
        """A column of SHA-256, or nothing."""
        self._text(name, plain_hashes, empty=True)

    def words(self, name: str, empty: bool = False) -> None:
        """A column of words."""
        self._text(name, self._seen.words.mask, empty)

    def names(self, name: str) -> None:
        """A column of names of places or operators, or nothing."""
        self._text(name, self._seen.names.mask, empty=True)

    def listed(self, name: str, known: Mapping[str, int]) -> np.ndarray:
        """A column of texts of a list; their numbers."""
        numbers = plain_words(self._taken(name), known)  # the column is there: every source requires it
        self.plain &= numbers != OTHER
        self.typed[name] = self._cells[name]
        return numbers

    def numbers(self, name: str, known: Mapping[str, int], kind: pa.DataType) -> np.ndarray:
        """A column of whole numbers, each written as `known` has it; what is NOTHING there is null. The numbers."""
        cells = self._taken(name)
        if cells is None:
            self.typed[name] = pa.nulls(len(self.plain), kind)
            return np.full(len(self.plain), NOTHING)
        numbers = plain_words(cells, known)
        self.plain &= numbers != OTHER
        self.typed[name] = pa.array(numbers, mask=numbers < 0).cast(kind)
        return numbers

    def measures(self, name: str, missing: Collection[str]) -> np.ndarray:
        """A column of decimals with three places at most, kept in thousandths, null where one of `missing` stands.

        Returns which rows hold a number.
        """
        cells = self._taken(name)
        given = plain_words(cells, dict.fromkeys(missing, NOTHING)) != NOTHING
        wanted = pc.if_else(pa.array(given), cells, pa.scalar(None, pa.string()))
        written = pc.fill_null(pc.match_substring_regex(wanted, f"^(?:{MEASURE})$"), False)
        good = written.to_numpy(zero_copy_only=False)
        self.plain &= ~given | good
        decimals = pc.if_else(written, wanted, None).cast(pa.decimal128(9, 3))
        self.typed[name] = pc.multiply(decimals, 1000).cast(pa.int64())
        return np.asarray(given & good)

    def instants(
        self, name: str, clock: Clock | None, least: pa.Scalar, most: pa.Scalar, *, empty: bool = False
    ) -> np.ndarray:
        """A column of times, at least `least` and at most `most`, as instants in UTC; those without an offset are local
        by `clock`, or not plain without one. The instants as microseconds; where there is none, it means nothing."""
        cells = self._taken(name)
        mask, instants = _instants(cells, clock)
        inside = pc.and_(pc.greater_equal(instants, least), pc.less_equal(instants, most))
        mask &= pc.fill_null(inside, False).to_numpy(zero_copy_only=False)
        if empty:
            instants = pc.if_else(pa.array(mask), instants, pa.scalar(None, MICROSECONDS))
            mask |= _is_empty(cells)
        self.plain &= mask
        self.typed[name] = instants
        return np.asarray(pc.fill_null(instants.cast(pa.int64()), 0).to_numpy(zero_copy_only=False))

    def others(self) -> None:
        """All columns that nobody asked for, of one name too: nobody would see a person in them."""
        for name, cells in zip(self._header, self._part.cells, strict=True):
            if name not in self._looked:
                quiet = quiet_texts(cells)
                self.plain &= quiet if quiet.all() else quiet | self._seen.free.mask(cells)

    def split(self, columns: Mapping[str, str]) -> tuple[pa.Table, Part]:
        """The plain rows as `line` and these columns, each under a name of its own, and the other rows as text."""
        typed = [self.typed[column] for column in columns.values()]
        table = pa.table([self._part.lines, *typed], names=["line", *columns])
        if self.plain.all():
            return table, Part(NO_LINES, [NO_CELLS] * len(self._part.cells), self._part.unreadable)
        return table.filter(pa.array(self.plain)), as_text(self._part.filter(pa.array(~self.plain)))

    def filled(self, name: str) -> Mask:
        """Rows that have a text in a column."""
        cells = self._cells.get(name)
        return np.zeros(len(self.plain), dtype=bool) if cells is None else ~_is_empty(cells)

    def _text(self, name: str, proof: Callable[[pa.Array], Mask], empty: bool = False) -> None:
        cells = self._taken(name)
        if cells is None:
            self.typed[name] = pa.nulls(len(self.plain), pa.string())
            return
        mask = proof(cells)
        if empty and not mask.all():
            mask = mask | empty_cells(cells)
        self.plain &= mask
        self.typed[name] = cells

    def _taken(self, name: str) -> pa.Array | None:
        self._looked.add(name)
        return self._cells.get(name)


def as_text(part: Part) -> Part:
    """The same rows, instants as a CSV would have them."""
    part.cells = [column_text(column, False) if pa.types.is_timestamp(column.type) else column for column in part.cells]
    return part


def _is_empty(cells: pa.Array) -> Mask:
    if pa.types.is_timestamp(cells.type):
        return np.asarray(cells.is_null().to_numpy(zero_copy_only=False))
    return empty_cells(cells)


def _instants(cells: pa.Array, clock: Clock | None) -> tuple[Mask, pa.Array]:
    """Rows with a time, and the times in UTC. A column may hold instants instead of text."""
    if pa.types.is_timestamp(cells.type):
        if cells.type.unit == "ns":
            cells = pc.floor_temporal(cells.cast(NANOSECONDS), unit="microsecond")  # as `times.py` cuts a text
        try:
            return np.ones(len(cells), dtype=bool), cells.cast(MICROSECONDS)
        except pa.ArrowInvalid:  # of no year that can be told in microseconds
            return np.zeros(len(cells), dtype=bool), pa.nulls(len(cells), MICROSECONDS)
    mask, instants = zoned_times(cells)
    if clock is None or mask.all():
        return mask, instants
    written, local = local_times(cells)
    written &= ~mask
    once, utc = clock.utc_of_local(pc.fill_null(local.cast(pa.int64()), 0).to_numpy(zero_copy_only=False))
    written &= once
    return mask | written, pc.if_else(pa.array(written), pa.array(utc).cast(MICROSECONDS), instants)
