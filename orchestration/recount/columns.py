"""Reading cells by columns (SPEC 3.6), for sources of which there may be millions of rows.

Belongs here: what `rows` says of one cell, said of a whole column. Does not belong here: what a whole row of a source
must hold (`audits`, `survey`). One idea serves all but ids and times: a column holds few different texts, each is
judged once, by itself, and every row has the answer of its text.
"""

from collections.abc import Callable, Collection

import polars as pl

from orchestration.recount.grids import thousandths
from orchestration.recount.instants import Instants, whole
from orchestration.recount.rows import is_name, number

EMPTY = ("",)


class Columns:
    """Reads the columns of a piece of text one after the other, noting of each row the first thing that is wrong.

    `reason` is null where nothing was. A column that the file does not have is empty in every row.
    """

    def __init__(self, frame: pl.DataFrame, instants: Instants) -> None:
        self.frame = frame
        self.instants = instants
        self.reason = self._same(None)

    def _same(self, text: str | None) -> pl.Series:
        return pl.repeat(text, len(self.frame), dtype=pl.String, eager=True)

    def _lacks(self, column: str) -> bool:
        """Whether the file has no such column. Of one that may be empty there is nothing to judge then, and of a dozen
        that a supplier may leave out most are."""
        return column not in self.frame.columns

    def wrong(self, rows: pl.Series, reason: str) -> None:
        """Note what is wrong with these rows, where nothing was wrong before; a row that is null is not meant."""
        if rows.any():
            meant = rows.fill_null(False) & self.reason.is_null()
            self.reason = self._same(reason).zip_with(meant, self.reason)

    def raw(self, column: str) -> pl.Series:
        """The cells as they are."""
        return self._same("") if self._lacks(column) else self.frame[column].fill_null("")

    def text(self, column: str, pattern: str, optional: bool = False) -> pl.Series:
        """Cells that match a pattern as a whole; null where one is empty and may be, or is malformed."""
        if optional and self._lacks(column):
            return self._same(None)
        raw = self.raw(column)
        valid = raw.str.contains(whole(pattern)) & ~raw.str.contains("..", literal=True)
        self.wrong(~valid & (raw != "") if optional else ~valid, "malformed_value")
        return self._where(valid, raw)

    def one_of(self, column: str, choices: Collection[str], reason: str) -> pl.Series:
        """Cells that are one of the choices; else a row is set aside for `reason` (an empty cell as malformed)."""
        raw = self.raw(column)
        known = raw.is_in(pl.Series(list(choices), dtype=pl.String).implode())
        self.wrong(~known & (raw == ""), "malformed_value")
        self.wrong(~known, reason)
        return self._where(known, raw)

    def number(self, column: str, least: int, most: int, empty: Collection[str] = EMPTY) -> pl.Series:
        """Whole numbers in a range; null for an empty cell (one of `empty`) or a malformed one."""
        return self._by_text(column, lambda text: number(text, least, most), empty)

    def measure(self, column: str, empty: Collection[str]) -> pl.Series:
        """Measured numbers in thousandths; null for an empty cell (one of `empty`) or a malformed one."""
        return self._by_text(column, thousandths, empty)

    def name(self, column: str) -> pl.Series:
        """Names; null where a cell is empty or malformed."""
        if self._lacks(column):
            return self._same(None)
        raw = self.raw(column)
        texts = raw.unique()
        names = texts.filter(pl.Series([is_name(text) for text in texts], dtype=pl.Boolean))
        valid = raw.is_in(names.implode())
        self.wrong(~valid & (raw != ""), "malformed_value")
        return self._where(valid, raw)

    def moment(self, column: str, may_be_empty: pl.Series | None = None) -> pl.Series:
        """Instants in microseconds since 1970, UTC; null for an empty cell or a malformed one."""
        raw = self.raw(column)
        instants = self.instants.read(raw)
        wrong = instants.is_null()
        self.wrong(wrong if may_be_empty is None else wrong & ~(may_be_empty & (raw == "")), "malformed_value")
        return instants

    def _by_text(self, column: str, judge: Callable[[str], int | None], empty: Collection[str]) -> pl.Series:
        if self._lacks(column) and "" in empty:
            return pl.repeat(None, len(self.frame), dtype=pl.Int32, eager=True)
        raw = self.raw(column)
        texts = raw.unique()
        judged = pl.Series([judge(text) for text in texts], dtype=pl.Int32)
        values = raw.replace_strict(texts, judged, return_dtype=pl.Int32).cast(pl.Int32)  # of no rows Polars makes text
        if values.has_nulls():
            self.wrong(values.is_null() & ~raw.is_in(pl.Series(list(empty)).implode()), "malformed_value")
        return values

    @staticmethod
    def _where(valid: pl.Series, raw: pl.Series) -> pl.Series:
        return raw if valid.all() else raw.zip_with(valid, pl.Series([None], dtype=pl.String))
