"""An edition as its suppliers are about to hand it in: tables and rules in memory, turned into bytes at the end.

Belongs here: the shape that mutations edit, and how it becomes files. An edition is copied by reference; whoever
changes a sheet asks for it with `edit`, so that a thousand mutations share the clean one.
"""

import csv
import io
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml


@dataclass
class Sheet:
    """One CSV file: a header, rows of text, and the dialect of its supplier."""

    columns: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    encoding: str = "utf-8"

    def place(self, column: str) -> int:
        """Where a column stands; ValueError for one that is not there."""
        return self.columns.index(column)

    def get(self, row: int, column: str) -> str:
        """One cell."""
        return self.rows[row][self.place(column)]

    def put(self, row: int, column: str, value: str) -> None:
        """Change one cell."""
        self.rows[row][self.place(column)] = value

    def values(self, column: str) -> list[str]:
        """A whole column."""
        place = self.place(column)
        return [row[place] for row in self.rows]

    def put_all(self, column: str, values: list[str]) -> None:
        """Change a whole column."""
        for row, value in enumerate(values):
            self.put(row, column, value)

    def copy(self) -> "Sheet":
        """A sheet that may be changed."""
        return Sheet(list(self.columns), [list(row) for row in self.rows], self.delimiter, self.encoding)

    @cached_property
    def clean_bytes(self) -> bytes:
        """The bytes of a sheet that nobody changes any more."""
        return self.to_bytes()

    def to_bytes(self) -> bytes:
        """The file as the supplier exports it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue().encode(self.encoding)


@dataclass
class Edition:
    """All that is handed in: the rulebook as data, one sheet a file, and bytes that replace or join them (`extra`)."""

    edition: str
    rulebook: dict[str, Any]
    sheets: dict[str, Sheet]
    certificate: bytes
    extra: dict[str, bytes] = field(default_factory=dict)
    _own: set[str] = field(default_factory=set)

    def copy(self) -> "Edition":
        """An edition to change: sheets are shared until `edit` asks for them."""
        return Edition(
            self.edition,
            deepcopy(self.rulebook),
            sheets=dict(self.sheets),
            certificate=self.certificate,
            extra=dict(self.extra),
        )

    def edit(self, path: str) -> Sheet:
        """The sheet at a path, as one that may be changed."""
        if path not in self._own:
            self.sheets[path] = self.sheets[path].copy()
            self._own.add(path)
        return self.sheets[path]

    def paths(self, folder: str) -> list[str]:
        """The sheets below a folder ("audits", "survey", "votes"), in order; targets are none of the survey's."""
        return sorted(p for p in self.sheets if p.startswith(f"{folder}/") and not p.endswith("targets.csv"))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file as (path, bytes)."""
        files = {
            path: sheet.to_bytes() if path in self._own else sheet.clean_bytes for path, sheet in self.sheets.items()
        }
        files["rulebook.yml"] = yaml.safe_dump(self.rulebook, allow_unicode=True, sort_keys=False, width=160).encode()
        files["bailiff.pem"] = self.certificate
        yield from sorted({**files, **self.extra}.items())
