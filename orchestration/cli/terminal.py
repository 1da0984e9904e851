"""What reaches the terminal: text, and nothing that a terminal would obey or a reader be deceived by.

Belongs here: the one place through which all that a command prints goes. A file's name or a cell may hold a sequence
that clears the screen, colours a refusal green or turns the direction of writing; here it is shown by its number.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

OBEYED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories of signs that act instead of being seen."""
MAYBE = re.compile(r"[^\x20-\x7e\n\t\u00a0-\u00ac\u00ae-\u024f\u202f\u2010-\u2027]")
"""Whatever is not plainly printable is looked at by its category; the usual signs of both languages are not."""


def inert(text: str) -> str:
    """The text with every sign that a terminal would obey shown as its number: `\\x1b`, `\\u202e`."""
    return MAYBE.sub(lambda match: _shown(match[0]), text)


def _shown(sign: str) -> str:
    if unicodedata.category(sign) not in OBEYED:
        return sign
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


class Inert:
    """A text stream whose writes are inert; everything else is the stream's own."""

    def __init__(self, stream: IO[str]) -> None:
        self.terminal = stream

    def write(self, text: str) -> int:
        """Write a text, what acts in it as numbers. Returns how many signs were given."""
        self.terminal.write(inert(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.terminal, name)


@contextmanager
def inert_streams() -> Iterator[None]:
    """Both streams of this process are inert for a block of work."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Inert(sys.stdout), Inert(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def terminal(stream: IO[str]) -> IO[str]:
    """The stream behind an inert one, for who draws (bars, frames, colours) and makes its texts inert itself."""
    return stream.terminal if isinstance(stream, Inert) else stream
