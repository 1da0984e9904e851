"""What a look at an installation finds.

Belongs here: the one shape of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.settings import Settings
from orchestration.words import Sentence


@dataclass(frozen=True)
class Diagnosis:
    """Something that is wrong: which check found it, what, where, and how to mend it."""

    check: str
    what: Sentence
    where: str
    mend: Sentence

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return vars(self)


Check = Callable[[Settings], Iterator[Diagnosis]]
