"""Scoring: dbt makes the marks; what it made is loaded, explained and held against noise.

dbt.py        what a run of dbt is told, as pure functions
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
    ending_with_us,
    ensure_manifest,
    export_environment,
    project_digest,
    target_path,
    write_manifest,
)
from orchestration.scoring.deciding import Decided, Parting, decided_by, partings
from orchestration.scoring.explain import explain
from orchestration.scoring.load import categories
from orchestration.scoring.model import CandidateFact, CategoryFact, ChannelFact, ComponentFact, RecountFact
from orchestration.scoring.recounting import remember, remembered, summarise
from orchestration.scoring.robustness import judged

__all__ = [
    "DBT_DIR",
    "CandidateFact",
    "CategoryFact",
    "ChannelFact",
    "ComponentFact",
    "Decided",
    "Parting",
    "RecountFact",
    "build_args",
    "categories",
    "dbt_executable",
    "decided_by",
    "ending_with_us",
    "ensure_manifest",
    "explain",
    "export_environment",
    "judged",
    "partings",
    "project_digest",
    "remember",
    "remembered",
    "summarise",
    "target_path",
    "write_manifest",
]
