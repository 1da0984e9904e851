"""What is drawn from the warehouse, and what the trace sheets say of each test: its row comes from the deposit itself.

Belongs here: the one place of this package that reads anything. Marks are micropoints, times ISO 8601 in UTC. These
facts hold shoppers' ids (in the row as received): they go on the sheets for the bailiff and nowhere else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.draw.lines import raw_rows
from orchestration.draw.say import say
from orchestration.draw.selection import select
from orchestration.errors import Refused
from orchestration.evidence import Selection
from orchestration.rulebook import Rulebook
from orchestration.scoring import categories as scored_categories
from orchestration.scoring import judged
from orchestration.units import thousandths_text

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class RatingFact:
    """One criterion of a test; `rating` None: not applicable; `measured`: the number that gave it, and its unit,
    as the recording can show it: `("35.5", "second")`."""

    criterion: str
    rating: int | None
    max: int
    weight: int
    measured: tuple[str, str] | None = None


@dataclass(frozen=True)
class DrawnTest:
    """One test to be traced. `corrected`: (column, value received, value counted, correction) of each correction."""

    test_id: str
    candidate_id: str
    company: str
    category_id: str
    channel: str
    field_firm: str
    scenario: str
    started_at: str
    outcome: str
    file: str
    line: int
    raw: str
    evidence_sha256: str | None
    ratings: tuple[RatingFact, ...]
    points: int | None
    points_max: int | None
    mark: int
    corrected: tuple[tuple[str, str, str, str], ...] = ()


_TESTS = """
    SELECT t.test_id, t.candidate_id, c.company, c.category_id, t.channel, t.field_firm, t.scenario, t.started_at,
        t.outcome, t.file, t.line, r.evidence_sha256, t.weighted_rating, t.weighted_max, t.mark_micro
    FROM intermediate.int_test AS t
    JOIN marts.dim_candidate AS c USING (candidate_id)
    JOIN intake.test AS r USING (test_id)
    WHERE t.counted
"""
_COUNTED = "SELECT test_id, candidate_id FROM marts.fct_test_mark WHERE counted ORDER BY test_id"


def choose(
    con: "duckdb.DuckDBPyConnection",
    rulebook: Rulebook,
    seed: str,
    size: int,
    at_most: int,
    named: Collection[str] = (),
) -> Selection:
    """Draw from the results as they stand in the working warehouse. Raises Refused when no test is counted."""
    counted = con.execute(_COUNTED).fetchall()
    if not counted:
        raise Refused([say("draw.nothing")])
    categories = scored_categories(con, [category.id for category in rulebook.categories])
    return select(
        seed, size, at_most, counted, categories=[judged(category, rulebook) for category in categories], named=named
    )


def drawn_facts(
    con: "duckdb.DuckDBPyConnection", raw: Path, rulebook: Rulebook, tests: Sequence[str]
) -> tuple[DrawnTest, ...]:
    """The facts of these tests, in this order."""
    con.execute("CREATE TEMP TABLE wanted AS SELECT unnest(?::VARCHAR[]) AS test_id", [list(tests)])
    rows = con.execute(f"{_TESTS} AND t.test_id IN (SELECT test_id FROM wanted)").fetchall()
    ratings, measured = _ratings(con), _measured(con)
    corrections = _corrections(con)
    texts = _texts(raw, [(row[9], int(row[10])) for row in rows])
    drawn = {}
    for test, candidate, company, category, channel, firm, scenario, at, outcome, file, line, evidence, *rest in rows:
        points, most, mark = rest
        by_criterion, values = ratings[test], measured[test]
        grid = rulebook.grid_of(channel)
        rated = tuple(
            RatingFact(c.id, by_criterion.get(c.id), c.max, c.weight, measured=values.get(c.id)) for c in grid
        )
        drawn[test] = DrawnTest(
            test,
            candidate,
            company,
            category_id=category,
            channel=channel,
            field_firm=firm,
            scenario=scenario,
            started_at=at.isoformat() + "+00:00",
            outcome=outcome,
            file=file,
            line=int(line),
            raw=texts[(file, int(line))],
            evidence_sha256=evidence,
            ratings=rated if outcome == "completed" else (),
            points=points,
            points_max=most,
            mark=int(mark),
            corrected=tuple(corrections[(file, test)]),
        )
    return tuple(drawn[test] for test in tests)


def _ratings(con: "duckdb.DuckDBPyConnection") -> dict[str, dict[str, int]]:
    ratings: dict[str, dict[str, int]] = defaultdict(dict)
    rows = con.execute(
        "SELECT test_id, criterion_id, rating FROM intake.rating WHERE test_id IN (SELECT test_id FROM wanted)"
    ).fetchall()
    for test, criterion, rating in rows:
        ratings[test][criterion] = int(rating)
    return ratings


def _measured(con: "duckdb.DuckDBPyConnection") -> dict[str, dict[str, tuple[str, str]]]:
    measured: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    rows = con.execute(
        "SELECT m.test_id, m.criterion_id, m.value_thousandths, k.unit FROM intake.measure AS m "
        "JOIN intake.test AS t USING (test_id) "
        "JOIN rulebook.criterion AS k ON k.channel = t.channel AND k.criterion_id = m.criterion_id "
        "WHERE m.test_id IN (SELECT test_id FROM wanted)"
    ).fetchall()
    for test, criterion, value, unit in rows:
        measured[test][criterion] = thousandths_text(value), unit
    return measured


def _corrections(con: "duckdb.DuckDBPyConnection") -> dict[tuple[str, str], list[tuple[str, str, str, str]]]:
    corrected: dict[tuple[str, str], list[tuple[str, str, str, str]]] = defaultdict(list)
    rows: Iterable[Any] = con.execute(
        "SELECT file, key, column_name, expect, value, id FROM intake.correction ORDER BY id"
    ).fetchall()
    for file, key, column, expect, value, name in rows:
        corrected[(file, key)].append((column, expect or "", value or "", name))
    return corrected


def _texts(raw: Path, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Each row as received, by file and line; a file is read once."""
    by_file: dict[str, list[int]] = defaultdict(list)
    for file, line in places:
        by_file[file].append(line)
    return {
        (file, line): text
        for file, numbers in sorted(by_file.items())
        for line, text in raw_rows(raw / file, numbers).items()
    }
