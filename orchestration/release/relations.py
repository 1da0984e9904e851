"""Which published table refers to which: the foreign keys of SPEC 8.

Belongs here: facts about the tables' relations, as plain data. Every reference is by the parent's whole primary key,
whose columns bear the same names in the table that refers to it. A fact refers to what it is about (its candidate, its
category, its test) and through it to the edition.
"""

from collections.abc import Mapping

from orchestration.release.catalogue import TABLES
from orchestration.release.table import Table

PARENTS: Mapping[str, tuple[str, ...]] = {
    "dim_category": ("dim_edition",),
    "dim_candidate": ("dim_category",),
    "fct_test_mark": ("dim_candidate",),
    "fct_criterion": ("dim_candidate",),
    "fct_channel_mark": ("dim_candidate",),
    "fct_component_mark": ("dim_candidate",),
    "fct_survey_weight": ("dim_edition",),
    "fct_effort": ("dim_candidate",),
    "fct_segment_mark": ("dim_candidate",),
    "fct_measure": ("dim_candidate",),
    "fct_journey": ("dim_candidate",),
    "fct_observed_effort": ("dim_candidate",),
    "fct_contest": ("dim_candidate", "fct_test_mark"),
    "fct_ranking": ("dim_candidate", "dim_category"),
    "laureates": ("dim_candidate", "dim_category"),
    "category_outcome": ("dim_category",),
    "quality_check": ("dim_edition",),
}
"""Tables of a release that refer to others, which stand before them in the order of SPEC 8. `title_history` refers to
none: it tells of editions that no release has."""


def references(table: Table) -> dict[str, tuple[str, ...]]:
    """The parents of a table, each with the columns (of both tables) by which it is referred to."""
    return {parent: TABLES[parent].keys for parent in PARENTS.get(table.name, ())}
