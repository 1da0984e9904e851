"""Judging vote rows one by one, by columns (SPEC 3.4, 3.6).

Belongs here: what a vote row must hold to be accepted, its instant, and personal data that must not be there. Does not
belong here: what depends on other rows (`votes`).
"""

from collections.abc import Mapping, Sequence

import polars as pl

from orchestration.recount import persons
from orchestration.recount.candidates import Candidate
from orchestration.recount.instants import EPOCH, HOUR, MICROSECOND, Instants, whole
from orchestration.recount.rows import WORD
from orchestration.recount.rules import Rules, VoteRules
from orchestration.recount.spool import SCHEMA

KEYS = ("voter_key", "ip_hash")
NAMED_LINES = 20
ROW_IDS = r"[A-Za-z0-9_](?:\.?[A-Za-z0-9_:/#@-])*\.?"
"""`rows.ROW_ID` without two points in a row. A counted length would make it slow: that is asked for beside."""
LONGEST_ID = 128


def hour() -> pl.Expr:
    """The clock hour (UTC) of a vote, counted from 1970."""
    return pl.col("cast_micro").floordiv(HOUR).alias("hour")


class VoteJudge:
    """Judges pieces of vote files; remembers the files that hold personal data."""

    def __init__(self, rules: Rules, vote: VoteRules, candidates: Mapping[str, Candidate]) -> None:
        self.rules = rules
        self.vote = vote
        self.ids = sorted(candidates)
        self.category_of = [candidates[candidate_id].category_id for candidate_id in self.ids]
        self.withdrawn = [candidate_id for candidate_id in self.ids if not candidates[candidate_id].entered]
        self.instants = Instants(rules.zone)
        self.problems: list[str] = []

    def judge(self, path: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A piece with its instants, reasons (null: accepted) and hashes; columns as in `spool.SCHEMA`, but `row`.

        The text `cast_at` is left where it tells no instant.
        """
        odd = [key for key in KEYS if not frame.select(persons.is_hash(key).all()).item()]
        self._refuse_personal_data(path, frame, odd)
        frame = frame.with_columns(cast_micro=self.instants.read(frame["cast_at"]))
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
