"""Backup: all that an installation must not lose, in one archive, and the archive back in folders.

making.py      `palmares backup`: what is taken, in which order, under which locks
restoring.py   `palmares restore`: an archive that is judged name by name, put in place in one step
archive.py     the archive's form: a zip with a manifest that `sha256sum -c` checks

Does not belong here: what can be made again (Dagster's history, compiled SQL, pages, the published warehouse).
"""

from orchestration.backup.making import Made, make_backup
from orchestration.backup.restoring import Restored, restore

__all__ = ["Made", "Restored", "make_backup", "restore"]
