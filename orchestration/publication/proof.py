"""Every release is verified before anything of it is shown.

Belongs here: what `palmares verify` finds against a release, and whether the evidence speaks of this very one. Nothing
is remembered from one time to the next: whoever could forge a release could forge what says that it was verified.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchestration.custody import LOG_NAME
from orchestration.errors import Refused
from orchestration.evidence import EvidenceLog, PublicationBody, PublicationRecord, Record
from orchestration.progress import report
from orchestration.publication.revocations import Revoked, revocations
from orchestration.publication.say import say
from orchestration.release import ChainLine, ReleaseRecord, read_record, release_dir
from orchestration.settings import Settings
from orchestration.storage import read_file
from orchestration.verify import Finding, verify
from orchestration.words import Sentence, joined


def proven(settings: Settings, chain: Sequence[ChainLine]) -> Revoked:
    """Prove every release of the chain against the evidence of its edition; those whose signature was revoked since.

    Raises Refused as `prove_releases` does, EvidenceBroken when the evidence cannot tell.
    """
    editions = sorted({line.edition for line in chain})
    evidence = {edition: EvidenceLog(settings.evidence_log(edition)).records() for edition in editions}
    prove_releases(settings, chain, evidence)
    return revocations(settings, chain, evidence)


def prove_releases(settings: Settings, chain: Sequence[ChainLine], evidence: Mapping[str, Sequence[Record]]) -> None:
    """Verify every release of the chain: manifest, chain, signature, digests, results, and what the evidence knows.

    `evidence`: the records of each edition. Raises Refused: which release, what is wrong with each file, the mend.
    """
    reasons: list[Sentence] = []
    for done, line in enumerate(chain):
        report("verifying the releases", done, len(chain))
        folder = release_dir(settings.releases, line)
        first: dict[str, Finding] = {}
        for finding in verify(folder).findings:
            first.setdefault(finding.path, finding)
        faults = [
            say("proof.finding", release=_name(line), file=path, what=finding.message)
            for path, finding in first.items()
        ]
        faults = faults or [
            *unknown_to_evidence(settings, [line], evidence[line.edition]),
            *_of_other_deposits(settings, line),
        ]
        reasons += [*faults, say("proof.mend", folder=folder)] if faults else []
    if reasons:
        raise Refused(reasons)


def unknown_to_evidence(
    settings: Settings, lines: Iterable[ChainLine], records: Sequence[Record]
) -> Iterator[Sentence]:
    """What the evidence of an edition says otherwise than its releases, a sentence for each release."""
    for line in lines:
        published = [own for own in records if isinstance(own, PublicationRecord) and own.body.release == line.number]
        if not published:
            yield say("proof.unrecorded", release=_name(line), edition=line.edition)
            continue
        record = read_record(release_dir(settings.releases, line))
        if differing := sorted({name for own in published for name in _differing(own, line, record)}):
            yield say("proof.other", release=_name(line), names=joined(", ", differing))


def _of_other_deposits(settings: Settings, line: ChainLine) -> Iterator[Sentence]:
    """A sentence if the custody log of the release does not begin the edition's own log, to the byte.

    Evidence and releases could be forged together; deposits stand in another folder. Without a log none is told.
    """
    log = settings.raw / line.edition / LOG_NAME
    if os.path.lexists(log):
        released = read_file(release_dir(settings.releases, line) / LOG_NAME)
        if read_file(log)[: len(released)] != released:
            yield say("proof.finding", release=_name(line), file=LOG_NAME, what=say("proof.deposits", log=log))


def speaks_of(body: PublicationBody, line: ChainLine, dossier_sha256: str) -> bool:
    """Whether the evidence speaks of this very release. The first logs do not say its manifest."""
    manifest = body.manifest_sha256 or line.manifest_sha256
    return (body.release, body.dossier_sha256, manifest) == (line.number, dossier_sha256, line.manifest_sha256)


def _differing(publication: PublicationRecord, line: ChainLine, record: ReleaseRecord) -> Iterator[str]:
    """The names of the digests that the evidence gives otherwise. The first logs do not say the manifest."""
    prints = publication.fingerprints
    digests = {
        "manifest_sha256": (publication.body.manifest_sha256 or line.manifest_sha256, line.manifest_sha256),
        "dossier_sha256": (publication.body.dossier_sha256, record.digests.dossier_sha256),
        "results_sha256": (prints and prints.results_sha256, record.digests.results_sha256),
        "custody_head": (prints and prints.custody_head, record.digests.custody_head),
        "rulebook_sha256": (prints and prints.rulebook_sha256, record.digests.rulebook_sha256),
        "code_sha256": (prints and prints.code_sha256, record.code.sha256),
    }
    yield from (name for name, (evidence, release) in digests.items() if evidence != release)


def _name(line: ChainLine) -> str:
    return f"{line.edition}/{line.number}"
