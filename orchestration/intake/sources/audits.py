"""Audits (SPEC 3.2): mystery tests and their ratings, one channel to a file.

Belongs here: which grid a file follows, the rules of its rows, tests and ratings with their types.
"""

from collections.abc import Mapping

import duckdb

from orchestration.intake.ddl import CRITERIA, PACKED, enum
from orchestration.intake.headers import Expected, missing_columns, near_columns
from orchestration.intake.landing import LandedFile, Landing, landed
from orchestration.intake.patterns import NAME, SHA256, WHOLE, WORD, in_range, is_like, is_row_id, one_of
from orchestration.intake.rules import CONFLICT, DUPLICATE, Rule, Sieve, known_as, malformed, moment, whole
from orchestration.intake.scratch import unpacked
from orchestration.intake.sources.grid_cells import rows_of
from orchestration.intake.times import Clock
from orchestration.rulebook import AUDIT_COLUMNS, Rulebook

FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")
OPTIONAL = (
    "evidence_sha256", "rechecks", "site", "city", "persona", "operator", "journey_id", "step",
    *FACTS,
)  # fmt: skip
REQUIRED = tuple(column for column in AUDIT_COLUMNS if column not in OPTIONAL)
SCENARIOS = ("before_sale", "sale", "after_sale")
OUTCOMES = ("completed", "unanswered", "aborted")
TYPED = "scratch.typed_audits"


def expected(rulebook: Rulebook) -> Expected:
    """Columns of an audit file as far as they do not depend on its channel, which only its rows tell."""
    return Expected(known_columns(rulebook, None), REQUIRED, frozenset(FACTS))


def prepare(con: duckdb.DuckDBPyConnection, rulebook: Rulebook) -> None:
    """Make `intake.rating` and `intake.measure` anew for this rulebook's criteria, which a row holds as a number."""
    tables = CRITERIA.format(criterion_id=f"{criterion_type(rulebook)} {PACKED}")
    con.execute(f"DROP TABLE intake.rating; DROP TABLE intake.measure; {tables}")


def criterion_type(rulebook: Rulebook) -> str:
    """SQL: the type of a column of criteria."""
    return enum(criterion.id for grid in rulebook.grids.values() for criterion in grid)


def rules(rulebook: Rulebook, clock: Clock) -> list[Rule]:
    """Why a test is set aside, in order."""
    days = f"DATE '{rulebook.fieldwork.start}' AND DATE '{rulebook.fieldwork.end}'"
    outside = "lies outside the fieldwork"
    evidence = f"evidence_sha256 <> '' AND NOT {is_like('evidence_sha256', SHA256)}"
    return [
        malformed("test_id", f"NOT {is_row_id('test_id')}", "is not an id"),
        *known_as("candidate_id", "own_category IS NULL", "unknown_candidate", "candidates.csv"),
        *known_as("channel", f"NOT {one_of('channel', tuple(rulebook.channels))}", "unknown_channel", "the rulebook"),
        malformed("scenario", f"NOT {one_of('scenario', SCENARIOS)}", "is no scenario"),
        malformed("language", f"NOT {is_like('language', WORD)}", "is not a word"),
        malformed("shopper_id", f"NOT {is_row_id('shopper_id')}", "is not an id"),
        malformed("outcome", f"NOT {one_of('outcome', OUTCOMES)}", "is no outcome"),
        *moment("started_at"),
        *moment("ended_at", "outcome <> 'completed'"),
        malformed("evidence_sha256", evidence, "is not 64 hexadecimal digits"),
        malformed("rechecks", f"rechecks <> '' AND NOT {is_row_id('rechecks')}", "is not an id"),
        *_optional_rules(),
        Rule(
            "malformed_value",
            None,
            "is no rating of the criterion, empty or NA",
            "wrong_criterion IS NOT NULL",
            column_sql="wrong_criterion",
        ),
        Rule("outside_window", "started_at", outside, f"{clock.local_day('started_at_utc')} NOT BETWEEN {days}"),
        Rule("outside_window", "ended_at", outside, f"{clock.local_day('ended_at_utc')} NOT BETWEEN {days}"),
        Rule("impossible_times", "ended_at", "lies before started_at", "ended_at_utc < started_at_utc"),
        Rule(
            "no_applicable_criterion",
            None,
            "no criterion of the grid applies",
            "outcome = 'completed' AND NOT list_bool_or(list_transform(ratings, lambda x: x NOT IN ('', 'NA')))",
        ),
        DUPLICATE,
        CONFLICT,
    ]


def _optional_rules() -> list[Rule]:
    """Place, people, journey and facts: each may be empty (SPEC 3.2)."""

    def name(column: str) -> Rule:
        detail = "is not a name of 1 to 60 printable characters that begins with a letter or digit"
        return malformed(column, f"{column} <> '' AND NOT {is_like(column, NAME)}", detail)

    return [
        name("site"),
        name("city"),
        malformed("persona", f"persona <> '' AND NOT {is_like('persona', WORD)}", "is not a word"),
        name("operator"),
        malformed("journey_id", f"journey_id <> '' AND NOT {is_row_id('journey_id')}", "is not an id"),
        whole("step", 1, 999),
        malformed("step", "step <> '' AND journey_id = ''", "is a step of no journey"),
        *(malformed(fact, f"{fact} <> '' AND NOT {in_range(fact, 0, 1)}", "is neither 0 nor 1") for fact in FACTS),
    ]


