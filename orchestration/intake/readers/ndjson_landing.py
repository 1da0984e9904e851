"""NDJSON lines taken apart by DuckDB.

Belongs here: SQL over one column of lines. The rules are told in `ndjson_rows.py`.

`extra` keeps the line itself where its known columns alone would not give it back: unknown keys, numbers, nulls.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from orchestration.intake.readers.ndjson_rows import GRAMMAR, WHOLE, read_carefully
from orchestration.intake.readers.parts import Part, keep_unreadable
from orchestration.storage import literal

SLICES = 8
"""A block is handed over in slices, so that DuckDB's threads share it."""

LINE = "rtrim(text, chr(13) || chr(10))"


class Lines:
    """Lines of one file on their way into `scratch.landed_<number>`, whose columns are `known` in order."""

    def __init__(self, con: duckdb.DuckDBPyConnection, number: int, known: Sequence[str]) -> None:
        self.con, self.number, self.known = con, number, known
        self.rows = self.unreadable = 0
        self._seen = [False] * len(known)

    @property
    def missing(self) -> list[str]:
        """The columns that no line has. Of a file without a line that could be read nothing is missing."""
        return [name for name, there in zip(self.known, self._seen, strict=True) if self.rows and not there]

    def land(self, part: Part) -> None:
        """Take the lines of a part apart."""
        con, number, known = self.con, self.number, self.known
        self.unreadable += keep_unreadable(con, number, part.unreadable)
        if not len(part):
            return
        cells = ", ".join(f"c{place}" for place in range(len(known)))
        here = ", ".join(f"bool_or(has_{place})" for place in range(len(known)))
        table = pa.table([part.lines, part.cells[0]], names=["line", "text"])
        con.register("part", pa.Table.from_batches(table.to_batches(max_chunksize=-(-len(table) // SLICES))))
        con.register("taken", con.execute(_taken(known)).to_arrow_table())
        con.unregister("part")
        con.execute(
            f"INSERT INTO scratch.landed_{number} "
            f"SELECT line, {cells}, CASE WHEN NOT plain THEN text END FROM taken WHERE flat"
        )
        good, *present = con.execute(f"SELECT count(*), {here} FROM taken WHERE flat").fetchone() or (0,)
        others = con.execute("SELECT line, text FROM taken WHERE NOT flat ORDER BY line").fetchall()
        con.unregister("taken")
        careful = [(line, text, read_carefully(text, known)) for line, text in others]
        kept = [(line, text, row) for line, text, row in careful if row is not None]
        _keep_rows(con, number, kept)
        self.unreadable += keep_unreadable(con, number, [(line, text) for line, text, row in careful if row is None])
        self.rows += good + len(kept)
        for place in range(len(known)):
            here_now = bool(present and present[place]) or any(row[place] is not None for _, _, row in kept)
            self._seen[place] = self._seen[place] or here_now


def _keep_rows(con: duckdb.DuckDBPyConnection, number: int, rows: list[tuple[int, str, list[str | None]]]) -> None:
    """Land rows that were read carefully; an absent key is an empty cell."""
    if rows:
        lines, texts, cells = zip(*rows, strict=True)
        columns = [[cell or "" for cell in column] for column in zip(*cells, strict=True)]
        names = ["line", *(f"c{place}" for place in range(len(columns))), "extra"]
        arrays = [pa.array(lines, pa.int64()), *(pa.array(column, pa.string()) for column in (*columns, texts))]
        con.register("careful", pa.table(arrays, names=names))
        con.execute(f"INSERT INTO scratch.landed_{number} SELECT * FROM careful")
        con.unregister("careful")


def unknown_keys(con: duckdb.DuckDBPyConnection, table: str, known: Sequence[str], limit: int) -> list[str]:
    """Keys of the lines of a landed file that are no column of its source, by name, at most `limit`."""
    rows = con.execute(
        f"SELECT DISTINCT key FROM (SELECT unnest(json_keys(extra)) AS key FROM {table} WHERE extra IS NOT NULL) "
        "WHERE NOT list_contains(?, key) ORDER BY key LIMIT ?",
        [list(known), limit],
    ).fetchall()
    return [key for (key,) in rows]


def _taken(known: Sequence[str]) -> str:
    """SQL: `line, plain, flat, c0…, has_0…` of the registered part, and `text` of lines that are not plain.

    A plain line has exactly the known keys, each with text: nearly all are. A flat one is an object of which DuckDB
    gives back what is written.
    """
    paths = "[" + ", ".join(literal("/" + name.replace("~", "~0").replace("/", "~1")) for name in known) + "]"
    kinds = "[" + ", ".join(["'VARCHAR'"] * len(known)) + "]"
    places = range(1, len(known) + 1)
    usable = " AND ".join(
        f"(kinds[{place}] IS NULL OR kinds[{place}] IN ('NULL', 'VARCHAR') "
        f"OR (kinds[{place}] IN ('BIGINT', 'UBIGINT') AND regexp_full_match(texts[{place}], {literal(WHOLE)})))"
        for place in places
    )
    cells = ", ".join(f"coalesce(texts[{place}], '') AS c{place - 1}" for place in places)
    has = ", ".join(
        f"CASE WHEN plain THEN true ELSE kinds[{place}] IS NOT NULL END AS has_{place - 1}" for place in places
    )
    return f"""
        WITH judged AS MATERIALIZED (
            SELECT line, text, json_valid(text) AND regexp_full_match(text, {literal(GRAMMAR)}) AS ok FROM part
        ),
        apart AS MATERIALIZED (
            SELECT
                line, text, ok,
                CASE WHEN ok THEN json_keys(text) END AS keys,
                CASE WHEN ok THEN json_type(text, {paths}) END AS kinds,
                CASE WHEN ok THEN json_extract_string(text, {paths}) END AS texts
            FROM judged
        ),
        told AS MATERIALIZED (
            SELECT *, coalesce(kinds = {kinds} AND len(keys) = {len(known)}, false) AS plain FROM apart
        )
        SELECT
            line, plain,
            CASE WHEN plain THEN true WHEN ok THEN len(list_distinct(keys)) = len(keys) AND {usable} ELSE false END
                AS flat,
            CASE WHEN NOT plain THEN {LINE} END AS text, {cells}, {has}
        FROM told"""
