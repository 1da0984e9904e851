"""Judging vote rows one by one, by columns (SPEC 3.4, 3.6).

Belongs here: what a vote row must hold to be accepted, its instant, and personal data that must not be there. Does not
belong here: what depends on other rows (`votes`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from orchestration.recount import moments, persons
from orchestration.recount.candidates import Candidate
from orchestration.recount.rows import WORD
from orchestration.recount.rules import Rules, VoteRules
from orchestration.recount.spool import SCHEMA

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
MINUTE_SIGNS = len("2025-11-17T10:00")
MINUTES = {"minute": pl.String, "offset": pl.String, "begin": pl.Int64}
"""Each written minute with its offset, and where it begins in microseconds since 1970 (null: no such time)."""
RESTS = {"rest": pl.String, "micro": pl.Int64, "offset": pl.String}
"""What was written behind minutes: seconds and fractions in microseconds, and the offset (null: no end of a time)."""

NAMED_LINES = 20
ROW_IDS = r"[A-Za-z0-9_](?:\.?[A-Za-z0-9_:/#@-])*\.?"
"""`rows.ROW_ID` without two points in a row. A counted length would make it slow: that is asked for beside."""
LONGEST_ID = 128


def whole(pattern: str) -> str:
    """A pattern that must match from the first to the last character, for Polars."""
    return rf"\A(?:{pattern})\z"


def _rest_of_minute(text: str) -> tuple[int | None, str | None]:
    """Microseconds and offset that are written behind a minute; nothing if no time ends so."""
    match = moments.TIME.fullmatch("2000-01-01T00:00" + text)
    if match is None:
        return None, None
    second, fraction = match["second"] or "0", (match["fraction"] or "0").ljust(6, "0")
    return int(second) * 1_000_000 + int(fraction), match["offset"] or ""


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
            *(self._not(name, ROW_IDS) for name in ("vote_id", "voter_key", "ip_hash")),
            *(pl.col(name).str.len_bytes() > LONGEST_ID for name in ("vote_id", "voter_key", "ip_hash")),
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
        """Add `cast_micro`. Each written minute, and what stands behind it, is read once by `moments`."""
        parts = frame.select(
            minute=pl.col("cast_at").str.slice(0, MINUTE_SIGNS), rest=pl.col("cast_at").str.slice(MINUTE_SIGNS)
        )
        rests = parts["rest"].unique()
        read = pl.DataFrame([(rest, *_rest_of_minute(rest)) for rest in rests], schema=RESTS, orient="row")
        parts = parts.join(read, on="rest", how="left", maintain_order="left")
        new = (
            parts.select("minute", "offset")
            .unique()
            .drop_nulls()
            .join(self.minutes, on=["minute", "offset"], how="anti")
        )
        if len(new):
            begins = [
                moments.minute_instant(minute, offset, self.rules.zone) if moments.TIME.fullmatch(minute) else None
                for minute, offset in new.iter_rows()
            ]
            micro = [None if begin is None else (begin - EPOCH) // MICROSECOND for begin in begins]
            self.minutes.extend(new.with_columns(begin=pl.Series(micro, dtype=pl.Int64)))
        parts = parts.join(self.minutes, on=["minute", "offset"], how="left", maintain_order="left")
        return frame.with_columns(parts.select(cast_micro=pl.col("begin") + pl.col("micro")))

    def _refuse_personal_data(self, path: str, frame: pl.DataFrame) -> None:
        """Note a file whose keys look like personal data: the column and the lines, never the value."""
        for column in ("voter_key", "ip_hash"):
            odd = frame.select("line", column).filter(persons.is_hash(column).not_())
            suspect = odd.filter(persons.suspects(column))
            lines = [line for line, cell in suspect.iter_rows() if persons.is_personal(cell)]
            if lines:
                named = ", ".join(str(line) for line in lines[:NAMED_LINES])
                self.problems.append(
                    f"{path}: {column} holds personal data (line {named}); deposit keyed hashes instead"
                )
