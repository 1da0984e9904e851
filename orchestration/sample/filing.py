"""What the two field firms hand in: files of one channel each, in the firms' own formats.

Belongs here: formats and columns (SPEC 3.2). The first firm exports CSV and XLSX with naive local times; the second a
French spreadsheet's CSV with offsets, and Parquet with typed columns.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.sample.audits import MysteryTest
from orchestration.sample.circumstances import EFFORTS
from orchestration.sample.defects import Defects, Spoilt
from orchestration.sample.grids import Channel
from orchestration.sample.plan import OFFSET, Plan
from orchestration.sample.schedule import FIRMS, Firm
from orchestration.sample.tables import csv_bytes, parquet_writer, xlsx_bytes

HEAD = (
    "test_id",
    "candidate_id",
    "channel",
    "scenario",
    "language",
    "shopper_id",
    "started_at",
    "ended_at",
    "outcome",
)
ABOUT = ("city", "site", "persona", "operator", "journey_id", "step")
TAIL = ("evidence_sha256", "rechecks")
XLSX_CHANNELS = ("visit", "whatsapp")
PARQUET_CHANNELS = ("web", "whatsapp")
WAVES = {"phone": 2}
"""The first firm delivers its calls in two files."""


def columns_of(plan: Plan, channel: Channel) -> tuple[str, ...]:
    """The header of a file of this channel."""
    grid = tuple(criterion.criterion_id for criterion in channel.grid)
    return (*HEAD, *grid, *TAIL) if plan.earlier else (*HEAD, *ABOUT, *grid, *EFFORTS, *TAIL)


def file_audits(
    plan: Plan, tests: dict[str, list[MysteryTest]], folder: Path, defects: Defects
) -> dict[Path, list[str]]:
    """Write every audit file below `folder`; returns their paths, relative to it, with the ids of their tests."""
    written: dict[Path, list[str]] = {}
    for firm in FIRMS:
        for channel in plan.channels:
            rows = [_row(plan, firm, test) for test in tests[firm.folder] if test.channel is channel]
            waves = WAVES.get(channel.channel_id, 1) if firm is FIRMS[0] else 1
            for wave in range(waves):
                part = rows[len(rows) * wave // waves : len(rows) * (wave + 1) // waves]
                name = channel.channel_id + (f"-{wave + 1}" if waves > 1 else "")
                path = _write(
                    plan,
                    folder,
                    place=Path("audits") / firm.folder,
                    name=name,
                    channel=channel,
                    rows=part,
                    defects=defects,
                )
                written[path] = [row["test_id"] for row in part]
    return written


def _row(plan: Plan, firm: Firm, test: MysteryTest) -> dict[str, Any]:
    """One test with typed cells: datetimes, whole numbers, None for nothing."""
    row: dict[str, Any] = {
        "test_id": test.test_id,
        "candidate_id": test.candidate.candidate_id,
        "channel": test.channel.channel_id,
        "scenario": test.sheet.scenario,
        "language": test.language,
        "shopper_id": test.shopper,
        "started_at": test.started,
        "ended_at": test.ended,
        "outcome": test.sheet.outcome,
        "evidence_sha256": test.evidence or None,
        "rechecks": test.rechecks or None,
    }
    about = test.about
    for name in ("city", "site", "operator", "journey_id"):
        row[name] = getattr(about, name) or None
    row |= {"persona": test.sheet.persona, "step": about.step, **dict(zip(EFFORTS, about.efforts, strict=True))}
    ratings = test.sheet.ratings or (None,) * len(test.channel.grid)
    for criterion, rating in zip(test.channel.grid, ratings, strict=True):
        value: int | str | None = rating
        if criterion.measured and rating is not None:
            lowest, below = criterion.measured.limits(rating)
            tenths = 10 * lowest + plan.draws.below(10 * (below - lowest), criterion.criterion_id, *test.key)
            value = tenths // 10 if firm is FIRMS[0] else f"{tenths // 10}.{tenths % 10}"
        row[criterion.criterion_id] = value
    return row


def _write(
    plan: Plan,
    folder: Path,
    place: Path,
    name: str,
    channel: Channel,
    rows: list[dict[str, Any]],
    defects: Defects,
) -> Path:
    header = columns_of(plan, channel)
    first = place.name == FIRMS[0].folder
    (folder / place).mkdir(parents=True, exist_ok=True)
    if first and channel.channel_id in XLSX_CHANNELS:
        path = place / f"{name}.xlsx"
        created = datetime(plan.fieldwork[1].year, plan.fieldwork[1].month, plan.fieldwork[1].day, 18, tzinfo=UTC)
        every = defects.typed_audits(str(path), channel, rows)
        (folder / path).write_bytes(xlsx_bytes(header, every, channel.channel_id, created))
    elif not first and channel.channel_id in PARQUET_CHANNELS:
        path = place / f"{name}.parquet"
        _write_parquet(folder / path, header, defects.typed_audits(str(path), channel, rows))
    else:
        path = place / f"{name}.csv"
        grid = {criterion.criterion_id for criterion in channel.grid}
        texts = [_text(row, grid, naive=first, absent="NA" if first else "") for row in rows]
        spoilt = defects.audits(str(path), channel, texts)
        (folder / path).write_bytes(spoilt_csv(header, texts, spoilt, semicolon=not first))
    return path


def _text(row: dict[str, Any], grid: set[str], *, naive: bool, absent: str) -> dict[str, str]:
    """The cells as text; a rating that does not apply is `absent` in a completed test, empty in any other."""
    texts: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, datetime):
            texts[name] = value.isoformat(timespec="seconds") + ("" if naive else OFFSET)
        elif value is None:
            texts[name] = absent if row["outcome"] == "completed" and name in grid else ""
        else:
            texts[name] = str(value)
    if not naive and row["channel"] == "email" and row["outcome"] == "unanswered":
        texts["ended_at"] = ""
    return texts


def spoilt_csv(
    header: Sequence[str], texts: list[dict[str, str]], spoilt: Sequence[Spoilt], *, semicolon: bool
) -> bytes:
    """A CSV file with the unusable rows of `defects` among the good ones, at the places that they name."""
    newline = b"\r\n" if semicolon else b"\n"
    lines = csv_bytes(header, texts, semicolon=semicolon).removesuffix(newline).split(newline)
    for item in sorted(spoilt, key=lambda item: item.after, reverse=True):
        if item.raw is not None:
            line = item.raw.replace(b"|", b";" if semicolon else b",")
        else:
            assert item.cells is not None
            line = csv_bytes(header, [item.cells], semicolon=semicolon).split(newline)[1]
        lines.insert(item.after + 1, line)
    return newline.join(lines) + newline


def _write_parquet(path: Path, header: Sequence[str], rows: list[dict[str, Any]]) -> None:
    """Typed columns: UTC timestamps, small integers for ratings, steps and facts, text for the rest."""
    moment = pa.timestamp("us", tz="UTC")
    hours = timedelta(hours=int(OFFSET[1:3]))
    texts = {*HEAD, *ABOUT, *TAIL} - {"step"}
    schema = pa.schema(
        [(name, moment if name.endswith("ed_at") else pa.string() if name in texts else pa.int8()) for name in header]
    )
    columns: dict[str, list[Any]] = {}
    for name in header:
        values = [row[name] for row in rows]
        if name.endswith("ed_at"):
            values = [(value - hours).replace(tzinfo=UTC) for value in values]
        columns[name] = values
    with parquet_writer(path, schema) as writer:
        writer.write_table(pa.table(columns, schema=schema))
