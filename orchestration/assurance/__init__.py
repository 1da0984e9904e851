"""Assurance: the checks of each gate are gathered, judged, and recorded as evidence.

Belongs here: reading what a check judges (`gathering.py`, `endings.py`), running a gate and recording it
(`judging.py`), what intake does before it (`intake.py`). Does not belong here: the checks themselves (`expectations`),
what follows from them (`gate`).
"""

from orchestration.assurance.gathering import intake_checks, publication_checks, said_by_dbt, straight
from orchestration.assurance.judging import check_intake, check_scoring, data_docs, magnitude_now

__all__ = [
    "check_intake",
    "check_scoring",
    "data_docs",
    "intake_checks",
    "magnitude_now",
    "publication_checks",
    "said_by_dbt",
    "straight",
]
