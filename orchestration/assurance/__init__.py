"""Assurance: the checks of each gate are gathered, judged, and recorded as evidence.

intake.py      the steps that take deposits in: custody first, then rows
looked_at.py   what is found where a check looks: endings of files, names, certificates, withdrawals
gathering.py   all checks of one gate
judging.py     a gate's checks and the recount, recorded as evidence

Belongs here: reading what a check judges, running a gate and recording it, what intake does before it. Does not belong
here: the checks themselves (`expectations`), what follows from them (`gate`).
"""

from orchestration.assurance.gathering import intake_checks, publication_checks, said_by_dbt, straight
from orchestration.assurance.judging import check_intake, check_scoring, magnitude_now

__all__ = [
    "check_intake",
    "check_scoring",
    "intake_checks",
    "magnitude_now",
    "publication_checks",
    "said_by_dbt",
    "straight",
]
