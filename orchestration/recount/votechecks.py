"""Judging vote rows one by one, by columns (SPEC 3.4, 3.6).

Belongs here: what a vote row must hold to be accepted, its instant, and personal data that must not be there. Does not
belong here: what depends on other rows (`votes`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from orchestration.recount import moments, persons
from orchestration.recount.candidates import Candidate
from orchestration.recount.rows import ROW_ID, WORD
from orchestration.recount.rules import Rules, VoteRules
from orchestration.recount.spool import SCHEMA

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
MINUTES = {"written": pl.String, "begin": pl.Int64}
"""Each written minute with its offset, and where it begins in microseconds since 1970 (null: no such time)."""

NAMED_LINES = 20


def whole(pattern: str) -> str:
    """A pattern that must match from the first to the last character, for Polars."""
    return rf"\A(?:{pattern})\z"


class VoteJudge:
    """Judges pieces of vote files; remembers written minutes and the files that hold personal data."""

    def __init__(self, rules: Rules, vote: VoteRules, candidates: Mapping[str, Candidate]) -> None:
        self.rules = rules
        self.vote = vote
        self.ids = sorted(candidates)
        self.category_of = [candidates[candidate_id].category_id for candidate_id in self.ids]
        self.withdrawn = [candidate_id for candidate_id in self.ids if not candidates[candidate_id].entered]
        self.minutes = pl.DataFrame(schema=MINUTES)
        self.problems: list[str] = []

    def judge(self, path: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A piece with its instants, reasons (null: accepted) and hashes; columns as in `spool.SCHEMA`, but `row`."""
        self._refuse_personal_data(path, frame)
        frame = self._with_instants(frame)
        frame = frame.with_columns(
            cast_known=pl.when(pl.col("cast_micro").is_null())
            .then(pl.col("cast_at"))
            .otherwise(pl.concat_str(pl.lit("="), pl.col("cast_micro"))),
            hour=pl.col("cast_micro").floordiv(HOUR),
            withdrawn=pl.col("candidate_id").is_in(pl.Series(self.withdrawn, dtype=pl.String).implode()),
            reason=self._reason(),
        )
        return frame.with_columns(
            hash_id=pl.col("vote_id").hash(),
            hash_hour=pl.struct("ip_hash", "hour").hash(),
            hash_key=pl.struct(*self.vote.one_per).hash(),
        ).select([name for name in SCHEMA if name != "row"])

    def _reason(self) -> pl.Expr:
        """Why a row is set aside, the first of the reasons that hold."""
        known = pl.Series(self.ids, dtype=pl.String)
        opens, closes = (moment - EPOCH for moment in (self.vote.opens, self.vote.closes))
        category = pl.col("candidate_id").replace_strict(
            known, pl.Series(self.category_of, dtype=pl.String), default=None, return_dtype=pl.String
        )
        malformed = pl.any_horizontal(
            *(self._not(name, ROW_ID) for name in ("vote_id", "voter_key", "ip_hash")),
            *(pl.col(name).str.contains("..", literal=True) for name in ("vote_id", "voter_key", "ip_hash")),
            self._not("channel", WORD),
            pl.col("category_id") == "",
            pl.col("candidate_id") == "",
            pl.col("cast_micro").is_null(),
        )
        inside = pl.col("cast_micro").is_between(opens // MICROSECOND, closes // MICROSECOND)
        return (
            pl.when(malformed)
            .then(pl.lit("malformed_value"))
            .when(pl.col("category_id").is_in(pl.Series(list(self.rules.categories), dtype=pl.String).implode()).not_())
            .then(pl.lit("unknown_category"))
            .when(category.is_null())
            .then(pl.lit("unknown_candidate"))
            .when(category != pl.col("category_id"))
            .then(pl.lit("category_mismatch"))
            .when(inside.not_())
            .then(pl.lit("outside_window"))
            .otherwise(pl.lit(None, dtype=pl.String))
        )

    @staticmethod
    def _not(column: str, pattern: str) -> pl.Expr:
        return pl.col(column).str.contains(whole(pattern)).not_()

    def _with_instants(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add `cast_micro`. Each written minute is read once by `moments`; seconds are added by columns."""
        parts = frame.select(pl.col("cast_at").str.extract_groups(whole(moments.TIME.pattern)).alias("time")).unnest(
            "time"
        )
        parts = parts.with_columns(written=pl.concat_str("minute", pl.lit(" "), pl.col("offset").fill_null("")))
        new = parts.select("written").drop_nulls().unique().join(self.minutes, on="written", how="anti")["written"]
        if len(new):
            begins = [moments.minute_instant(text[:16], text[17:], self.rules.zone) for text in new]
            micro = [None if begin is None else (begin - EPOCH) // MICROSECOND for begin in begins]
            self.minutes.extend(pl.DataFrame({"written": new, "begin": micro}, schema=MINUTES))
        parts = parts.join(self.minutes, on="written", how="left", maintain_order="left")
        second = pl.col("second").fill_null("0").cast(pl.Int64)
        fraction = pl.col("fraction").fill_null("0").str.pad_end(6, "0").cast(pl.Int64)
        return frame.with_columns(parts.select(cast_micro=pl.col("begin") + second * 1_000_000 + fraction))

    def _refuse_personal_data(self, path: str, frame: pl.DataFrame) -> None:
        """Note a file whose keys look like personal data: the column and the lines, never the value."""
        for column in ("voter_key", "ip_hash"):
            suspect = frame.filter(persons.suspects(column)).select("line", column)
            lines = [line for line, cell in suspect.iter_rows() if persons.is_personal(cell)]
            if lines:
                named = ", ".join(str(line) for line in lines[:NAMED_LINES])
                self.problems.append(
                    f"{path}: {column} holds personal data (line {named}); deposit keyed hashes instead"
                )
