"""A large edition made of a small one: its votes, or its tests and responses, again and again under other ids.

Belongs here: files for `fieldwork.py`, and for the largest sizes of `scale.py`. Two million tests drawn one by one
would take hours; what reading and counting them costs does not depend on whether they resemble each other. What a copy
says twice would be set aside, so every id has the number of its copy with it. What a base file of tests holds on
purpose to be set aside is not copied, nor its workbooks: their tests come again as CSV.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl

from benchmarks.bench import EDITION
from orchestration.custody import deposit
from orchestration.sample import generate
from orchestration.sample.vote_files import PARQUET

IDS = ("test_id", "rechecks", "journey_id", "respondent_id")
KEYED = ("voter_key", "ip_hash")
KEYS = {"audits": "test_id", "survey": "respondent_id"}
REAL = r"\A(?:[A-Z]{2}-[A-Z]+-\d{5}|R-\d{7})\z"
RECEIVED = datetime(2030, 1, 5, 9, tzinfo=UTC)
ROWS_AT_ONCE = 500_000


def make(raw: Path, tests: int, responses: int) -> None:
    """An edition of about so many tests and responses, and hardly any votes."""
    generate(raw, EDITION, categories=30, votes=1_000, respondents=5_000, seed=1)
    folder, inbox = raw / EDITION, raw / "inbox"
    for source, wanted in (("audits", tests), ("survey", responses)):
        frames = {place: frame for place in sorted((folder / source).rglob("*")) if (frame := _read(place)) is not None}
        base = sum(map(len, frames.values()))
        for place, frame in frames.items():
            path = place.relative_to(folder).with_stem(f"{place.stem}-more")
            path = path.with_suffix(".csv") if path.suffix == ".xlsx" else path
            target = inbox / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if copies := max(0, wanted // base - 1):
                _write(target, frame, copies)
                deposit(folder, [target], "copies", "benchmark", as_path=str(path), received_at=RECEIVED)
                target.unlink()


def more_votes(folder: Path, votes: int) -> None:
    """So many more votes for an edition: those of its Parquet file under other ids, of other voters and addresses."""
    import duckdb

    source, digits = folder / PARQUET, "0123456789abcdef"
    with duckdb.connect() as con:
        (rows,) = con.execute(f"SELECT count(*) FROM '{source}'").fetchone() or (0,)
        for number, start in enumerate(range(0, votes, rows), 1):
            path = PARQUET.with_stem(f"{PARQUET.stem}-{number}")
            turned = digits[number % 16 :] + digits[: number % 16]
            keys = ", ".join(f"translate({name}, '{digits}', '{turned}') AS {name}" for name in KEYED)
            target = folder.parent / path.name
            con.execute(
                f"COPY (SELECT * REPLACE ('V{number}-' || vote_id AS vote_id, {keys}) FROM '{source}' "
                f"LIMIT {min(rows, votes - start)}) TO '{target}' (FORMAT parquet)"
            )
            deposit(folder, [target], "copies", "benchmark", as_path=str(path), received_at=RECEIVED)
            target.unlink()


def _read(place: Path) -> pl.DataFrame | None:
    """The sound rows of a file; None where it holds no tests or responses."""
    key = KEYS[next(part for part in place.parts[::-1] if part in KEYS)]
    if place.suffix == ".parquet":
        frame = pl.read_parquet(place)
    elif place.suffix == ".xlsx":
        header, *rows = openpyxl.load_workbook(place, read_only=True).worksheets[0].iter_rows(values_only=True)
        frame = pl.DataFrame(
            [[_text(cell) for cell in row] for row in rows], dict.fromkeys(map(str, header), pl.String), orient="row"
        )
    elif place.suffix == ".csv" and place.stem != "targets":
        separator = ";" if place.read_bytes().startswith(b"\xef\xbb\xbf") else ","
        frame = pl.read_csv(
            place, encoding="utf8-lossy", separator=separator, infer_schema=False, truncate_ragged_lines=True
        )
    else:
        return None
    sound = pl.col(key).str.contains(REAL)
    if key == "test_id":  # those that stand twice are set aside
        sound &= pl.col(key).is_unique()
    return frame.filter(sound)


def _text(cell: object) -> str | None:
    return cell.isoformat() if isinstance(cell, datetime) else None if cell is None else str(cell)


def _write(place: Path, frame: pl.DataFrame, copies: int) -> None:
    if place.suffix == ".parquet":
        pl.concat(_copies(frame, range(copies))).write_parquet(place, row_group_size=ROWS_AT_ONCE)
        return
    with place.open("wb") as out:
        for number, copy in enumerate(_copies(frame, range(copies))):
            copy.write_csv(out, include_header=not number)


def _copies(frame: pl.DataFrame, numbers: Sequence[int]) -> Iterator[pl.DataFrame]:
    ids = [name for name in IDS if name in frame.columns]
    for number in numbers:
        yield frame.with_columns(pl.col(name) + f"-{number}" for name in ids)
