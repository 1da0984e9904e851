"""The step that publishes: everything is looked at again, the gate decides, then the release is made.

Belongs here: gathering what the gate needs *now*, and what follows when it says yes. The decision itself is
`gate.decide`, the release is `release/`.
"""

from dataclasses import dataclass
from pathlib import Path

from expectations import all_checks
from orchestration import custody
from orchestration.assurance import check_intake, check_scoring, publication_checks, straight
from orchestration.dossier import Dossier, dossier_identity, latest_dossier, signed_files, signers_of
from orchestration.errors import PalmaresError, Refused
from orchestration.evidence import (
    CheckStanding,
    EvidenceBroken,
    PublicationBody,
    PublicationRecord,
    Record,
    SignoffFacts,
    scored_by,
    standings,
)
from orchestration.gate import causes_first, decide
from orchestration.progress import report
from orchestration.publication.build import build_release
from orchestration.publication.content import ReleaseInputs
from orchestration.publication.proof import speaks_of, unknown_to_evidence
from orchestration.publication.say import say
from orchestration.release import (
    MANIFEST,
    Code,
    Corrects,
    Digests,
    newest_release,
    read_chain,
    read_record,
    release_dir,
    releases_of,
)
from orchestration.rulebook import is_plain
from orchestration.run import Now, Run, package_versions, utc_now, version
from orchestration.storage import sha256_file
from orchestration.words import Sentence, told
from orchestration.words import say as house


@dataclass(frozen=True)
class CorrectionRequest:
    """Why a release follows another one of the same edition, and who asked."""

    reason: str = ""
    asked_by: str = ""


def publish_release(now: Now, correction: CorrectionRequest) -> Path:
    """Make the release if the gate allows it; returns its folder. `now` has not looked yet, or just before.

    Raises Refused with every reason; nothing but evidence is written then. Done again, it returns the release made.
    """
    report("looking at everything again")
    run = now.run
    if now.custody.problems:
        raise Refused([house("custody.problem", problem=problem.message) for problem in now.custody.problems])
    try:
        dossier = latest_dossier(run.settings, run.edition, now.records)
    except EvidenceBroken as broken:
        raise Refused([told(broken)]) from broken
    current = now.scored
    signoff = _signoff(run, dossier)
    if not _is_published(now, dossier):
        _check_again(now, signoff)
        # The gate decides on what is true just before the release is written: checks and recount may take minutes, and
        # nothing locks the files meanwhile. What moved makes the checks stale. Deposits, rulebook, dossier and signed
        # files are compared once more in `build_release`, which copies them.
        current = now.again().scored
    decision = decide(all_checks(), now.records, current, signoff, uses=run.uses)
    odd = _not_as_signed(run, dossier, now.records)
    against = [reason.text() for reason in decision.reasons] + odd
    summary = causes_first(decision.reasons) + odd
    if not against and dossier is not None and dossier_identity(current, now.records, run.uses) != dossier.identity:
        # An acceptance entered again in other words, or edited in the evidence, passes every rule of the gate; but it
        # is not what the bailiff read.
        against = summary = [say("refused.other_words")]
    if against or dossier is None:
        raise Refused(against, summary)
    report("release")
    recorded = [record.body for record in now.records if isinstance(record, PublicationRecord)]
    inputs = _inputs(now, dossier, correction)
    return build_release(run.settings, inputs, recorded, lambda release: _record_publication(now, release))


def _signoff(run: Run, dossier: Dossier | None) -> SignoffFacts:
    """The judgement of the signed files for the dossier on disk, if it is still the one that was recorded."""
    if dossier is None or not dossier.pdf.exists():
        return SignoffFacts(None, frozenset(), run.rulebook.bailiff.required)
    return signers_of(run, dossier).facts


def _is_published(now: Now, dossier: Dossier | None) -> bool:
    """Whether the edition's newest release is of this dossier and was made from all that is true now, to the last row.

    Then the checks and the recount, which gave their results for the very same bytes and code, are not made again; the
    gate is asked all the same, from the evidence.
    """
    try:
        lines = releases_of(read_chain(now.run.settings.releases), now.run.edition)
    except PalmaresError:  # the chain cannot be read: `build_release` stops at it, after the gate
        return False
    if dossier is None or not lines:
        return False
    return any(
        isinstance(record, PublicationRecord)
        and speaks_of(record.body, lines[-1], dossier.sha256)
        and record.fingerprints == now.scored
        for record in now.records
    )


