"""Where a file that is handed in will stand in the edition's folder.

Belongs here: reading `--as`, directories, and file names. Nothing is written.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from orchestration.custody.layout import LAYOUT_TEXT, fits, printable, source_of
from orchestration.custody.log import LOG_NAME, SUPERSEDED
from orchestration.custody.say import say
from orchestration.errors import InputError

ROOM_FOLDERS = ("audits", "survey", "votes")
IN_PLACE = "."
NOT_DEPOSITS = (LOG_NAME, SUPERSEDED, "signoffs")


@dataclass(frozen=True)
class Placement:
    """A file as handed in, and the path it gets in the edition's folder."""

    source: Path
    path: str


def place_files(
    edition_dir: Path, files: Sequence[Path], as_path: str | None = None, fallback: str | None = None
) -> list[Placement]:
    """Decide the path of each file; directories stand for the files in them (names that begin with a dot aside).

    With `as_path`: the path itself for one file; the folder for a directory, for several files, or when it ends
    with "/"; "." leaves each file of a directory where it stands in it. Without: the path inside the edition's
    folder when the file is there already; else the end of its own path that fits an edition
    (`…/audits/atlas/phone.csv`, `rulebook.yml`); else `fallback`.
    Raises InputError for files that cannot be found or placed, and when two would get one path.
    """
    if not files:
        raise InputError(say("place.none"), mend=say("place.none_mend"))
    placements = [
        Placement(source, _path_of(edition_dir, source, inner, as_path, count=len(files), fallback=fallback))
        for given in files
        for source, inner in _expand(edition_dir, given)
    ]
    if not placements:
        raise InputError(say("place.empty"), mend=say("place.empty_mend"))
    by_path: dict[str, Placement] = {}
    for placement in placements:
        source_of(placement.path)
        if (other := by_path.setdefault(placement.path, placement)) is not placement:
            both = say("place.both", one=other.source, other=placement.source, path=placement.path)
            raise InputError(both, mend=say("place.both_mend"))
    return sorted(placements, key=lambda placement: placement.path)


def _expand(edition_dir: Path, given: Path) -> Iterator[tuple[Path, PurePath | None]]:
    """The files that an argument stands for; within a directory, with their path inside it."""
    if given.is_file():
        yield given, None
        return
    if not given.is_dir():
        raise InputError(say("place.unknown", file=given), mend=say("place.unknown_mend"))
    in_edition = given.resolve() == edition_dir.resolve()
    for folder, folders, names in os.walk(given):
        inside = Path(folder).relative_to(given)
        at_top = in_edition and inside == Path()
        folders[:] = sorted(n for n in folders if not n.startswith(".") and not (at_top and n in NOT_DEPOSITS))
        for name in sorted(names):
            if name.startswith(".") or (at_top and name in NOT_DEPOSITS):
                continue
            source = Path(folder) / name
            if source.is_symlink() or not source.is_file():
                raise InputError(say("place.odd", file=source), mend=say("place.odd_mend"))
            yield source, inside / name


def _path_of(
    edition_dir: Path, source: Path, inner: PurePath | None, as_path: str | None, count: int, fallback: str | None
) -> str:
    if as_path is not None:
        if inner is not None and as_path == IN_PLACE:
            return inner.as_posix()
        if inner is not None:
            return f"{as_path.rstrip('/')}/{inner.as_posix()}"
        if count > 1 or as_path.endswith("/"):
            return f"{as_path.rstrip('/')}/{source.name}"
        return as_path
    real, home = source.resolve(), edition_dir.resolve()
    if real.is_relative_to(home):
        return real.relative_to(home).as_posix()
    parts = real.parts
    starts = [i for i, part in enumerate(parts[:-1]) if part in ROOM_FOLDERS]
    for start in (*reversed(starts), len(parts) - 1):
        path = "/".join(parts[start:])
        if fits(path):
            return path
    if fallback is not None:
        return fallback
    mend = say("place.unclear_mend", layout=say("place.layout", files=LAYOUT_TEXT))
    raise InputError(say("place.unclear", file=printable(source.name)), mend=mend)
