"""Scoring: dbt makes the marks; what it made is loaded, explained and held against noise.

dbt.py dbt_process.py   what a run of dbt is told; that run, which ends with who started it
engine.py spark.py      DuckDB or Spark, and the note of which; the marks made on Spark, and taken back
model.py load.py        the results as plain facts; read from the working warehouse
deciding.py             what decided a title: audit, survey, vote, tie-break
robustness.py           margins against noise, false tests
recounting.py           the recount summed up against the declared tables
explain.py              a mark, down to file and line

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
