"""Making a release: a new, immutable folder `releases/<edition>/<number>/`, complete or absent.

Belongs here: what goes into the folder, and the order of writes that makes it appear in one step. Whether an edition
may be published is `gate.py`'s to decide, before this; the release looks again at what it can see for itself: that
the marts, deposits and rulebook are those of the dossier, and that the dossier is signed.
"""

import os
from pathlib import Path

from orchestration.errors import InputError, Refused
from orchestration.publication.content import ReleaseInputs, release_record, write_content
from orchestration.publication.say import say
from orchestration.release import (
    ANNEX,
    CHAIN,
    MAKING,
    MANIFEST,
    ChainLine,
    append,
    diff_releases,
    format_manifest,
    next_line,
    read_marks,
    read_record,
    recover,
    release_dir,
    releases_of,
    remove_tree,
    spell_chain,
)
from orchestration.settings import Settings
from orchestration.signoff import SignoffJudgement, judge_signoffs, without_earlier_states
from orchestration.storage import canonical_json, locked, read_file, sha256_bytes, sha256_file, sync_dir

CHANGES = "changes.json"
LOCK = "releases"


def build_release(settings: Settings, inputs: ReleaseInputs) -> Path:
    """Make the release and add it to the chain; returns its folder.

    Done again for a dossier that the edition's newest release already holds, it returns that release: a run that was
    cut short is finished by running it again. Raises Refused, with all reasons, when the inputs are not those of the
    dossier, the sign-off does not hold, or changed results do not say what they correct.
    """
    with locked(settings.lock_file(LOCK)):
        chain = recover(settings.releases)
        earlier = releases_of(chain, inputs.edition)
        last = release_dir(settings.releases, earlier[-1]) if earlier else None
        if last is not None and read_record(last).digests.dossier_sha256 == inputs.digests.dossier_sha256:
            return last
        judgement = _judge(inputs)
        _refuse_unless_sound(inputs, judgement, last)
        return _make(settings, inputs, judgement, chain, last)


def _judge(inputs: ReleaseInputs) -> SignoffJudgement:
    pems = [read_file(path) for path in inputs.signers]
    judged = judge_signoffs(inputs.signed, read_file(inputs.dossier_pdf), pems, inputs.required)
    return without_earlier_states(judged, inputs.signed)


def _refuse_unless_sound(inputs: ReleaseInputs, judgement: SignoffJudgement, last: Path | None) -> None:
    reasons: list[str] = []
    if not judgement.satisfied:
        unsigned = [say("refused.signoff", file=rejected.sentence) for rejected in judgement.rejected]
        reasons += unsigned or [say("refused.unsigned")]
    log_lines = read_file(inputs.deposits_log).rstrip(b"\n").split(b"\n")
    for found, due, name in (
        (sha256_bytes(log_lines[-1]), inputs.digests.custody_head, "log"),
        (sha256_file(inputs.rulebook), inputs.digests.rulebook_sha256, "rulebook"),
        (sha256_file(inputs.dossier_pdf), inputs.digests.dossier_sha256, "dossier"),
    ):
        if found != due:
            reasons.append(say(f"refused.changed_{name}"))
    if _annex_borne(inputs) != (sha256_file(inputs.annex) if inputs.annex else None):
        reasons.append(say("refused.changed_annex"))
    reasons += _about_correction(inputs, last)
    if reasons:
        raise Refused(reasons)


def _annex_borne(inputs: ReleaseInputs) -> str | None:
    """The fingerprint of the annex that the dossier bears, if it is a dossier and has one."""
    try:
        return read_marks(read_file(inputs.dossier_pdf)).get(ANNEX)
    except InputError:
        return None  # said elsewhere: a document that bears no digest is not signed as a dossier


def _about_correction(inputs: ReleaseInputs, last: Path | None) -> list[str]:
    if last is None:
        return [] if inputs.corrects is None else [say("refused.no_earlier")]
    record = read_record(last)
    if inputs.corrects is None:
        if record.digests.results_sha256 == inputs.digests.results_sha256:
            return []
        return [say("refused.results_differ", number=record.number)]
    if inputs.corrects.number != record.number:
        return [say("refused.not_newest", number=record.number)]
    return []


def _make(
    settings: Settings, inputs: ReleaseInputs, judgement: SignoffJudgement, chain: list[ChainLine], last: Path | None
) -> Path:
    """Write the folder beside its place, make it read-only, rename it, then write its line in the chain."""
    number = len(releases_of(chain, inputs.edition)) + 1
    folder = settings.releases / inputs.edition / f"{MAKING}{number}"
    folder.mkdir(parents=True)
    try:
        record = release_record(inputs, judgement, chain, number)
        write_content(folder, inputs, judgement, record)
        (folder / CHAIN).write_bytes(spell_chain(chain))
        if last is not None:
            (folder / CHANGES).write_bytes(canonical_json(diff_releases(last, folder).as_json()) + b"\n")
        manifest = format_manifest({path.relative_to(folder).as_posix(): sha256_file(path) for path in _files(folder)})
        (folder / MANIFEST).write_bytes(manifest)
        _seal(folder)
        target = folder.with_name(str(number))
        folder.rename(target)
    except BaseException:
        remove_tree(folder)
        raise
    sync_dir(target.parent)
    append(settings.releases, chain, next_line(chain, inputs.edition, number, sha256_bytes(manifest)))
    return target


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _seal(folder: Path) -> None:
    """Bring everything to disk and take away the right to write, folders last."""
    for path in _files(folder):
        path.chmod(path.stat().st_mode & 0o444)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    for inner in [*(path for path in folder.iterdir() if path.is_dir()), folder]:
        sync_dir(inner)
        inner.chmod(inner.stat().st_mode & 0o555)
