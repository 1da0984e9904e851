"""Which paths an edition's folder may hold, and what each file is (SPEC 3).

Belongs here: rules on path text alone. Nothing here touches the disk.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

from orchestration.custody.say import say
from orchestration.errors import InputError
from orchestration.settings import RULEBOOK_FILE

SOURCES = (
    "rulebook", "candidates", "audits", "survey", "targets", "votes", "corrections", "contests",
    "certificate",
)  # fmt: skip
"""What a deposit can be. The folder says it, the content is judged later."""

SEGMENT = re.compile(r"\w[\w ,()+'.-]*")
"""One part of a path: no separators, wildcards, quotes, markup or shell characters, whatever the alphabet."""

FIRM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""The folder of a field firm is its id in the tables."""

MAX_SEGMENT_BYTES = 200

OPTIONAL = frozenset({"corrections", "contests"})
"""Sources that may have no file: nothing was corrected, nobody contested anything."""

LAYOUT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rulebook", re.compile(r"rulebook\.yml")),
    ("candidates", re.compile(r"candidates\.csv")),
    ("corrections", re.compile(r"corrections\.yml")),
    ("contests", re.compile(r"contests\.csv")),
    ("certificate", re.compile(r"[^/]+\.pem")),
    ("audits", re.compile(rf"audits/{FIRM.pattern}/[^/]+\.(?:csv|xlsx|parquet)")),
    ("targets", re.compile(r"survey/targets\.csv")),
    ("survey", re.compile(r"survey/[^/]+\.(?:csv|parquet)")),
    ("votes", re.compile(r"votes/[^/]+\.(?:csv|csv\.gz|ndjson|ndjson\.gz|parquet)")),
)

LAYOUT_TEXT = (
    "rulebook.yml, candidates.csv, corrections.yml, contests.csv, *.pem, "
    "audits/<field_firm>/*.csv|xlsx|parquet, survey/*.csv|parquet, survey/targets.csv, "
    "votes/*.csv|csv.gz|ndjson|ndjson.gz|parquet"
)


def check_path(path: str) -> str:
    """Return a path that is relative, plain and cannot leave the folder; InputError otherwise."""
    parts = path.split("/")
    for part in parts:
        if (
            not SEGMENT.fullmatch(part)
            or part.endswith((".", " "))
            or ".." in part
            or len(part.encode("utf-8", "replace")) > MAX_SEGMENT_BYTES
            or unicodedata.normalize("NFC", part) != part
        ):
            raise InputError(say("place.malformed", path=printable(path)), mend=say("place.malformed_mend"))
    return path


def source_of(path: str) -> str:
    """What the deposit at this path (relative to the edition's folder) is: one of SOURCES. InputError otherwise."""
    check_path(path)
    if source := _source_named(path):
        return source
    raise InputError(say("place.not_known", path=printable(path)), mend=say("place.layout", files=LAYOUT_TEXT))


def lacking(sources: Iterable[str], present: Collection[str]) -> list[str]:
    """Those of `sources` that must have a file, and have none among those `present`."""
    return [source for source in sources if source not in present and source not in OPTIONAL]


def place_of(source: str) -> str:
    """Where the files of a source lie in an edition's folder, for people."""
    files = {"rulebook": RULEBOOK_FILE, "candidates": "candidates.csv", "targets": "survey/targets.csv"}
    return files.get(source, f"{source}/")


def fits(path: str) -> bool:
    """Whether an edition's folder may hold a deposit at this path."""
    try:
        source_of(path)
    except InputError:
        return False
    return True


def names_deposit(path: str) -> bool:
    """Whether a file is due at this path: it is named as a deposit is."""
    return _source_named(path) is not None


def _source_named(path: str) -> str | None:
    return next((source for source, form in LAYOUT if form.fullmatch(path)), None)


def printable(path: str) -> str:
    """A path as it may be shown in a message, whatever bytes a file name holds."""
    return ascii(path[:200]) if not path.isprintable() else repr(path[:200])
