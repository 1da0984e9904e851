"""Looking where an edition stands, what is missing and who must act.

Belongs here: reading custody, evidence, sign-offs and releases, and finding the stage. Nothing is computed or recorded;
the gate alone decides, and it decides inside publication.
"""

from expectations import all_checks
from orchestration import custody
from orchestration.dossier import Dossier, Signers, latest_dossier, signers_of, signers_on_record, unread_sentence
from orchestration.errors import InputError, PalmaresError
from orchestration.evidence import (
    BEFORE_SIGNATURE,
    CheckStanding,
    DossierRecord,
    EvidenceBroken,
    PublicationRecord,
    ReservationRecord,
    changed_in,
    entered_since,
    objections_to,
    scored_by,
    standings,
)
from orchestration.publication import is_shown, standings_of
from orchestration.release import newest_release, read_record
from orchestration.run import Now, Run
from orchestration.settings import Settings
from orchestration.status.died import died_runs
from orchestration.status.say import say
from orchestration.status.stage import EditionStage
from orchestration.status.state import CheckSeen, DossierSeen, ReservationSeen, State, check_seen
from orchestration.status.witness import witnessed
from orchestration.words import told


def describe(settings: Settings, edition: str) -> State:
    """Describe an edition; whatever is wrong with it is part of the answer, never an exception."""
    return state_of(Now(Run(settings, edition, "status")))


def state_of(now: Now) -> State:
    """Like `describe`, for who has looked already."""
    settings, edition = now.run.settings, now.run.edition
    state = State(edition, died=died_runs(settings, edition))
    if [problem.code for problem in now.custody.problems] == ["log_missing"] and not now.records:
        state.stage = EditionStage.NOTHING_DEPOSITED  # an empty folder: neither a file nor a run that knew one
        return state
    state.unread = unread_sentence(now.run)
    state.problems = [problem.message for problem in now.custody.problems]
    try:
        state.release = newest_release(settings.releases, edition)
        if state.release:
            state.releases = standings_of(settings, edition, now.records)
        state.witnessed = witnessed(now)
        state.stage = _unready(now, state) or _stage(now, state)
    except EvidenceBroken as broken:
        state.stage = EditionStage.EVIDENCE_BROKEN
        state.problems.append(told(broken))
    except PalmaresError as error:
        state.stage = EditionStage.NOT_READY
        state.problems.append(told(error))
    if changes := state.witnessed.changes(edition):
        state.stage = EditionStage.SEAL_BROKEN
        state.problems += changes
    if now.custody.problems:
        state.stage = EditionStage.CUSTODY_BROKEN
    return state


def _unready(now: Now, state: State) -> EditionStage | None:
    """The stage of an edition that no run can take on, and why: its rulebook, or files that are not there."""
    present = {deposit.source for deposit in now.custody.current}
    if "rulebook" not in present:
        state.problems.append(say("lacks.rulebook", place=custody.place_of("rulebook")))
        return EditionStage.INCOMPLETE
    try:
        rulebook = now.run.rulebook
    except InputError as error:
        state.problems.append(told(error))
        return EditionStage.RULES_BROKEN
    files = {deposit.path for deposit in now.custody.current}
    sources = custody.lacking(rulebook.sources, present)
    lacking = [say("lacks.source", place=custody.place_of(source)) for source in sources]
    lacking += [say("lacks.signer", place=name) for name in rulebook.bailiff.signers if name not in files]
    state.problems += lacking
    return EditionStage.INCOMPLETE if lacking else None


def _stage(now: Now, state: State) -> EditionStage:
    """The stage, as far as the dossier; what is seen on the way is entered in the state."""
    run, records = now.run, now.records
    if not records or not run.settings.work_db(run.edition).exists():
        return EditionStage.NOT_RUN
    current, state.engine = now.scored, scored_by(records)
    checks = standings(all_checks(), records, current, run.uses, gates=BEFORE_SIGNATURE)
    state.failed = [_seen(c) for c in checks if c.spec.severity == "blocking" and c.state in ("failed", "error")]
    state.open_warnings = [_seen(check) for check in checks if check.open_warning]
    state.reservations = [
        ReservationSeen(record.body.by, record.body.reason, record.at)
        for record in records
        if isinstance(record, ReservationRecord)
    ]
    dossier = latest_dossier(run.settings, run.edition, records)
    recorded = [record for record in records if isinstance(record, DossierRecord)]
    if state.failed:
        return EditionStage.BLOCKED
    state.changed = changed_in(recorded[-1], current, "publication") if recorded else ()
    if dossier is None or recorded[-1].fingerprints != current or not dossier.pdf.exists():
        return EditionStage.NO_DOSSIER
    if entered_since(records, recorded[-1]):
        return EditionStage.ENTERED_SINCE
    state.dossier = DossierSeen(
        pdf=dossier.pdf,
        page=dossier.html,
        sha256=dossier.sha256,
        results_sha256=current.results_sha256,
        custody_head=current.custody_head,
    )
    return _stage_of(now, dossier, state)


def _stage_of(now: Now, dossier: Dossier, state: State) -> EditionStage:
    """The stage of an edition whose dossier is that of the current results."""
    objections = objections_to(now.records, dossier.sha256)
    state.signers = signers = _signers(now, dossier, state)
    state.objection = objections[-1].body.reason if objections else ""
    last = read_record(state.release) if state.release else None
    if state.release and last is not None and last.digests.dossier_sha256 == dossier.sha256:
        state.correction = last.corrects is not None
        if not (is_shown(now.run.settings) and _publication(now, int(state.release.name))):
            return EditionStage.CUT_SHORT
        return EditionStage.REVOKED if objections else EditionStage.PUBLISHED
    state.correction = last is not None and last.digests.results_sha256 != now.scored.results_sha256
    if objections:
        return EditionStage.OBJECTED
    if not signers.missing:
        return EditionStage.SIGNED
    if state.open_warnings:
        return EditionStage.WARNINGS_OPEN
    return EditionStage.PARTLY_SIGNED if signers.by_certificate else EditionStage.UNSIGNED


def _signers(now: Now, dossier: Dossier, state: State) -> Signers:
    """Who signed: of a dossier that is published, as publication judged it; otherwise the files are judged now."""
    published = _publication(now, int(state.release.name)) if state.release else None
    recorded = None
    if state.release and published is not None and published.body.manifest_sha256 is not None:
        recorded = signers_on_record(now.run, dossier, state.release, published.body.manifest_sha256)
    return recorded or signers_of(now.run, dossier)


def _publication(now: Now, release: int) -> PublicationRecord | None:
    """The record of a release's publication."""
    records = (record for record in now.records if isinstance(record, PublicationRecord))
    return next((record for record in records if record.body.release == release), None)


def _seen(standing: CheckStanding) -> CheckSeen:
    result = standing.result
    assert result is not None, "a check that failed has a result"
    return check_seen(standing.spec, result)
