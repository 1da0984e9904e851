"""The recount: a second computation of an edition, from its deposits to its laureates.

Belongs here: everything between a folder of deposits and the marks, ranks and outcomes of SPEC 8, written a second
time. Does not belong here: any import from the rest of `orchestration`, any SQL, any DuckDB (a test walks the
imports). Two computations that share a line of code share its mistake.

Reading order for an expert, top to bottom (each module imports only those above it):
`errors`, `plainfile` (one way to open a file), `moments`, `section`, `yamltext`, `grids`, `rules` (what the rulebook
says); `deposits` (which files count); `csvtext`, `readers` (cells as text); `persons` (what looks like a person);
`rows` (one cell, rows that repeat, the account of a file); `instants`, `columns` (the same by columns, for millions
of rows); `typedcells` (what text a typed cell is); `blocks`, `csvcolumns`, `tablefiles` (files as columns of text);
`corrections`; `candidates`, `marks` (the arithmetic, whole numbers only), `audits`, `judging`, `contests`, `survey`,
`respondents` (which rows count and why not); `spool`, `votechecks`, `votelines`, `votes` (the same for tens of millions
of votes); `evidence` (what was accepted, together); `ranking`, `finals` (marks put together, who is first); `segments`,
`journeys`, `effort`, `claims` (what is shown beside); `tables` (the results); `run` (all of it once); `canonical`,
`comparison` (declared against recomputed); `__main__`.
"""

import os
from typing import TYPE_CHECKING, Any

from orchestration.recount.errors import CannotRecount
from orchestration.recount.ranking import Contender, Place, outcome, rank
from orchestration.recount.rules import Rules, read_rules

# Polars reads these when it is first imported, which only rooms of this package do. A zone that it does not know, as
# +05:30, makes it panic otherwise (we ask for no local time, only whether there is a zone), and so does a length of
# time in months, which as a structure is a column like any other that holds no text.
os.environ.setdefault("POLARS_IGNORE_TIMEZONE_PARSE_ERROR", "1")
os.environ.setdefault("POLARS_IMPORT_INTERVAL_AS_STRUCT", "1")

if TYPE_CHECKING:
    from orchestration.recount.canonical import read_results, read_survey_weights
    from orchestration.recount.comparison import Difference, compare
    from orchestration.recount.evidence import ManyRows
    from orchestration.recount.run import Recount, recount

__all__ = [
    "CannotRecount",
    "Contender",
    "Difference",
    "ManyRows",
    "Place",
    "Recount",
    "Rules",
    "compare",
    "outcome",
    "rank",
    "read_results",
    "read_rules",
    "read_survey_weights",
    "recount",
]


def __getattr__(name: str) -> Any:
    """What reads deposits comes with polars: it is loaded when somebody asks for it, and not by whoever ranks marks."""
    if name not in __all__:
        raise AttributeError(name)
    from orchestration.recount import canonical, comparison, evidence, run

    return {
        "Difference": comparison.Difference,
        "ManyRows": evidence.ManyRows,
        "Recount": run.Recount,
        "compare": comparison.compare,
        "read_results": canonical.read_results,
        "read_survey_weights": canonical.read_survey_weights,
        "recount": run.recount,
    }[name]
