"""A result from what was found: how many keys fail, which ones, and of how many.

Belongs here: the one shape of a result of all checks in Python; what fails is said by the module of the gate.
"""

from collections.abc import Iterable

from expectations.registry import spec_of
from orchestration.evidence import MAX_KEYS, CheckResult


def outcome(
    check_id: str, failing: Iterable[str], *, observed: str = "", expected: str | None = None, looked_at: int = 1
) -> CheckResult:
    """A result from the keys that fail. Nothing looked at (`looked_at` 0) never passes (SPEC 6)."""
    spec, keys = spec_of(check_id), sorted(failing)
    if not looked_at:
        return CheckResult(check_id, "failed", "> 0", "0")
    shown = observed or f"{len(keys)} / {looked_at}"
    return CheckResult(
        check_id,
        "failed" if keys else "passed",
        expected=expected or spec.expected,
        observed=shown,
        failing_count=len(keys),
        failing_keys=tuple(keys[:MAX_KEYS]),
    )
