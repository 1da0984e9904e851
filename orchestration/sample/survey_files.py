"""The survey as the panel institute sends it: one CSV, one Parquet file, and the population margins.

Belongs here: formats and columns (SPEC 3.3).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from orchestration.sample.defects import Defects
from orchestration.sample.filing import spoilt_csv
from orchestration.sample.people import ANSWERS, FACTS, NOTHING, PANEL, PROFILES, Answers, answers, profile_codes
from orchestration.sample.plan import Plan
from orchestration.sample.tables import csv_bytes, parquet_writer

CSV_FILE = Path("survey/panel-telephone.csv")
PARQUET_FILE = Path("survey/panel-internet.parquet")
TARGETS = Path("survey/targets.csv")


def file_survey(plan: Plan, folder: Path, defects: Defects) -> list[Path]:
    """Write responses and targets below `folder`; returns their paths, relative to it."""
    (folder / "survey").mkdir(parents=True, exist_ok=True)
    frames = [_frame(plan, part) for part in answers(plan)]
    every = pl.concat(frames).sort("answered_at", "respondent", "candidate_id")
    by_phone = pl.col("respondent").map_batches(
        lambda column: pl.Series(plan.draws.many_below(100, "panel", column.to_numpy()) < PANEL), pl.Boolean
    )
    phone, web = every.filter(by_phone), every.filter(~by_phone)
    texts = _texts(phone)
    spoilt = defects.survey(str(CSV_FILE), texts)
    (folder / CSV_FILE).write_bytes(spoilt_csv(list(texts[0]), texts, spoilt, semicolon=False))
    with parquet_writer(folder / PARQUET_FILE, _SCHEMA) as writer:
        rows = defects.typed_survey(str(PARQUET_FILE), web.drop("respondent").to_dicts())
        writer.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
    (folder / TARGETS).write_bytes(_targets())
    return [CSV_FILE, PARQUET_FILE, TARGETS]


_SCHEMA = pa.schema(
    [("respondent_id", pa.string()), ("candidate_id", pa.string()), ("answered_at", pa.timestamp("ms", tz="UTC"))]
    + [(name, pa.int8()) for name in (*ANSWERS, *FACTS)]
    + [(name, pa.string()) for name in PROFILES]
)


def _frame(plan: Plan, part: Answers) -> pl.DataFrame:
    """Typed columns in the order of the files, and the respondent's number."""
    columns: dict[str, Any] = {
        "respondent": part.respondent,
        "answered_at": pl.Series(part.answered_at * 1000, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC")),
        "candidate_id": [part.candidate.candidate_id] * len(part.respondent),
    }
    for name in (*ANSWERS, *FACTS):
        columns[name] = pl.Series(part.values[name], dtype=pl.Int8)
    for variable, values in PROFILES.items():
        labels = pl.Series([label for label, _, _ in values])
        columns[variable] = labels.gather(profile_codes(plan, variable, part.respondent))
    number = pl.col("respondent").cast(pl.String).str.zfill(7)
    return pl.DataFrame(columns).select(
        "respondent",
        respondent_id=pl.concat_str(pl.lit("R-"), number),
        candidate_id="candidate_id",
        answered_at="answered_at",
        **{name: pl.when(pl.col(name) != NOTHING).then(pl.col(name)) for name in (*ANSWERS, *FACTS)},
        **{name: pl.col(name) for name in PROFILES},
    )


def _texts(frame: pl.DataFrame) -> list[dict[str, str]]:
    """The CSV's cells: UTC times with a Z, nothing for nothing."""
    rows = []
    for row in frame.drop("respondent").iter_rows(named=True):
        moment: datetime = row["answered_at"]
        row["answered_at"] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append({name: "" if value is None else str(value) for name, value in row.items()})
    return rows


def _targets() -> bytes:
    """Margins of the population, each variable summing to 1."""
    rows = [
        {"variable": variable, "value": value, "share": f"0.{share:03d}"}
        for variable, values in PROFILES.items()
        for value, _, share in values
    ]
    return csv_bytes(("variable", "value", "share"), rows)
