"""What a check of kind `gx` is made of: assets, and what Great Expectations expects of them.

Belongs here: plain records. Reading them from files is `registry.py`, turning them into SQL `failing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.evidence import CheckSpec

SQL = "unexpected_rows_expectation"
"""The expectation for what Great Expectations cannot say: SQL of the rows that fail."""
QUERY = "unexpected_rows_query"


@dataclass(frozen=True)
class Expectation:
    """One expectation as in a suite of Great Expectations: its `type` and `kwargs`.

    `{"$PARAMETER": name}` in `kwargs` stands for a threshold of the file or a value that the edition sets.
    """

    type: str
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class Asset:
    """What is judged: a table or a query, how a row of it is named (an SQL expression), and what is expected of it."""

    source: str
    key: str
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class GxCheck:
    """A check that Great Expectations evaluates; it fails if any of its expectations does.

    `rows` is the table that must not be empty; `applies`, `expect` and `observe` are optional scalar queries. `needs`
    are the temporary tables and parameters that it uses.
    """

    spec: CheckSpec
    assets: tuple[Asset, ...]
    rows: str
    applies: str | None = None
    expect: str | None = None
    observe: str | None = None
    needs: frozenset[str] = frozenset()

    @property
    def native(self) -> bool:
        """Whether Great Expectations' own expectations say all of it."""
        return all(expectation.type != SQL for asset in self.assets for expectation in asset.expectations)


@dataclass(frozen=True)
class Prepared:
    """A temporary table that several checks of a gate read. `needs` are the ones before it that it is made from."""

    name: str
    sql: str
    needs: frozenset[str]


@dataclass(frozen=True)
class Threshold:
    """A named constant of a gate's checks and the reason for its value."""

    gate: str
    name: str
    value: int | str
    why: str


@dataclass(frozen=True)
class GateFile:
    """One gate's file, read: every check, how those of kind `gx` are evaluated, shared tables and thresholds.

    `parameters` are the values that an edition sets, each with the query that reads it.
    """

    specs: tuple[CheckSpec, ...]
    gx: tuple[GxCheck, ...]
    prepared: tuple[Prepared, ...]
    thresholds: tuple[Threshold, ...]
    parameters: Mapping[str, str]
