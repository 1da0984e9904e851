"""The seals of a release: its record, its place in the chain, its digests, its custody log, its rulebook.

Belongs here: everything that ties the parts of a release to each other, signatures aside (`signed.py`).
"""

from dataclasses import dataclass

from orchestration.custody import LOG_NAME, Deposit, head_of, parse_log
from orchestration.errors import InputError
from orchestration.release import (
    CHAIN,
    MANIFEST,
    RECORD,
    TABLES,
    ChainLine,
    RecordError,
    ReleaseRecord,
    last_manifest,
    parse_chain,
    parse_record,
    results_digest,
)
from orchestration.rulebook import Rulebook, parse_rulebook
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import read_file, sha256_file
from orchestration.verify.folder import ReleaseFolder
from orchestration.verify.say import say
from orchestration.verify.verdict import Findings


def read_record(release: ReleaseFolder, findings: Findings) -> ReleaseRecord | None:
    """release.json, if it is sound and spelt as it must be."""
    data = release.bytes_of(RECORD)
    if data is None:
        return None
    try:
        return parse_record(data)
    except RecordError as error:
        findings.altered("record_broken", RECORD, say("seals.record", error=error))
        return None


def check_chain(release: ReleaseFolder, record: ReleaseRecord, findings: Findings) -> None:
    """The releases before this one, as it carries them; and the house's own chain when the folder stands in it."""
    data = release.bytes_of(CHAIN)
    if data is None:
        return
    try:
        chain = parse_chain(data)
    except RecordError as error:
        findings.altered("chain_broken", CHAIN, say("seals.chain", error=error))
        return
    number = sum(line.edition == record.edition for line in chain) + 1
    if (record.seq, record.previous, record.number) != (len(chain) + 1, last_manifest(chain), number):
        findings.altered("chain_place", RECORD, say("seals.place"))
    if record.corrects is not None and record.corrects.number != record.number - 1:
        findings.altered("chain_place", RECORD, say("seals.corrects"))
    if record.number > 1 and "changes.json" not in release.listed:
        findings.incomplete("file_dropped", "changes.json", say("seals.changes"))
    _check_neighbours(release, record, chain, findings)


def _check_neighbours(
    release: ReleaseFolder, record: ReleaseRecord, chain: list[ChainLine], findings: Findings
) -> None:
    """Releases and chain beside this folder, when it stands at <releases>/<edition>/<number>."""
    folder = release.folder.resolve()
    home = folder.parent.parent
    around = home / CHAIN
    if (folder.parent.name, folder.name) != (record.edition, str(record.number)) or not around.is_file():
        return
    shown = f"../../{CHAIN}"
    try:
        whole = parse_chain(read_file(around))
    except (RecordError, OSError) as error:
        findings.altered("chain_broken", shown, say("seals.all_broken", error=error))
        return
    own = whole[record.seq - 1] if record.seq <= len(whole) else None
    if own is None or (own.edition, own.number, own.manifest_sha256) != (
        record.edition,
        record.number,
        release.manifest_sha256,
    ):
        findings.altered("chain_place", shown, say("seals.all_names"))
    elif whole[: record.seq - 1] != chain:
        findings.altered("chain_place", CHAIN, say("seals.all_differs"))
    for line in whole[: record.seq - 1]:
        manifest = home / line.edition / str(line.number) / MANIFEST
        if manifest.is_file() and sha256_file(manifest) != line.manifest_sha256:
            where = f"../../{line.edition}/{line.number}/{MANIFEST}"
            findings.altered("neighbour_changed", where, say("seals.neighbour"))
    later = [line.number for line in whole if line.edition == record.edition and line.number > record.number]
    if later:
        findings.remarks.append(say("remark.replaced", number=max(later)))


@dataclass(frozen=True)
class HeldTogether:
    """What the seals hold together, each None when it could not be read."""

    rulebook: Rulebook | None
    deposits: list[Deposit] | None


def check_digests(release: ReleaseFolder, record: ReleaseRecord, findings: Findings) -> HeldTogether:
    """The digests of the record worked out again; the rulebook and the custody log read strictly."""
    digests = record.digests
    if release.listed.get("dossier.pdf", digests.dossier_sha256) != digests.dossier_sha256:
        findings.altered("digest_dossier", "dossier.pdf", say("seals.dossier"))
    deposits = _check_log(release, digests.custody_head, findings)
    rulebook = release.bytes_of(RULEBOOK_FILE)
    if rulebook is None:
        return HeldTogether(None, deposits)
    if release.listed[RULEBOOK_FILE] != digests.rulebook_sha256:
        findings.altered("digest_rulebook", RULEBOOK_FILE, say("seals.rulebook"))
    csvs = {f"{name}.csv": release.listed.get(f"results/{name}.csv") for name in TABLES}
    known = {name: value for name, value in csvs.items() if value is not None}
    if len(known) == len(csvs) and results_digest(known, rulebook) != digests.results_sha256:
        findings.altered("digest_results", "results", say("seals.results"))
    try:
        book = parse_rulebook(rulebook, RULEBOOK_FILE)
    except InputError as error:
        findings.altered("rulebook_broken", RULEBOOK_FILE, say("seals.no_rulebook", error=error))
        return HeldTogether(None, deposits)
    if book.edition != record.edition:
        findings.altered("rulebook_edition", RULEBOOK_FILE, say("seals.other_edition"))
    return HeldTogether(book, deposits)


def recomputed(release: ReleaseFolder, record: ReleaseRecord) -> dict[str, str]:
    """The digests of the files as they are, by name, where they differ from those that the record declares.

    A reader compares what he sees with his paper: he must not be shown what a forger wrote down.
    """
    actual = release.actual
    computed = {"dossier_sha256": actual.get("dossier.pdf"), "rulebook_sha256": actual.get(RULEBOOK_FILE)}
    results = {f"{name}.csv": actual.get(f"results/{name}.csv") for name in TABLES}
    if None not in results.values() and RULEBOOK_FILE in actual:
        known = {name: value for name, value in results.items() if value is not None}
        computed["results_sha256"] = results_digest(known, read_file(release.folder / RULEBOOK_FILE))
    if LOG_NAME in actual:
        computed["custody_head"] = head_of(read_file(release.folder / LOG_NAME))
    declared = record.digests.model_dump()
    return {name: value for name, value in computed.items() if value is not None and value != declared[name]}


def _check_log(release: ReleaseFolder, head: str, findings: Findings) -> list[Deposit] | None:
    data = release.bytes_of("deposits.jsonl")
    if data is None:
        return None
    deposits, problems = parse_log(data, release.folder)
    for problem in problems:
        findings.altered(f"custody_{problem.code}", "deposits.jsonl", problem.message)
    if head_of(data) != head:
        findings.altered("digest_custody", "deposits.jsonl", say("seals.custody"))
    return None if problems else deposits


def check_rules_in_custody(release: ReleaseFolder, sealed: HeldTogether, findings: Findings) -> None:
    """The rulebook and the signers' certificates are deposits themselves: the signed custody head covers them."""
    if sealed.rulebook is None or sealed.deposits is None:
        return
    current = {deposit.path: deposit.sha256 for deposit in sealed.deposits if deposit.current}
    for path in (RULEBOOK_FILE, *sealed.rulebook.bailiff.signers):
        if path in release.listed and current.get(path) != release.listed[path]:
            findings.altered("not_in_custody", path, say("seals.not_in_custody"))
