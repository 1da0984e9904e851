"""The program as it is installed: Python, packages, its own files, what typesets, the time zones.

Belongs here: whatever does not depend on the folders of state and deposits.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orchestration.doctor.diagnosis import Diagnosis
from orchestration.doctor.say import say
from orchestration.errors import InputError
from orchestration.evidence import code_sha256
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.typesetting import FONTS

CONSTRAINTS = PROJECT_DIR / "constraints.txt"
FONT_FILES = ("IBMPlexMono-Regular.ttf", "IBMPlexSansArabic-Bold.ttf", "IBMPlexSansArabic-Regular.ttf")
_PINNED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?==[^ ;\\]+(?: ; [^\\]+?)?) ?\\?")
ZONE = "Africa/Casablanca"
FIRST_WITH = (3, 11)
LAST_BEFORE = (3, 14)


def python(settings: Settings) -> Iterator[Diagnosis]:
    """The version, and that no check is taken away."""
    if not FIRST_WITH <= sys.version_info[:2] < LAST_BEFORE:
        running = ".".join(map(str, sys.version_info[:3]))
        yield Diagnosis("python", say("python.version", found=running), sys.executable, say("python.version_mend"))
    if sys.flags.optimize:
        yield Diagnosis("python", say("python.optimized"), sys.executable, say("python.optimized_mend"))


def packages(settings: Settings) -> Iterator[Diagnosis]:
    """Every package that the program needs is there, in the version that it was tested with."""
    pinned = pins(CONSTRAINTS)
    for name in sorted(needed("palmares")):
        try:
            installed = version(name)
        except PackageNotFoundError:
            yield Diagnosis("packages", say("packages.missing", name=name), sys.prefix, say("packages.mend"))
            continue
        if (expected := pinned.get(name, installed)) != installed:
            what = say("packages.other", name=name, found=installed, due=expected)
            yield Diagnosis("packages", what, sys.prefix, say("packages.mend"))


def pins(constraints: Path) -> dict[str, str]:
    """The version of each package for this Python and machine, from the list that is installed from."""
    versions: dict[str, str] = {}
    for line in constraints.read_text("utf-8").splitlines():
        if match := _PINNED.fullmatch(line):
            requirement = Requirement(match[1])
            if requirement.marker is None or requirement.marker.evaluate():
                (pin,) = requirement.specifier
                versions[canonicalize_name(requirement.name)] = pin.version
    return versions


def needed(root: str) -> set[str]:
    """The packages that one needs, at whatever distance, on this machine; itself aside."""
    seen: set[str] = set()
    waiting = [(root, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        try:
            requirements = requires(metadata(name)["Name"]) or []
        except PackageNotFoundError:
            continue  # told where it is looked for
        for text in requirements:
            need = Requirement(text)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                key = canonicalize_name(need.name)
                if key not in seen:
                    waiting.append((key, frozenset(need.extras)))
                seen.add(key)
    return seen


def own_files(settings: Settings) -> Iterator[Diagnosis]:
    """Nothing stands among what decides that would run in place of it, or keep it from being told by its digest."""
    try:
        code_sha256()
    except InputError as error:
        what = say("program.odd", what=error.what)
        yield Diagnosis("program", what, error.where or "", say("program.odd_mend", mend=error.mend or ""))


def typesetting(settings: Settings) -> Iterator[Diagnosis]:
    """What makes the PDFs."""
    try:
        import typst  # noqa: F401
    except ImportError:
        yield Diagnosis("typesetting", say("packages.missing", name="typst"), sys.prefix, say("packages.mend"))
    for name in FONT_FILES:
        if not (FONTS / name).is_file():
            yield Diagnosis("typesetting", say("typesetting.font"), str(FONTS / name), say("program.again"))


def time_zones(settings: Settings) -> Iterator[Diagnosis]:
    """The offset of Casablanca, which changes for Ramadan, is the one of the pinned database."""
    try:
        offsets = [datetime(2025, month, 15, 12, tzinfo=UTC).astimezone(ZoneInfo(ZONE)).utcoffset() for month in (1, 3)]
        sound = [offset is not None and offset.total_seconds() for offset in offsets] == [3600, 0]
    except ZoneInfoNotFoundError:
        sound = False
    if not sound:
        yield Diagnosis("time_zones", say("time_zones.wrong", zone=ZONE), "tzdata", say("packages.mend"))
