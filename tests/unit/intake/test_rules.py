"""Repeated ids among more rows than memory holds."""

from pathlib import Path

import duckdb
import pytest

from orchestration.intake import rules
from orchestration.intake.rules import CONFLICT, DUPLICATE, Sieve, find_suspects

ROWS = 3_000_000
"""Their hashes, grouped in memory, take some hundred megabytes."""


@pytest.mark.parametrize("at_once", [25_000_000, 400_000])
def test_repeats_are_found_among_more_ids_than_memory_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", at_once)
    config: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "temp_directory": str(tmp_path / "spill")}
    with duckdb.connect(str(tmp_path / "work.duckdb"), config=config) as con:
        con.execute(f"ATTACH '{tmp_path / 'scratch.duckdb'}' AS scratch")
        con.execute(f"CREATE TABLE many AS SELECT 'V' || n AS id FROM range({ROWS}) AS t(n)")
        con.execute("SET memory_limit = '80MB'")
        find_suspects(con, "id", "(SELECT id FROM many UNION ALL SELECT unnest(['V77', 'V78', 'W', '', '']))")
        found = con.execute("SELECT id FROM many WHERE hash(id) IN (SELECT print FROM suspect) ORDER BY id").fetchall()
        left = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'scratch'").fetchall()
    assert (found, left) == ([("V77",), ("V78",)], [])


def test_of_equal_rows_the_first_is_kept_and_of_others_none() -> None:
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS scratch")
        con.execute(
            "CREATE TABLE few AS SELECT * FROM (VALUES (1, 78, 'V77', 'x'), (2, 1, 'V77', 'x'), (1, 79, 'V78', 'x'), "
            "(2, 2, 'V78', 'y'), (2, 3, 'W', 'x'), (2, 4, '', 'x'), (2, 5, '', 'x')) AS t(file_no, line, id, same)"
        )
        sieve = Sieve(con, "votes", [DUPLICATE, CONFLICT])
        sieve.judge_repeats("few", "id", "same")
        found = con.execute(f"SELECT file_no, line, rule FROM {sieve.rejected} ORDER BY ALL").fetchall()
    assert found == [(1, 79, 1), (2, 1, 0), (2, 2, 1)]
