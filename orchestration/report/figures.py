"""The numbers of candidates that a report compares, and the mean of a group.

Belongs here: which numbers those are, in which unit, made from the published tables. Marks are micropoints, shares
basis points, contacts and effort hundredths. The final mark is not among them, nor the vote (the leader's is 20).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from orchestration.release import Cell
from orchestration.report.circle import Competitor, Field
from orchestration.units import BASIS_POINTS, half_up

Rows = Sequence[Mapping[str, Cell]]
Tables = Mapping[str, Rows]

TABLES = (
    "dim_edition", "dim_category", "dim_candidate", "fct_criterion", "fct_channel_mark", "fct_component_mark",
    "fct_effort", "fct_ranking", "laureates", "category_outcome",
    "fct_segment_mark", "fct_observed_effort", "fct_contest",
)  # fmt: skip
"""What a report reads of a release, the tests of the candidate aside."""

COMPARED_COMPONENTS = ("audit", "survey")
SHARES = ("repeated_share", "redirected_share", "travelled_share", "contradicted_share", "resolved_share")
HUNDREDTHS = ("contacts_mean", "ces", "nps", "csat")


def whole(cell: Cell) -> int:
    """A whole number that the table always has."""
    return int(cell or "0")


def whole_or_none(cell: Cell) -> int | None:
    """A whole number that may be missing."""
    return None if cell is None else int(cell)


def numbers(tables: Tables) -> dict[str, dict[str, int]]:
    """Each ranked candidate's numbers by name: `component:audit`, `channel:phone`, `family:answer`,
    `criterion:phone:greeting`, `effort:ces`. A number that a candidate has not is absent."""
    by_candidate: dict[str, dict[str, int]] = {str(row["candidate_id"]): {} for row in tables["fct_ranking"]}
    for table, column, names in (
        ("fct_component_mark", "component", COMPARED_COMPONENTS),
        ("fct_channel_mark", "channel", None),
    ):
        for row in tables[table]:
            name, mark = str(row[column]), row["mark_micro"]
            if mark is not None and (names is None or name in names):
                _put(by_candidate, row, f"{column}:{name}", int(mark))
    for (_, points), (row, got, best) in _points(tables["fct_criterion"]).items():
        if best:
            _put(by_candidate, row, points, half_up(got * BASIS_POINTS, best))
    for row in tables["fct_effort"]:
        for columns, unit in ((SHARES, BASIS_POINTS), (HUNDREDTHS, 100)):
            for effort in columns:
                if (cell := row[effort]) is not None:
                    _put(by_candidate, row, f"effort:{effort}", int(Decimal(cell) * unit))
    return by_candidate


def _put(by_candidate: dict[str, dict[str, int]], row: Mapping[str, Cell], name: str, value: int) -> None:
    if (mine := by_candidate.get(str(row["candidate_id"]))) is not None:
        mine[name] = value


def _points(rows: Rows) -> dict[tuple[str, str], tuple[Mapping[str, Cell], int, int]]:
    """Points and best possible points of each criterion and of each family, over all channels, by candidate."""
    sums: dict[tuple[str, str], tuple[Mapping[str, Cell], int, int]] = {}
    for row in rows:
        got, best = whole(row["rating_sum"]), whole(row["rating_max_sum"])
        for name in (f"criterion:{row['channel']}:{row['criterion_id']}", f"family:{row['family']}"):
            key = (str(row["candidate_id"]), name)
            _, before, most = sums.get(key, (row, 0, 0))
            sums[key] = (row, before + got, most + best)
    return sums


def field_of(tables: Tables, by_candidate: Mapping[str, Mapping[str, int]]) -> Field:
    """Who takes part in a release, as the rule of comparison sees it."""
    sectors = {row["category_id"]: str(row["sector"]) for row in tables["dim_category"]}
    competitors = {
        str(row["candidate_id"]): Competitor(
            str(row["company_id"]), str(row["category_id"]), sectors.get(row["category_id"], "")
        )
        for row in tables["dim_candidate"]
        if row["candidate_id"] in by_candidate
    }
    holders: dict[str, set[str]] = defaultdict(set)
    for candidate, values in by_candidate.items():
        for name in values:
            holders[name].add(candidate)
    titles = {(row["category_id"], row["final_micro"]) for row in tables["laureates"]}
    ranked = tables["fct_ranking"]
    at_a_title = {row["candidate_id"] for row in ranked if (row["category_id"], row["final_micro"]) in titles}
    published = frozenset(map(str, at_a_title))
    return Field(competitors, {name: frozenset(ids) for name, ids in holders.items()}, published)


def mean(name: str, members: Iterable[str], by_candidate: Mapping[str, Mapping[str, int]]) -> int | None:
    """The mean of a number over the members that have it, each counting once, rounded half up; None when fewer than
    two have it: then there is nobody to compare with."""
    values = [by_candidate[key][name] for key in members if name in by_candidate[key]]
    return half_up(sum(values), len(values)) if len(values) > 1 else None
