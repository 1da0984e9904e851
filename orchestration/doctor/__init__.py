"""The doctor: what is wrong with an installation, and how to mend it (`palmares doctor`).

diagnosis.py     what a look finds
examination.py   the checks in their order, each on its own
program.py       Python, packages, the program's own files, fonts, time zones
state.py         folders, room, locks, evidence, releases
serving.py       Dagster's home, runs that died, the port of the UI

Looks and changes nothing. Does not belong here: where an edition stands (`status`), what a deposit is worth (gates).
"""

from orchestration.doctor.diagnosis import Diagnosis
from orchestration.doctor.examination import examine

__all__ = ["Diagnosis", "examine"]
