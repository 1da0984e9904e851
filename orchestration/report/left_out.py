"""Rows about a candidate that could not be used, and responses and votes left out: what the annex of a release lists.

Belongs here: tying the working warehouse to a release. The annex (`annex.csv`) names each row by its place and reason,
not by its candidate; the working warehouse knows the candidate, but nobody signed it. So it is read only when it gives
this very annex, byte for byte: then the rows are those of the release.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake import Kind, looks_personal, write_annex
from orchestration.release import ANNEX_CSV, Release
from orchestration.report.model import RowLine, RowsLeftOut
from orchestration.storage import connect, read_file

if TYPE_CHECKING:
    import duckdb

RowsOf = Callable[[str], RowsLeftOut]

_TESTS = """
    SELECT json_extract_string(raw, '$.candidate_id') AS candidate_id, key, file, line, reason
    FROM intake.quarantine WHERE source = 'audits' AND candidate_id IS NOT NULL ORDER BY ALL
"""
_COUNTS = """
    SELECT candidate_id, source, outcome, reason, count(*) FROM (
        SELECT json_extract_string(raw, '$.candidate_id') AS candidate_id, source, 'quarantined' AS outcome, reason
        FROM intake.quarantine WHERE source IN ('survey', 'votes')
        UNION ALL
        SELECT candidate_id, 'survey', 'excluded', exclusion_reason FROM intermediate.int_response WHERE NOT counted
        UNION ALL
        SELECT candidate_id, 'votes', 'excluded', exclusion_reason FROM intermediate.int_vote WHERE NOT counted
    ) WHERE candidate_id IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def rows_left_out(release: Release, work_db: Path) -> RowsOf:
    """A function that gives the rows left out of one candidate, as far as they can be shown to be the release's.

    Raises PalmaresError when a run holds the working warehouse, or the annex was altered.
    """
    import duckdb

    if ANNEX_CSV not in release.manifest:
        return lambda candidate_id: RowsLeftOut("not_in_release")
    annex = release.bytes_of(ANNEX_CSV)
    nothing = RowsLeftOut("not_at_hand")
    if not work_db.exists():
        return lambda candidate_id: nothing
    with connect(work_db, read_only=True) as con:
        try:
            if _annex(con) != annex:
                return lambda candidate_id: nothing
            by_candidate = _by_candidate(con)
        except duckdb.CatalogException:  # a working warehouse that a run has not filled yet
            return lambda candidate_id: nothing
    return lambda candidate_id: by_candidate.get(candidate_id, RowsLeftOut("listed"))


def _annex(con: "duckdb.DuckDBPyConnection") -> bytes:
    """The list of rows left out that this working warehouse would give."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ANNEX_CSV
        write_annex(con, path)
        return read_file(path)


def _by_candidate(con: "duckdb.DuckDBPyConnection") -> dict[str, RowsLeftOut]:
    tests: dict[str, list[RowLine]] = defaultdict(list)
    counts: dict[str, list[tuple[str, str, str, int]]] = defaultdict(list)
    for candidate, key, file, line, reason in con.execute(_TESTS).fetchall():
        shown = "" if key is None or looks_personal(key, Kind.ID) else key
        tests[candidate].append(RowLine(shown, file, int(line), reason))
    for candidate, source, outcome, reason, rows in con.execute(_COUNTS).fetchall():
        counts[candidate].append((source, outcome, reason, int(rows)))
    return {
        candidate: RowsLeftOut("listed", tuple(tests.get(candidate, ())), tuple(counts.get(candidate, ())))
        for candidate in tests.keys() | counts.keys()
    }
