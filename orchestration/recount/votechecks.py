"""Judging vote rows one by one, by columns (SPEC 3.4, 3.6).

Belongs here: what a vote row must hold to be accepted, its instant, and personal data that must not be there. Does not
belong here: what depends on other rows (`votes`).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from orchestration.recount import moments, persons
from orchestration.recount.candidates import Candidate
from orchestration.recount.rows import WORD
from orchestration.recount.rules import Rules, VoteRules
from orchestration.recount.spool import SCHEMA

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, HOUR = 60_000_000, 3_600_000_000
MINUTE_SIGNS = len("2025-11-17T10:00")
HOUR_SIGNS = len("2025-11-17T10")
FIRST = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
LAST = (datetime(9999, 12, 31, 23, 59, tzinfo=UTC) - EPOCH) // MICROSECOND
"""The first and the last minute of the calendar."""
REST = r"\A(?::([0-5][0-9])(?:\.([0-9]{1,6}))?)?(?:(Z)|([+-])([0-9]{2})(?::?([0-9]{2}))?)?\z"
"""What `moments.TIME` allows behind a minute: seconds, their fraction, the offset."""

LOCAL = {"minute": pl.String, "local": pl.Int64}
KEYS = ("voter_key", "ip_hash")
NAMED_LINES = 20
ROW_IDS = r"[A-Za-z0-9_](?:\.?[A-Za-z0-9_:/#@-])*\.?"
"""`rows.ROW_ID` without two points in a row. A counted length would make it slow: that is asked for beside."""
LONGEST_ID = 128


def whole(pattern: str) -> str:
    """A pattern that must match from the first to the last character, for Polars."""
    return rf"\A(?:{pattern})\z"


def hour() -> pl.Expr:
    """The clock hour (UTC) of a vote, counted from 1970."""
    return pl.col("cast_micro").floordiv(HOUR).alias("hour")


def _rests(rests: pl.Series) -> pl.DataFrame:
    """What may stand behind a minute (`rest`): `ahead` of UTC and seconds `behind` the minute, in microseconds; `ahead`
    is null for a local time, both are if no time ends so."""
    groups = rests.str.extract_groups(REST).struct.unnest()
    second, fraction, zulu, sign, hours, minutes = (pl.col(str(group)) for group in range(1, 7))
    ahead = hours.cast(pl.Int64) * HOUR + minutes.fill_null("0").cast(pl.Int64) * MINUTE
    near = (minutes.fill_null("0") < "60") & (ahead <= moments.FARTHEST // MICROSECOND)
    ends = pl.lit(rests.str.contains(REST)) & (hours.is_null() | near)
    behind = second.fill_null("0").cast(pl.Int64) * 1_000_000 + fraction.fill_null("0").str.pad_end(6, "0").cast(
        pl.Int64
    )
    return groups.select(
        rest=rests,
        ahead=pl.when(zulu.is_not_null()).then(0).otherwise(pl.when(sign == "-").then(-ahead).otherwise(ahead)),
        behind=pl.when(ends).then(behind),
    )


class VoteJudge:
    """Judges pieces of vote files; remembers written minutes and the files that hold personal data."""

    def __init__(self, rules: Rules, vote: VoteRules, candidates: Mapping[str, Candidate]) -> None:
        self.rules = rules
        self.vote = vote
        self.ids = sorted(candidates)
        self.category_of = [candidates[candidate_id].category_id for candidate_id in self.ids]
        self.withdrawn = [candidate_id for candidate_id in self.ids if not candidates[candidate_id].entered]
        self.begins: dict[str, int | None] = {}
        self.problems: list[str] = []

    def judge(self, path: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A piece with its instants, reasons (null: accepted) and hashes; columns as in `spool.SCHEMA`, but `row`.

        The text `cast_at` is left where it tells no instant.
        """
        odd = [key for key in KEYS if not frame.select(persons.is_hash(key).all()).item()]
        self._refuse_personal_data(path, frame, odd)
        frame = self._with_instants(frame)
        frame = frame.with_columns(
            withdrawn=pl.col("candidate_id").is_in(pl.Series(self.withdrawn, dtype=pl.String).implode()),
            reason=self._reason(frame["channel"], ("vote_id", *odd)),
        )
        return frame.with_columns(
            hash_id=pl.col("vote_id").hash(),
            hash_hour=pl.struct("ip_hash", hour()).hash(),
            hash_key=pl.struct(*self.vote.one_per).hash(),
            cast_at=pl.when(pl.col("cast_micro").is_null()).then(pl.col("cast_at")),
        ).select([name for name in SCHEMA if name != "row"])

    def _reason(self, channels: pl.Series, ids: Sequence[str]) -> pl.Expr:
        """Why a row is set aside, the first of the reasons that hold; a key that is not among `ids` is a hash in all
        rows."""
        words = channels.unique()
        known = pl.Series(self.ids, dtype=pl.String)
        opens, closes = (moment - EPOCH for moment in (self.vote.opens, self.vote.closes))
        category = pl.col("candidate_id").replace_strict(
            known, pl.Series(self.category_of, dtype=pl.String), default=None, return_dtype=pl.String
        )
        malformed = pl.any_horizontal(
            *(self._not(name, ROW_IDS) for name in ids),
            *(pl.col(name).str.len_bytes() > LONGEST_ID for name in ("vote_id", *KEYS)),
            pl.col("channel").is_in(words.filter(words.str.contains(whole(WORD))).implode()).not_(),
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
        """Add `cast_micro`. Each written minute, and what stands behind it, is read once."""
        parts = frame.select(
            minute=pl.col("cast_at").str.slice(0, MINUTE_SIGNS), rest=pl.col("cast_at").str.slice(MINUTE_SIGNS)
        )
        parts = parts.join(_rests(parts["rest"].unique()), on="rest", how="left", maintain_order="left")
        parts = parts.join(self._minutes(parts["minute"].unique()), on="minute", how="left", maintain_order="left")
        begin = pl.col("begin") - pl.col("ahead")
        micro = parts.select(pl.when(begin.is_between(FIRST, LAST)).then(begin + pl.col("behind"))).to_series()
        local = parts["ahead"].is_null() & parts["behind"].is_not_null()
        if local.any():
            begins = self._local(parts["minute"].filter(local).unique())
            begun = parts.join(begins, on="minute", how="left", maintain_order="left")
            micro = begun.select(pl.when(local).then(pl.col("local") + pl.col("behind")).otherwise(micro)).to_series()
        return frame.with_columns(cast_micro=micro)

    def _minutes(self, minutes: pl.Series) -> pl.DataFrame:
        """Where written minutes `begin` if they are UTC: an hour has sixty of them."""
        real = minutes.filter(minutes.str.contains(whole(moments.MINUTE)))
        hours = real.str.slice(0, HOUR_SIGNS)
        told = hours.unique()
        begins = pl.Series([self._begin(f"{hour}:00", "Z") for hour in told], dtype=pl.Int64)
        begin = hours.replace_strict(told, begins).cast(pl.Int64)  # of no hours at all Polars makes text
        return pl.DataFrame({"minute": real, "begin": begin + real.str.slice(HOUR_SIGNS + 1).cast(pl.Int64) * MINUTE})

    def _local(self, minutes: pl.Series) -> pl.DataFrame:
        """Where written minutes begin if they are `local`: one by one, for an hour may have fewer or more."""
        real = minutes.filter(minutes.str.contains(whole(moments.MINUTE)))
        return pl.DataFrame({"minute": real, "local": [self._begin(minute, "") for minute in real]}, LOCAL)

    def _begin(self, minute: str, offset: str) -> int | None:
        """Microseconds since 1970 at which a written minute begins; None if there is no such time."""
        key = minute + offset
        if key not in self.begins:
            begin = moments.minute_instant(minute, offset, self.rules.zone)
            self.begins[key] = None if begin is None else (begin - EPOCH) // MICROSECOND
        return self.begins[key]

    def _refuse_personal_data(self, path: str, frame: pl.DataFrame, columns: Sequence[str]) -> None:
        """Note a file whose keys look like personal data: the column and the lines, never the value."""
        for column in columns:
            odd = frame.select("line", column).filter(persons.is_hash(column).not_())
            suspect = odd.filter(persons.suspects(column))
            lines = [line for line, cell in suspect.iter_rows() if persons.is_personal(cell)]
            if lines:
                named = ", ".join(str(line) for line in lines[:NAMED_LINES])
                self.problems.append(
                    f"{path}: {column} holds personal data (line {named}); deposit keyed hashes instead"
                )
