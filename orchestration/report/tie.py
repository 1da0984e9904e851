"""Why a candidate with the mark of the title did not get it: the criterion of the tie-break that decided.

Belongs here: finding that criterion among the published marks. It is told to who lost, with its own value alone; that
the criteria before it are equal is the price of saying why (decision 11).
"""

from collections.abc import Iterable, Mapping

from orchestration.release import Cell
from orchestration.report.figures import Tables
from orchestration.report.model import TieKey


def lost_by(tables: Tables, keys: Iterable[str], candidate: Mapping[str, Cell]) -> TieKey | None:
    """The first criterion in which the candidate is behind the holder of its category's title; None where none is."""
    own = str(candidate["candidate_id"])
    holder = next(str(r["candidate_id"]) for r in tables["laureates"] if r["category_id"] == candidate["category_id"])
    for key in keys:
        mine, theirs = _value(tables, own, key), _value(tables, holder, key)
        if mine != theirs:
            return TieKey(key, mine)
    return None


def _value(tables: Tables, candidate_id: str, key: str) -> int | None:
    channel = key.removeprefix("channel:")
    table, column = ("fct_channel_mark", "channel") if channel != key else ("fct_component_mark", "component")
    cell = "observations" if key == "vote" else "mark_micro"
    found = (r[cell] for r in tables[table] if r["candidate_id"] == candidate_id and r[column] == channel)
    value = next(found, None)
    return None if value is None else int(value)
