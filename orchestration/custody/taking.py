"""Taking files into custody: `palmares deposit`.

Belongs here: what a new deposit is checked for, and the lines it adds. How that survives a crash is in `journal.py`.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.custody.journal import (
    Journal,
    Move,
    carry_out,
    clear,
    custody_lock,
    decide,
    journal_path,
    resume,
    staging,
)
from orchestration.custody.layout import printable, source_of
from orchestration.custody.log import (
    LOG_NAME,
    Deposit,
    check_person,
    head_of,
    line_of,
    read_log,
    replaced_deposit,
)
from orchestration.custody.placing import Placement, place_files
from orchestration.custody.say import say
from orchestration.errors import InputError, PalmaresError
from orchestration.storage import CHUNK, GENESIS, disk_fault, open_ordinary, read_file, sha256_bytes, sha256_file

SHORT_SHA = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class _Receipt:
    supplier: str
    received_by: str
    received_at: str


def deposit(
    edition_dir: Path,
    files: Sequence[Path],
    supplier: str,
    by: str,
    as_path: str | None = None,
    replaces: str | None = None,
    received_at: datetime | None = None,
) -> list[Deposit]:
    """Take files (or directories of files) into custody; returns the new deposits, and those put back, in order.

    `as_path`: see `placing.place_files`. `replaces`: the SHA-256 (its first 8 digits or more) of the current deposit
    that the one file given supersedes. `received_at`: an aware time, by default now. A file that is in custody at its
    path with these very bytes is left out, so that a deposit may be repeated; where it is no longer in the folder it is
    put back, without a new line. All files are taken, or none: a first deposit that fails begins no edition.
    Raises InputError for wrong use, PalmaresError when the disk or another process stands in the way.
    """
    receipt = _receipt(supplier, by, received_at)
    replaces = None if replaces is None else replaces.lower()  # PowerShell writes fingerprints in capitals
    try:
        with custody_lock(edition_dir):
            begins = not edition_dir.exists()
            edition_dir.mkdir(parents=True, exist_ok=True)
            # A deposit that was decided is finished first: its lines say what is current. Then goes what an
            # attempt left that was killed before it was decided.
            resume(edition_dir)
            clear(edition_dir)
            try:
                return _take(edition_dir, files, receipt, as_path, replaces=replaces)
            finally:
                if not journal_path(edition_dir).exists():
                    clear(edition_dir)
                    if begins and not any(edition_dir.iterdir()):
                        edition_dir.rmdir()
    except OSError as error:
        fault = disk_fault(error, edition_dir)
        what, mend = (fault.what, fault.mend) if fault else (error.strerror, None)
        place = error.filename or edition_dir
        message = say(
            "deposit.cut_short", place=place, what=what, error=error.strerror, mend=mend or say("deposit.disk")
        )
        raise PalmaresError(message) from error


def _receipt(supplier: str, by: str, received_at: datetime | None) -> _Receipt:
    for missing, text in (("deposit.no_supplier", supplier), ("deposit.no_receiver", by)):
        if not check_person(text):
            raise InputError(say(missing), mend=say("deposit.person_mend"))
    moment = received_at or datetime.now(UTC)
    if moment.tzinfo is None:
        raise InputError(say("deposit.no_offset"), mend=say("deposit.no_offset_mend"))
    return _Receipt(supplier, by, moment.astimezone(UTC).isoformat(timespec="seconds"))


def _take(
    edition_dir: Path, files: Sequence[Path], receipt: _Receipt, as_path: str | None, replaces: str | None
) -> list[Deposit]:
    log = edition_dir / LOG_NAME
    known = read_log(edition_dir) if log.exists() else []
    current = [deposit for deposit in known if deposit.current]
    placements = place_files(edition_dir, files, as_path, _last_path(known, replaces))
    if replaces is not None and len(placements) != 1:
        raise InputError(
            say("deposit.one_for_several", count=len(placements)), mend=say("deposit.one_for_several_mend")
        )
    head = previous = head_of(read_file(log)) if known else GENESIS
    moves: list[Move] = []
    new: list[Deposit] = []
    restored: list[Deposit] = []
    for placement in placements:
        in_place = placement.source.resolve() == (edition_dir / placement.path).resolve()
        staged = None if in_place else str(len(moves))
        if staged is None:
            sha256, size = sha256_file(placement.source, limit=None), placement.source.stat().st_size
        else:
            sha256, size = _stage(placement.source, staging(edition_dir) / staged)
        if same := next(
            (deposit for deposit in current if (deposit.path, deposit.sha256) == (placement.path, sha256)), None
        ):
            if staged is not None and _lost(edition_dir, same):
                moves.append(Move(path=same.path, sha256=sha256, staged=staged, old_path=None, old_sha256=None))
                restored.append(same)
            continue
        old = _superseded(current, placement.path, replaces)
        _check_room(edition_dir, placement, sha256, current, old=old, in_place=in_place)
        deposit = Deposit(
            seq=len(known) + len(new) + 1,
            path=placement.path,
            sha256=sha256,
            bytes=size,
            supplier=receipt.supplier,
            received_at=receipt.received_at,
            received_by=receipt.received_by,
            replaces=old.sha256 if old else None,
            previous=previous,
            current=True,
            stored=edition_dir / placement.path,
            replaced=old.seq if old else None,
        )
        previous = sha256_bytes(line_of(deposit))
        moves.append(
            Move(
                path=placement.path,
                sha256=sha256,
                staged=staged,
                old_path=old.path if old else None,
                old_sha256=old.sha256 if old else None,
            )
        )
        new.append(deposit)
    if moves:
        journal = Journal(head=head, moves=tuple(moves), lines=tuple(line_of(deposit).decode() for deposit in new))
        decide(edition_dir, journal)
        carry_out(edition_dir, journal)
    return [*restored, *new]


def _lost(edition_dir: Path, deposit: Deposit) -> bool:
    """Whether a deposit's file is gone. One that was changed stays where it is, as evidence: that raises InputError."""
    if not (deposit.stored.exists() or deposit.stored.is_symlink()):
        return True
    if not (deposit.stored.is_file() and sha256_file(deposit.stored, limit=None) == deposit.sha256):
        what = say("deposit.changed", path=deposit.path, line=deposit.seq)
        raise InputError(what, str(edition_dir), say("deposit.changed_mend"))
    return False


