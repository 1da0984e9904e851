"""Runs that died: a process that was killed says nothing, and Dagster goes on showing its run as under way.

Belongs here: finding them in Dagster's list of runs on this machine, read as the SQLite file that it is: whoever asks
where an edition stands does not wait for Dagster. With Dagster on PostgreSQL (`deploy/server`) nothing is found here.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from orchestration.run import PARTITION_TAG, YOUNG, edition_is_free, last_holder
from orchestration.settings import Settings

_UNDER_WAY = """
    SELECT run_id, coalesce(start_time, unixepoch(create_timestamp)) FROM runs JOIN run_tags USING (run_id)
    WHERE key = ? AND value = ? AND status IN ('NOT_STARTED', 'STARTING', 'STARTED', 'CANCELING')
    ORDER BY 2, 1
"""


@dataclass(frozen=True)
class DiedRun:
    """A run that ended without saying so. `since`: when it began, UTC, to the second."""

    run_id: str
    since: datetime

    @property
    def data(self) -> dict[str, str]:
        """The same as plain data."""
        return {"run_id": self.run_id, "since": f"{self.since:%Y-%m-%dT%H:%M:%SZ}"}


def died_runs(settings: Settings, edition: str, at: datetime | None = None) -> tuple[DiedRun, ...]:
    """The runs of an edition that Dagster shows as under way while nobody holds the edition, the oldest first.

    One that never held it may have been launched just now: it is left out until it is old enough.
    """
    file = settings.dagster / "history" / "runs.db"
    if not file.is_file() or not edition_is_free(settings, edition):
        return ()
    try:
        con = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=1)
        try:
            rows = con.execute(_UNDER_WAY, [PARTITION_TAG, edition]).fetchall()
        finally:
            con.close()
    except sqlite3.Error:  # another version's tables, or a damaged file: `palmares doctor` looks into that
        return ()
    holder, now = last_holder(settings, edition), at or datetime.now(UTC)
    runs = (DiedRun(run_id, datetime.fromtimestamp(int(since), UTC)) for run_id, since in rows)
    return tuple(run for run in runs if run.run_id == holder or now - run.since > YOUNG)
