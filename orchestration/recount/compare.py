"""Declared against recomputed: the stored results laid beside the recount, cell by cell.

Belongs here: reading `results/*.csv` and naming each difference. A missing row, an extra row, a missing table, weights
that do not reproduce a target and a weight that is not its profile's are differences too.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.recount.errors import CannotRecount
from orchestration.recount.finals import Cell
from orchestration.recount.run import Recount

KEYS = {
    "fct_test_mark": ("test_id",),
    "fct_channel_mark": ("candidate_id", "channel"),
    "fct_component_mark": ("candidate_id", "component"),
    "fct_ranking": ("candidate_id",),
    "category_outcome": ("category_id",),
    "laureates": ("category_id", "candidate_id"),
    "fct_survey_weight": ("respondent_id",),
    "fct_criterion": ("candidate_id", "channel", "criterion_id"),
}
"""Tables that must be there, with their key besides the edition."""

ALSO = {
    "dim_category": ("category_id",),
    "dim_candidate": ("candidate_id",),
    "fct_effort": ("candidate_id",),
}
"""Tables that are compared when they are given."""

Declared = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Difference:
    """One thing on which the two computations disagree. `declared` or `recomputed` is None where it is absent.

    `column` is "" where a whole row or table is meant. Keys of survey respondents are pseudonyms, as in the tables.
    """

    table: str
    key: str
    column: str
    declared: str | None
    recomputed: str | None


def cell(value: Cell) -> str:
    """A value as the canonical CSV writes it: true and false, an empty field for none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def compare(recount: Recount, tables: Declared) -> list[Difference]:
    """Every difference between the recount and the declared tables; an empty list is full agreement."""
    differences: list[Difference] = []
    for table, key in (KEYS | ALSO).items():
        if table in tables:
            differences += _table_differences(table, key, tables[table], recount.tables[table])
        elif table in KEYS:
            differences.append(Difference(table, "", "", None, f"{len(recount.tables[table])} rows"))
    for residual in recount.residuals:
        if not residual.within:
            reached = f"{residual.reached.numerator}/{residual.reached.denominator}"
            key_text = f"{residual.variable}={residual.value}"
            differences.append(Difference("fct_survey_weight", key_text, "share", str(residual.target), reached))
    stored = {str(row["respondent_id"]): row["weight_micro"] for row in recount.tables["fct_survey_weight"]}
    for respondent, due in recount.uneven.items():
        declared = cell(stored.get(respondent))
        differences.append(Difference("fct_survey_weight", respondent, "weight_micro", declared, str(due)))
    return differences


def _table_differences(
    table: str, key: Sequence[str], declared: Iterable[Mapping[str, str]], recomputed: Iterable[Mapping[str, Cell]]
) -> Iterable[Difference]:
    expected = {"/".join(cell(row[column]) for column in key): row for row in recomputed}
    met = set()
    for row in declared:
        name = "/".join(row.get(column, "") for column in key)
        if name in met or name not in expected:
            yield Difference(table, name, "", "row", "row, once" if name in met else None)
            continue
        met.add(name)
        for column, value in expected[name].items():
            if row.get(column) != cell(value):
                yield Difference(table, name, column, row.get(column), cell(value))
            elif value is None and column == "weight_micro":
                yield Difference(table, name, column, "", "no weight is stored for this respondent")
    for name in expected:
        if name not in met:
            yield Difference(table, name, "", None, "row")


def read_results(results_dir: Path) -> dict[str, list[dict[str, str]]]:
    """The canonical tables of a folder of `*.csv`, by name, all cells as text. Raises CannotRecount."""
    return {place.stem: _read_csv(place) for place in sorted(results_dir.glob("*.csv"))}


def _read_csv(place: Path) -> list[dict[str, str]]:
    try:
        with place.open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream, strict=True))
    except (csv.Error, UnicodeDecodeError, ValueError) as error:
        raise CannotRecount(f"{place.name}: this is not a canonical CSV table") from error
    if any(len(row) != len(header) for row in rows):
        raise CannotRecount(f"{place.name}: a row is not as wide as the header")
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_survey_weights(place: Path) -> dict[str, int]:
    """The stored raking weights of `fct_survey_weight.csv`, in millionths by respondent. Raises CannotRecount."""
    weights: dict[str, int] = {}
    for number, row in enumerate(_read_csv(place), start=2):
        respondent, text = row.get("respondent_id", ""), row.get("weight_micro", "")
        if not respondent or respondent in weights or not (text.isascii() and text.isdigit()):
            raise CannotRecount(f"{place.name} line {number}: not one whole weight for one respondent")
        weights[respondent] = int(text)
    return weights
