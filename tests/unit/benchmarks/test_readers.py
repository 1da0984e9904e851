"""Reading alone: both readers find the same rows, and where they do not there is no figure."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks import readers
from benchmarks.bare import COLUMNS, CSV, NDJSON
from orchestration.settings import PROJECT_DIR

VOTES = PROJECT_DIR / "raw" / "2026" / "votes"


@pytest.mark.parametrize("file", [CSV, NDJSON])
def test_both_readers_find_the_rows_of_the_shipped_votes(file: str) -> None:
    rows, unreadable = readers.by_us(VOTES / file, 1)
    assert rows > 10_000 and abs(readers.by_duckdb(VOTES / file, 1) - rows) <= unreadable < 10


def test_every_line_is_a_row_or_unreadable(tmp_path: Path) -> None:
    place = tmp_path / CSV
    lines = [",".join(COLUMNS), *(",".join(f"{name}-{row}" for name in COLUMNS) for row in range(9)), "torn"]
    place.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert readers.by_us(place, 1) == (9, 1)


def test_what_was_measured_is_told_by_file_and_reader(capsys: pytest.CaptureFixture[str]) -> None:
    readers.main([str(VOTES), str(VOTES), "1"])
    told = json.loads(capsys.readouterr().out)["steps"]
    assert set(told) == {f"{who}reading {name}" for who in ("", "DuckDB ") for name in readers.FILES}
    assert all(step["cpu"] > 0 for step in told.values())


def test_readers_that_do_not_find_the_same_rows_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "by_duckdb", lambda place, threads: 7)
    with pytest.raises(SystemExit, match=r"of which DuckDB reads 7"):
        readers.measure(VOTES, VOTES, 1)
