"""Declared against recomputed: the stored results laid beside the recount, cell by cell.

Belongs here: which tables and columns are compared, and naming each difference. A missing row, an extra row, a missing
or unknown table or column, weights that do not reproduce a target and a weight that is not its profile's are
differences too. Does not belong here: the order of rows and the spelling of files (`canonical`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

import polars as pl

from orchestration.recount.canonical import cell_text
from orchestration.recount.evidence import AT_ONCE, ManyRows, Row
from orchestration.recount.run import Recount

KEYS = {
    "dim_edition": ("edition",),
    "dim_category": ("category_id",),
    "dim_candidate": ("candidate_id",),
    "fct_test_mark": ("test_id",),
    "fct_criterion": ("candidate_id", "channel", "criterion_id"),
    "fct_channel_mark": ("candidate_id", "channel"),
    "fct_component_mark": ("candidate_id", "component"),
    "fct_survey_weight": ("respondent_id",),
    "fct_effort": ("candidate_id",),
    "fct_segment_mark": ("candidate_id", "segment", "value"),
    "fct_measure": ("candidate_id", "channel", "criterion_id"),
    "fct_journey": ("journey_id",),
    "fct_observed_effort": ("candidate_id",),
    "fct_contest": ("contest_id",),
    "fct_ranking": ("candidate_id",),
    "laureates": ("category_id", "candidate_id"),
    "category_outcome": ("category_id",),
}
"""Every table that the recount makes, with its key besides the edition."""

PUBLISHED_LATER = {"dim_edition"}
"""Tables that a release has and the working warehouse has not: compared when they are given."""

VOUCHED_ELSEWHERE = {
    "dim_edition.release": "verify: the number of the release in its chain and in release.json",
    "dim_edition.results_sha256": "verify: the results digest, computed again from the files",
    "dim_edition.signed_by": "verify: the certificates of the signatures on the dossier",
    "dim_edition.signed_at": "verify: the times in these signatures",
    "dim_edition.published_at": "verify: release.json, which the manifest and the chain cover",
    "quality_check": "verify: each check against its severity and acceptance; the signed dossier prints them all",
    "fct_survey_weight.weight_micro": "raking by another code (weights are taken as stored); here the margins and the "
    "profiles that they must fit, and where the rulebook does not rake their being one",
}
"""What the recount cannot know from the deposits, as a table or as `table.column`, and who vouches for it."""

TextRow = Mapping[str, str | None]
Declared = Mapping[str, Sequence[TextRow]]
"""Tables by name, each row as texts by column, None for NULL."""


@dataclass(frozen=True)
class Difference:
    """One thing on which the two computations disagree. `declared` or `recomputed` is None where it is absent.

    `column` is "" where a whole row or table is meant. NULL shows as nothing, an empty text as two quotes. Keys of
    survey respondents are pseudonyms, as in the tables.
    """

    table: str
    key: str
    column: str
    declared: str | None
    recomputed: str | None


def compare(recount: Recount, tables: Declared) -> list[Difference]:
    """Every difference between the recount and the declared tables; an empty list is full agreement."""
    differences: list[Difference] = []
    for table, key in KEYS.items():
        if table in tables:
            differences += _table_differences(table, key, *_unlike(key, tables[table], recount.tables[table]))
        elif table not in PUBLISHED_LATER:
            differences.append(
                Difference(table, "", column="", declared=None, recomputed=f"{len(recount.tables[table])} rows")
            )
    for table in sorted(tables.keys() - KEYS.keys() - VOUCHED_ELSEWHERE.keys()):
        differences.append(Difference(table, "", column="", declared=f"{len(tables[table])} rows", recomputed=None))
    return [*differences, *_weight_differences(recount)]


def _unlike(
    key: Sequence[str], declared: Sequence[TextRow], recomputed: Sequence[Row]
) -> tuple[Sequence[TextRow], Sequence[Row]]:
    """Of two tables kept as columns the rows that do not stand in the other to the letter: millions of others agree.

    Everything where columns differ, a key stands twice, or a weight is missing (that both lack it is a difference).
    """
    if not (isinstance(declared, ManyRows) and isinstance(recomputed, ManyRows)):
        return declared, recomputed
    left, right = declared.frame, recomputed.frame
    weightless = "weight_micro" in right.columns and right["weight_micro"].has_nulls()
    if weightless or {*left.columns} != {*right.columns} or left.select(key).is_duplicated().any():
        return declared, recomputed
    left, right = _out_of_step(left, right)
    return _not_among(left, right), _not_among(right, left)


def _out_of_step(left: pl.DataFrame, right: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of two tables without those that are alike at the same place. Both stand in the order of their keys, so
    that hardly any are left; looking for each row among all others would hold both tables once more."""
    unlike: tuple[list[pl.DataFrame], list[pl.DataFrame]] = ([], [])
    for first in range(0, max(len(left), len(right), 1), AT_ONCE):
        here = left.slice(first, AT_ONCE)
        there = right.slice(first, AT_ONCE).select(pl.col(left.columns).cast(pl.String))
        both = min(len(here), len(there))
        alike = reduce(and_, (here[name].head(both).eq_missing(there[name].head(both)) for name in left.columns))
        for rest, rows in zip(unlike, (here, there), strict=True):
            rest += [rows.head(both).filter(~alike), rows.tail(len(rows) - both)]
    return pl.concat(unlike[0]), pl.concat(unlike[1])


