"""What a user would write instead: the first vote of each voter and category, counted by candidate.

Belongs here: the same question put to DuckDB, Polars and pandas, each in its usual way, over the three files that
suppliers send. No rule, no quarantine, no line number, no proof: this is the price of reading and counting alone.
"""

import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path

COLUMNS = ("vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash")
WANTED = ["voter_key", "category_id", "candidate_id", "cast_at"]
KEY = ["voter_key", "category_id"]
CSV, NDJSON, PARQUET = "sms.csv.gz", "site.ndjson.gz", "application.parquet"
OBJECT = re.compile(rb'\{"vote_id":"[^"]*"(?:,"[a-z_]+":"[^"]*"){6}\}')
"""A whole line of the NDJSON; Polars and pandas give up at any other."""

Counts = dict[str, int]


def _whole_lines(votes: Path) -> io.BytesIO:
    lines = gzip.decompress((votes / NDJSON).read_bytes()).split(b"\n")
    return io.BytesIO(b"\n".join(line for line in lines if OBJECT.fullmatch(line)))


def by_duckdb(votes: Path, threads: int) -> Counts:
    """One query over DuckDB's own readers."""
    import duckdb

    keys = ", ".join(f"{name}: 'VARCHAR'" for name in COLUMNS)
    wanted = "voter_key, category_id, candidate_id"
    with duckdb.connect(config={"threads": threads}) as con:
        rows = con.execute(
            f"""
            WITH vote AS (
                SELECT {wanted}, try_cast(cast_at AS TIMESTAMPTZ) AS cast_at
                FROM read_csv('{votes / CSV}', header = true, ignore_errors = true)
                UNION ALL
                SELECT {wanted}, try_cast(cast_at AS TIMESTAMPTZ)
                FROM read_json('{votes / NDJSON}', format = 'newline_delimited', ignore_errors = true,
                    columns = {{{keys}}})
                UNION ALL
                SELECT {wanted}, cast_at FROM read_parquet('{votes / PARQUET}')
            ),
            first AS (
                SELECT arg_min(candidate_id, cast_at) AS candidate_id FROM vote
                WHERE cast_at IS NOT NULL GROUP BY voter_key, category_id
            )
            SELECT candidate_id, count(*) FROM first GROUP BY candidate_id"""
        ).fetchall()
    return {str(candidate): int(votes) for candidate, votes in rows}


def by_polars(votes: Path, threads: int) -> Counts:
    """Polars' readers and its streaming engine."""
    import polars as pl

    moment = pl.col("cast_at").str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    text = pl.Schema(dict.fromkeys(COLUMNS, pl.String()))
    frames = [
        pl.scan_csv(votes / CSV, ignore_errors=True, truncate_ragged_lines=True, quote_char=None)
        .select(WANTED)
        .with_columns(moment),
        pl.scan_ndjson(_whole_lines(votes), schema=text).select(WANTED).with_columns(moment),
        pl.scan_parquet(votes / PARQUET).select(WANTED).with_columns(pl.col("cast_at").dt.cast_time_unit("us")),
    ]
    rows = (
        pl.concat(frames)
        .drop_nulls()
        .group_by(KEY)
        .agg(pl.col("candidate_id").sort_by("cast_at").first())
        .group_by("candidate_id")
        .len()
        .collect(engine="streaming")
    )
    return {str(candidate): int(votes) for candidate, votes in rows.iter_rows()}


def by_pandas(votes: Path, threads: int) -> Counts:
    """pandas, in one thread and in memory."""
    import pandas as pd

    frames = [
        pd.read_csv(votes / CSV, usecols=WANTED, on_bad_lines="skip", quoting=3, dtype=str),
        pd.read_json(_whole_lines(votes), lines=True, dtype=False)[WANTED],
        pd.read_parquet(votes / PARQUET, columns=WANTED),
    ]
    for frame in frames[:2]:
        frame["cast_at"] = pd.to_datetime(frame["cast_at"], utc=True, errors="coerce", format="ISO8601")
    every = pd.concat(frames).dropna().sort_values("cast_at", kind="stable")
    counted = every.drop_duplicates(KEY)["candidate_id"].value_counts()
    return {str(candidate): int(votes) for candidate, votes in counted.items()}


ENGINES: dict[str, Callable[[Path, int], Counts]] = {"DuckDB": by_duckdb, "Polars": by_polars, "pandas": by_pandas}
