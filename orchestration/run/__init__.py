"""One run on one edition: its identity, what is true at its time, and the locks that let it work alone.

context.py   what every step knows: the folders, the edition, the run
now.py       what is true of an edition now: looked at once, and handed on
noted.py     the packages and table digests of a working warehouse, noted beside it
locks.py     one run at a time on one edition

Does not belong here: what a run does (`defs` names the steps, each room has its own).
"""

from orchestration.run.context import BY_HAND, PARTITION_TAG, Run, package_versions, results_as_text, utc_now, version
from orchestration.run.locks import (
    YOUNG,
    edition_held,
    edition_is_free,
    hold_edition,
    hold_service,
    last_holder,
    release_edition,
    service_is_free,
    turn_held,
)
from orchestration.run.noted import note_rows, packages_differ, tables_differ
from orchestration.run.now import Now

__all__ = [
    "BY_HAND",
    "PARTITION_TAG",
    "YOUNG",
    "Now",
    "Run",
    "edition_held",
    "edition_is_free",
    "hold_edition",
    "hold_service",
    "last_holder",
    "note_rows",
    "package_versions",
    "packages_differ",
    "release_edition",
    "results_as_text",
    "service_is_free",
    "tables_differ",
    "turn_held",
    "utc_now",
    "version",
]
