"""What the bailiff saw and did before signing, for those who ask where an edition stands: seals and draws.

Belongs here: reading them out of the evidence and comparing seals with what is true now. Nothing is recorded, and what
follows from it is decided by the checks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.custody import CustodyReport
from orchestration.errors import PalmaresError
from orchestration.evidence import Draw, Record, Seal, in_force, read_draws, read_seals, reseal_command, unkept
from orchestration.run import Run, current_fingerprints

KEPT, CHANGED, REPLACED, UNKNOWN = "kept", "changed", "replaced", "not scored"


def witnessed(run: Run, records: Sequence[Record], report: CustodyReport) -> dict[str, Any]:
    """`seals` (each with its state now) and `draws` (each with what was found), as plain data.

    Raises EvidenceBroken when they contradict each other.
    """
    seals, draws = read_seals(records), read_draws(records)
    last = in_force(seals)
    now = _now(run, report, results="results" in last)
    lost = unkept(seals, now)
    return {
        "seals": [{**vars(seal), "state": _state(seal, last, lost, now)} for seal in seals],
        "draws": [_draw(draw) for draw in draws],
    }


def witnessed_lines(data: Mapping[str, Any]) -> list[str]:
    """The same in plain words, one line each."""
    lines = [
        f"seal {seal['number']:<4} {seal['stage']}, {seal['at']}, by {seal['by']}: {seal['state']} "
        f"({seal['fingerprint'][:8]}…{seal['fingerprint'][-8:]})"
        for seal in data["seals"]
    ]
    for draw in data["draws"]:
        found = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in draw["found"].items())
        lines.append(f"draw      seed {draw['seed']}, {draw['tests']} tests: {found or 'no result entered yet'}")
    return lines


def unkept_reasons(edition: str, data: Mapping[str, Any]) -> list[str]:
    """Why the edition is blocked by seals that do not hold, each with the words that explain the change."""
    return [
        f"{seal['stage']} changed since seal {seal['number']} of {seal['at']}\n  How to mend it: put back what was "
        f"sealed, or have the change explained by a corrected seal: {reseal_command(edition, seal['stage'])}"
        for seal in data["seals"]
        if seal["state"] == CHANGED
    ]


def _now(run: Run, report: CustodyReport, *, results: bool) -> dict[str, str | None]:
    """The fingerprints of what can be sealed. Results that nobody sealed or scored are not judged."""
    rules = next((d.sha256 for d in report.deposits if d.current and d.source == "rulebook"), None)
    now = {"rules": rules, "collection": report.head}
    if not results:
        return {**now}
    try:
        return {**now, "results": current_fingerprints(run).results_sha256}
    except PalmaresError:
        return {**now}


def _state(seal: Seal, last: Mapping[str, Seal], lost: Sequence[Seal], now: Mapping[str, str | None]) -> str:
    if last[seal.stage] is not seal:
        return REPLACED
    return CHANGED if seal in lost else KEPT if seal.stage in now else UNKNOWN


def _draw(draw: Draw) -> dict[str, Any]:
    found: dict[str, int] = {}
    for outcome in draw.outcomes.values():
        found[outcome] = found.get(outcome, 0) + 1
    return {
        "seed": draw.seed,
        "size": draw.size,
        "at": draw.at,
        "results_sha256": draw.results_sha256,
        "tests": len(draw.all_tests),
        "whole": {category: len(tests) for category, tests in draw.whole.items()},
        "found": dict(sorted(found.items())),
        "not_conform": [f"{test} {found}" for test, found in draw.odd],
    }
