"""The votes (SPEC 3.4, 3.6): which are set aside, which are excluded and how many count for each candidate.

Belongs here: judging vote rows by columns and the three rules, for tens of millions of rows. Does not belong here:
file formats (`votelines`) and the vote mark (`marks`).

Rows that share a key are found in two steps, so that memory stays small and the answer exact: a hash that occurs once
proves that its key occurs once; only rows whose hash occurs more often are compared, by their text.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orchestration.recount.candidates import Candidate
from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.rows import FileAccount, account_of
from orchestration.recount.rules import Rules, VoteRules
from orchestration.recount.spool import Spool, outside
from orchestration.recount.votechecks import VoteJudge, hour
from orchestration.recount.votelines import COLUMNS, pieces

AT_ONCE = 1_000_000
"""Rows that are compared by their text at once."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class VoteCount:
    """Counted votes by candidate, rows excluded by (file, reason), rows counted by file, and each file's account."""

    counted: Mapping[str, int]
    excluded: Mapping[tuple[str, str], int]
    counted_by_file: Mapping[str, int]
    accounts: Sequence[FileAccount]


def count_votes(
    deposits: Deposits,
    rules: Rules,
    vote: VoteRules,
    candidates: Mapping[str, Candidate],
    corrections: Corrections,
    progress: Progress,
) -> VoteCount:
    """Read, judge and count all votes of an edition. Raises CannotRecount for personal data or unreadable files."""
    paths = deposits.of("votes")
    sizes = [deposits.file(path).stat().st_size for path in paths]
    unreadable: Counter[str] = Counter()
    judge = VoteJudge(rules, vote, candidates)
    with tempfile.TemporaryDirectory(prefix="palmares-recount-") as folder:
        spool = Spool(Path(folder))
        for index, path in enumerate(paths):
            spool.begin_file()
            seen = _seen(progress, sum(sizes[:index]), sum(sizes))
            for lines, received, lost in pieces(deposits.file(path), path, corrections.named(path), seen):
                unreadable[path] += lost
                frame = corrections.mend(received, path, received.columns).select(lines, *COLUMNS)
                spool.add(judge.judge(path, frame))
        if judge.problems:
            raise CannotRecount(judge.problems)
        return _count(spool, paths, unreadable, vote)


def _seen(progress: Progress, before: int, total: int) -> Callable[[int], None]:
    return lambda done: progress("votes", before + done, total)


def _count(spool: Spool, paths: Sequence[str], unreadable: Mapping[str, int], vote: VoteRules) -> VoteCount:
    usable = pl.col("reason").is_null()
    twice, differing = _repeats(spool)
    gone = pl.concat([twice, differing]).sort()
    withdrawn = spool.left(usable & pl.col("withdrawn"), gone, "row")
    excluded = {"withdrawn": pl.concat([spool.no_rows(), *withdrawn])}
    entered = usable & pl.col("withdrawn").not_()
    excluded["burst"] = _bursts(spool, entered, gone, vote)
    gone = pl.concat([gone, excluded["burst"]]).sort()
    excluded["repeated_vote"] = _superseded(spool, entered, gone, vote)
    gone = pl.concat([gone, excluded["repeated_vote"]]).sort()
    counted: Counter[str] = Counter()
    for candidate_ids in spool.left(entered, gone, "candidate_id"):
        counted.update(dict(candidate_ids.value_counts().iter_rows()))
    set_aside = spool.reasons() | {"duplicate_row": spool.by_file(twice), "conflicting_rows": spool.by_file(differing)}
    left_out = {reason: spool.by_file(rows) for reason, rows in excluded.items()}
    accounts: list[FileAccount] = []
    counted_by_file = {}
    for index, path in enumerate(paths):
        reasons = {reason: numbers[index] for reason, numbers in set_aside.items()}
        accounts.append(account_of(path, "votes", rows=spool.read(index), flaws=reasons, unreadable=unreadable[path]))
        counted_by_file[path] = accounts[-1].rows_accepted - sum(numbers[index] for numbers in left_out.values())
    return VoteCount(
        counted=counted,
        excluded={
            (path, reason): numbers[index]
            for reason, numbers in left_out.items()
            for index, path in enumerate(paths)
            if numbers[index]
        },
        counted_by_file=counted_by_file,
        accounts=accounts,
    )


def _repeats(spool: Spool) -> tuple[pl.Series, pl.Series]:
    """Rows that repeat a vote_id: those that are equal but one, and all of those that differ."""
    twice, differing = [spool.no_rows()], [spool.no_rows()]
    known = pl.coalesce("=" + pl.col("cast_micro").cast(pl.String), "!" + pl.col("cast_at"))
    same = [*map(pl.col, (*COLUMNS[1:4], *COLUMNS[5:])), known]
    for part in spool.suspects(
        "hash_id", 1, condition=pl.lit(True), at_once=AT_ONCE, wanted=("row", "reason", "cast_micro", *COLUMNS)
    ):
        alike = pl.all_horizontal((column.min() == column.max()).over("vote_id") for column in same)
        first = pl.col("row").filter(pl.col("reason").is_null()).min().over("vote_id")
        judged = part.with_columns(alike=alike, first=first).filter(pl.col("reason").is_null())
        twice.append(judged.filter(pl.col("alike") & (pl.col("row") != pl.col("first")))["row"])
        differing.append(judged.filter(pl.col("alike").not_())["row"])
    return pl.concat(twice), pl.concat(differing)


def _bursts(spool: Spool, entered: pl.Expr, gone: pl.Series, vote: VoteRules) -> pl.Series:
    """All votes of an ip_hash in a clock hour (UTC) in which it cast more than the limit."""
    rows = [spool.no_rows()]
    if vote.max_per_ip_hour is not None:
        for part in spool.suspects(
            "hash_hour",
            vote.max_per_ip_hour,
            condition=entered,
            at_once=AT_ONCE,
            wanted=("row", "ip_hash", "cast_micro"),
        ):
            left = outside(part, gone)
            rows.append(left.filter(pl.len().over("ip_hash", hour()) > vote.max_per_ip_hour)["row"])
    return pl.concat(rows)


def _superseded(spool: Spool, entered: pl.Expr, gone: pl.Series, vote: VoteRules) -> pl.Series:
    """All votes of one key but the first or last, by cast_at then vote_id."""
    rows = [spool.no_rows()]
    wanted = sorted({"row", "cast_micro", "vote_id", *vote.one_per})
    for part in spool.suspects("hash_key", 1, condition=entered, at_once=AT_ONCE, wanted=wanted):
        left = outside(part, gone).sort("cast_micro", "vote_id", descending=vote.keep == "last")
        kept = left.unique(subset=vote.one_per, keep="first", maintain_order=True)["row"]
        rows.append(outside(left, kept.sort())["row"])
    return pl.concat(rows)
