"""Make the marks of one edition on Spark: the same dbt project, its models and its tests, with `--target spark`.

Belongs here: what must stand before dbt begins, and what is told of it afterwards. It runs in Spark's environment, from
the project's folder. Where the rows come from, and what becomes of the tables, is the business of who calls it.
"""

import argparse
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.spark import cluster, judge

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
BUILD = ["build", "--exclude-resource-type", "seed"]
"""Models and data tests. The seed is for the published warehouse: it enters no mark."""
NO_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]
"""They are about the code, not about an edition."""


def main() -> None:
    """Score the rows of a folder (`rows/<schema>/<table>/*.parquet`) into tables (`warehouse/<schema>.db/<table>/`)."""
    options = _options()
    home: Path = options.home.resolve()
    os.umask(0o077)
    home.mkdir(parents=True)
    with cluster.standing(home, options.workers, options.memory) as workers:
        from pyspark.sql import SparkSession

        session = SparkSession.builder.appName("palmares").getOrCreate()
        try:
            register(session, options.rows.resolve())
            started = time.monotonic()
            kinds = BUILD if options.unit_tests else [*BUILD, *NO_UNIT_TESTS]
            built = build([*kinds, "--threads", str(options.threads)], options.target_path.resolve())
            summary = {
                "packages": packages(session),
                "executors": len(session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1,
                "seconds": round(time.monotonic() - started, 1),
                **workers,
            }
            if built and options.suites:
                judge.write_verdicts(session, options.suites.resolve(), home / "verdicts.json")
        finally:
            session.stop()
    (home / "told.json").write_text(json.dumps(summary, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(summary, sort_keys=True), flush=True)
    sys.exit(0 if built else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=Path, required=True, help="the rows that intake wrote, as Parquet")
    parser.add_argument("--home", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument("--target-path", type=Path, required=True, help="where dbt writes what it did")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", default="1g", help="of each worker")
    parser.add_argument("--unit-tests", action="store_true", help="run the unit tests of the models too")
    parser.add_argument("--suites", type=Path, help="suites of Great Expectations to be run on the tables, as JSON")
    parser.add_argument("--threads", type=int, default=2, help="models that dbt has made at once")
    return parser.parse_args()


def register(session: "SparkSession", rows: Path) -> None:
    """Name each folder of rows as the table that the dbt project calls a source."""
    for folder in sorted(path for path in rows.glob("*/*") if path.is_dir()):
        session.sql(f"create database if not exists {folder.parent.name}")
        session.catalog.createTable(f"{folder.parent.name}.{folder.name}", path=str(folder), source="parquet")


def packages(session: "SparkSession") -> dict[str, str]:
    """What makes the marks here, by name and version."""
    java = str(session.sparkContext._jvm.java.lang.System.getProperty("java.version"))
    return {"dbt-spark": version("dbt-spark"), "java": java, "pyspark": version("pyspark")}


def build(words: list[str], target_path: Path) -> bool:
    """Have dbt make and test everything in the session that stands; whether it could."""
    from dbt.cli.main import dbtRunner

    os.environ |= {
        "DBT_TARGET_PATH": str(target_path),
        "DBT_LOG_PATH": str(target_path / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", "spark"]
    return bool(dbtRunner().invoke([*words, *places]).success)


if __name__ == "__main__":
    main()
