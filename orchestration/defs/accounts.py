"""What the UI shows of a source that was taken in: rows, what was set aside and why, the place and the columns.

Belongs here: reading it from the working warehouse, as Dagster's metadata. Keys and places are shown, cells never:
a log of runs is read by more people than the deposits.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.defs.sources import SourceAsset
from orchestration.intake import quarantined
from orchestration.run import Now
from orchestration.storage import canonical_json, literal, quoted, sha256_bytes

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 3
LOOKED_AT = 2_000
"""Rows set aside among which examples are looked for."""

BAR = 40


def data_version(now: Now, deposits: Collection[str]) -> dg.DataVersion:
    """What decides these rows: the deposits of these kinds, the rulebook, the code. No clock is in it."""
    current = sorted((deposit.path, deposit.sha256) for deposit in now.custody.current if deposit.source in deposits)
    return dg.DataVersion(sha256_bytes(canonical_json([current, now.deposited.rulebook_sha256, now.code_sha256])))


def source_metadata(con: "duckdb.DuckDBPyConnection", now: Now, source: SourceAsset) -> dict[str, Any]:
    """All that is shown of one source."""
    path = now.run.settings.work_db(now.run.edition)
    counts = [(table, _count(con, table)) for table in source.tables]
    shown: dict[str, Any] = {
        "dagster/table_name": ", ".join(source.tables[:5]) + (", …" if len(source.tables) > 5 else ""),
        "dagster/uri": str(path),
        "dagster/column_schema": dg.TableSchema(_columns(con, source.tables)),
        "dagster/row_count": counts[0][1] if len(counts) == 1 else sum(count for _, count in counts),
        "rows by table": table(("table", "rows"), counts),
    }
    files = con.execute(
        "SELECT file, rows_read, rows_accepted, rows_quarantined FROM intake.row_account "
        f"WHERE source IN ({_texts(source.deposits)}) ORDER BY file"
    ).fetchall()
    if files:
        shown |= {
            "rows read": sum(row[1] for row in files),
            "rows accepted": sum(row[2] for row in files),
            "rows set aside": sum(row[3] for row in files),
            "by file": table(("file", "read", "accepted", "set aside"), files),
        }
        shown |= _set_aside(con, source)
    if source.noun == "votes" and counts[0][1]:
        shown["votes by hour"] = dg.MetadataValue.md(_by_hour(con))
    return shown


def account_metadata(con: "duckdb.DuckDBPyConnection", now: Now) -> dict[str, Any]:
    """The account of every file."""
    files = con.execute(
        "SELECT file, source, rows_read, rows_accepted, rows_quarantined FROM intake.row_account ORDER BY file"
    ).fetchall()
    unknown = con.execute("SELECT file, column_name FROM intake.unknown_column ORDER BY ALL").fetchall()
    return {
        "dagster/table_name": "intake.row_account, intake.quarantine",
        "dagster/uri": str(now.run.settings.work_db(now.run.edition)),
        "dagster/column_schema": dg.TableSchema(_columns(con, ("intake.row_account", "intake.quarantine"))),
        "rows": table(("file", "source", "read", "accepted", "quarantined"), files),
        "rows read": sum(row[2] for row in files),
        "rows quarantined": sum(row[4] for row in files),
        "unknown columns": table(("file", "column"), unknown),
    }


def _set_aside(con: "duckdb.DuckDBPyConnection", source: SourceAsset) -> dict[str, Any]:
    """Why rows were set aside: how many for each reason, and where the first of them stand."""
    reasons = con.execute(
        f"SELECT reason, count(*) FROM intake.quarantine WHERE source IN ({_texts(source.deposits)}) "
        "GROUP BY reason ORDER BY count(*) DESC, reason"
    ).fetchall()
    if not reasons:
        return {}
    examples: dict[str, list[str]] = defaultdict(list)
    for row in quarantined(con, LOOKED_AT):
        if row["source"] in source.deposits and len(examples[row["reason"]]) < EXAMPLES:
            examples[row["reason"]].append(f"{row['file']}:{row['line']}" + (f" ({row['key']})" if row["key"] else ""))
    rows = [(reason, count, ", ".join(examples[reason])) for reason, count in reasons]
    return {"set aside, by reason": table(("reason", "rows", "for example"), rows)}


def _by_hour(con: "duckdb.DuckDBPyConnection") -> str:
    """Votes by the hour of the day (UTC), as bars: a burst shows at a glance."""
    hours = dict(con.execute("SELECT hour(cast_at), count(*) FROM intake.vote GROUP BY 1").fetchall())
    most = max(hours.values())
    counts = [hours.get(hour, 0) for hour in range(24)]
    lines = [f"{hour:02d}  {'█' * (count * BAR // most):<{BAR}} {count}" for hour, count in enumerate(counts)]
    return "```\n" + "\n".join(lines) + "\n```"


def _count(con: "duckdb.DuckDBPyConnection", table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {_spelt(table)}").fetchone()
    return int(row[0]) if row else 0


def _columns(con: "duckdb.DuckDBPyConnection", tables: Sequence[str]) -> list[dg.TableColumn]:
    """The columns of one table, or of several with the table's name before each."""
    rows = con.execute(
        "SELECT schema_name || '.' || table_name, table_name, column_name, data_type FROM duckdb_columns() "
        f"WHERE schema_name || '.' || table_name IN ({_texts(tables)}) ORDER BY table_name, column_index"
    ).fetchall()
    several = len(tables) > 1
    return [dg.TableColumn(f"{table}.{name}" if several else name, kind) for _, table, name, kind in rows]


def table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dg.TableMetadataValue:
    """Rows as the UI shows them."""
    records = [dg.TableRecord(dict(zip(names, row, strict=True))) for row in rows]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name) for name in names]))


def _texts(texts: Sequence[str]) -> str:
    return ", ".join(map(literal, texts))


def _spelt(table: str) -> str:
    schema, name = table.split(".")
    return f"{quoted(schema)}.{quoted(name)}"