def settle_channels(landing: Landing, rulebook: Rulebook, plain: Mapping[str, str]) -> dict[int, str | None]:
    """The channel of each audit file by its number (None: no known one); files that break the rule are dropped.

    `plain`: by path, the channel of those rows of a file that went past the rules.
    """
    channels: dict[int, str | None] = {}
    for file in landing.of("audits"):
        rows = landing.con.execute(
            f"SELECT DISTINCT {file.cell('channel')} FROM {file.table} WHERE list_contains(?, {file.cell('channel')})",
            [list(rulebook.channels)],
        ).fetchall()
        names = sorted({*(name for (name,) in rows), *({plain[file.path]} if file.path in plain else ())})
        channel = names[0] if len(names) == 1 else None
        missing = [c.id for c in rulebook.grid_of(channel) if c.id not in file.header] if channel else []
        if len(names) > 1:
            channels_named = ", ".join(names)
            landing.problems.add("several_channels.channels", file.path, column="channel", channels=channels_named)
        if missing:
            near = near_columns(missing, file.header, known_columns(rulebook, None))
            named = {"columns": ", ".join(missing), "near": near}
            landing.problems.add(missing_columns(missing), file.path, 1, missing[0], **named)
        if len(names) > 1 or missing:
            landing.drop(file)
        else:
            channels[file.number] = channel
    return channels


def known_columns(rulebook: Rulebook, channel: str | None) -> tuple[str, ...]:
    """All columns that a file of a channel may have; for a file without a known channel, those of every grid."""
    grids = [rulebook.grid_of(channel)] if channel else list(rulebook.grids.values())
    return (*AUDIT_COLUMNS, *(criterion.id for grid in grids for criterion in grid))


def load(
    con: duckdb.DuckDBPyConnection,
    files: list[LandedFile],
    channels: dict[int, str | None],
    rulebook: Rulebook,
    clock: Clock,
) -> None:
    """Fill `intake.test`, `intake.rating`, `intake.measure`, the quarantine and the accounts."""
    sieve = Sieve(con, "audits", rules(rulebook, clock))
    if careful := landed(con, files):
        rows = " UNION ALL ".join(rows_of(file, channels[file.number], rulebook) for file in careful)
        with unpacked(con):
            con.execute(
                f"CREATE TABLE {TYPED} AS SELECT timed.*, candidate.category_id AS own_category "
                f"FROM {clock.with_times(f'({rows})', ('started_at', 'ended_at'))} AS timed "
                "LEFT JOIN intake.candidate AS candidate USING (candidate_id)"
            )
        sieve.judge(TYPED)
        sieve.judge_repeats(TYPED, "test_id", _same())
        texts = ", ".join(f"nullif({name}, '')" for name in ("rechecks", "site", "city", "persona", "operator"))
        facts = ", ".join(f"CAST(nullif({name}, '') AS TINYINT)" for name in FACTS)
        con.execute(
            "INSERT INTO intake.test SELECT file, line, test_id, candidate_id, field_firm, channel, scenario, "
            "language, shopper_id, started_at_utc, ended_at_utc, outcome, lower(nullif(evidence_sha256, '')), "
            f"{texts}, nullif(journey_id, ''), CAST(nullif(step, '') AS INTEGER), {facts} "
            f"FROM {sieve.accepted(TYPED)} ORDER BY test_id"
        )
        con.execute(
            "INSERT INTO intake.rating SELECT test_id, criterion_id, CAST(rating AS SMALLINT) FROM (SELECT test_id, "
            f"unnest(criteria) AS criterion_id, unnest(ratings) AS rating FROM {sieve.accepted(TYPED)}) "
            "WHERE rating NOT IN ('', 'NA') ORDER BY test_id, criterion_id"
        )
        con.execute(
            "INSERT INTO intake.measure SELECT test_id, criterion_id, value FROM (SELECT test_id, "
            f"unnest(criteria) AS criterion_id, unnest(measures) AS value FROM {sieve.accepted(TYPED)}) "
            "WHERE value IS NOT NULL ORDER BY test_id, criterion_id"
        )
    sieve.quarantine(files, "test_id")
    sieve.account(files, "intake.test")


def _same() -> str:
    """SQL: all known columns of a test as one text; values that mean the same read the same."""
    texts = ", ".join(column for column in AUDIT_COLUMNS if column not in ("started_at", "ended_at", "step", *FACTS))
    times = ", ".join(f"coalesce('=' || epoch_us({name}_utc)::VARCHAR, {name})" for name in ("started_at", "ended_at"))
    numbers = ", ".join(
        f"CASE WHEN {is_like(name, WHOLE)} THEN try_cast({name} AS INTEGER)::VARCHAR ELSE {name} END"
        for name in ("step", *FACTS)
    )
    return f"to_json([{texts}, field_firm, {times}, {numbers}, to_json(compared)::VARCHAR])::VARCHAR"
