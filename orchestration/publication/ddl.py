"""A table of the published warehouse, as it is created: types, keys and descriptions that a BI tool reads back.

Belongs here: the statements. Which tables there are stands in the catalogue (`release`) and in the models of schema
`analytics`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.storage import listed, literal

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Field:
    """A column: its type in SQL, and what it is."""

    name: str
    type: str
    comment: str


def create_table(
    con: "duckdb.DuckDBPyConnection",
    name: str,
    comment: str,
    fields: Iterable[Field],
    key: Sequence[str],
    *,
    constraints: Iterable[str] = (),
    never_null: Iterable[str] = (),
) -> None:
    """Create a table with its primary key and its descriptions. All names come from fixed lists.

    `name` is quoted, with its schema; `constraints` are further ones, in SQL; `never_null` columns besides the key.
    """
    fields, filled = tuple(fields), {*key, *never_null}
    columns = (f'"{field.name}" {field.type}{" NOT NULL" if field.name in filled else ""}' for field in fields)
    statements = [
        f"CREATE TABLE {name} ({', '.join([*columns, f'PRIMARY KEY ({listed(key)})', *constraints])})",
        f"COMMENT ON TABLE {name} IS {literal(comment)}",
        *(f'COMMENT ON COLUMN {name}."{field.name}" IS {literal(field.comment)}' for field in fields),
    ]
    con.execute("; ".join(statements))
