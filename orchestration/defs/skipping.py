"""What a run does not make again: judged once, by its first step, and told by each step that skips.

Belongs here: handing the judgement from step to step. What stands is judged by `status.freshness`, from the evidence.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.progress import report
from orchestration.run import Now
from orchestration.status import Freshness, freshness

_judged: dict[str, Freshness] = {}
_asked: dict[str, frozenset[str] | None] = {}
"""What stands, or which sources are read again though they stand (None: all), by run, the last one alone. The jobs have
one process for all their steps; assets that somebody launches by hand have one each: they find nothing here, and are
made."""


def judge(now: Now, engine: str) -> Freshness:
    """What stands of the edition's last run, for the steps of this one that follow; `engine` makes its marks."""
    _forget()
    judgement = freshness(now, engine)
    for line in judgement.lines[:1]:
        report(line)
    _judged[now.run.run_id] = judgement
    return judgement


def ask(run_id: str, sources: frozenset[str] | None) -> None:
    """Have sources read again by the run, and all that follows made anew; None: every source."""
    _forget()
    _asked[run_id] = sources


def _forget() -> None:
    _judged.clear()
    _asked.clear()


def reread(run_id: str, selected: frozenset[str]) -> frozenset[str] | None:
    """The sources that a run reads even if they stand; None: all. `selected`: those that it was launched for, which are
    asked for where a person launched them by hand."""
    return frozenset() if run_id in _judged else _asked.get(run_id, selected)


def skipped(run_id: str, step: str, *, tell: bool = True) -> dict[str, Any]:
    """What is shown of a step that has nothing to do in this run: why. Empty when it has."""
    judgement = _judged.get(run_id)
    line = judgement.of(step) if judgement else None
    if line is None:
        return {}
    if tell:
        report(line)
    return {"skipped": dg.MetadataValue.text(str(line))}


def standing(run_id: str) -> Freshness:
    """The judgement of this run, for a step that skips."""
    return _judged[run_id]


def skipped_tags(judgement: Freshness) -> Mapping[str, str]:
    """What the list of runs shows of it."""
    steps = [step for step in ("rows", "marks", "checks", "dossier") if judgement.of(step)]
    return {"skipped": ", ".join(steps) or "nothing"}
