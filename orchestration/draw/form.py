"""The form that is filled in while tests are traced: the sheets, or a CSV of `test_id, outcome, remark`. Pure.

Belongs here: writing the empty CSV and reading either back, strictly: every drawn test once, one of three outcomes,
nothing else. The sheets are `sheets.py`; what a filled form leads to is `bailiff/tracing.py`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from orchestration.draw.say import say
from orchestration.errors import InputError
from orchestration.evidence import TRACE_OUTCOMES, TraceOutcome
from orchestration.typesetting import filled, name_parts
from orchestration.words import Sentence, joined

OUTCOME, REMARK = "outcome", "remark"
"""How the fields of the sheets begin, before the test's id."""
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
MOST_BYTES, MOST_PDF = 4 << 20, 64 << 20
PDF = b"%PDF-"


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
    outcomes: dict[str, TraceOutcome] = {}
    faults = list((_read_sheets if data.startswith(PDF) else _read)(data, set(tests), outcomes))
    if not faults:
        faults = [say("form.missing", test=test) for test in tests if test not in outcomes]
    if faults:
        more = [say("form.more", count=len(faults) - SHOWN)] if len(faults) > SHOWN else []
        raise InputError(joined("; ", [*faults[:SHOWN], *more]), place, say("form.mend"))
    return {test: outcomes[test] for test in tests}


def _read(data: bytes, drawn: set[str], outcomes: dict[str, TraceOutcome]) -> Iterator[Sentence]:
    """Fill `outcomes`; yield what is wrong."""
    if len(data) > MOST_BYTES:
        yield say("form.large")
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield say("form.coding")
        return
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in islice(reader, 1):  # a record, which a quoted line end makes longer than a line
            if tuple(cell.strip() for cell in cells) != COLUMNS:
                yield say("form.header", columns=",".join(COLUMNS))
                return
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield from _row(reader.line_num, cells, drawn, outcomes)
    except csv.Error as error:
        yield say("form.broken", line=reader.line_num, error=error)
    if not reader.line_num:
        yield say("form.empty")


def _read_sheets(data: bytes, drawn: set[str], outcomes: dict[str, TraceOutcome]) -> Iterator[Sentence]:
    """The same of the filled sheets. A box that is not ticked is a test that is missing."""
    if len(data) > MOST_PDF:
        yield say("form.large")
        return
    try:
        values = filled(data)
    except ValueError:
        yield say("form.no_sheets")
        return
    for name, value in values.items():
        kind, *rest = name_parts(name)
        if kind != OUTCOME or len(rest) != 1:
            continue
        [test] = rest
        if test not in drawn:
            yield say("form.field_not_drawn", test=repr(test[:80]))
        elif value not in TRACE_OUTCOMES:
            yield say("form.field_outcome", test=test, word=repr(value[:40]))
        else:
            outcomes[test] = next(outcome for outcome in TRACE_OUTCOMES if outcome == value)


def _row(line: int, cells: list[str], drawn: set[str], outcomes: dict[str, TraceOutcome]) -> Iterator[Sentence]:
    if len(cells) != len(COLUMNS):
        yield say("form.cells", line=line, found=len(cells), wanted=len(COLUMNS))
        return
    test, word = cells[0].strip(), " ".join(cells[1].replace("_", " ").split()).casefold()
    if test not in drawn:
        yield say("form.not_drawn", line=line, test=repr(test[:80]))
    elif test in outcomes:
        yield say("form.twice", line=line, test=test)
    elif word not in WORDS:
        yield say("form.outcome", line=line, test=test, word=repr(cells[1][:40]))
    else:
        outcomes[test] = WORDS[word]
