"""Which files of an edition are read: the current deposits of the custody log (SPEC 3).

Belongs here: following `replaces` down the log and sorting files by what they hold. Does not belong here: proving the
chain and the fingerprints, which is custody's work and the verifier's.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from orchestration.recount.errors import CannotRecount
from orchestration.recount.plainfile import LOG_BYTES, plain_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = {
    "audits": (".csv", ".xlsx", ".parquet"),
    "survey": (".csv", ".parquet"),
    "votes": (".csv", ".csv.gz", ".ndjson", ".ndjson.gz", ".parquet"),
}
SINGLE = {
    "rulebook.yml": "rulebook",
    "candidates.csv": "candidates",
    "survey/targets.csv": "targets",
    "corrections.yml": "corrections",
    "contests.csv": "contests",
}


@dataclass(frozen=True)
class Deposits:
    """The current files of an edition: paths relative to its folder, by source, sorted by path."""

    folder: Path
    paths: tuple[str, ...]

    def of(self, source: str) -> tuple[str, ...]:
        """The paths of one source: audits, survey, votes, certificate, or a value of SINGLE."""
        return tuple(path for path in self.paths if source_of(path) == source)

    def file(self, path: str) -> Path:
        """Where a deposit lies. Raises CannotRecount if it is not there as a plain file inside the folder."""
        place = self.folder / path
        if place.is_symlink() or not place.is_file() or not place.resolve().is_relative_to(self.folder.resolve()):
            raise CannotRecount(f"{path}: the custody log names this file, it is not there as a plain file")
        return place


def source_of(path: str) -> str:
    """What a deposit holds, by its place. Raises CannotRecount for a place that SPEC 3 does not know."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or str(pure) != path or ".." in pure.parts or re.search(r"[\\\x00-\x1f\x7f]", path):
        raise CannotRecount(f"deposits.jsonl: a path that does not stay inside the edition's folder: {path[:100]!r}")
    if path in SINGLE:
        return SINGLE[path]
    if len(pure.parts) == 1 and pure.suffix == ".pem":
        return "certificate"
    top = pure.parts[0]
    if top in FORMATS and len(pure.parts) == (3 if top == "audits" else 2) and path.endswith(FORMATS[top]):
        return top
    raise CannotRecount(f"{path[:100]!r}: no deposit of SPEC 3 has this place and ending")


def current_deposits(folder: Path) -> Deposits:
    """Read `deposits.jsonl` and keep what no later line replaces. Raises CannotRecount."""
    log = folder / "deposits.jsonl"
    if not log.is_file():
        raise CannotRecount(
            f"{folder.name}/deposits.jsonl: there is no custody log, so nothing is known to be deposited"
        )
    current: dict[str, str] = {}
    for number, line in enumerate(plain_bytes(log, LOG_BYTES).splitlines(), start=1):
        path, sha256, replaced = _entry(line, number)
        if replaced is not None:
            older = _replaced_path(current, path, replaced)
            if older is None:
                raise CannotRecount(f"deposits.jsonl line {number}: replaces a deposit that is not current")
            del current[older]
        if path in current:
            raise CannotRecount(f"deposits.jsonl line {number}: {path} is current already and is not replaced")
        source_of(path)
        current[path] = sha256
    return Deposits(folder, tuple(sorted(current)))


def _entry(line: bytes, number: int) -> tuple[str, str, str | None]:
    try:
        entry = json.loads(line.decode("utf-8"))
        path, sha256, replaced = entry["path"], entry["sha256"], entry["replaces"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CannotRecount(f"deposits.jsonl line {number}: not an entry of the custody log") from error
    if not (isinstance(path, str) and isinstance(sha256, str) and isinstance(replaced, str | None)):
        raise CannotRecount(f"deposits.jsonl line {number}: path, sha256 and replaces must be text")
    return path, sha256, replaced


def _replaced_path(current: dict[str, str], path: str, sha256: str) -> str | None:
    """The current deposit with that fingerprint; of several alike, the one at the same path, else the first."""
    alike: Sequence[str] = sorted(other for other in current if current[other] == sha256)
    return path if path in alike else next(iter(alike), None)