def _stage(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file to where it waits; digest and size of the very bytes that were copied."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_ordinary(source, limit=None) as reader, target.open("wb") as writer:
        while chunk := reader.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest(), size


def _matching(deposits: list[Deposit], replaces: str) -> list[Deposit]:
    if not SHORT_SHA.fullmatch(replaces):
        raise InputError(say("deposit.digest"), mend=say("deposit.digest_mend"))
    return [deposit for deposit in deposits if deposit.sha256.startswith(replaces)]


def _last_path(known: list[Deposit], replaces: str | None) -> str | None:
    """Where the replaced deposit stands or stood: a new version without a place of its own goes there."""
    same = _matching(known, replaces) if replaces is not None else []
    return same[-1].path if same else None


def _superseded(current: list[Deposit], path: str, replaces: str | None) -> Deposit | None:
    """The current deposit that a new one at `path` supersedes."""
    if replaces is None:
        if taken := [deposit for deposit in current if deposit.path == path]:
            raise InputError(
                say("deposit.other_bytes", path=path, line=taken[0].seq),
                mend=say("deposit.other_bytes_mend", sha256=taken[0].sha256),
            )
        return None
    digests = {deposit.sha256 for deposit in _matching(current, replaces)}
    old = replaced_deposit(current, digests.pop(), path) if len(digests) == 1 else None
    if old is None:
        raise InputError(say("deposit.not_single", replaces=replaces), mend=say("deposit.not_single_mend"))
    if old.source != source_of(path):
        raise InputError(say("deposit.other_kind", path=path, old=old.path), mend=say("deposit.other_kind_mend"))
    if path != old.path and any(deposit.path == path for deposit in current):
        raise InputError(say("deposit.belongs", path=path), mend=say("deposit.belongs_mend"))
    return old


def _check_room(
    edition_dir: Path, placement: Placement, sha256: str, current: list[Deposit], old: Deposit | None, in_place: bool
) -> None:
    """Nothing would be lost or doubled by putting the file in place."""
    if old is not None and not (old.stored.is_file() and sha256_file(old.stored, limit=None) == old.sha256):
        raise InputError(say("deposit.moved", path=old.path, line=old.seq), str(edition_dir), say("deposit.moved_mend"))
    target = edition_dir / placement.path
    if not in_place and (old is None or old.path != placement.path) and (target.exists() or target.is_symlink()):
        what = say("deposit.occupied", path=placement.path)
        raise InputError(what, str(edition_dir), say("deposit.occupied_mend"))
    folder = placement.path.rpartition("/")[0]
    for other in current:
        if folder and other.sha256 == sha256 and other.path.rpartition("/")[0] == folder and other != old:
            what = say("deposit.already", file=printable(placement.source.name), path=other.path, line=other.seq)
            raise InputError(what, mend=say("deposit.already_mend"))
