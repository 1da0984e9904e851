"""What a published table is made of: its columns, their types, its key.

Belongs here: the two shapes. Which tables there are stands in `catalogue.py`; how a cell is spelled, in `csvform.py`.
"""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Column:
    """One column. `type` is text, integer, date, time (UTC), boolean or decimal(p,s); `key` columns sort the table."""

    name: str
    type: str
    comment: str
    key: bool = False

    @property
    def scale(self) -> int:
        """Digits after the point of a decimal column."""
        return int(self.type[:-1].rsplit(",", 1)[1])

    @property
    def precision(self) -> int:
        """All digits of a decimal column."""
        return int(self.type[len("decimal(") :].split(",", 1)[0])


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order of SPEC 8, keys first."""

    name: str
    comment: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that identify a row and sort the table."""
        return tuple(column.name for column in self.columns if column.key)

    @cached_property
    def key_places(self) -> tuple[tuple[int, bool], ...]:
        """Where the key columns stand in a row, and whether each is a number."""
        return tuple((at, column.type == "integer") for at, column in enumerate(self.columns) if column.key)
