"""The votes as three platforms send them: NDJSON and CSV in gzip, and Parquet; written batch by batch.

Belongs here: formats and columns (SPEC 3.4). Memory is bounded by one batch, whatever the number of votes.
"""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from orchestration.progress import report
from orchestration.sample.ballots import Ballots, Batch
from orchestration.sample.defects import Defects, Spoilt
from orchestration.sample.filing import spoilt_csv
from orchestration.sample.plan import OFFSET, Plan
from orchestration.sample.tables import csv_bytes, gzip_stream, parquet_writer

NDJSON, PARQUET, CSV = Path("votes/site.ndjson.gz"), Path("votes/application.parquet"), Path("votes/sms.csv.gz")
PLATFORM_NAMES = ("site", "app", "sms")
COLUMNS = ("vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash")
SPOILT_FROM = 20_000
"""Smaller samples have no unusable votes."""
SPOILT_ROWS = 23
"""How many unusable rows the three files hold together (defects.py)."""
HEAD = 2_000
"""Unusable rows stand among the first rows of a file."""
UTC_TEXT = "%Y-%m-%dT%H:%M:%SZ"

_SCHEMA = pa.schema([(name, pa.timestamp("ms", tz="UTC") if name == "cast_at" else pa.string()) for name in COLUMNS])


def file_votes(plan: Plan, folder: Path, defects: Defects) -> list[Path]:
    """Write `plan.sizes.votes` rows below `folder`; returns the files' paths, relative to it."""
    (folder / "votes").mkdir(parents=True, exist_ok=True)
    total = plan.sizes.votes
    spoil = total >= SPOILT_FROM
    ballots = Ballots(plan, total - SPOILT_ROWS * spoil)
    done = 0
    with (
        gzip_stream(folder / NDJSON) as site,
        parquet_writer(folder / PARQUET, _SCHEMA) as app,
        gzip_stream(folder / CSV) as sms,
    ):
        sms.write(csv_bytes(COLUMNS, []))
        for batch in ballots.batches():
            frame = _frame(plan, batch)
            by_site, by_app, by_sms = (frame.filter(pl.col("channel") == name) for name in PLATFORM_NAMES)
            if spoil and not done:
                rows = defects.typed_votes(str(PARQUET), by_app.head(HEAD).to_dicts())
                by_app = pl.concat([pl.DataFrame(rows, schema=by_app.schema), by_app.slice(HEAD)])
            app.write_table(by_app.to_arrow().cast(_SCHEMA))
            by_site = by_site.with_columns(pl.col("cast_at").dt.strftime(UTC_TEXT))
            by_sms = by_sms.with_columns(_local("cast_at"))
            if spoil and not done:
                head = by_site.head(HEAD).to_dicts()
                site.write(_spoilt_ndjson(head, defects.votes(str(NDJSON), head)))
                head = by_sms.head(HEAD).to_dicts()
                lines = spoilt_csv(COLUMNS, head, defects.votes(str(CSV), head), semicolon=False)
                sms.write(lines.split(b"\n", 1)[1])
                by_site, by_sms = by_site.slice(HEAD), by_sms.slice(HEAD)
            text = io.BytesIO()
            by_site.write_ndjson(text)
            site.write(text.getvalue())
            sms.write(by_sms.write_csv(include_header=False).encode())
            done += len(frame)
            report("votes", done, total)
    return [NDJSON, PARQUET, CSV]


def _frame(plan: Plan, batch: Batch) -> pl.DataFrame:
    """The columns of the files, `cast_at` as a time in UTC."""
    categories = pl.Series([category.category_id for category in plan.categories])
    candidates = pl.Series([candidate.candidate_id for candidate in plan.candidates])
    return pl.DataFrame(
        {
            "vote_id": pl.Series(batch.row).cast(pl.String),
            "voter_key": pl.Series(batch.voter.astype(str)),
            "category_id": categories.gather(batch.category),
            "candidate_id": candidates.gather(batch.candidate),
            "cast_at": pl.Series(batch.cast_at * 1000).cast(pl.Datetime("ms", "UTC")),
            "channel": pl.Series(PLATFORM_NAMES).gather(batch.platform),
            "ip_hash": pl.Series(batch.address.astype(str)),
        }
    ).with_columns(vote_id=pl.concat_str(pl.lit("V"), pl.col("vote_id").str.zfill(10)))


def _local(column: str) -> pl.Expr:
    """A time in UTC as local text with its offset."""
    hours = pl.duration(hours=int(OFFSET[1:3]))
    return (pl.col(column) + hours).dt.strftime("%Y-%m-%dT%H:%M:%S").add(OFFSET).alias(column)


def _spoilt_ndjson(rows: Sequence[dict[str, str]], spoilt: Sequence[Spoilt]) -> bytes:
    """The first lines of an NDJSON file with the unusable ones among them."""
    lines = [json.dumps(row, separators=(",", ":")).encode() for row in rows]
    for item in sorted(spoilt, key=lambda item: item.after, reverse=True):
        line = item.raw if item.raw is not None else json.dumps(item.cells, separators=(",", ":")).encode()
        lines.insert(item.after + 1, line)
    return b"\n".join(lines) + b"\n"
