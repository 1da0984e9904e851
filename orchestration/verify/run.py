"""Verification, start to finish.

Belongs here: the order of what is looked at, and what anchors a release to the outside. Nothing raises for what a
release holds: garbage is a finding. Wrong use (a fingerprint that is none, no deposits where they were said to be)
raises InputError.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version as installed
from pathlib import Path

from orchestration.errors import InputError
from orchestration.recount import read_rules
from orchestration.release import MANIFEST, ReleaseRecord
from orchestration.settings import RULEBOOK_FILE
from orchestration.verify.deposits import Progress, check_deposits, edition_folder
from orchestration.verify.digests import (
    check_chain,
    check_digests,
    check_rules_in_custody,
    read_record,
    recomputed,
)
from orchestration.verify.folder import ReleaseFolder, check_names, open_folder
from orchestration.verify.outcomes import check_outcomes
from orchestration.verify.say import say
from orchestration.verify.signed import check_signatures
from orchestration.verify.tables import check_edition, check_quality, read_tables
from orchestration.verify.verdict import Findings, RecountSummary, Report

_SPACING = re.compile(r"[\s:.·-]+")


def read_fingerprint(text: str) -> str:
    """A fingerprint as it stands on paper: 64 hexadecimal digits in any grouping. Raises InputError."""
    digits = _SPACING.sub("", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise InputError(say("fingerprint.malformed"), "--fingerprint", say("fingerprint.malformed_mend"))
    return digits


def verify(
    release_dir: Path,
    raw: Path | None = None,
    fingerprint: str | None = None,
    progress: Progress | None = None,
    notices: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Look at a release folder, offline, and say what it is.

    `raw`: the edition's deposits, for a full recount. `fingerprint`: one kept outside (results digest, custody head,
    dossier or manifest), on the bailiff's paper: it alone makes a release conform (SPEC 9), for whoever could forge a
    release could forge the deposits and the register beside it. `notices`: what is known here of each release by the
    SHA-256 of its manifest (replaced, revoked), which changes no verdict. `progress` is told what the recount reads.
    Raises InputError for wrong use alone.
    """
    outside = read_fingerprint(fingerprint) if fingerprint is not None else None
    findings = Findings()
    release = open_folder(release_dir, findings)
    record: ReleaseRecord | None = None
    summary: RecountSummary | None = None
    if release is not None:
        record = read_record(release, findings)
    if release is not None and record is not None:
        folder = edition_folder(raw, record.edition) if raw is not None else None
        try:
            summary = _look(release, record, deposits=folder, findings=findings, progress=progress)
        except (OSError, ValueError, ArithmeticError, LookupError, RecursionError, MemoryError) as error:
            # Nothing above should raise; if something does, that is no verdict in the release's favour.
            findings.unverifiable("stopped", str(release_dir), say("seals.stopped", error=repr(error)))
        _check_fingerprint(release, record, outside, findings)
        known = (notices or {}).get(release.manifest_sha256, ())
        findings.remarks += [remark for remark in known if remark not in findings.remarks]
    return Report(
        verdict=findings.verdict(),
        findings=tuple(findings.items),
        remarks=tuple(findings.remarks),
        anchored_by=tuple(findings.anchored_by),
        release=f"{record.edition}/{record.number}" if record else None,
        demonstration=record.demonstration if record else False,
        digests=_digests(release, record) if release and record else {},
        recomputed=recomputed(release, record) if release and record else {},
        recount=summary,
    )


def _look(
    release: ReleaseFolder,
    record: ReleaseRecord,
    deposits: Path | None,
    findings: Findings,
    progress: Callable[[str, int, int], None] | None,
) -> RecountSummary | None:
    check_chain(release, record, findings)
    # Before names and signatures: the rulebook that is read here lists the certificates that both go by.
    sealed = check_digests(release, record, findings)
    named = {signature.file for signature in record.signatures}
    if sealed.rulebook is not None:
        check_names(release, named | set(sealed.rulebook.bailiff.signers), findings)
    check_rules_in_custody(release, sealed, findings)
    check_signatures(release, record, sealed.rulebook, findings)
    tables = read_tables(release, record, findings)
    check_quality(tables, record, findings)
    if sealed.rulebook is not None:
        check_edition(tables, record, sealed.rulebook, findings)
        check_outcomes(tables, read_rules(release.sound[RULEBOOK_FILE]), findings)
    if deposits is None:
        return None
    released, here = record.packages.get("tzdata"), installed("tzdata")
    if released not in (None, here):
        findings.remarks.append(say("remark.time_zones", released=released, here=here))
    return check_deposits(release, tables, folder=deposits, findings=findings, progress=progress)


def _digests(release: ReleaseFolder, record: ReleaseRecord) -> dict[str, str]:
    return {**record.digests.model_dump(), "manifest_sha256": release.manifest_sha256}


def _check_fingerprint(release: ReleaseFolder, record: ReleaseRecord, outside: str | None, findings: Findings) -> None:
    """Whether a fingerprint from outside vouches for this release. That of the rulebook alone vouches for no result."""
    if outside is None:
        return
    names = {value: name for name, value in _digests(release, record).items() if name != "rulebook_sha256"}
    names |= {
        release.listed[signature.file]: signature.file
        for signature in record.signatures
        if signature.file in release.listed
    }
    if outside in names:
        findings.anchored_by.append(say("anchor.fingerprint", name=names[outside]))
        if outside != release.manifest_sha256:
            findings.remarks.append(say("remark.narrow_fingerprint"))
    elif outside == record.digests.rulebook_sha256:
        findings.remarks.append(say("remark.rulebook_fingerprint"))
    else:
        findings.altered("fingerprint", MANIFEST, say("seals.fingerprint"))
