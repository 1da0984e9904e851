"""What Great Expectations says in its own words, made ready for its engine for Spark, and DuckDB's verdicts on it.

Belongs here: the suites of the gates that judge marks, taken from the registry as they are (checks that only SQL can
say stay with DuckDB), and holding what Spark found against what DuckDB finds. It runs in the pipeline's environment;
`judge.py` runs the suites in Spark's.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.checks import Asset, Expectation, GateFile, GxCheck
from expectations.failing import failing_rows, filled, relation
from expectations.registry import gate_file
from expectations.sql import Ready, Row, applicable, before, prepare
from orchestration.storage import literal, quoted

if TYPE_CHECKING:
    import duckdb

Key = tuple[str, int, int]
"""A check, which of its assets, and which expectation on it."""
UNIQUE = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")
"""Great Expectations counts every row of a repeated key, the checks name the key once."""
WHOLE = "HUGEINT"
"""What Parquet has no type for: DuckDB would write it as a float."""


@dataclass(frozen=True)
class Verdict:
    """What one expectation found; `failing` where it counts the rows that fail."""

    outcome: str
    failing: int | None = None


def judging_marks() -> tuple[GateFile, ...]:
    """The gates that judge marks; intake's judges rows that Spark did not make."""
    return gate_file("scoring"), gate_file("publication")


def write_suites(
    con: "duckdb.DuckDBPyConnection", uses: frozenset[str], gates: Sequence[GateFile], folder: Path
) -> Path:
    """Write the suites as JSON, with the rows with which DuckDB answers each query as Parquet beside them."""
    folder.mkdir(parents=True)
    prepared: list[dict[str, Any]] = []
    suites: list[dict[str, Any]] = []
    for gate in gates:
        names: set[str] = set()
        for ready, check in _checks(con, gate, uses):
            names |= check.needs
            suites += [_suite(con, ready, check, place=number, folder=folder) for number in range(len(check.assets))]
        for table in gate.prepared:
            if table.name in names:
                rows = _written(con, table.name, folder / table.name)
                prepared.append({"name": table.name, "source": table.sql, "rows": rows})
    target = folder / "suites.json"
    target.write_text(json.dumps({"prepared": prepared, "suites": suites}), "utf-8")
    return target


def of_duckdb(con: "duckdb.DuckDBPyConnection", uses: frozenset[str], gates: Sequence[GateFile]) -> dict[Key, Verdict]:
    """DuckDB's verdict on each of the same expectations, by check, asset and number."""
    verdicts = {}
    for gate in gates:
        for ready, check in _checks(con, gate, uses):
            for place, asset in enumerate(check.assets):
                for number, expectation in enumerate(asset.expectations):
                    alone = replace(check, assets=(replace(asset, expectations=(expectation,)),))
                    failing = _scalar(con, f"SELECT count(*) FROM ({failing_rows(alone, ready.values)})")
                    verdicts[check.spec.id, place, number] = _verdict(expectation, failing)
    return verdicts


def of_spark(path: Path) -> dict[Key, Verdict]:
    """Spark's verdicts, as `judge.py` wrote them."""
    return {
        (finding["check"], suite["asset"], finding["number"]): Verdict(finding["outcome"], finding["failing"])
        for suite in json.loads(path.read_bytes())
        for finding in suite["found"]
    }


def places(path: Path) -> Counter[str]:
    """How many suites were run on a table, on a query asked of Spark, and on rows that DuckDB answered with."""
    return Counter(suite["place"] for suite in json.loads(path.read_bytes()))


def differences(duckdb: Mapping[Key, Verdict], spark: Mapping[Key, Verdict]) -> list[str]:
    """Each expectation on which the engines do not agree, or that one of them was not asked."""
    return [
        f"{' '.join(map(str, key))}: DuckDB {duckdb.get(key)}, Spark {spark.get(key)}"
        for key in sorted(duckdb.keys() | spark.keys())
        if not _agree(duckdb.get(key), spark.get(key))
    ]


def _agree(left: Verdict | None, right: Verdict | None) -> bool:
    if left is None or right is None or left.outcome != right.outcome:
        return False
    return None in (left.failing, right.failing) or left.failing == right.failing


def _verdict(expectation: Expectation, failing: int) -> Verdict:
    counted = expectation.type not in UNIQUE and not expectation.type.startswith("expect_table_")
    return Verdict("failed" if failing else "passed", failing if counted else None)


def _checks(con: "duckdb.DuckDBPyConnection", file: GateFile, uses: frozenset[str]) -> Iterator[tuple[Ready, GxCheck]]:
    """The checks of a gate that its own expectations say wholly, and that have an object in this edition."""

    def ask(sql: str) -> Row | None:
        return con.execute(sql).fetchone()

    ready = prepare(file, uses, ask)
    for check in applicable(file, uses):
        if check.native and before(check, ready, ask) is None:
            yield ready, check


def _suite(con: "duckdb.DuckDBPyConnection", ready: Ready, check: GxCheck, place: int, folder: Path) -> dict[str, Any]:
    asset, name = check.assets[place], f"{check.spec.id}-{place}"
    rows = None if "." in asset.source and " " not in asset.source else _written(con, asset.source, folder / name)
    source = asset.source if " " in asset.source or rows is None else f"SELECT * FROM {asset.source}"
    expectations = [_expectation(check, asset, number, ready.values) for number in range(len(asset.expectations))]
    return {"name": name, "asset": place, "source": source, "rows": rows, "expectations": expectations}


def _expectation(check: GxCheck, asset: Asset, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    expectation = asset.expectations[number]
    kwargs = {name: filled(value, values) for name, value in expectation.kwargs.items()}
    return {"type": expectation.type, "kwargs": kwargs, "meta": {"check": check.spec.id, "number": number}}


def _written(con: "duckdb.DuckDBPyConnection", source: str, folder: Path) -> str:
    """Write the rows of a table or a query as Parquet; the folder."""
    folder.mkdir()
    rows = relation(source)
    columns: Sequence[tuple[str, str]] = [row[:2] for row in con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()]
    wide = [f"CAST({quoted(name)} AS DECIMAL(38, 0)) AS {quoted(name)}" for name, kind in columns if kind == WHOLE]
    star = f"* REPLACE ({', '.join(wide)})" if wide else "*"
    place = literal(str(folder / "rows.parquet"))
    con.execute(f"COPY (SELECT {star} FROM {rows}) TO {place} (FORMAT parquet)")
    return str(folder)


def _scalar(con: "duckdb.DuckDBPyConnection", sql: str) -> int:
    (count,) = con.execute(sql).fetchone() or (0,)
    return int(count)
