"""Repeated ids among more rows than memory holds."""

from pathlib import Path

import duckdb

from orchestration.intake.rules import CONFLICT, DUPLICATE, Sieve

ROWS = 3_000_000
"""Their hashes, grouped in memory, take some hundred megabytes."""


def test_repeats_are_found_among_more_ids_than_memory_holds(tmp_path: Path) -> None:
    config: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "temp_directory": str(tmp_path / "spill")}
    with duckdb.connect(str(tmp_path / "work.duckdb"), config=config) as con:
        con.execute("ATTACH ':memory:' AS scratch")
        con.execute("CREATE TABLE many (file_no INTEGER, line BIGINT, id VARCHAR, same VARCHAR)")
        con.execute("CREATE TABLE few AS FROM many")
        con.execute(f"INSERT INTO many SELECT 1, n, 'V' || n, 'x' FROM range({ROWS}) AS t(n)")
        con.execute("INSERT INTO few VALUES (2, 1, 'V77', 'x'), (2, 2, 'V78', 'y'), (2, 3, 'W', 'x')")
        con.execute("SET memory_limit = '80MB'")
        every = "(SELECT * FROM few UNION ALL SELECT * FROM many)"
        sieve = Sieve(con, "votes", [DUPLICATE, CONFLICT])
        sieve.judge_repeats(every, "id", "same", "(SELECT id FROM few UNION ALL SELECT id FROM many)")
        found = con.execute(f"SELECT file_no, line, rule FROM {sieve.aside} ORDER BY ALL").fetchall()
    assert found == [(1, 78, 1), (2, 1, 0), (2, 2, 1)]
