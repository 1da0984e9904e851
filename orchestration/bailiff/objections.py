"""What a bailiff enters besides a signature: reservations, a refusal, the revocation of a signature given.

Belongs here: what must be true before such a record is written. What follows from it is decided in `gate`, how it is
printed in `dossier/`, how a revoked release is shown in `release/`.
"""

from typing import Literal

from orchestration.bailiff.acceptance import check_sentence
from orchestration.bailiff.say import say
from orchestration.dossier import latest_dossier
from orchestration.errors import InputError, Refused
from orchestration.evidence import Objection, Record, RefusalBody, ReservationBody, RevocationBody, RevocationRecord
from orchestration.publication import publish_warehouse
from orchestration.release import newest_release, read_record
from orchestration.run import Now, Run, edition_held
from orchestration.settings import Settings
from orchestration.words import say as house


def enter_reservation(settings: Settings, edition: str, reason: str, by: str) -> None:
    """Record a reservation on the current results: the bailiff may sign all the same, and it is signed with them.

    A reservation is never taken away: each later dossier prints it with its date (decision 14). Raises InputError for
    empty words, Refused when the same one stands already.
    """
    check_sentence(reason, say("entered.reservation"))
    check_sentence(by, say("entered.bailiff"))
    run = Run(settings, edition)
    with edition_held(settings, edition, run.run_id):
        now, body = Now(run), ReservationBody(reason=reason.strip(), by=by.strip())
        if any(record.body == body for record in now.records):
            raise Refused([say("refused.reserved", by=body.by)])
        now.enter([body], now.scored)


def enter_refusal(settings: Settings, edition: str, reason: str, by: str) -> Objection:
    """Record that the bailiff refuses the latest dossier: it is then never published, only another one can be.

    Raises Refused when that dossier is published: a signature that was given is revoked, not refused.
    """
    return _object(settings, edition, kind="refusal", reason=reason, by=by, release=None)


def enter_revocation(settings: Settings, edition: str, reason: str, by: str, release: int | None = None) -> Objection:
    """Record that the bailiff takes back the signature of the latest dossier, or of the dossier of a release.

    A published release is not deleted: the published warehouse and the palmarès are made anew, without its titles and
    with a notice (decision 15). Done again, it returns the record made. Raises InputError for a release that is not.
    """
    objection = _object(settings, edition, kind="revocation", reason=reason, by=by, release=release)
    if isinstance(objection, RevocationRecord) and objection.body.release is not None:
        publish_warehouse(settings)
    return objection


def _object(
    settings: Settings,
    edition: str,
    kind: Literal["refusal", "revocation"],
    reason: str,
    by: str,
    release: int | None,
) -> Objection:
    check_sentence(reason, say("entered.reason"))
    check_sentence(by, say("entered.bailiff"))
    run = Run(settings, edition)
    with edition_held(settings, edition, run.run_id):
        records = run.log.records()
        dossier, number = _dossier_of(settings, edition, records, release)
        if number is not None and kind == "refusal":
            raise Refused([say("refused.published", number=number)])
        for record in records:
            if isinstance(record, Objection) and (record.kind, record.body.dossier_sha256) == (kind, dossier):
                return record
        words = {"reason": reason.strip(), "by": by.strip(), "dossier_sha256": dossier}
        body = RefusalBody(**words) if kind == "refusal" else RevocationBody(**words, release=number)
        record = run.log.append(body, run_id=run.run_id)
        assert isinstance(record, Objection), "the record of an objection is one"
        return record


def _dossier_of(
    settings: Settings, edition: str, records: tuple[Record, ...], release: int | None
) -> tuple[str, int | None]:
    """SHA-256 of the dossier that is meant, and the number of the release that it was published as, if it was."""
    newest = newest_release(settings.releases, edition)
    if release is not None:
        folder = settings.releases / edition / str(release)
        if newest is None or release > int(newest.name):
            raise InputError(
                house("edition.no_release", edition=edition, number=release), mend=f"palmares status {edition}"
            )
        return read_record(folder).digests.dossier_sha256, release
    dossier = latest_dossier(settings, edition, records)
    if dossier is None:
        raise InputError(say("refused.no_dossier", edition=edition), mend=f"palmares run {edition}")
    if newest is not None and read_record(newest).digests.dossier_sha256 == dossier.sha256:
        return dossier.sha256, int(newest.name)
    return dossier.sha256, None
