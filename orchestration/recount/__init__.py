"""The recount: a second computation of an edition, from its deposits to its laureates.

Belongs here: everything between a folder of deposits and the marks, ranks and outcomes of SPEC 8, written a second
time. Does not belong here: any import from the rest of `orchestration`, any SQL, any DuckDB (a test walks the
imports). Two computations that share a line of code share its mistake.

Reading order for an expert: `rules` (what the rulebook says), `deposits` (which files count), `readers` and `csvtext`
(cells as text), `audits`, `survey`, `candidates`, `votes` (which rows count and why not), `marks` and `ranking`
(the arithmetic, whole numbers only), `tables` (the results), `compare` (declared against recomputed).
"""

from orchestration.recount.compare import Difference, compare, read_results, read_survey_weights
from orchestration.recount.errors import CannotRecount
from orchestration.recount.ranking import Contender, Place, outcome, rank
from orchestration.recount.rules import Rules, read_rules
from orchestration.recount.run import Recount, recount

__all__ = [
    "CannotRecount",
    "Contender",
    "Difference",
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
