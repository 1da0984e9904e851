"""The checks that are written in Python, by gate: pure functions from plain findings to results.

outcome.py       a result from the keys that fail
intake.py        custody, categories
scoring.py       the recount, dbt's own tests, the last edition, the weights
publication.py   deposits, results and sign-off as they are now
bailiff.py       seals, draws and traces, which stand in the first two gates
"""

from expectations.own.bailiff import (
    draws_repeated_result,
    results_seal_kept_result,
    seals_kept_result,
    traces_conform_result,
)
from expectations.own.intake import (
    Version,
    categories_stable_result,
    custody_results,
    log_extends_result,
)
from expectations.own.outcome import outcome
from expectations.own.publication import publication_results
from expectations.own.scoring import (
    ALWAYS,
    MODELS_BUILT,
    RECOUNT_AGREES,
    data_test_results,
    dbt_checks,
    dbt_results,
    magnitude_result,
    raking_result,
    recount_results,
)

__all__ = [
    "ALWAYS",
    "MODELS_BUILT",
    "RECOUNT_AGREES",
    "Version",
    "categories_stable_result",
    "custody_results",
    "data_test_results",
    "dbt_checks",
    "dbt_results",
    "draws_repeated_result",
    "log_extends_result",
    "magnitude_result",
    "outcome",
    "publication_results",
    "raking_result",
    "recount_results",
    "results_seal_kept_result",
    "seals_kept_result",
    "traces_conform_result",
]
