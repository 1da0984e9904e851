"""The scored categories as they stand in the working warehouse: candidates, components, channels.

Belongs here: queries, and their rows as shapes of `model.py`. Every list has an order that is unique.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from orchestration.scoring.model import CandidateFact, CategoryFact, ChannelFact, ComponentFact

if TYPE_CHECKING:
    import duckdb


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
                key,
                company,
                withdrawn,
                final,
                rank=rank,
                eligible=eligible,
                reason=reason,
                margin=margin,
                low=_hundredths(low),
                high=_hundredths(high),
                components=tuple(components[key]),
                channels=tuple(channels[key]),
            )
        )
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
        (key, ChannelFact(channel, weight, planned, counted, mark=mark, test_marks=tuple(marks)))
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
