"""Which releases still stand: those that a later one replaced, and those whose signature the bailiff revoked.

Belongs here: reading that from the chain and the evidence, for the published warehouse, the palmarès and the command
line. A release is never changed or deleted: where it stands is said beside it. Rules on revocations are the `gate`'s.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.errors import PalmaresError
from orchestration.evidence import EvidenceLog, Record, RevocationRecord
from orchestration.publication.say import say
from orchestration.release import (
    ChainLine,
    Corrects,
    Release,
    newest,
    read_chain,
    read_record,
    release_dir,
    releases_of,
)
from orchestration.settings import Settings
from orchestration.words import Sentence


@dataclass(frozen=True)
class Revocation:
    """The bailiff took back the signature of a published dossier. `at` is UTC, 2031-02-01T10:00:00Z."""

    by: str
    at: str
    reason: str


Revoked = Mapping[tuple[str, int], Revocation]
"""Revoked releases by edition and number."""


def still_standing(shown: Iterable[Release], revoked: Revoked) -> list[Release]:
    """Those of the releases whose signature was not revoked."""
    return [release for release in shown if (release.record.edition, release.record.number) not in revoked]


@dataclass(frozen=True)
class ReleaseStanding:
    """Where one release stands among those of its edition. `correction` is what the release after it says of itself."""

    edition: str
    number: int
    manifest_sha256: str
    replaced_by: int | None = None
    correction: Corrects | None = None
    revoked: Revocation | None = None

    def sentences(self) -> list[Sentence]:
        """What a reader of this release must know, in plain words; nothing for one that stands."""
        out = []
        if self.replaced_by is not None:
            out.append(say("standing.replaced", number=self.replaced_by))
        if self.correction is not None:
            out.append(say("standing.asked", by=self.correction.asked_by, reason=self.correction.reason))
        if self.revoked is not None:
            by, day, reason = self.revoked.by, self.revoked.at[:10], self.revoked.reason
            out.append(say("standing.revoked", by=by, day=day, reason=reason))
        return out


def revocations(
    settings: Settings, chain: Sequence[ChainLine], evidence: Mapping[str, Sequence[Record]]
) -> dict[tuple[str, int], Revocation]:
    """Revoked releases by (edition, number). `evidence`: the records of each edition."""
    revoked: dict[tuple[str, int], Revocation] = {}
    for edition, records in evidence.items():
        revoked |= _revoked_in(settings, releases_of(list(chain), edition), records)
    return revoked


def _revoked_in(
    settings: Settings, lines: Sequence[ChainLine], records: Sequence[Record]
) -> dict[tuple[str, int], Revocation]:
    """The same for one edition, from its releases and its evidence. A dossier's first revocation is the one told."""
    by_dossier = {
        record.body.dossier_sha256: Revocation(record.body.by, record.at, record.body.reason)
        for record in reversed(records)
        if isinstance(record, RevocationRecord)
    }
    dossiers = {
        (line.edition, line.number): read_record(release_dir(settings.releases, line)).digests.dossier_sha256
        for line in (lines if by_dossier else ())
    }
    return {key: by_dossier[dossier] for key, dossier in dossiers.items() if dossier in by_dossier}


def standings_of(settings: Settings, edition: str, records: Sequence[Record] | None = None) -> list[ReleaseStanding]:
    """Every release of an edition, oldest first, and whether it still stands.

    `records` is the edition's evidence, where the caller has read it already.
    """
    chain = read_chain(settings.releases)
    lines = releases_of(chain, edition)
    if records is None:
        records = EvidenceLog(settings.evidence_log(edition)).records() if lines else ()
    revoked = _revoked_in(settings, lines, records)
    last = next((line.number for line in newest(chain) if line.edition == edition), 0)
    after = [read_record(release_dir(settings.releases, line)).corrects for line in lines[1:]]
    return [
        ReleaseStanding(
            edition,
            line.number,
            line.manifest_sha256,
            replaced_by=last if line.number < last else None,
            correction=correction,
            revoked=revoked.get((edition, line.number)),
        )
        for line, correction in zip(lines, [*after, None], strict=False)
    ]


def notices(settings: Settings) -> dict[str, list[Sentence]]:
    """What this house knows of its own releases, by the SHA-256 of their manifest: for whoever verifies one here.

    Empty where nothing can be known: no register, or one that is broken or no file.
    """
    try:
        editions = sorted({line.edition for line in read_chain(settings.releases)})
        standings = [standing for name in editions for standing in standings_of(settings, name)]
        return {standing.manifest_sha256: standing.sentences() for standing in standings}
    except (PalmaresError, OSError):
        return {}
