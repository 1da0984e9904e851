"""The checks of Palmarès: one registry, one reviewed file a gate, and what runs them.

intake.yml, scoring.yml, publication.yml   every check: its words, its severity, its SQL
registry.py   reads them                    spec.py   what a check is
sql.py        runs SQL checks on DuckDB     suite.py  runs the same through Great Expectations
own.py        checks in Python, pure        gates.py  all checks of a gate, gathered
docs.py       writes docs/checks.md
"""

from expectations.own import custody_results
from expectations.registry import all_checks, gate_file, spec_of
from expectations.sql import error_text, run_sql_checks

__all__ = [
    "all_checks",
    "custody_results",
    "error_text",
    "gate_file",
    "run_sql_checks",
    "spec_of",
]
