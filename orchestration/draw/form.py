"""The form that is filled in while tests are traced: a CSV of `test_id, outcome, remark`. Pure.

Belongs here: writing the empty form and reading it back, strictly: every drawn test once, one of three outcomes,
nothing else. What a filled form leads to is `bailiff/tracing.py`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from orchestration.errors import InputError
from orchestration.evidence import TraceOutcome

COLUMNS = ("test_id", "outcome", "remark")
SHOWN = 20
"""Faults of a form that are told one by one."""
WORDS: dict[str, TraceOutcome] = {
    "conform": "conform",
    "not conform": "not_conform",
    "not found": "not_found",
    "conforme": "conform",
    "non conforme": "not_conform",
    "introuvable": "not_found",
    "مطابق": "conform",
    "غير مطابق": "not_conform",
    "غير موجود": "not_found",
}
"""What may stand in the column `outcome`, in any case; an underscore is as good as a blank."""
MOST_BYTES = 4 << 20


def empty_form(tests: Iterable[str]) -> bytes:
    """The form to fill in, in the order of the sheets."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((test, "", "") for test in tests)
    return text.getvalue().encode()


def read_form(data: bytes, tests: Sequence[str], place: str) -> dict[str, TraceOutcome]:
    """The outcome of each drawn test, in the order of the draw. `place` is the file's name, for people.

    Raises InputError with every fault and its line: the header, a test that was not drawn, one that stands twice or
    is missing, an outcome that is none.
    """
    found: dict[str, TraceOutcome] = {}
    faults = list(_read(data, set(tests), found))
    if not faults:
        faults = [f"the drawn test {test} is missing" for test in tests if test not in found]
    if faults:
        more = [f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise InputError(
            "; ".join([*faults[:SHOWN], *more]),
            place,
            "fill in the form as it was printed: each test once, and conform, not_conform or not_found (conforme, non "
            "conforme, introuvable) for it; save it as CSV in UTF-8",
        )
    return {test: found[test] for test in tests}


def _read(data: bytes, drawn: set[str], found: dict[str, TraceOutcome]) -> Iterator[str]:
    """Fill `found`; yield what is wrong."""
    if len(data) > MOST_BYTES:
        yield "the file is too large to be this form"
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "the file is not in UTF-8"
        return
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            line = reader.line_num
            if line == 1 and tuple(cell.strip() for cell in cells) != COLUMNS:
                yield f"line 1: the header is not {','.join(COLUMNS)}"
                return
            if line > 1 and any(cell.strip() for cell in cells):
                yield from _row(line, cells, drawn, found)
    except csv.Error as error:
        yield f"line {reader.line_num}: {error}"
    if not reader.line_num:
        yield "the file is empty"


def _row(line: int, cells: list[str], drawn: set[str], found: dict[str, TraceOutcome]) -> Iterator[str]:
    if len(cells) != len(COLUMNS):
        yield f"line {line}: {len(cells)} cells, not {len(COLUMNS)}"
        return
    test, word = cells[0].strip(), " ".join(cells[1].replace("_", " ").split()).casefold()
    if test not in drawn:
        yield f"line {line}: {test[:80]!r} was not drawn"
    elif test in found:
        yield f"line {line}: {test} stands there twice"
    elif word not in WORDS:
        yield f"line {line}: {test}: {cells[1][:40]!r} is not an outcome"
    else:
        found[test] = WORDS[word]
