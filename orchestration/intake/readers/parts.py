"""What every reader hands over.

Belongs here: one value type that readers make and `landing.py` takes, and where its unreadable lines are kept.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa


@dataclass
class Part:
    """Some rows of a file.

    `lines` are the numbers (int64) of the lines on which rows begin; `cells` one text column for each column of the
    header, never null: an empty cell is ''. `unreadable` are lines that made no row, with their number.
    """

    lines: pa.Array
    cells: list[pa.Array]
    unreadable: list[tuple[int, str]] = field(default_factory=list)


def keep_unreadable(con: duckdb.DuckDBPyConnection, number: int, lines: Sequence[tuple[int, str]]) -> int:
    """Keep lines of a file that made no row; returns how many."""
    if lines:
        raw = [json.dumps({"line": text}, ensure_ascii=False) for _, text in lines]
        table = pa.table({"line": pa.array([line for line, _ in lines], pa.int64()), "raw": pa.array(raw, pa.string())})
        con.register("unread", table)
        con.execute(f"INSERT INTO scratch.unreadable SELECT {int(number)}, line, raw FROM unread")
        con.unregister("unread")
    return len(lines)
