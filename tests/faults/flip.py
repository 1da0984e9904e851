"""One bit turned over in a file, and turned back.

Belongs here: which bits, seeded, and the flip itself. Who must notice is said by the tests.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SEED = 2026


@contextmanager
def flipped(path: Path, bit: int) -> Iterator[None]:
    """The file with one bit turned over (0 is the lowest of the first byte), for a block of work."""
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(changed)
    try:
        yield
    finally:
        path.write_bytes(whole)


def anywhere(files: Sequence[Path], number: int) -> list[tuple[Path, int]]:
    """Seeded flips: half of them spread over all bytes, half over the files, so that a short file has its share."""
    chance = random.Random(SEED)
    full = [path for path in sorted(files) if path.stat().st_size]
    sizes = [path.stat().st_size for path in full]
    chosen = [
        *chance.choices(full, sizes, k=number // 2),
        *(full[place % len(full)] for place in range(number - number // 2)),
    ]
    return [(path, chance.randrange(path.stat().st_size * 8)) for path in chosen]


def every_byte(path: Path, part: int | None = None, start: int = 0) -> list[tuple[Path, int]]:
    """One flip in each byte from `start` on, which bit is seeded; or in a seeded part of so many bytes."""
    chance = random.Random(f"{SEED} {path.name}")
    places: Sequence[int] = range(start, path.stat().st_size)
    if part is not None and part < len(places):
        places = sorted(chance.sample(places, part))
    return [(path, place * 8 + chance.randrange(8)) for place in places]
