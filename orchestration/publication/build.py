"""Making a release: a new, immutable folder `releases/<edition>/<number>/`, complete or absent.

Belongs here: what goes into the folder, and the order of writes that makes it appear in one step. Whether an edition
may be published is `gate`'s to decide, before this; the release looks again at what it can see for itself: that
the marts, deposits and rulebook are those of the dossier, and that the dossier is signed.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from orchestration.errors import InputError, PalmaresError, Refused
from orchestration.evidence import PublicationBody
from orchestration.progress import report
from orchestration.publication.compare import first_difference
from orchestration.publication.content import ReleaseInputs, release_record, write_content
from orchestration.publication.place import LOCK
from orchestration.publication.proof import speaks_of
from orchestration.publication.say import say
from orchestration.release import (
    ANNEX,
    CHAIN,
    MAKING,
    MANIFEST,
    PALMARES,
    ChainLine,
    ReleaseRecord,
    append,
    diff_releases,
    format_manifest,
    is_folder,
    next_line,
    read_marks,
    read_record,
    recover,
    release_dir,
    releases_of,
    remove,
    spell_chain,
    unlisted,
)
from orchestration.settings import Settings
from orchestration.signoff import SignoffJudgement, judge_signoffs, without_earlier_states
from orchestration.storage import canonical_json, locked, read_file, settle, sha256_bytes, sha256_file, sync_dir
from orchestration.words import remedied

CHANGES = "changes.json"


def build_release(
    settings: Settings,
    inputs: ReleaseInputs,
    recorded: Iterable[PublicationBody] = (),
    tell: Callable[[Path], object] = lambda release: None,
) -> Path:
    """Make the release and add it to the chain; returns its folder.

    `recorded`: the publications of this edition that the evidence knows. `tell` enters one that it does not, before
    another process may look: a line of the chain that the evidence does not know keeps everything from being shown.

    Done again for a dossier that the edition's newest release holds, it returns that release. What a run that was cut
    short left is finished only if all of it is, byte for byte, what is made again here from the inputs: a folder that
    has no line in the chain, or a line that the evidence does not know, proves nothing by standing there.

    Raises Refused, with all reasons, when the inputs are not those of the dossier, the sign-off does not hold, changed
    results do not say what they correct, or something among the releases is not what publication would make.
    """
    with locked(settings.lock_file(LOCK)):
        chain = recover(settings.releases)
        earlier = releases_of(chain, inputs.edition)
        begun = bool(earlier) and _dossier(settings, earlier[-1]) == inputs.digests.dossier_sha256
        if begun and any(speaks_of(body, earlier[-1], inputs.digests.dossier_sha256) for body in recorded):
            _refuse_strays(unlisted(settings.releases, chain, inputs.edition))
            return release_dir(settings.releases, earlier[-1])
        before = chain[: earlier[-1].seq - 1] if begun else chain
        earlier = releases_of(before, inputs.edition)
        last = release_dir(settings.releases, earlier[-1]) if earlier else None
        target = settings.releases / inputs.edition / str(len(earlier) + 1)
        _refuse_strays(path for path in unlisted(settings.releases, chain, inputs.edition) if path != target)
        judgement = _judge(inputs)
        if begun and inputs.corrects is not None:  # a correction given now names the release itself
            inputs = replace(inputs, corrects=inputs.corrects.model_copy(update={"number": len(earlier)}))
        _refuse_unless_sound(inputs, judgement, last)
        record = _unfinished(target)
        if record is not None and not begun and record.seq <= len(before):
            # Others published while it stood unfinished: it is ours only as it was made then, and is made anew.
            _make(
                target,
                replace(inputs, published_at=record.published_at),
                judgement,
                chain=before[: record.seq - 1],
                last=last,
            )
            remove(target)
            report(say("told.made_anew", path=target))
        elif record is not None:
            inputs = replace(inputs, published_at=record.published_at)
        manifest = _make(target, inputs, judgement, chain=before, last=last)
        if not begun:
            append(settings.releases, chain, next_line(chain, inputs.edition, int(target.name), manifest))
        tell(target)
        return target


def _dossier(settings: Settings, line: ChainLine) -> str:
    return read_record(release_dir(settings.releases, line)).digests.dossier_sha256


def _refuse_strays(strays: Iterable[Path]) -> None:
    if reasons := [say("refused.stray", path=path) for path in strays]:
        raise Refused(reasons)


def _unfinished(place: Path) -> ReleaseRecord | None:
    """What an unfinished release says of itself: its clock and its place in the chain are all that it is asked."""
    try:
        return read_record(place) if is_folder(place) else None
    except PalmaresError:
        return None  # what is wrong with it is told when it is compared


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
    for actual, expected, name in (
        (sha256_bytes(log_lines[-1]), inputs.digests.custody_head, "log"),
        (sha256_file(inputs.rulebook), inputs.digests.rulebook_sha256, "rulebook"),
        (sha256_file(inputs.dossier_pdf), inputs.digests.dossier_sha256, "dossier"),
    ):
        if actual != expected:
            reasons.append(say(f"refused.changed_{name}"))
    borne = _borne(inputs)
    for mark, path, name in ((ANNEX, inputs.annex, "annex"), (PALMARES, inputs.palmares, "palmares")):
        if borne.get(mark) != (sha256_file(path) if path else None):
            reasons.append(say(f"refused.changed_{name}"))
    reasons += _about_correction(inputs, last)
    if reasons:
        raise Refused(reasons)


def _borne(inputs: ReleaseInputs) -> dict[str, str]:
    """What the dossier bears, if it is a dossier."""
    try:
        return read_marks(read_file(inputs.dossier_pdf))
    except InputError:
        return {}  # said elsewhere: a document that bears no digest is not signed as a dossier


def _about_correction(inputs: ReleaseInputs, last: Path | None) -> list[str]:
    if last is None:
        return [] if inputs.corrects is None else [say("refused.no_earlier")]
    record = read_record(last)
    if inputs.corrects is None:
        if record.digests.results_sha256 == inputs.digests.results_sha256:
            return []
        mend = say("refused.results_differ_mend", edition=inputs.edition)
        return [remedied(say("refused.results_differ", number=record.number), mend)]
    if inputs.corrects.number != record.number:
        return [say("refused.not_newest", number=record.number)]
    return []


def _make(
    target: Path, inputs: ReleaseInputs, judgement: SignoffJudgement, chain: list[ChainLine], last: Path | None
) -> str:
    """Write the folder beside its place, make it read-only, rename it. Returns the SHA-256 of its manifest.

    What stands in its place already must be the same, and then stays. Raises Refused otherwise.
    """
    number = int(target.name)
    folder = target.with_name(f"{MAKING}{number}")
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
        if os.path.lexists(target):
            _refuse_unless_same(target, folder)
            remove(folder)  # and not what stood there: the chain may have its line already
            _seal(target)
        else:
            folder.rename(target)
    except BaseException:
        remove(folder)
        raise
    sync_dir(target.parent)
    return sha256_bytes(manifest)


def _refuse_unless_same(existing: Path, fresh: Path) -> None:
    if differing := first_difference(existing, fresh):
        raise Refused([say("refused.not_as_made", path=existing, file=differing)])


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _seal(folder: Path) -> None:
    """Bring everything to disk and take away the right to write, folders last."""
    settle(folder)
    for inner in [*(path for path in folder.iterdir() if path.is_dir()), folder]:
        inner.chmod(inner.stat().st_mode & 0o555)
