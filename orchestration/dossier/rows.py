"""The facts that stand in the working warehouse: rows, candidates, categories, corrections.

Belongs here: queries, and their rows as shapes of `model.py`. Every list has an order that is unique.
"""

from typing import TYPE_CHECKING

from orchestration.dossier.build import LISTED_PER_REASON
from orchestration.dossier.model import ContestFact, CorrectionFact, FileAccount, LeftOut, ReasonCount
from orchestration.intake import LEFT_OUT, ORDER, Kind, looks_personal

if TYPE_CHECKING:
    import duckdb


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
        LeftOut(source, file, line=int(line), key=_shown(key), outcome=outcome, reason=reason, column=column)
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
        FROM intermediate.int_row_outcome
        WHERE outcome = 'counted' AND source NOT IN ('candidates', 'contests') GROUP BY ALL
    ),
    marked AS (SELECT component, sum(observations) AS n FROM marts.fct_component_mark GROUP BY component)
    SELECT coalesce(listed.file, told.file) FROM listed FULL JOIN told USING (source, file, outcome, reason)
    WHERE listed.n IS DISTINCT FROM told.n
    UNION ALL
    SELECT account.file FROM intake.row_account AS account LEFT JOIN used USING (file)
    WHERE source IN ('candidates', 'audits', 'survey', 'votes', 'contests')
        AND rows_accepted <> coalesce(used.n, 0)
    UNION ALL
    SELECT coalesce(marked.component, counted.component) FROM marked FULL JOIN counted USING (component)
    WHERE coalesce(marked.n, 0) <> coalesce(counted.n, 0)
"""
"""Files (or components) of which the rows left out and those counted are not all that was read. No fingerprint covers
the tables between rows and marks: this ties the list to the rows that were read and to the marks, which have one."""


def unlisted(con: "duckdb.DuckDBPyConnection") -> list[str]:
    """Where the list of rows left out does not add up; nothing when each row read is counted or listed."""
    return [str(place) for (place,) in con.execute(f"SELECT DISTINCT * FROM ({UNLISTED}) ORDER BY ALL").fetchall()]


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
        CorrectionFact(
            id_,
            file,
            line,
            key=_shown(key),
            column=column,
            expect=expect or "",
            value=value or "",
            reason=reason,
            by=by,
            on=str(on),
        )
        for id_, file, line, key, column, expect, value, reason, by, on in rows
    )


def companies(con: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    """The name of each company by its id."""
    return dict(con.execute("SELECT company_id, min(company) FROM marts.dim_candidate GROUP BY company_id").fetchall())


def contests(con: "duckdb.DuckDBPyConnection") -> tuple[ContestFact, ...]:
    """Every contest that stands, in order of its id, with the corrections that bear it."""
    rows = con.execute(
        """
        SELECT contest_id, candidate_id, test_id, opened_on, ground, decision, decided_on, coalesce(made, [])
        FROM marts.fct_contest LEFT JOIN (
            SELECT contest AS contest_id, list(id ORDER BY id) AS made FROM intake.correction
            WHERE contest IS NOT NULL GROUP BY contest
        ) USING (contest_id) ORDER BY contest_id
        """
    ).fetchall()
    return tuple(
        ContestFact(
            _shown(key),
            candidate,
            test_id=_shown(test),
            opened_on=str(opened),
            ground=ground,
            decision=decision,
            decided_on=on and str(on),
            corrections=tuple(correction_ids),
        )
        for key, candidate, test, opened, ground, decision, on, correction_ids in rows
    )


def _shown(key: str | None) -> str:
    """The key of a row, unless it looks like personal data (intake refuses such files; nothing is left to luck)."""
    return "" if key is None or looks_personal(key, Kind.ID) else key
