"""Names that differ as texts and not to the eye: by letters of another script, blanks, composed or decomposed signs.

Belongs here: what two names have in common when they look alike (the skeletons of Unicode's report 39, from its table
of confusable signs), and saying where they differ. Whether that is suspicious is a check's business (`own/intake.py`).
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import combinations

from confusable_homoglyphs import confusables

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
TATWEEL = "\u0640"


@cache
def prototype(sign: str) -> str:
    """The sign, or signs, that stand for all that look like this one."""
    alike = [entry["c"] for entry in confusables.confusables_data.get(sign, ())]
    if len(alike) != 1:
        return sign  # nothing looks like it, or several do: then it is what the table refers them to
    back = [entry["c"] for entry in confusables.confusables_data.get(alike[0], ())]
    return min(sign, *alike) if back == [sign] else str(alike[0])


def skeletons(name: str) -> frozenset[str]:
    """What this name has in common with every name that looks like it, whatever its case."""
    text = " ".join(unicodedata.normalize("NFKD", name).split())
    text = "".join(sign for sign in text if not _unseen(sign))
    return frozenset((_mapped(text.casefold()), _mapped(text).casefold()))


def lookalikes(companies: Iterable[tuple[str, str]]) -> list[str]:
    """Every two companies of `companies` (id and name) whose names look alike and are not the same, both named.

    Names that differ in case alone are the same: that is another check's.
    """
    alike: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for company, name in companies:
        for skeleton in skeletons(name):
            alike[skeleton].add((company, name))
    pairs = {pair for group in alike.values() for pair in combinations(sorted(group), 2)}
    return sorted(
        f"{first} {name}{_only(name, second)} = {other} {second}{_only(second, name)}"
        for (first, name), (other, second) in pairs
        if first != other and name.lower() != second.lower()
    )


def _mapped(text: str) -> str:
    return unicodedata.normalize("NFKD", "".join(map(prototype, text)))


def _unseen(sign: str) -> bool:
    """No ink of its own, or ink that Arabic writes or leaves out as it likes."""
    return unicodedata.category(sign) in UNSEEN or sign == TATWEEL or "\u064b" <= sign <= "\u0652"


def _only(name: str, other: str) -> str:
    """The signs that this name has and the other has not, by number: to the eye there are none."""
    signs = sorted((Counter(name.lower()) - Counter(other.lower())).keys())
    return f" ({', '.join(f'U+{ord(sign):04X}' for sign in signs)})" if signs else ""