def _not_among(rows: pl.DataFrame, others: pl.DataFrame) -> ManyRows:
    return ManyRows(rows.join(others, on=others.columns, how="anti", nulls_equal=True, maintain_order="left"))


def _table_differences(
    table: str, key: Sequence[str], declared: Sequence[TextRow], recomputed: Sequence[Row]
) -> Iterator[Difference]:
    expected = {tuple(cell_text(row[column]) for column in key): row for row in recomputed}
    met = set()
    for row in declared:
        place = tuple(row.get(column) for column in key)
        name = _shown_key(place)
        if place in met or place not in expected:
            yield Difference(table, name, column="", declared="row", recomputed="row, once" if place in met else None)
            continue
        met.add(place)
        for column, value in expected[place].items():
            text = cell_text(value)
            if column not in row:
                yield Difference(table, name, column, declared=None, recomputed=_shown(text))
            elif row[column] != text:
                yield Difference(table, name, column, declared=_shown(row[column]), recomputed=_shown(text))
            elif value is None and column == "weight_micro":
                yield Difference(table, name, column, declared="", recomputed="no weight is stored for this respondent")
    for place in expected:
        if place not in met:
            yield Difference(table, _shown_key(place), column="", declared=None, recomputed="row")
    known = set(recomputed[0]) if recomputed else set()
    for column in sorted({column for row in declared for column in row} - known if known else ()):
        if f"{table}.{column}" not in VOUCHED_ELSEWHERE:
            yield Difference(table, "", column, declared="column", recomputed=None)


def _weight_differences(recount: Recount) -> Iterator[Difference]:
    for residual in recount.residuals:
        if not residual.within:
            reached = f"{residual.reached.numerator}/{residual.reached.denominator}"
            key = f"{residual.variable}={residual.value}"
            yield Difference(
                "fct_survey_weight", key, column="share", declared=str(residual.target), recomputed=reached
            )
    borne = recount.tables["fct_survey_weight"]
    stored = {name: row["weight_micro"] for row in borne if (name := str(row["respondent_id"])) in recount.uneven}
    for respondent, weight in recount.uneven.items():
        declared = _shown(cell_text(stored.get(respondent)))
        yield Difference(
            "fct_survey_weight", respondent, column="weight_micro", declared=declared, recomputed=str(weight)
        )


def _shown(text: str | None) -> str:
    return "" if text is None else text or '""'


def _shown_key(place: Sequence[str | None]) -> str:
    return "/".join(part or "" for part in place)
