"""What a user would write instead: the first vote of each voter and category, counted by candidate.

Belongs here: the same question put to DuckDB, Polars, pandas, dbt and Spark, each in its usual way, over the three
files that suppliers send, and measuring one of them. No rule, no quarantine, no line number, no proof: this is the
price of reading and counting alone. Each engine is asked in a process of its own, Spark in its own environment, which
has nothing of the pipeline's: what an engine needs is imported when it is asked.

    python -m benchmarks.bare ENGINE VOTES_OF_A_TINY_EDITION VOTES [THREADS]
"""

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.stopwatch import Stopwatch

COLUMNS = ("vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash")
WANTED = ["voter_key", "category_id", "candidate_id", "cast_at"]
KEY = ["voter_key", "category_id"]
CSV, NDJSON, PARQUET = "sms.csv.gz", "site.ndjson.gz", "application.parquet"
OBJECT = re.compile(rb'\{"vote_id":"[^"]*"(?:,"[a-z_]+":"[^"]*"){6}\}')
"""A whole line of the NDJSON; Polars and pandas give up at any other."""

Counts = dict[str, int]
SPARK, DBT = "Spark", "dbt"
PLAIN = Path(__file__).with_name("plain_dbt")
"""The project that `by_dbt` builds."""


def _whole_lines(votes: Path) -> io.BytesIO:
    lines = gzip.decompress((votes / NDJSON).read_bytes()).split(b"\n")
    return io.BytesIO(b"\n".join(line for line in lines if OBJECT.fullmatch(line)))


def as_ndjson(place: Path) -> str:
    """SQL: an NDJSON file of votes as DuckDB's reader reads it, a text for each column."""
    keys = ", ".join(f"{name}: 'VARCHAR'" for name in COLUMNS)
    return f"read_json('{place}', format = 'newline_delimited', ignore_errors = true, columns = {{{keys}}})"


def by_duckdb(votes: Path, threads: int) -> Counts:
    """One query over DuckDB's own readers."""
    import duckdb

    wanted = "voter_key, category_id, candidate_id"
    with duckdb.connect(config={"threads": threads}) as con:
        rows = con.execute(
            f"""
            WITH vote AS (
                SELECT {wanted}, try_cast(cast_at AS TIMESTAMPTZ) AS cast_at
                FROM read_csv('{votes / CSV}', header = true, ignore_errors = true)
                UNION ALL
                SELECT {wanted}, try_cast(cast_at AS TIMESTAMPTZ)
                FROM {as_ndjson(votes / NDJSON)}
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


def by_dbt(votes: Path, threads: int) -> Counts:
    """A dbt project of three models, built as one builds it, in a folder of its own: first votes stay as a table."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="plain-dbt-") as folder:
        project = Path(shutil.copytree(PLAIN, Path(folder) / "plain"))
        here = ["--project-dir", ".", "--profiles-dir", ".", "--target-path", "target", "--log-path", "logs"]
        environment = {**os.environ, "PLAIN_VOTES": str(votes.resolve()), "PLAIN_THREADS": str(threads)}
        words = [str(Path(sys.executable).with_name("dbt")), "build", *here]
        run = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(f"dbt build failed:\n{run.stdout}{run.stderr}")
        with duckdb.connect(project / "plain.duckdb", read_only=True) as con:
            return dict(con.execute("SELECT candidate_id, votes FROM vote_count").fetchall())


def by_spark(votes: Path, threads: int) -> Counts:
    """Spark on this machine, its readers and data frames, with the memory and the partitions that it takes by itself;
    a second question finds the session of the first."""
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as f

    asked = SparkSession.builder.master(f"local[{threads}]").appName("bare").config("spark.ui.enabled", "false")
    asked = asked.config("spark.sql.session.timeZone", "UTC").config("spark.driver.bindAddress", "127.0.0.1")
    session = asked.config("spark.driver.host", "127.0.0.1").getOrCreate()
    lines = session.read.schema(", ".join(f"{name} STRING" for name in COLUMNS)).option("mode", "DROPMALFORMED")
    every = lines.csv(str(votes / CSV), header=True).select(WANTED)
    every = every.union(lines.json(str(votes / NDJSON)).select(WANTED))
    every = every.withColumn("cast_at", f.col("cast_at").try_cast("timestamp"))
    every = every.union(session.read.parquet(str(votes / PARQUET)).select(WANTED)).where("cast_at IS NOT NULL")
    first = every.groupBy(KEY).agg(f.min_by("candidate_id", "cast_at").alias("candidate_id"))
    return {str(row["candidate_id"]): int(row["count"]) for row in first.groupBy("candidate_id").count().collect()}


ENGINES: dict[str, Callable[[Path, int], Counts]] = {
    "DuckDB": by_duckdb,
    "Polars": by_polars,
    "pandas": by_pandas,
    DBT: by_dbt,
    SPARK: by_spark,
}
ANEW = {DBT}
"""Who starts anew for each question."""


def measure(name: str, tiny: Path, votes: Path, threads: int) -> dict[str, Any]:
    """One engine. A first question on a tiny edition loads what it needs; who starts anew for the second is not charged
    with what the first took. `start`: CPU seconds of the first."""
    watch = Stopwatch()
    watch.step("start", lambda: ENGINES[name](tiny, threads))
    start = watch.steps.pop("start")["cpu"]
    counts = watch.step(name, lambda: ENGINES[name](votes, threads))
    if name in ANEW:
        watch.steps[name]["cpu"] -= start
    return {"steps": watch.steps, "counts": counts, "start": start}


def main(words: list[str]) -> None:
    """Print what was measured."""
    name, tiny, votes, *threads = words
    print(json.dumps(measure(name, Path(tiny), Path(votes), int(*threads or ["2"]))))


if __name__ == "__main__":
    main(sys.argv[1:])
