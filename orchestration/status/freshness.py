"""What a run of an edition need not do again.

Belongs here: comparing what the evidence was made from with what is there now. Everything compared is looked at:
deposits are read, rows and results are digested. Nothing is believed of a clock, and the note of packages beside the
working warehouse can only make something stale; publication never asks here and looks at everything again.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from expectations import all_checks
from orchestration.dossier import dossier_identity, latest_dossier
from orchestration.errors import PalmaresError
from orchestration.evidence import FINGERPRINTS, CheckRecord, CheckStanding, Judged, standings
from orchestration.gate import changed_words
from orchestration.run import Now, Run, package_versions
from orchestration.scoring import target_path
from orchestration.status.say import say
from orchestration.storage import MIB, canonical_json, read_file, write_atomic
from orchestration.words import Sentence

GATES = ("intake", "scoring")
IN_WAREHOUSE = frozenset({"intake_sha256", "results_sha256"})
UNSETTLED = frozenset({"missing", "contradictory", "error"})
STEPS = ("custody", "rows", "marks", "checks", "dossier")


@dataclass(frozen=True)
class Freshness:
    """Whether rows, marks and checks of an edition stand (`checked`) and its dossier too (`dossier`); `lines` says of
    each step that it is skipped, or why nothing is."""

    checked: bool
    dossier: bool
    lines: tuple[Sentence, ...]
    standing: tuple[CheckStanding, ...] = field(default=(), repr=False)
    """Where the checks stand whose work stands, from the evidence."""

    def of(self, step: str) -> Sentence | None:
        """Why a step (one of `STEPS`) has nothing to do; None when it has."""
        return dict(zip(STEPS, self.lines, strict=False)).get(step) if self.checked else None


def freshness(now: Now) -> Freshness:
    """What stands of an edition's last run. An edition that cannot be looked at has nothing that stands."""
    import duckdb  # `status` asks without it

    try:
        why = _why_not(now)
    except (PalmaresError, OSError, duckdb.Error):  # a warehouse that a full disk or a power cut left is made anew
        why = say("fresh.unread")
    if why is not None:
        return Freshness(False, False, (why,))
    last = next(record.run_id for record in reversed(now.records) if isinstance(record, CheckRecord))
    kept = _dossier_kept(now)
    lines = tuple(say(f"fresh.{step}", run=last) for step in (STEPS if kept else STEPS[:-1]))
    return Freshness(True, kept, lines, tuple(_standing(now)))


def _why_not(now: Now) -> Sentence | None:
    """The first reason why the last run's work does not stand; None when it does."""
    run = now.run
    if now.custody.problems:
        return say("fresh.custody_broken")
    if not now.records or not run.settings.work_db(run.edition).exists():
        return say("fresh.not_run")
    found = _standing(now)
    changed = tuple(name for name in FINGERPRINTS if any(name in check.changed for check in found))
    if changed and set(changed) <= IN_WAREHOUSE:
        return say("fresh.edited", changed=changed_words(changed))
    if changed:
        return say("fresh.changed", changed=changed_words(changed))
    if unsettled := [check.spec.id for check in found if check.state in UNSETTLED]:
        return say("fresh.unsettled", checks=", ".join(unsettled))
    return _outside(now, found)


def _standing(now: Now) -> list[CheckStanding]:
    return standings(all_checks(), now.records, now.scored, now.run.uses, GATES)


def _outside(now: Now, found: list[CheckStanding]) -> Sentence | None:
    """The same of what checks see beside rows and results: what was witnessed, what was published, what dbt said."""
    # The recount is behind it: a status does without.
    from orchestration.assurance import data_docs, magnitude_now, said_by_dbt

    run = now.run
    first = min(check.record.seq for check in found if check.record is not None)
    if any(isinstance(record, Judged) and record.seq > first for record in now.records):
        return say("fresh.witnessed")
    told = {check.spec.id: check.result for check in found}
    if told.get("scoring.magnitude_plausible") != magnitude_now(run):
        return say("fresh.published")
    if (differing := _packages_differ(run)) is not None:
        return say("fresh.packages", packages=differing)
    dbt_said = target_path(run.settings, run.edition) / "run_results.json"
    made = (data_docs(run) / "index.html", dbt_said, run.settings.recount_summary(run.edition))
    if not all(path.is_file() for path in made):
        return say("fresh.files")
    return None if all(told.get(one.check_id) == one for one in said_by_dbt(dbt_said)) else say("fresh.dbt")


def note_packages(run: Run) -> None:
    """Leave word of the packages that computed and checked, beside the working warehouse: other ones do it again."""
    write_atomic(_note(run), canonical_json(package_versions()))


def _packages_differ(run: Run) -> str | None:
    """The packages that are not those of the last run; None when all are. A note can only make something stale."""
    try:
        noted = json.loads(read_file(_note(run), MIB))
    except (OSError, ValueError):
        noted = {}
    now = package_versions()
    if noted == now:
        return None
    known = noted if isinstance(noted, dict) else {}
    return ", ".join(f"{name} {version}" for name, version in now.items() if known.get(name) != version) or "…"


def _note(run: Run) -> Path:
    return run.settings.work_db(run.edition).with_suffix(".packages.json")


def _dossier_kept(now: Now) -> bool:
    """Whether the dossier recorded last says what is true now, in the bytes that were recorded."""
    dossier = latest_dossier(now.run.settings, now.run.edition, now.records)
    if dossier is None or dossier.identity != dossier_identity(now.scored, now.records, now.run.uses):
        return False
    return not dossier.changed()
