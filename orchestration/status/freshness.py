"""What a run of an edition need not do again.

Belongs here: comparing what the evidence was made from with what is there now. Everything compared is looked at:
deposits are read, rows and results are digested. Nothing is believed of a clock, and the note of packages beside the
working warehouse can only make something stale; publication never asks here and looks at everything again.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expectations import RECOUNT_AGREES, all_checks
from orchestration.dossier import dossier_identity, latest_dossier
from orchestration.errors import PalmaresError
from orchestration.evidence import (
    BEFORE_SIGNATURE,
    FINGERPRINTS,
    CheckRecord,
    CheckStanding,
    Judged,
    scored_by,
    standings,
    table_digests,
)
from orchestration.gate import changed_words
from orchestration.run import Now, Run, packages_differ, tables_differ
from orchestration.scoring import DUCKDB, installed, name_of, noted, target_path
from orchestration.status.say import say
from orchestration.storage import connect
from orchestration.words import Sentence

if TYPE_CHECKING:
    from orchestration.intake import Carried

IN_WAREHOUSE = frozenset({"intake_sha256", "results_sha256"})
DEPOSITED = tuple(name for name in FINGERPRINTS if name not in IN_WAREHOUSE)
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


def freshness(now: Now, engine: str = DUCKDB) -> Freshness:
    """What stands of an edition's last run, for one whose marks this engine makes. An edition that cannot be looked at
    has nothing that stands."""
    import duckdb  # `status` asks without it

    try:
        why = _why_not(now, engine)
    except (PalmaresError, OSError, duckdb.Error):  # a warehouse that a full disk or a power cut left is made anew
        why = say("fresh.unread")
    if why is not None:
        return Freshness(False, False, (why,))
    last = next(record.run_id for record in reversed(now.records) if isinstance(record, CheckRecord))
    dossier_stands = _dossier_kept(now)
    lines = tuple(say(f"fresh.{step}", run=last) for step in (STEPS if dossier_stands else STEPS[:-1]))
    return Freshness(True, dossier_stands, lines, tuple(_standing(now)))


def never_checked(now: Now) -> bool:
    """Whether no check was ever made of these deposits with this rulebook and this code. Then a run is due, whatever
    rows and results are, and none of them is digested to know it."""
    try:
        is_now = [getattr(now.deposited, name) for name in DEPOSITED]
        checked = [record.fingerprints for record in now.records if isinstance(record, CheckRecord)]
    except (PalmaresError, OSError):  # what cannot be looked at is told by who looks closer
        return False
    return is_now not in [[getattr(of, name) for name in DEPOSITED] for of in checked]


def _why_not(now: Now, engine: str) -> Sentence | None:
    """The first reason why the last run's work does not stand; None when it does."""
    run = now.run
    if now.custody.problems:
        return say("fresh.custody_broken")
    if not now.records or not run.settings.work_db(run.edition).exists():
        return say("fresh.not_run")
    states = _standing(now)
    changed = tuple(name for name in FINGERPRINTS if any(name in check.changed for check in states))
    if changed and set(changed) <= IN_WAREHOUSE:
        return say("fresh.edited", changed=changed_words(changed), tables=_edited(run))
    if changed == ("custody_head",):
        return say("fresh.deposits")
    if changed:
        return say("fresh.changed", changed=changed_words(changed))
    if (other := _other_engine(now, engine)) is not None:
        return other
    if unsettled := [check.spec.id for check in states if check.state in UNSETTLED]:
        return say("fresh.unsettled", checks=", ".join(unsettled))
    if any(check.spec.id == RECOUNT_AGREES and check.state == "failed" for check in states):
        return say("fresh.disagreed")  # rows edited before the checks stand in the evidence too
    return _outside(now, states)


def _other_engine(now: Now, engine: str) -> Sentence | None:
    """Why the marks do not stand for this engine: the warehouse or the evidence names other packages than it would make
    them with. None when it does.

    Equal results of two engines are not assumed: the dossier names the engine, and what it names must be so.
    """
    run = now.run
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        in_warehouse = noted(con)
    in_evidence, expected = scored_by(now.records), installed(engine)
    if in_warehouse == in_evidence and name_of(in_warehouse) == engine and expected.items() <= in_warehouse.items():
        return None
    by = ", ".join(f"{name} {version}" for name, version in (in_warehouse or in_evidence).items())
    return say("fresh.engine", engine=engine, by=f"{name_of(in_warehouse or in_evidence)}{f' ({by})' if by else ''}")


def _edited(run: Run) -> str:
    """The tables whose rows were edited, after a colon; nothing without a note to compare with."""
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        named = tables_differ(run, table_digests(con))
    return f": {', '.join(named)}" if named else ""


def told_of_sources(run: Run, carried: "Carried") -> dict[str, Sentence]:
    """Why each source was carried over or read, by source; nothing for those of a run that could carry nothing over.

    If the rows before were edited, one sentence under `rows` names their tables instead. To be called before
    `note_rows` replaces their note.
    """
    from orchestration.intake import RECEIVED  # whoever asks for a status does without

    if carried.edited is not None:
        named = ", ".join(tables_differ(run, carried.edited))
        return {"rows": say("source.edited", tables=f" ({named})" if named else "")}
    read = {name for name, why in carried.why.items() if why != "same"}
    return {
        name: say(f"source.{why}", source=name, needed=", ".join(n for n in RECEIVED[name].needs if n in read))
        for name, why in carried.why.items()
        if why != "anew"
    }


def _standing(now: Now) -> list[CheckStanding]:
    return standings(all_checks(), now.records, current=now.scored, uses=now.run.uses, gates=BEFORE_SIGNATURE)


def _outside(now: Now, states: list[CheckStanding]) -> Sentence | None:
    """Why the work does not stand for what checks see beside rows and results; None when it does.

    These are acts of the bailiff, releases of other editions, the packages, files that a run leaves, and dbt's results.
    """
    # The recount is behind it: a status does without.
    from orchestration.assurance import magnitude_now, said_by_dbt

    run = now.run
    first = min(check.record.seq for check in states if check.record is not None)
    if any(isinstance(record, Judged) and record.seq > first for record in now.records):
        return say("fresh.witnessed")
    results = {check.spec.id: check.result for check in states}
    if results.get("scoring.magnitude_plausible") != magnitude_now(run):
        return say("fresh.published")
    if (differing := packages_differ(run)) is not None:
        return say("fresh.packages", packages=differing)
    run_results = target_path(run.settings, run.edition) / "run_results.json"
    files = (run.settings.data_docs(run.edition) / "index.html", run_results, run.settings.recount_summary(run.edition))
    if not all(path.is_file() for path in files):
        return say("fresh.files")
    same = all(results.get(result.check_id) == result for result in said_by_dbt(run_results))
    return None if same else say("fresh.dbt")


def _dossier_kept(now: Now) -> bool:
    """Whether the dossier recorded last says what is true now, in the bytes that were recorded."""
    dossier = latest_dossier(now.run.settings, now.run.edition, now.records)
    if dossier is None or dossier.identity != dossier_identity(now.scored, now.records, now.run.uses):
        return False
    return not dossier.changed()
