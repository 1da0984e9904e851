"""The tests of the mystery shoppers (SPEC 3.2, 5).

Belongs here: reading the audit files, and which tests are accepted. Does not belong here: contests (`contests`), which
accepted tests count (`judging`), journeys (`journeys`).

Tests are columns, a frame for each channel: those of a test (COLUMNS and OPTIONAL, a null where a deposit left a cell
empty or "NA"; times in microseconds since 1970, UTC), then for each criterion of the grid the rating and, where it is
measured, the value in thousandths that it was made from.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from orchestration.recount.candidates import Candidate
from orchestration.recount.columns import Columns
from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.grids import Channel, Criterion
from orchestration.recount.instants import Instants
from orchestration.recount.readers import check_header
from orchestration.recount.rows import ROW_ID, WORD, FileAccount, account_of
from orchestration.recount.rules import Rules
from orchestration.recount.tablefiles import Wanted, table_pieces

COLUMNS = (
    "test_id",
    "candidate_id",
    "channel",
    "scenario",
    "language",
    "shopper_id",
    "started_at",
    "ended_at",
    "outcome",
)
FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")
"""What the shopper had to do, 0 or 1 each."""
OPTIONAL = ("evidence_sha256", "rechecks", "site", "city", "persona", "operator", "journey_id", "step", *FACTS)
LAST_STEP = 999
SCENARIOS = ("before_sale", "sale", "after_sale")
OUTCOMES = ("completed", "unanswered", "aborted")
NOT_APPLICABLE = ("", "NA")
WORDS = ("file", "field_firm", "channel", "scenario", "language", "outcome", "city", "site", "persona", "operator")
"""Columns of few different texts: each is kept once."""
LARGEST_SUM = 2**63 - 1

Progress = Callable[[str, int, int], None]
Tests = Mapping[str, pl.DataFrame]
"""The tests of each channel of the rulebook."""


def rating(criterion: Criterion) -> str:
    """The column of the points of a criterion; null where it does not apply."""
    return f"rating of {criterion.criterion_id}"


def value(criterion: Criterion) -> str:
    """The column of the values of a measured criterion; null where nothing was measured."""
    return f"value of {criterion.criterion_id}"


def read_tests(
    deposits: Deposits,
    rules: Rules,
    candidates: Mapping[str, Candidate],
    corrections: Corrections,
    progress: Progress,
) -> tuple[Tests, list[FileAccount]]:
    """All accepted tests, not yet judged, and the account of each audit file."""
    reader = _Reader(rules, candidates)
    paths = deposits.of("audits")
    for number, path in enumerate(paths, start=1):
        reader.read(path, deposits, corrections)
        progress("audits", number, len(paths))
    return reader.settled()


class _Reader:
    """Reads the audit files one after the other."""

    def __init__(self, rules: Rules, candidates: Mapping[str, Candidate]) -> None:
        self.rules = rules
        self.instants = Instants(rules.zone)
        self.candidates = pl.Enum(sorted(candidates))
        self.criteria = {criterion.criterion_id for channel in rules.channels.values() for criterion in channel.grid}
        self.rows = 0
        self.usable: dict[str, list[pl.DataFrame]] = {name: [] for name in rules.channels}
        self.flawed = [pl.Series("test_id", [], dtype=pl.String)]
        self.files: list[tuple[str, int, Counter[str], int]] = []

    def read(self, path: str, deposits: Deposits, corrections: Corrections) -> None:
        """Read one file. Raises CannotRecount if it cannot be used as a whole."""
        wanted = Wanted(COLUMNS, {*COLUMNS, *OPTIONAL, *self.criteria}, corrections.named(path), FACTS)
        header, pieces = table_pieces(deposits.file(path), path, wanted)
        before, flaws, unreadable = self.rows, Counter[str](), 0
        named: set[str] = set()
        for received, lost in pieces:
            frame = corrections.mend(received, path, received.columns)
            named |= set(self.rules.channels) & set(frame["channel"].unique())
            channel = self.rules.channels[min(named)] if named else None
            tests, reasons = self._judge(frame, path, channel)
            self.flawed.append(frame["test_id"].filter(reasons.is_not_null()))
            if channel:
                self.usable[channel.channel_id].append(tests.filter(reasons.is_null()))
            flaws.update(reasons.drop_nulls())
            unreadable += lost
            self.rows += len(frame)
        if len(named) > 1:
            several = ", ".join(sorted(named))
            raise CannotRecount(f"{path}: holds several channels ({several}); deposit one channel to a file")
        for channel_id in named:
            check_header(path, header, [criterion.criterion_id for criterion in self.rules.channels[channel_id].grid])
        self.files.append((path, self.rows - before, flaws, unreadable))

    def _judge(self, frame: pl.DataFrame, path: str, channel: Channel | None) -> tuple[pl.DataFrame, pl.Series]:
        """The rows of a piece as tests, and why each is set aside (null: it is not). The order of reading decides."""
        cells = Columns(frame, self.instants)
        columns = {"test_id": cells.text("test_id", ROW_ID)}
        columns["candidate_id"] = cells.one_of("candidate_id", self.candidates.categories, "unknown_candidate")
        columns["channel"] = cells.one_of("channel", self.rules.channels, "unknown_channel")
        columns["scenario"] = cells.one_of("scenario", SCENARIOS, "malformed_value")
        columns["language"] = cells.text("language", WORD)
        columns["shopper_id"] = cells.text("shopper_id", ROW_ID)
        columns["outcome"] = cells.one_of("outcome", OUTCOMES, "malformed_value")
        columns["started_at"] = cells.moment("started_at")
        columns["ended_at"] = cells.moment("ended_at", may_be_empty=cells.raw("outcome") != "completed")
        columns["evidence_sha256"] = cells.text("evidence_sha256", r"[0-9A-Fa-f]{64}", optional=True)
        columns["rechecks"] = cells.text("rechecks", ROW_ID, optional=True)
        columns["site"], columns["city"] = cells.name("site"), cells.name("city")
        columns["persona"] = cells.text("persona", WORD, optional=True)
        columns["operator"] = cells.name("operator")
        columns["journey_id"] = cells.text("journey_id", ROW_ID, optional=True)
        columns["step"] = cells.number("step", 1, LAST_STEP)
        columns |= {fact: cells.number(fact, 0, 1).cast(pl.Int8) for fact in FACTS}
        for criterion in channel.grid if channel else ():
            columns |= _rated(cells, criterion)
        cells.wrong(columns["step"].is_not_null() & columns["journey_id"].is_null(), "malformed_value")
        for moment in (columns["started_at"], columns["ended_at"]):
            cells.wrong(self.instants.outside(moment, self.rules.start, self.rules.end), "outside_window")
        cells.wrong(columns["ended_at"] < columns["started_at"], "impossible_times")
        columns["field_firm"] = pl.repeat(path.split("/")[1] if path else "", len(frame), eager=True)
        columns["file"] = pl.repeat(path, len(frame), eager=True)
        tests = pl.DataFrame(columns).with_columns(
            pl.col("candidate_id").cast(self.candidates),
            pl.col(WORDS).cast(pl.Categorical),
            pl.int_range(self.rows, self.rows + len(frame), dtype=pl.Int64).alias("row"),
            *_sums(channel.grid if channel else ()),
        )
        cells.wrong((columns["outcome"] == "completed") & (tests["possible"] == 0), "no_applicable_criterion")
        return tests, cells.reason

    def settled(self) -> tuple[Tests, list[FileAccount]]:
        """The tests of all files without those that repeat a test_id, and the account of each file."""
        keys = pl.concat([*(tests["test_id"] for frames in self.usable.values() for tests in frames), *self.flawed])
        repeated = keys.filter(keys.is_duplicated()).value_counts(name="rows")
        repeats_by_file: dict[str, Counter[str]] = defaultdict(Counter)
        settled = {}
        nothing = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
        for channel_id, channel in self.rules.channels.items():
            tests = pl.concat(self.usable.pop(channel_id) or [self._judge(nothing, "", channel)[0]])
            repeats = _repeats(tests, repeated)
            left = tests.filter(pl.col("row").is_in(repeats["row"].implode()).not_())
            settled[channel_id] = left.drop("evidence_sha256")  # it told repeats apart, and nobody asks for it again
            for path, reason in repeats.select("file", "reason").iter_rows():
                repeats_by_file[path][reason] += 1
        accounts = [
            account_of(path, "audits", rows, flaws=flaws + repeats_by_file[path], unreadable=unreadable)
            for path, rows, flaws, unreadable in self.files
        ]
        return settled, accounts


def _rated(cells: Columns, criterion: Criterion) -> dict[str, pl.Series]:
    """The ratings of one criterion and, if it is measured, the values that they were made from."""
    if not criterion.bands:
        return {rating(criterion): cells.number(criterion.criterion_id, 0, criterion.best, NOT_APPLICABLE)}
    values = cells.measure(criterion.criterion_id, NOT_APPLICABLE)
    known = values.drop_nulls().unique()
    points = pl.Series([criterion.points(value) for value in known], dtype=pl.Int32)
    rated = values.replace_strict(known, points, default=None, return_dtype=pl.Int32).cast(pl.Int32)
    return {rating(criterion): rated, value(criterion): values}


def _sums(grid: Sequence[Criterion]) -> tuple[pl.Expr, pl.Expr]:
    """What the ratings of a test weigh together (`reached`), and what they could have weighed (`possible`)."""
    largest = sum(criterion.weight * criterion.best for criterion in grid)
    kind = pl.Int64 if largest <= LARGEST_SUM else pl.Int128
    nothing = pl.lit(0, kind)
    return (
        pl.sum_horizontal(
            nothing, *(pl.col(rating(criterion)).cast(kind) * pl.lit(criterion.weight, kind) for criterion in grid)
        ).alias("reached"),
        pl.sum_horizontal(
            nothing,
            *(
                pl.col(rating(criterion)).is_not_null().cast(kind) * pl.lit(criterion.weight * criterion.best, kind)
                for criterion in grid
            ),
        ).alias("possible"),
    )


def _repeats(tests: pl.DataFrame, repeated: pl.DataFrame) -> pl.DataFrame:
    """Which tests repeat a test_id (SPEC 3.6): all but the first of equal ones, all of those that differ.

    `repeated` are the ids that several rows have, and how many. A row that is set aside for a defect of its own differs
    from any without one, so only tests without one are compared, by all their columns.
    """
    compared = [name for name in tests.columns if name not in ("row", "file")]
    group = tests.join(repeated, on="test_id", maintain_order="left")
    alike = (pl.len() == pl.col("rows").first()) & (pl.struct(compared).n_unique() == 1)
    first = pl.col("row") == pl.col("row").min()
    differing = pl.when(alike.over("test_id").not_()).then(pl.lit("conflicting_rows"))
    reason = differing.when(first.over("test_id").not_()).then(pl.lit("duplicate_row"))
    return group.select("row", "file", reason=reason).drop_nulls("reason")
