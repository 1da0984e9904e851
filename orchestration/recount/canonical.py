"""The canonical CSV of the results (SPEC 8), read and spelled strictly.

Belongs here: text of cells and of whole files. The form: UTF-8, LF, a field quoted only where it must be; NULL is an
empty field, an empty text two quotes. So a table has one spelling, and reading refuses any other.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from orchestration.recount.errors import CannotRecount
from orchestration.recount.evidence import Cell
from orchestration.recount.plainfile import TABLE_BYTES, plain_bytes

FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n]*)')

TextRow = dict[str, str | None]
"""A row as texts by column; None is NULL."""


def cell_text(value: Cell) -> str | None:
    """A value as text: true and false for a boolean, None for NULL."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def field(text: str | None) -> str:
    """A cell as it stands in the file."""
    if text is None:
        return ""
    return '"' + text.replace('"', '""') + '"' if not text or re.search(r'[",\r\n]', text) else text


def read_results(results_dir: Path) -> dict[str, list[TextRow]]:
    """The canonical tables of a folder of `*.csv`, by name. Raises CannotRecount."""
    return {place.stem: _read_csv(place) for place in sorted(results_dir.glob("*.csv"))}


def read_survey_weights(place: Path) -> dict[str, int]:
    """The stored raking weights of `fct_survey_weight.csv`, in millionths by respondent. Raises CannotRecount."""
    weights: dict[str, int] = {}
    for number, row in enumerate(_read_csv(place), start=2):
        respondent, text = row.get("respondent_id") or "", row.get("weight_micro") or ""
        if not respondent or respondent in weights or not (text.isascii() and text.isdigit()):
            raise CannotRecount(f"{place.name} line {number}: not one whole weight for one respondent")
        weights[respondent] = int(text)
    return weights


def _read_csv(place: Path) -> list[TextRow]:
    try:
        text = plain_bytes(place, TABLE_BYTES).decode("utf-8")
        header, *rows = _records(text)
    except ValueError as error:
        raise CannotRecount(f"{place.name}: this is not a canonical CSV table") from error
    names = [name or "" for name in header]
    if len(set(names)) < len(names) or any(len(row) != len(header) for row in rows):
        raise CannotRecount(f"{place.name}: a row is not as wide as the header, or a column stands twice")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _records(text: str) -> Iterable[list[str | None]]:
    """The records of a file, header first. Raises ValueError for any spelling but the canonical one."""
    records: list[list[str | None]] = [[]]
    at = 0
    while at < len(text):
        quoted, plain = FIELD.match(text, at).groups()  # type: ignore[union-attr]  # it matches the empty text
        records[-1].append(plain or None if quoted is None else quoted.replace('""', '"'))
        spelled = field(records[-1][-1])
        at += len(spelled) + 1
        ending = text[at - 1 : at]
        if ending == "\n":
            records.append([])
        elif ending != ",":
            raise ValueError(f"character {at}: no comma or line end behind a field")
    if records.pop():
        raise ValueError("the last line does not end")
    return records
