"""The checks of Palmarès: one registry, one reviewed file a gate, and what runs them.

intake.yml, scoring.yml, publication.yml   every check: its words, its severity, its SQL
registry.py   reads them                    spec.py   what a check is
sql.py        runs SQL checks on DuckDB     suite.py  runs the same through Great Expectations
own.py        checks in Python, pure        gates.py  all checks of a gate, gathered
docs.py       writes docs/checks.md
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.evidence.checks import CheckSpec

    REGISTRY: tuple[CheckSpec, ...]


def __getattr__(name: str) -> object:
    """`REGISTRY` is read when it is first asked for: the command line's help does without."""
    if name == "REGISTRY":
        from expectations.registry import all_checks

        return all_checks()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
