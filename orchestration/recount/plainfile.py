"""Reading a file whole, when it is one.

Belongs here: that no pipe is waited for, no device read for ever and no file of any size taken into memory.
"""

import os
import stat
from pathlib import Path

from orchestration.recount.errors import CannotRecount

LOG_BYTES = 2**26
TABLE_BYTES = 2**30


def plain_bytes(place: Path, most: int) -> bytes:
    """The bytes of an ordinary file. Raises CannotRecount for anything else, and for more than `most` bytes."""
    try:
        with open(place, "rb", opener=_without_waiting) as file:
            state = os.fstat(file.fileno())
            data = file.read(most + 1) if stat.S_ISREG(state.st_mode) and state.st_size <= most else None
    except OSError as error:
        raise CannotRecount(f"{place.name}: cannot be read ({error.strerror})") from error
    if data is None or len(data) > most:
        raise CannotRecount(f"{place.name}: no ordinary file of at most {most} bytes")
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
