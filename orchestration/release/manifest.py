"""`manifest-sha256.txt`: which files a release holds and what their bytes are.

Belongs here: the manifest's one form, written and read strictly, for the release and the verifier alike.
Each line is `<sha256>  <path>` + LF, in the bytewise order of the paths; so
`sha256sum -c manifest-sha256.txt` checks it. The manifest lists every file but itself.
"""

import re
from collections.abc import Mapping

from orchestration.release.say import say

MANIFEST = "manifest-sha256.txt"
MAX_BYTES = 1 << 20
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
PATH = re.compile(rf"(?:{_NAME}/)?{_NAME}")
"""A path within a release: at most one folder, plain ASCII names, none hidden, no way up or out."""
_LINE = re.compile(rf"([0-9a-f]{{64}})  ({PATH.pattern})")


class ManifestError(ValueError):
    """The manifest is not in its one form."""


def format_manifest(digests: Mapping[str, str]) -> bytes:
    """Spell the manifest of files given as path -> SHA-256."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode("ascii")


def parse_manifest(data: bytes) -> dict[str, str]:
    """Read a manifest as path -> SHA-256; raises ManifestError unless it is exactly what `format_manifest` writes."""
    if len(data) > MAX_BYTES:
        raise ManifestError(say("manifest.large"))
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ManifestError(say("manifest.ascii")) from None
    if lines.pop():
        raise ManifestError(say("manifest.end"))
    digests: dict[str, str] = {}
    previous = ""
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ManifestError(say("manifest.line", number=number))
        digest, path = match.groups()
        if path <= previous:
            raise ManifestError(say("manifest.order", number=number))
        digests[path] = digest
        previous = path
    if not digests or MANIFEST in digests:
        raise ManifestError(say("manifest.itself"))
    return digests
