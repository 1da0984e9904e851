"""Where an edition stands, for people: what is missing, who must act, what its results are. Nothing is recorded here.

stage.py state.py look.py   `palmares status`: the stages, what is seen of an edition, looking
died.py                     runs that were killed
inspection.py trial.py      `palmares check`: of an edition, of one file before custody
witness.py                  seals and draws, in both
results.py                  `palmares results`
freshness.py                what `palmares run` need not do again
"""

from orchestration.status.freshness import Freshness, freshness, never_checked, told_of_sources
from orchestration.status.inspection import inspect_edition, quarantine
from orchestration.status.look import describe, state_of
from orchestration.status.results import read_results, signed_release
from orchestration.status.stage import EditionStage
from orchestration.status.state import State
from orchestration.status.trial import inspect_file

__all__ = [
    "EditionStage",
    "Freshness",
    "State",
    "describe",
    "freshness",
    "inspect_edition",
    "inspect_file",
    "never_checked",
    "quarantine",
    "read_results",
    "signed_release",
    "state_of",
    "told_of_sources",
]
