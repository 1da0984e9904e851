"""Texts and names inside SQL of ours, spelt so that DuckDB and PostgreSQL read them as one thing.

Belongs here: quoting. Values from outside are passed as parameters wherever an engine takes them.
"""

from collections.abc import Iterable


def literal(text: str) -> str:
    """A text of ours as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """The name of a table or column."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Names of columns in a row: `"a", "b"`."""
    return ", ".join(map(quoted, names))
