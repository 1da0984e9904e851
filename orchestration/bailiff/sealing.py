"""Sealing early: the fingerprint of the rulebook, of the collection or of the results, fixed for the bailiff's file.

Belongs here: what must be true before a seal is entered, and its sheet. What follows from a seal is a check
(`intake.seals_kept`, `scoring.results_seal_kept`); reading seals is `evidence`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from expectations import all_checks
from orchestration.bailiff.acceptance import check_sentence
from orchestration.bailiff.say import say
from orchestration.custody import CustodyReport
from orchestration.errors import InputError, Refused
from orchestration.evidence import (
    SEALS,
    STAGES,
    Fingerprints,
    Seal,
    SealBody,
    Stage,
    in_force,
    read_seals,
    reseal_command,
)
from orchestration.gate import decide_results
from orchestration.run import Now, Run, edition_held
from orchestration.settings import Settings
from orchestration.signoff import listed_signers
from orchestration.storage import connect, write_atomic
from orchestration.words import say as house

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Sealed:
    """A seal and its sheet. `repeated`: it stood there already, unchanged, and nothing was entered."""

    edition: str
    seal: Seal
    sheet: Path
    repeated: bool

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "edition": self.edition,
            **vars(self.seal),
            "sheet": str(self.sheet),
            "repeated": self.repeated,
        }


def seal_stage(
    settings: Settings, edition: str, stage: str, by: str, corrects: str | None = None, lang: str = "fr"
) -> Sealed:
    """Seal a stage as it is now and write its sheet.

    Sealed again without a change, nothing is entered and the sheet is written anew. Raises Refused when the stage
    changed since its seal and no reason is given, when there is nothing to correct, when custody is broken, or (for
    results) when the edition is not scored or a blocking check fails; InputError for wrong use.
    """
    if stage not in STAGES:
        raise InputError(
            say("sealing.unknown", stage=repr(stage[:80])), mend=say("sealing.one_of", known=", ".join(STAGES))
        )
    check_sentence(by, say("entered.seals"))
    if corrects is not None:
        check_sentence(corrects, say("entered.correction"))
    run = Run(settings, edition)
    with edition_held(settings, edition, run.run_id):
        now = Now(run)
        if now.custody.problems:
            raise Refused([house("custody.problem", problem=problem.message) for problem in now.custody.problems])
        _ = run.rulebook
        # The results' own seal, if it is broken, must not stand in the way of correcting it.
        current = sound_results(now, but="scoring.results_seal_kept") if stage == "results" else now.deposited
        seals = read_seals(now.records)
        fingerprint = getattr(current, SEALS[stage])
        before = in_force(seals).get(stage)
        _refuse_unless_due(edition, stage, fingerprint, before, corrects=corrects)
        repeated = before is not None and before.fingerprint == fingerprint
        if not repeated:
            body = SealBody(
                number=len(seals) + 1,
                stage=cast("Stage", stage),  # one of STAGES, as looked at above
                fingerprint=fingerprint,
                by=by.strip(),
                corrects=corrects.strip() if corrects else None,
            )
            now.enter([body], current)
        return _with_sheet(now, stage, lang, repeated)


def _refuse_unless_due(edition: str, stage: str, fingerprint: str, before: Seal | None, corrects: str | None) -> None:
    what = say(f"stage.{stage}")
    if before is None and corrects is not None:
        raise Refused([say("sealing.never", stage=what)])
    if before is None:
        return
    if fingerprint == before.fingerprint and corrects is not None:
        raise Refused([say("sealing.unchanged", stage=what, number=before.number)])
    if fingerprint != before.fingerprint and corrects is None:
        changed = say(
            "sealing.changed",
            stage=what,
            number=before.number,
            at=before.at,
            by=before.by,
            before=before.fingerprint,
            now=fingerprint,
            command=reseal_command(edition, stage),
        )
        raise Refused([changed])


def _with_sheet(now: Now, stage: str, lang: str, repeated: bool) -> Sealed:
    from orchestration.bailiff.seal_sheet import Fiche, render_fiche

    run, seals = now.run, read_seals(now.records)
    seal = in_force(seals)[stage]
    earlier = [other.number for other in seals if other.stage == stage and other.number < seal.number]
    demonstration = listed_signers(run.raw, run.rulebook.bailiff).demonstration
    what = WHAT[stage](run, now.custody)
    fiche = Fiche(
        run.edition, run.rulebook, seal, what, before=earlier[-1] if earlier else None, demonstration=demonstration
    )
    sheet = run.settings.seals(run.edition) / f"{seal.number}-{stage}.{lang}.pdf"
    write_atomic(sheet, render_fiche(fiche, lang))
    return Sealed(run.edition, seal, sheet, repeated)


def _rules(run: Run, report: CustodyReport) -> dict[str, str | int]:
    deposit = next(d for d in report.current if d.source == "rulebook")
    return {"number": deposit.seq, "path": deposit.path, "supplier": deposit.supplier, "at": deposit.received_at}


def _collection(run: Run, report: CustodyReport) -> dict[str, str | int]:
    last = report.deposits[-1]
    counts = {"count": len(report.deposits), "current": len(report.current)}
    return {**counts, "number": last.seq, "path": last.path, "at": last.received_at}


def _results(run: Run, report: CustodyReport) -> dict[str, str | int]:
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        return {
            "categories": _count(con, "marts.category_outcome"),
            "candidates": _count(con, "marts.fct_ranking"),
            "tests": _count(con, "marts.fct_test_mark WHERE counted"),
        }


def _count(con: "duckdb.DuckDBPyConnection", table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


WHAT: dict[str, Callable[[Run, CustodyReport], dict[str, str | int]]] = {
    "rules": _rules,
    "collection": _collection,
    "results": _results,
}
"""What the sheet of each stage says in its sentence; all of it is fixed by the fingerprint."""


def sound_results(now: Now, but: str | None = None) -> Fingerprints:
    """Fingerprints of results that a dossier could be made of now.

    Raises Refused with every reason, where the edition is not scored, its checks speak of an earlier state or a
    blocking one failed (`but` names a check whose failure is no reason here).
    """
    decision = decide_results(all_checks(), now.records, now.scored, now.run.uses)
    reasons = [reason for reason in decision.reasons if but is None or reason.check_id != but]
    if reasons:
        raise Refused([reason.text() for reason in reasons])
    return now.scored
