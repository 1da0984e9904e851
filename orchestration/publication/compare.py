"""Whether what stands in a folder of publication's own is what publication has just made.

Belongs here: folders compared file by file, byte by byte, without following anything out of them, and two DuckDB files
by what they hold, for DuckDB writes the same tables in other bytes each time.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.release import MANIFEST, is_folder
from orchestration.storage import NotOrdinary, connect, listed, literal, sha256_file

if TYPE_CHECKING:
    import duckdb

NO_FILES = frozenset({"folder", "no folder", "no ordinary file"})
ITSELF = "."
"""How a folder that is none is named among its own contents."""


def contents(folder: Path) -> dict[str, str]:
    """What stands under a folder: SHA-256 of each ordinary file by path, and what everything else is instead."""
    return dict(_walk(folder, "")) if is_folder(folder) else {ITSELF: "no folder"}


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield name, "folder"
                yield from _walk(Path(entry.path), f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield name, _digest(Path(entry.path))
            else:
                yield name, "no ordinary file"


def _digest(path: Path) -> str:
    try:
        return sha256_file(path)
    except NotOrdinary:  # larger than anything that publication makes
        return "no ordinary file"


def first_difference(existing: Path, fresh: Path, alike: Mapping[str, Callable[[Path, Path], bool]] = {}) -> str | None:
    """The first path at which a folder is not like another (a manifest last); None when all is the same.

    `alike`: how a file is compared whose bytes may differ, by its path.
    """
    before, after = contents(existing), contents(fresh)
    for name in sorted({*before, *after}, key=lambda name: (name == MANIFEST, name)):
        if before.get(name) != after.get(name):
            ordinary = {name in before, name in after} == {True} and not {before[name], after[name]} & NO_FILES
            if not (ordinary and name in alike and alike[name](existing / name, fresh / name)):
                return name
    return None


CATALOGUE = (
    "SELECT schema_name, table_name, sql, comment FROM duckdb_tables() WHERE database_name = {0}",
    "SELECT schema_name, table_name, column_index, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
    "WHERE database_name = {0} AND NOT internal",
    "SELECT schema_name, view_name, sql, comment FROM duckdb_views() WHERE database_name = {0} AND NOT internal",
    "SELECT schema_name, table_name, constraint_text FROM duckdb_constraints() WHERE database_name = {0}",
    "SELECT schema_name, index_name, sql FROM duckdb_indexes() WHERE database_name = {0}",
    "SELECT schema_name, function_name, macro_definition FROM duckdb_functions() "
    "WHERE database_name = {0} AND NOT internal",
    "SELECT schema_name, sequence_name FROM duckdb_sequences() WHERE database_name = {0}",
    "SELECT schema_name, type_name, logical_type FROM duckdb_types() WHERE database_name = {0} AND NOT internal",
    "SELECT schema_name, comment FROM duckdb_schemas() WHERE database_name = {0}",
)
"""Everything that a DuckDB file may hold besides rows."""


def same_tables(existing: Path, fresh: Path) -> bool:
    """Whether two DuckDB files hold the same: tables, views, keys, descriptions, and all rows.

    Nothing of the one that is doubted is executed: it is attached for reading, and its views are compared as text.
    """
    import duckdb  # whoever only asks for help does without

    try:
        with connect(":memory:") as con:
            for name, path in (("found", existing), ("made", fresh)):
                con.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
            return all(_same_answer(con, query) for query in CATALOGUE) and _same_rows(con)
    except duckdb.Error:
        return False


def _same_answer(con: "duckdb.DuckDBPyConnection", query: str) -> bool:
    answers = [sorted(con.execute(query.format(f"'{name}'")).fetchall(), key=repr) for name in ("found", "made")]
    return answers[0] == answers[1]


def _same_rows(con: "duckdb.DuckDBPyConnection") -> bool:
    tables = con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'made' ORDER BY ALL"
    ).fetchall()
    rows = 'SELECT "(row)", {0} AS side FROM {1}.{2} AS "(row)"'  # no column bears that name
    for schema, table in tables:
        name = f"{listed([schema])}.{listed([table])}"
        # One count of all rows, a row as a whole: EXCEPT ALL both ways numbers and joins them, at seven times the cost.
        both = f"{rows.format(1, 'found', name)} UNION ALL {rows.format(-1, 'made', name)}"
        if con.execute(f'SELECT 1 FROM ({both}) GROUP BY "(row)" HAVING sum(side) <> 0 LIMIT 1').fetchall():
            return False
    return True
