"""Which engine makes the marks, and the note that it leaves inside the working warehouse.

Belongs here: the engines by name, what is installed of Spark, and the note: it is written in the transaction that
brings Spark's tables back, so tables and note are of one engine. Without a note DuckDB made them. What is believed of
it stands in the evidence (`RunBody.engine`). Making marks on Spark is `spark.py`'s.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import InputError
from orchestration.scoring.say import say
from orchestration.settings import PROJECT_DIR
from orchestration.storage import connect

if TYPE_CHECKING:
    import duckdb

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
ENVIRONMENT = PROJECT_DIR / "deploy" / "spark" / ".venv"
"""Spark's own Python, with its packages (`make deploy/spark/.venv/.ready`)."""
PYTHON = Path("bin") / "python"
PACKAGES = ("dbt-spark", "pyspark")
OLDEST_JAVA = 17
_THERE = (
    "SELECT 1 FROM duckdb_tables() "
    "WHERE database_name = current_database() AND schema_name = 'scoring' AND table_name = 'engine'"
)
_JAVA = re.compile(r'version "([0-9]+)[^"]*"')


def check_engine(name: str) -> str:
    """Return the name of an engine. Raises InputError for anything else."""
    if name not in ENGINES:
        raise InputError(say("engine.unknown", name=repr(name[:80])), "--engine", ", ".join(ENGINES))
    return name


def installed(engine: str, environment: Path = ENVIRONMENT) -> dict[str, str]:
    """The packages with which an engine would make the marks now, beside the pipeline's own: none for DuckDB, and none
    where Spark's are not there."""
    if engine == DUCKDB:
        return {}
    places = [str(place) for place in environment.glob("lib/python*/site-packages")]
    versions = {package.name: package.version for package in distributions(path=places)} if places else {}
    return {name: versions[name] for name in PACKAGES if name in versions}


def check_spark(environment: Path = ENVIRONMENT) -> None:
    """Raise InputError, with what to do, where Spark cannot start: no environment, no Java, one that is too old."""
    if installed(SPARK, environment).keys() != set(PACKAGES) or not (environment / PYTHON).exists():
        raise InputError(say("engine.no_environment"), str(environment), say("engine.no_environment_mend"))
    java, home = shutil.which("java"), os.environ.get("JAVA_HOME")
    if home:
        java = shutil.which("java", path=str(Path(home) / "bin"))
    mend = say("engine.java_mend", oldest=OLDEST_JAVA)
    if java is None:
        raise InputError(say("engine.no_java"), f"{home}/bin" if home else "PATH", mend)
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = _JAVA.search(answer.stderr + answer.stdout)
    if version is None or int(version[1]) < OLDEST_JAVA:
        reported = version[0] if version else (answer.stderr + answer.stdout)[:80].strip() or "–"
        raise InputError(say("engine.old_java", found=reported), java, mend)


def noted(con: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    """The packages that made the tables of a working warehouse in DuckDB's place, by name; none if it was DuckDB."""
    if not con.execute(_THERE).fetchall():
        return {}
    return dict(con.execute("SELECT package, version FROM scoring.engine ORDER BY package").fetchall())


def note(con: "duckdb.DuckDBPyConnection", packages: Mapping[str, str]) -> None:
    """Leave word of who makes the tables, in the transaction that makes them."""
    con.execute("CREATE SCHEMA IF NOT EXISTS scoring")
    con.execute("CREATE OR REPLACE TABLE scoring.engine (package VARCHAR NOT NULL, version VARCHAR NOT NULL)")
    con.executemany("INSERT INTO scoring.engine VALUES (?, ?)", sorted(packages.items()))


def forget(path: Path) -> None:
    """Take the note away, before DuckDB makes the tables."""
    with connect(path) as con:
        con.execute("DROP SCHEMA IF EXISTS scoring CASCADE")


def name_of(packages: Mapping[str, str]) -> str:
    """The engine that a note speaks of."""
    return SPARK if packages else DUCKDB
