"""The order in which dice choose tests. Pure: seed and ids in, ids out.

Belongs here: the byte string that is hashed (docs/format.md, with a test vector), and how much is drawn unless told
otherwise. What is done with the list is `selection.py`.
"""

import hashlib
import re
from collections.abc import Iterable

from orchestration.draw.say import say
from orchestration.errors import InputError
from orchestration.evidence import MAX_SEED, MIN_SEED


def read_seed(text: str) -> str:
    """The digits of the dice as they were rolled, spaces between them left out ("4 6 1 3 2" is "46132").

    Raises InputError for anything but digits, and for too few of them: a guessable seed chooses nothing.
    """
    digits = "".join(text.split())
    if not re.fullmatch(r"[0-9]+", digits):
        raise InputError(say("seed.no_digits", text=repr(text[:80])), "--seed", say("seed.no_digits_mend"))
    if not MIN_SEED <= len(digits) <= MAX_SEED:
        mend = say("seed.count_mend", least=MIN_SEED, most=MAX_SEED)
        raise InputError(say("seed.count", count=len(digits)), "--seed", mend)
    return digits


def rank(seed: str, test_id: str) -> str:
    """SHA-256 of `<seed>:<test_id>` in UTF-8, in hexadecimal: the place of a test in the order of that seed."""
    return hashlib.sha256(f"{seed}:{test_id}".encode()).hexdigest()


def drawn(seed: str, test_ids: Iterable[str], size: int) -> list[str]:
    """The first `size` tests in the order of the seed. The order in which they are given does not matter."""
    return sorted(set(test_ids), key=lambda test: (rank(seed, test), test))[:size]
