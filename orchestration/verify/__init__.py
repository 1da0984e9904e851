"""Verification by a stranger: a release on its own, offline, without Dagster, dbt, DuckDB or a network.

verdict.py    findings, verdict, exit code
folder.py     files against the manifest
digests.py    record, chain, digests, custody log, rulebook
signed.py     the signed dossier
tables.py     CSV in its one form, Parquet, checks
outcomes.py   marks to laureates, derived again
deposits.py   the deposits, and the full recount
run.py        `verify`, in this order

Does not belong here: what each release carries so that it can be verified without this program (`release/guide.py`,
`release/web/`).
"""

from orchestration.verify.run import verify
from orchestration.verify.verdict import Finding

__all__ = [
    "Finding",
    "verify",
]
