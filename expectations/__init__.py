"""The checks of Palmarès: one registry, one reviewed file a gate, and what runs them.

intake.yml scoring.yml publication.yml   every check: its words, its severity, its expectations
checks.py registry.py                    what a check is made of; every check, read from these files
suite.py engine.py data_docs.py          run by Great Expectations, on DuckDB; its pages, without network
failing.py sql.py                        SQL of the rows that fail; the same checks straight through DuckDB, for speed
lookalikes.py                            names that differ as texts and not to the eye
own/                                     checks in Python, by gate
docs.py                                  writes docs/checks.md
"""

import os

from expectations.own import RECOUNT_AGREES, custody_results
from expectations.registry import all_checks, gate_file, looked_at, spec_of
from expectations.sql import in_error, run_sql_checks

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # Great Expectations reads it when it is imported

__all__ = [
    "RECOUNT_AGREES",
    "all_checks",
    "custody_results",
    "gate_file",
    "in_error",
    "looked_at",
    "run_sql_checks",
    "spec_of",
]
