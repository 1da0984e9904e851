"""What a mutation is: a small named change of an edition, drawn at random, before it is handed in.

Belongs here: the record and the list of kinds. The changes themselves are in `kinds/`, one file a source.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.mutation.sheets import Edition


@dataclass(frozen=True)
class Change:
    """What was done, in words, and whether what moves the mark could stand in an honest edition.

    `impossible`: no honest edition could hold it, because it contradicts the contract, the rulebook or itself. A
    rating of 3 in the place of a 4 is possible: it is another fact, which the data alone cannot refute.
    """

    what: str
    impossible: bool = False


Make = Callable[[random.Random, Edition], Change]


@dataclass(frozen=True)
class Kind:
    """A named kind of mutation; `group` is the source that it changes."""

    name: str
    group: str
    make: Make


class Group:
    """The kinds of one source, in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kinds: list[Kind] = []

    def kind(self, make: Make) -> Make:
        """Enter the decorated function: its name is the kind's name."""
        self.kinds.append(Kind(make.__name__.strip("_").replace("_", " "), self.name, make))
        return make
