"""Checks, of intake and of scoring, of what the bailiff did: seals that must hold, draws, traces.

Belongs here: pure functions from the evidence to results.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from expectations.own.outcome import outcome
from expectations.registry import spec_of
from orchestration.evidence import CheckResult, Record, Seal, Selection, in_force, read_draws, read_seals, unkept

if TYPE_CHECKING:
    from orchestration.custody import CustodyReport


def seals_kept_result(report: "CustodyReport", records: Sequence[Record]) -> CheckResult:
    """The rulebook and the collection, where they were sealed, against an audit of custody made just now."""
    rules = next((d.sha256 for d in report.deposits if d.current and d.source == "rulebook"), None)
    return _kept("intake.seals_kept", records, {"rules": rules, "collection": report.head})


def results_seal_kept_result(records: Sequence[Record], results_sha256: str | None) -> CheckResult:
    """The results, where they were sealed, against their digest now."""
    return _kept("scoring.results_seal_kept", records, {"results": results_sha256})


def traces_conform_result(records: Sequence[Record]) -> CheckResult:
    """Every test that dice chose was traced and found conform, in every draw of the edition, whatever came after.

    A draw on results that were replaced since still counts: what was found once is never forgotten by depositing anew.
    """
    spec = spec_of("scoring.traces_conform")
    draws = read_draws(records)
    if not draws:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    failing = [f"{draw.seed} [open] {len(draw.all_tests)}" for draw in draws if not draw.traced]
    failing += [f"{draw.seed} {test} [{outcome}]" for draw in draws for test, outcome in draw.odd]
    conform = sum(outcome == "conform" for draw in draws for outcome in draw.outcomes.values())
    total = sum(len(draw.all_tests) for draw in draws)
    return outcome(spec.id, failing, expected=f"{total} / {total}", observed=f"{conform} / {total}")


def draws_repeated_result(records: Sequence[Record], redrawn: Mapping[str, Selection]) -> CheckResult:
    """The lists that stand in the evidence against those drawn again, by seed.

    `redrawn` holds every draw of the results as they are now; the tests of earlier results may be gone, so a draw of
    those is not judged here.
    """
    spec = spec_of("scoring.draws_repeated")
    judged = [draw for draw in read_draws(records) if draw.seed in redrawn]
    if not judged:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    other = [
        f"{draw.seed} {len(set(draw.all_tests) - set(redrawn[draw.seed].all_tests))} / {len(draw.all_tests)}"
        for draw in judged
        if (draw.tests, draw.whole) != (redrawn[draw.seed].tests, redrawn[draw.seed].whole)
    ]
    return outcome(spec.id, other, looked_at=len(judged))


def _kept(check_id: str, records: Sequence[Record], now: dict[str, str | None]) -> CheckResult:
    spec = spec_of(check_id)
    judged = [seal for stage, seal in in_force(read_seals(records)).items() if stage in now]
    if not judged:
        return CheckResult(spec.id, "not_applicable", spec.expected, "–")
    lost = [_described(seal, now[seal.stage]) for seal in unkept(judged, now)]
    total = len(judged)
    return outcome(
        spec.id, lost, expected=f"{total} / {total}", observed=f"{total - len(lost)} / {total}", looked_at=total
    )


def _described(seal: Seal, now: str | None) -> str:
    return f"{seal.stage} [{seal.number}] {seal.fingerprint[:8]} → {(now or '–')[:8]}"
