"""Scoring: dbt makes the marks; what it made is loaded, explained and held against noise.

dbt.py        what a run of dbt is told, as pure functions; dbt_process.py that run, which ends with who started it
engine.py     DuckDB or Spark, and the note of which     spark.py      the marks made on Spark, and taken back
model.py      the results as plain facts           load.py       read from the working warehouse
robustness.py margins against noise, false tests   explain.py    a mark, down to file and line
deciding.py   what decided a title: audit, survey, vote, tie-break
recounting.py the recount summed up against the declared tables

Does not belong here: the rules of a mark (`dbt_project`, and a second time `recount`).
"""

from orchestration.scoring.dbt import (
    DBT_DIR,
    build_args,
    dbt_executable,
    ensure_manifest,
    export_environment,
    project_digest,
    target_path,
    write_manifest,
)
from orchestration.scoring.deciding import Decided, Parting, decided_by, partings
from orchestration.scoring.engine import (
    DUCKDB,
    ENGINES,
    SPARK,
    check_engine,
    check_spark,
    forget,
    installed,
    name_of,
    noted,
)
from orchestration.scoring.explain import explain
from orchestration.scoring.load import categories
from orchestration.scoring.model import CandidateFact, CategoryFact, ChannelFact, ComponentFact, RecountFact
from orchestration.scoring.recounting import remember, remembered, summarise
from orchestration.scoring.robustness import judged
from orchestration.scoring.spark import score_on_spark, work_folder

__all__ = [
    "DBT_DIR",
    "DUCKDB",
    "ENGINES",
    "SPARK",
    "CandidateFact",
    "CategoryFact",
    "ChannelFact",
    "ComponentFact",
    "Decided",
    "Parting",
    "RecountFact",
    "build_args",
    "categories",
    "check_engine",
    "check_spark",
    "dbt_executable",
    "decided_by",
    "ensure_manifest",
    "explain",
    "export_environment",
    "forget",
    "installed",
    "judged",
    "name_of",
    "noted",
    "partings",
    "project_digest",
    "remember",
    "remembered",
    "score_on_spark",
    "summarise",
    "target_path",
    "work_folder",
    "write_manifest",
]
