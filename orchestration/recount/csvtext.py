"""CSV as text (RFC 4180), line by line, so that one bad line costs one line.

Belongs here: cutting lines into fields. Does not belong here: what a field means. An open quote must not swallow the
good lines behind it: a record that spans several lines is believed only if it is well formed, as wide as the header
and breaks no line inside a column that we use; else its first line alone is set aside and reading goes on behind it.
"""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator

Line = tuple[int, str | None]
"""Number and text of a physical line; None instead of a text that is not UTF-8."""

Records = Iterator[tuple[int, list[str] | None]]
"""Each record with the number of its first line; None for a line that cannot be read."""

LONGEST_RECORD = 16 * 2**20
"""Characters of one record; longer ones are set aside."""

QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')


def lines_of(data: bytes) -> list[Line]:
    """Cut a file's bytes into numbered lines, without their LF or CR LF; a byte-order mark is dropped."""
    lines: list[Line] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        lines.append((number, decoded(raw)))
    return lines


def decoded(raw: bytes) -> str | None:
    """One line as text without a trailing CR; None if it is not UTF-8."""
    try:
        return raw.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        return None


def delimiter_of(header: str) -> str:
    """Comma or semicolon, whichever the header has more of outside quotes."""
    plain = QUOTED.sub("", header)
    return ";" if plain.count(";") > plain.count(",") else ","


def split(text: str, delimiter: str) -> list[str] | None:
    """The fields of one record; None if a quote stands where RFC 4180 allows none."""
    if '"' not in text:
        return text.split(delimiter)
    fields: list[str] = []
    at = 0
    while True:
        if text.startswith('"', at):
            match = QUOTED.match(text, at)
            if match is None:
                return None
            fields.append(match[1].replace('""', '"'))
            at = match.end()
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            if '"' in text[at:end]:
                return None
            fields.append(text[at:end])
            at = end
        if at == len(text):
            return fields
        if text[at] != delimiter:
            return None
        at += 1


def records(lines: Iterable[Line], delimiter: str, width: int, used: Collection[int]) -> Records:
    """Each record with the number of its first line, in order; None for a line that cannot be read.

    `width` is the number of columns of the header, `used` the positions of the columns that we use. Empty lines are
    no records.
    """
    source = iter(lines)
    waiting: deque[Line] = deque()

    def take() -> Line | None:
        return waiting.popleft() if waiting else next(source, None)

    while (line := take()) is not None:
        number, text = line
        if text is None:
            yield number, None
            continue
        if not text:
            continue
        parts, later = [text], []
        size, odd = len(text), text.count('"') % 2
        while odd and size <= LONGEST_RECORD:
            following = take()
            if following is None:
                break
            later.append(following)
            if following[1] is None:
                break
            parts.append(following[1])
            size += len(following[1])
            odd = (odd + following[1].count('"')) % 2
        fields = None if odd else split("\n".join(parts), delimiter)
        if fields is not None and len(fields) != width:
            fields = None
        if fields is not None and later and any("\n" in fields[position] for position in used):
            fields = None
        if fields is None:
            waiting.extendleft(reversed(later))
        yield number, fields
