"""What a source expects of a file's columns, and whether a header is that.

Belongs here: names of columns. What stands in them is judged where the rows are. A column that nobody knows, and that
no correction names, refuses no file, however often its name stands there and whatever it holds.
"""

import difflib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from orchestration.intake import personal
from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import limits
from orchestration.intake.say import say


@dataclass(frozen=True)
class Expected:
    """What a source knows about its files: columns by name, the required ones, the 0/1 facts, and what people write.

    A cell of `prose` may go over several lines (in quotes); a line's end in any other known column is no cell's.
    `named` are the columns that corrections of one file name, known or not.
    """

    known: tuple[str, ...]
    required: tuple[str, ...]
    flags: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


def check_header(header: Sequence[str], expected: Expected) -> None:
    """Hold the header of a file against what its source expects. Raises FileProblem for one that cannot be used."""
    if len(header) > limits.COLUMNS:
        raise FileProblem("too_large.columns", 1, count=len(header), most=limits.COLUMNS)
    used = {*expected.known, *expected.named}
    hidden = {"".join(filter(str.isprintable, name)) for name in set(header) - used if not name.isprintable()}
    missing = [name for name in expected.required if name not in header]
    if hidden and (missing or hidden & used):
        raise FileProblem("header_name.control", 1)
    twice = {name for name, times in Counter(header).items() if times > 1}
    if known := twice.intersection(expected.known):
        raise FileProblem("duplicate_column.twice", 1, count=len(known))
    if named := twice & expected.named:
        raise FileProblem("correction_column.twice", 1, columns=", ".join(sorted(map(inert, named))))
    if missing:
        raise lacking(missing, 1, near_columns(missing, header, expected.known))


def check_types(opaque: Mapping[str, object], expected: Expected) -> None:
    """Hold columns that are no flat text, with what they are, against what a source expects. Raises FileProblem."""
    for name, kind in opaque.items():
        if name in expected.known:
            raise FileProblem("column_type.parquet", column=name, kind=kind)
        if name in expected.named:
            raise FileProblem("correction_column.type", columns=inert(name), kind=kind)


def told_apart(header: Sequence[str]) -> tuple[str, ...]:
    """A name for each column, each once: where one stands again, the number of its column is behind it."""
    names: list[str] = []
    for place, name in enumerate(header, start=1):
        own = f"{name} (column {place})" if name in names else name
        while own != name and own in header:
            own += "'"
        names.append(own)
    return tuple(names)


def inert(name: str) -> str:
    """A column's name as it may be shown: an empty one, or one that holds what does not print, as JSON writes it."""
    return name if name and name.isprintable() else json.dumps(name)


def missing_columns(missing: Collection[str]) -> str:
    """The key of the sentence for columns that a file lacks."""
    return "missing_column.several" if len(missing) > 1 else "missing_column.one"


def lacking(missing: Sequence[str], line: int | None = None, near: str = "") -> FileProblem:
    """What is said of a file without these columns; `near`: of those that are perhaps meant (`near_columns`)."""
    return FileProblem(missing_columns(missing), line, missing[0], columns=", ".join(missing), near=near)


def near_columns(missing: Sequence[str], header: Sequence[str], known: Collection[str]) -> str:
    """The columns of the header that nobody knows and that look like a missing one: it is spelt otherwise there."""
    stray = [name for name in header if name not in known and name.isprintable() and not personal.looks_personal(name)]
    pairs = [(name, difflib.get_close_matches(name, stray, n=1)) for name in missing]
    alike = [f"{near[0]} → {name}" for name, near in pairs if near]
    return say("missing_column.near", columns=", ".join(alike)) if alike else ""
