"""Score an edition on Spark and hold its results against DuckDB's: `make spark`.

Belongs here: handing the rows of a working warehouse to Spark, taking the tables back into a copy of it, and comparing
digests. It runs in the pipeline's environment, from the project's folder; `score.py`, which it starts, in Spark's.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import PalmaresError
from orchestration.release import compute_digest
from orchestration.run import Run
from orchestration.scoring import ending_with_us, ensure_manifest
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.storage import connect, listed, literal, quoted

if TYPE_CHECKING:
    import duckdb

PYTHON = PROJECT_DIR / "deploy" / "spark" / ".venv" / "bin" / "python"
WAREHOUSE = "warehouse"


def main() -> None:
    """Compare the results of an edition that was run (`palmares run`) with what Spark makes of the same rows."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("edition")
    edition = parser.parse_args().edition
    settings = Settings.from_env()
    try:
        sys.exit(0 if compared(Run(settings, edition, "spark"), settings.home / "spark" / edition) else 1)
    except PalmaresError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def compared(run: Run, folder: Path) -> bool:
    """Whether DuckDB's results and Spark's have the same digest; everything that was made for it stays in `folder`."""
    work, copy = run.settings.work_db(run.edition), folder / "marks.duckdb"
    manifest = json.loads(ensure_manifest().read_bytes())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(work, copy)
    with connect(copy, threads=run.settings.threads) as con:
        expected = compute_digest(con, run.rulebook_path)
        hand_over(con, manifest, folder / "rows")
        told = score(folder)
        rows = take_back(con, manifest, folder / "home" / WAREHOUSE)
        found = compute_digest(con, run.rulebook_path)
    print(f"Spark {told['spark']}, {told['executors']} executors: {rows} rows in {told['seconds']} s")
    print(f"results digest, DuckDB: {expected}")
    print(f"results digest, Spark:  {found}")
    print("identical" if found == expected else "THEY DIFFER")
    return found == expected


def hand_over(con: "duckdb.DuckDBPyConnection", manifest: Mapping[str, Any], rows: Path) -> None:
    """Write the tables that the models read, and no others, as Parquet: `rows/<schema>/<table>/`."""
    for source in manifest["sources"].values():
        if source["source_name"] in ("intake", "rulebook"):
            place = rows / source["schema"] / source["name"]
            place.mkdir(parents=True)
            name = f"{quoted(source['schema'])}.{quoted(source['name'])}"
            con.execute(f"COPY {name} TO {literal(str(place / 'rows.parquet'))} (FORMAT parquet)")


def score(folder: Path) -> Mapping[str, Any]:
    """Have Spark make the marks; what it told of itself. Raises PalmaresError with its words when it could not."""
    if not PYTHON.exists():
        raise PalmaresError("Spark's environment is not there.\n  How to mend it: make deploy/spark/.venv/.ready")
    command = [str(PYTHON), "-m", "deploy.spark.score", "--rows", str(folder / "rows")]
    command += ["--home", str(folder / "home"), "--target-path", str(folder / "dbt")]
    process = subprocess.Popen(command, cwd=PROJECT_DIR, stdin=subprocess.DEVNULL)
    with ending_with_us(process.pid):
        process.wait()
    if process.returncode:
        raise PalmaresError(f"Spark could not make the marks; what it said stands above and in {folder}")
    told: Mapping[str, Any] = json.loads((folder / "home" / "told.json").read_bytes())
    return told


def take_back(con: "duckdb.DuckDBPyConnection", manifest: Mapping[str, Any], warehouse: Path) -> int:
    """Put Spark's tables in the place of DuckDB's, all or none, in the columns and types that stand; counts the rows.

    An empty cell where the contract has none, a number that does not fit, a column that is missing is an error.
    """
    con.execute("BEGIN")
    counted = 0
    for schema, table in tables(manifest):
        name = f"{quoted(schema)}.{quoted(table)}"
        files = literal(str(warehouse / f"{schema}.db" / table / "*.parquet"))
        columns = listed(column for column, *_ in con.execute(f"DESCRIBE {name}").fetchall())
        con.execute(f"DELETE FROM {name}")
        taken = con.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM read_parquet({files})").fetchone()
        counted += int(taken[0]) if taken else 0
    con.execute("COMMIT")
    return counted


def tables(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Schema and name of each table that dbt makes on a working warehouse; views need no taking back."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table":
            yield node["schema"], node["name"]


if __name__ == "__main__":
    main()
