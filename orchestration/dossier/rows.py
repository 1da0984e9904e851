"""The facts that stand in the working warehouse: rows, candidates, categories, corrections.

Belongs here: queries, and their rows as shapes of `model.py`. Every list has an order that is unique.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dossier.build import LISTED_PER_REASON
from orchestration.dossier.model import CorrectionFact, FileAccount, LeftOut, ReasonCount
from orchestration.intake.patterns import literal
from orchestration.intake.personal import Kind, condition, looks_personal
from orchestration.scoring.model import (
    CandidateFact,
    CategoryFact,
    ChannelFact,
    ComponentFact,
)
from orchestration.storage.files import sha256_file

if TYPE_CHECKING:
    import duckdb

LEFT_OUT = """
    SELECT source, 'quarantined' AS outcome, reason, file, line, key, column_name FROM intake.quarantine
    UNION ALL
    SELECT 'candidates', 'excluded', 'withdrawn', file, line, candidate_id, NULL
    FROM staging.stg_candidate WHERE status <> 'entered'
    UNION ALL
    SELECT 'audits', 'excluded', exclusion_reason, file, line, test_id, NULL
    FROM intermediate.int_test WHERE NOT counted
    UNION ALL
    SELECT 'survey', 'excluded', exclusion_reason, file, line, respondent_id, NULL
    FROM intermediate.int_response WHERE NOT counted
    UNION ALL
    SELECT 'votes', 'excluded', exclusion_reason, file, line, vote_id, NULL
    FROM intermediate.int_vote WHERE NOT counted
"""
"""Every row that was received and not counted: its place, its key, its reason. Of a vote, its vote_id alone."""

ORDER = "source, outcome, reason, file, line, key, column_name"
FORMULA = "['=+@\uff1d\uff0b\uff0d\uff20-].*"
"""A cell that a spreadsheet would take for a formula, in either width; or that begins as a neutralised one does."""


def accounts(con: "duckdb.DuckDBPyConnection") -> tuple[FileAccount, ...]:
    """Rows of each file, in order of file."""
    rows = con.execute(
        """
        WITH used AS (
            SELECT file, sum(rows) FILTER (outcome = 'counted') AS counted,
                sum(rows) FILTER (outcome = 'excluded') AS excluded
            FROM intermediate.int_row_outcome GROUP BY file
        )
        SELECT account.file, source, rows_read, coalesce(counted, 0), coalesce(excluded, 0), rows_quarantined
        FROM intake.row_account AS account LEFT JOIN used ON account.file = used.file ORDER BY account.file
        """
    ).fetchall()
    return tuple(FileAccount(file, source, *map(int, numbers)) for file, source, *numbers in rows)


def reasons(con: "duckdb.DuckDBPyConnection") -> tuple[ReasonCount, ...]:
    """Rows left out of each source by reason."""
    rows = con.execute(
        """
        SELECT source, 'quarantined', reason, count(*) FROM intake.quarantine GROUP BY source, reason
        UNION ALL
        SELECT source, outcome, reason, sum(rows) FROM intermediate.int_row_outcome
        WHERE outcome = 'excluded' GROUP BY source, outcome, reason
        ORDER BY 1, 2, 3
        """
    ).fetchall()
    return tuple(ReasonCount(source, outcome, reason, int(count)) for source, outcome, reason, count in rows)


def left_out(con: "duckdb.DuckDBPyConnection") -> tuple[LeftOut, ...]:
    """The rows left out that are printed: the first of each reason, by file and line."""
    rows = con.execute(
        f"SELECT * FROM ({LEFT_OUT}) QUALIFY row_number() OVER (PARTITION BY source, outcome, reason ORDER BY {ORDER})"
        f" <= {LISTED_PER_REASON} ORDER BY {ORDER}"
    ).fetchall()
    return tuple(
        LeftOut(source, file, int(line), _shown(key), outcome, reason, column)
        for source, outcome, reason, file, line, key, column in rows
    )


UNLISTED = f"""
    WITH listed AS (SELECT source, file, outcome, reason, count(*) AS n FROM ({LEFT_OUT}) GROUP BY ALL),
    told AS (
        SELECT source, file, 'quarantined' AS outcome, reason, count(*) AS n FROM intake.quarantine GROUP BY ALL
        UNION ALL
        SELECT source, file, outcome, reason, sum(rows) FROM intermediate.int_row_outcome
        WHERE outcome = 'excluded' GROUP BY ALL
    ),
    used AS (SELECT file, sum(rows) AS n FROM intermediate.int_row_outcome GROUP BY file),
    counted AS (
        SELECT CASE source WHEN 'audits' THEN 'audit' WHEN 'survey' THEN 'survey' ELSE 'vote' END AS component,
            sum(rows) AS n
        FROM intermediate.int_row_outcome WHERE outcome = 'counted' AND source <> 'candidates' GROUP BY ALL
    ),
    marked AS (SELECT component, sum(observations) AS n FROM marts.fct_component_mark GROUP BY component)
    SELECT coalesce(listed.file, told.file) FROM listed FULL JOIN told USING (source, file, outcome, reason)
    WHERE listed.n IS DISTINCT FROM told.n
    UNION ALL
    SELECT account.file FROM intake.row_account AS account LEFT JOIN used USING (file)
    WHERE source IN ('candidates', 'audits', 'survey', 'votes') AND rows_accepted <> coalesce(used.n, 0)
    UNION ALL
    SELECT coalesce(marked.component, counted.component) FROM marked FULL JOIN counted USING (component)
    WHERE coalesce(marked.n, 0) <> coalesce(counted.n, 0)
