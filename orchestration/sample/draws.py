"""Reproducible draws: each one a pure function of the seed, a stream's name and its indices.

Belongs here: the only source of chance in a sample. A counter-based generator (SplitMix64's
finaliser, Steele, Lea and Flood 2014) instead of a stateful one: a draw depends neither on what was drawn
before it nor on the size of a batch, so votes can be streamed in pieces of any size, and it uses whole
numbers alone, so the bytes are the same on every machine and under every version of numpy.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from orchestration.storage import sha256_bytes

Words = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.bytes_]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_HEX_PAIRS = np.array([f"{byte:02x}".encode() for byte in range(256)], dtype="S2")


def _mix(word: int) -> int:
    """SplitMix64's finaliser, a bijection on 64-bit words."""
    word = ((word ^ (word >> 30)) * _FIRST) & _MASK
    word = ((word ^ (word >> 27)) * _SECOND) & _MASK
    return word ^ (word >> 31)


def _mix_words(words: Words) -> Words:
    """The same for an array (uint64 arithmetic wraps around, which is what is wanted)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(_FIRST)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(_SECOND)
    return words ^ (words >> np.uint64(31))


class Draws:
    """Draws of one seed. Streams are named, so adding one leaves all the others as they were."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, int] = {}

    def _start(self, stream: str) -> int:
        if stream not in self._streams:
            self._streams[stream] = int(sha256_bytes(f"{self.seed}/{stream}".encode())[:16], 16)
        return self._streams[stream]

    def word(self, stream: str, *index: int) -> int:
        """One 64-bit word."""
        state = self._start(stream)
        for part in index:
            state = _mix((state + (part + 1) * _GOLDEN) & _MASK)
        return state

    def words(self, stream: str, *index: Any) -> Words:
        """64-bit words for index arrays (broadcast together); agrees with `word` element by element."""
        state: Words = np.asarray([self._start(stream)], dtype=np.uint64)
        for part in index:
            counter = np.atleast_1d(np.asarray(part)).astype(np.uint64) + np.uint64(1)
            state = _mix_words(state + counter * np.uint64(_GOLDEN))
        return state

    def below(self, limit: int, stream: str, *index: int) -> int:
        """One whole number from 0 to limit - 1."""
        return ((self.word(stream, *index) >> 32) * limit) >> 32

    def many_below(self, limit: int, stream: str, *index: Any) -> Whole:
        """Whole numbers from 0 to limit - 1 (limit up to 2^31)."""
        high = self.words(stream, *index) >> np.uint64(32)
        return ((high * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)

    def pick(self, shares: tuple[int, ...], stream: str, *index: int) -> int:
        """The position chosen among integer shares (30, 40, 30: the second in four cases out of ten)."""
        drawn = self.below(sum(shares), stream, *index)
        for position, share in enumerate(shares):
            drawn -= share
            if drawn < 0:
                return position
        raise AssertionError("shares are positive and drawn is below their sum")

    def shuffled(self, count: int, stream: str, *index: int) -> list[int]:
        """The numbers from 0 to count - 1 in a drawn order."""
        return sorted(range(count), key=lambda item: (self.word(stream, *index, item), item))

    def hex_digits(self, length: int, stream: str, *index: int) -> str:
        """Lower-case hexadecimal text of that length, such as a fingerprint (at most 64 digits)."""
        return "".join(f"{self.word(stream, *index, part):016x}" for part in range(4))[:length]


def hex_keys(digits: int, *parts: Words) -> Keys:
    """One hexadecimal key for each row, the first `digits` of its words (from 16 on, distinct for distinct words)."""
    table = np.stack([part.astype(">u8") for part in parts], axis=1).view(np.uint8)
    pairs = _HEX_PAIRS[table[:, : digits // 2]]
    return np.ascontiguousarray(pairs).view(f"S{digits}").reshape(-1)
