"""Where an edition stands, for people: what is missing, who must act, what its results are. Nothing is recorded here.

state.py      `palmares status`        inspection.py   `palmares check`
results.py    `palmares results`       witness.py      seals and draws in it
"""

from orchestration.status.inspection import inspect_edition
from orchestration.status.results import read_results
from orchestration.status.state import State, describe, published_lines

__all__ = [
    "State",
    "describe",
    "inspect_edition",
    "published_lines",
    "read_results",
]