def _check_again(now: Now, signoff: SignoffFacts) -> None:
    """Every check of every gate, anew, the recount among them."""
    check_intake(now, straight)
    check_scoring(now, straight)
    run = now.run
    db_path = run.settings.work_db(run.edition)
    results = publication_checks(
        db_path, run.uses, report=now.custody, current=now.scored, signoff=signoff, records=now.records, run=straight
    )
    now.enter(results, now.scored)


def _not_as_signed(run: Run, dossier: Dossier | None, records: tuple[Record, ...]) -> list[Sentence]:
    """What a release would show otherwise than was signed or published: pages, releases that are gone or forged."""
    if dossier is None:
        return []
    pages = [path for path in dossier.changed() if path != dossier.pdf]
    lines = releases_of(read_chain(run.settings.releases), run.edition)
    known = {line.number for line in lines}
    published = {record.body.release for record in records if isinstance(record, PublicationRecord)}
    if lines and lines[-1].number not in published:
        # A publication that was cut short is finished in `build_release`, if it can be made again; nothing else is.
        newest = read_record(release_dir(run.settings.releases, lines[-1]))
        lines = lines[:-1] if newest.digests.dossier_sha256 == dossier.sha256 else lines
    return [
        *(say("refused.changed_page", path=path, edition=run.edition) for path in pages),
        *(say("refused.lost_release", number=number) for number in sorted(published - known)),
        *unknown_to_evidence(run.settings, lines, records),
    ]


def _inputs(now: Now, dossier: Dossier, correction: CorrectionRequest) -> ReleaseInputs:
    run, current = now.run, now.scored
    last = newest_release(run.settings.releases, run.edition)
    corrects = None
    if last is not None and (correction.reason or correction.asked_by):
        if not (correction.reason and correction.asked_by):
            raise Refused([say("refused.half_correction")])
        if not all(map(is_plain, vars(correction).values())):
            raise Refused([say("refused.hidden_correction")])
        corrects = Corrects(number=read_record(last).number, asked_by=correction.asked_by, reason=correction.reason)
    assert current.results_sha256 is not None, "results were fingerprinted above"
    return ReleaseInputs(
        edition=run.edition,
        warehouse=run.settings.work_db(run.edition),
        rulebook=run.rulebook_path,
        deposits_log=run.raw / custody.LOG_NAME,
        signers=[run.raw / name for name in run.rulebook.bailiff.signers],
        required=run.rulebook.bailiff.required,
        dossier_pdf=dossier.pdf,
        dossier_html=dossier.html,
        annex=dossier.annex if dossier.annex.exists() else None,
        palmares=dossier.palmares if dossier.palmares.exists() else None,
        signed=signed_files(run),
        checks=[_check_row(standing) for standing in standings(all_checks(), now.records, current, run.uses)],
        digests=Digests(
            results_sha256=current.results_sha256,
            custody_head=current.custody_head,
            rulebook_sha256=current.rulebook_sha256,
            dossier_sha256=dossier.sha256,
        ),
        code=Code(version=version(), sha256=current.code_sha256),
        packages=package_versions() | scored_by(now.records),
        published_at=utc_now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        corrects=corrects,
    )


def _check_row(standing: CheckStanding) -> dict[str, str | None]:
    """One row of quality_check, without edition and release."""
    result = standing.result
    assert result is not None, "the gate lets nothing through that has no result"
    warned = standing.spec.severity == "warning" and standing.state == "failed"
    acceptance = standing.acceptance if warned else None
    return {
        "check_id": standing.spec.id,
        "gate": standing.spec.gate,
        "severity": standing.spec.severity,
        "outcome": result.outcome,
        "expected": result.expected,
        "observed": result.observed,
        "accepted_by": acceptance.body.by if acceptance else None,
        "reason": acceptance.body.reason if acceptance else None,
    }


def _record_publication(now: Now, release: Path) -> None:
    """Tell the evidence what was published."""
    body = PublicationBody(
        release=int(release.name),
        dossier_sha256=read_record(release).digests.dossier_sha256,
        manifest_sha256=sha256_file(release / MANIFEST),
    )
    now.enter([body], now.scored)