"""
"""Files (or components) of which the rows left out and those counted are not all that was read. No fingerprint covers
the tables between rows and marks: this ties the list to the rows that were read and to the marks, which have one."""


def unlisted(con: "duckdb.DuckDBPyConnection") -> list[str]:
    """Where the list of rows left out does not add up; nothing when each row read is counted or listed."""
    return [str(place) for (place,) in con.execute(f"SELECT DISTINCT * FROM ({UNLISTED}) ORDER BY ALL").fetchall()]


def write_annex(con: "duckdb.DuckDBPyConnection", path: Path) -> str:
    """Write every row left out to a CSV file, in order, and return its SHA-256. Streams: there may be millions.

    People open it with a spreadsheet: a key that would be taken for a formula stands behind an apostrophe, and one
    that looks like personal data is left out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden, formula = condition("key", Kind.ID), f"regexp_full_match(key, {literal(FORMULA)}, 's')"
    key = f"CASE WHEN {hidden} THEN '' WHEN {formula} THEN chr(39) || key ELSE key END"
    rows = f"SELECT * REPLACE ({key} AS key) FROM ({LEFT_OUT}) ORDER BY {ORDER}"
    con.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT csv, HEADER)")
    return sha256_file(path)


def corrections(con: "duckdb.DuckDBPyConnection") -> tuple[CorrectionFact, ...]:
    """The corrections applied, with the line of each row where its key is that of a row that was accepted."""
    rows = con.execute(
        """
        WITH place AS (
            SELECT file, test_id AS key, line FROM intake.test UNION ALL
            SELECT file, candidate_id, line FROM intake.candidate UNION ALL
            SELECT file, vote_id, line FROM intake.vote WHERE file IN (SELECT file FROM intake.correction)
        )
        SELECT id, correction.file, place.line, correction.key, column_name, expect, value, reason, "by", corrected_on
        FROM intake.correction AS correction
        LEFT JOIN place ON correction.file = place.file AND correction.key = place.key
        ORDER BY id
        """
    ).fetchall()
    return tuple(
        CorrectionFact(id_, file, line, _shown(key), column, expect or "", value or "", reason, by, str(on))
        for id_, file, line, key, column, expect, value, reason, by, on in rows
    )


def categories(con: "duckdb.DuckDBPyConnection", order: Iterable[str]) -> tuple[CategoryFact, ...]:
    """Every category in the given order (the rulebook's), with its candidates in the order of their ranks."""
    components, channels = _components(con), _channels(con)
    members: dict[str, list[CandidateFact]] = defaultdict(list)
    rows = con.execute(
        """
        SELECT c.category_id, c.candidate_id, c.company, c.status <> 'entered', r.final_micro, r.rank,
            coalesce(r.eligible, false), r.reason, r.margin_micro, r.audit_low, r.audit_high
        FROM marts.dim_candidate AS c LEFT JOIN marts.fct_ranking AS r ON c.candidate_id = r.candidate_id
        ORDER BY c.category_id, r.rank NULLS LAST, c.candidate_id
        """
    ).fetchall()
    for category, key, company, withdrawn, final, rank, eligible, reason, margin, low, high in rows:
        members[category].append(
            CandidateFact(
                key, company, withdrawn, final, rank, eligible, reason, margin, _hundredths(low), _hundredths(high),
                tuple(components[key]), tuple(channels[key]),
            )
        )  # fmt: skip
    outcomes = con.execute("SELECT category_id, outcome FROM marts.category_outcome").fetchall()
    known = dict(outcomes)
    return tuple(CategoryFact(key, known[key], tuple(members[key])) for key in order)


def _components(con: "duckdb.DuckDBPyConnection") -> dict[str, list[ComponentFact]]:
    rows = con.execute(
        "SELECT candidate_id, component, mark_micro, observations FROM marts.fct_component_mark ORDER BY 1, 2"
    ).fetchall()
    return _grouped((key, ComponentFact(name, mark, observations)) for key, name, mark, observations in rows)


def _channels(con: "duckdb.DuckDBPyConnection") -> dict[str, list[ChannelFact]]:
    rows = con.execute(
        """
        SELECT candidate_id, channel, weight, planned_tests, counted_tests, mark_micro, coalesce(marks, [])
        FROM marts.fct_channel_mark LEFT JOIN (
            SELECT candidate_id, channel, list(mark_micro ORDER BY mark_micro, test_id) AS marks
            FROM marts.fct_test_mark WHERE counted GROUP BY candidate_id, channel
        ) USING (candidate_id, channel)
        ORDER BY candidate_id, channel
        """
    ).fetchall()
    return _grouped(
        (key, ChannelFact(channel, weight, planned, counted, mark, tuple(marks)))
        for key, channel, weight, planned, counted, mark, marks in rows
    )


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return groups


def _hundredths(value: Decimal | None) -> int | None:
    """A DECIMAL with two places as a whole number of hundredths."""
    return None if value is None else int(value * 100)


def _shown(key: str | None) -> str:
    """The key of a row, unless it looks like personal data (intake refuses such files; nothing is left to luck)."""
    return "" if key is None or looks_personal(key, Kind.ID) else key
