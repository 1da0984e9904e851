"""The shipped fonts (IBM Plex, SIL Open Font License, see OFL.txt) and which characters they can show.

Belongs here: knowing what is legible. A character that no shipped font has would be an empty box on one machine and a
failed PDF/A on another: it is spelled out as ⟨U+2D30⟩ instead, so that nobody is shown a name that is not the name.
"""

import struct
from functools import lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent
TEXT_FONTS = ("IBMPlexSansArabic-Regular.ttf", "IBMPlexSansArabic-Bold.ttf")
INVISIBLE = frozenset("\u200b\u200e\u200f\u2066\u2067\u2068\u2069\u202f\u2011\n")
"""Spaces and marks that the layout itself knows how to set."""


def legible(value: Any) -> Any:
    """The same data with every text made of characters that can be printed."""
    if isinstance(value, str):
        known = characters()
        if all(ord(sign) in known or sign in INVISIBLE for sign in value):
            return value
        return "".join(s if ord(s) in known or s in INVISIBLE else f"<U+{ord(s):04X}>" for s in value)
    if isinstance(value, dict):
        return {key: item if key == "svg" else legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [legible(item) for item in value]
    return value


@lru_cache
def characters() -> frozenset[int]:
    """Code points that every text font has, read from their `cmap` tables."""
    return frozenset.intersection(*(_mapped((FONTS / name).read_bytes()) for name in TEXT_FONTS))


def _mapped(font: bytes) -> frozenset[int]:
    """Code points of a TrueType font: its Unicode table of format 4 (OpenType specification, cmap)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    count = struct.unpack_from(">H", font, start + 2)[0]
    places = (struct.unpack_from(">HHL", font, start + 4 + 8 * n) for n in range(count))
    at = next(start + offset for platform, encoding, offset in places if (platform, encoding) == (3, 1))
    double = struct.unpack_from(">H", font, at + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
    return frozenset(c for first, last in zip(starts, ends, strict=True) for c in range(first, last + 1) if c != 0xFFFF)
