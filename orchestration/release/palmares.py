"""palmares.json: what the public is told of an edition, as far as it is known before the signature (SPEC 8).

Belongs here: that one file, whose SHA-256 the signed dossier bears. It is made from the laureates and outcomes of the
results, the labels and sectors of categories, and counts: a candidate that was not elected is in it as a number only.
Signatures, corrections and revocations come later and stand beside it (`publication/palmares.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.release.canonical import table_rows
from orchestration.release.catalogue import TABLES
from orchestration.release.csvform import Cell
from orchestration.storage import canonical_json
from orchestration.words import LANGUAGES

if TYPE_CHECKING:
    import duckdb

PALMARES_JSON = "palmares.json"
FORMAT = "palmares/2"

Rows = Callable[[str], Iterable[Mapping[str, Cell]]]
"""Rows of a canonical table, by its name, in the order of its key."""


@dataclass(frozen=True)
class EditionFacts:
    """What the rulebook says of an edition that the public is told. Dates are local days, 2025-08-25.

    `title` has the three languages, `field_firms` the names to be shown by folder, `min_mark` two decimals. `contests`:
    whether entrants could contest their tests. `demonstration`: it is to be signed with a throw-away key.
    """

    edition: str
    title: Mapping[str, str]
    organiser: str
    fieldwork: tuple[str, str]
    min_mark: str
    min_candidates: int
    field_firms: Mapping[str, str]
    contests: bool
    demonstration: bool
    results_sha256: str


def rows_of_marts(con: "duckdb.DuckDBPyConnection") -> Rows:
    """The canonical tables as they stand in a working warehouse."""

    def rows(name: str) -> Iterable[Mapping[str, Cell]]:
        table = TABLES[name]
        return (dict(zip(table.names, row, strict=True)) for row in table_rows(con, table))

    return rows


def palmares_json(facts: EditionFacts, rows: Rows) -> bytes:
    """The file: canonical JSON and LF; equal results and rules give equal bytes. Marks are whole micropoints and text
    with two decimals, weights basis points, lists in the order of their keys."""
    ranked = {row["candidate_id"]: row["category_id"] for row in rows("fct_ranking")}
    tests: Counter[str | None] = Counter()
    firms = set()
    for row in rows("fct_test_mark"):
        if row["counted"] == "true" and row["candidate_id"] in ranked:
            tests[ranked[row["candidate_id"]]] += 1
            firms.add(str(row["field_firm"]))
    components, observations = _components(rows, ranked.keys())
    categories = _categories(rows, tests)
    document = {
        "format": FORMAT,
        "edition": facts.edition,
        "title": dict(facts.title),
        "organiser": facts.organiser,
        "fieldwork": {"start": facts.fieldwork[0], "end": facts.fieldwork[1]},
        "firms": sorted({facts.field_firms.get(firm, firm) for firm in firms}),
        "rules": {
            "components": components,
            "min_mark": facts.min_mark,
            "min_candidates": facts.min_candidates,
            "contests": facts.contests,
        },
        "counts": {
            "categories": len(categories),
            "titles": sum(len(category["laureates"]) for category in categories),
            "candidates_ranked": len(ranked),
            "tests": tests.total(),
            "responses": observations["survey"],
            "votes": observations["vote"],
        },
        "contests": dict(sorted(Counter(row["decision"] or "open" for row in rows("fct_contest")).items())),
        "demonstration": facts.demonstration,
        "results_sha256": facts.results_sha256,
        "categories": categories,
    }
    return canonical_json(document) + b"\n"


def _components(rows: Rows, ranked: Iterable[Cell]) -> tuple[dict[str, int], Counter[str]]:
    """Weights of the components in basis points, and what was observed of the ranked candidates: tests, responses,
    votes. A component of weight 0 is none."""
    weights: dict[str, int] = {}
    observed: Counter[str] = Counter()
    known = set(ranked)
    for row in rows("fct_component_mark"):
        weight, component = int(row["weight"] or 0), str(row["component"])
        if weight and row["candidate_id"] in known:
            weights[component] = weight
            observed[component] += int(row["observations"] or 0)
    return weights, observed


def _categories(rows: Rows, tests: Mapping[str | None, int]) -> list[dict[str, Any]]:
    outcomes = {row["category_id"]: row["outcome"] for row in rows("category_outcome")}
    elected = list(rows("laureates"))
    companies = {row["candidate_id"]: row["company_id"] for row in rows("dim_candidate")} if elected else {}
    return [
        {
            "category_id": row["category_id"],
            "label": {lang: row[f"label_{lang}"] or row["label_fr"] for lang in LANGUAGES},
            "sector": row["sector"],
            "outcome": outcomes.get(row["category_id"]),
            "candidates_ranked": int(row["candidates_ranked"] or 0),
            "tests": tests[row["category_id"]],
            "laureates": [
                {
                    "company_id": companies.get(laureate["candidate_id"]),
                    "company": laureate["company"],
                    "final": laureate["final"],
                    "final_micro": int(laureate["final_micro"] or 0),
                    "claim": {lang: laureate[f"claim_{lang}"] for lang in LANGUAGES},
                }
                for laureate in elected
                if laureate["category_id"] == row["category_id"]
            ],
        }
        for row in rows("dim_category")
    ]
