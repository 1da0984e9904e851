"""Dimensions of schema `analytics` that no published table holds: they name what its codes mean, in three languages.

Belongs here: channels and criteria as the rulebook of each release has them, checks as the program words them. What can
be made from the published tables is made by dbt (`analytics.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from expectations import all_checks
from orchestration.publication.analytics import SCHEMA, Model, blocks
from orchestration.publication.ddl import Field, create_table
from orchestration.release import Release
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import strictyaml
from orchestration.words import LANGUAGES, Words

if TYPE_CHECKING:
    import duckdb

Row = tuple[str | int | None, ...]


def _shared(name: str) -> Field:
    """A column that other models have too, in the same words."""
    return Field(name, "VARCHAR", blocks()[name])


LABELS = tuple(_shared(f"label_{lang}") for lang in LANGUAGES)
EDITION, CHANNEL = _shared("edition"), _shared("channel")
DIM_CHANNEL = Model(
    "dim_channel",
    "Channels of each edition as its rulebook has them.",
    ("edition", "channel"),
    (
        EDITION,
        CHANNEL,
        *LABELS,
        Field("weight", "BIGINT", "Weight of the channel within the audit, in basis points."),
        Field("planned_tests", "BIGINT", blocks()["planned_tests"]),
        Field("grid", "VARCHAR", "Grid of criteria that its tests are rated by."),
    ),
)
DIM_CRITERION = Model(
    "dim_criterion",
    "Criteria of each edition and channel as the grid of the rulebook has them.",
    ("edition", "channel", "criterion_id"),
    (
        EDITION,
        CHANNEL,
        _shared("criterion_id"),
        *LABELS,
        _shared("family"),
        Field("weight", "BIGINT", "Weight of the criterion within its grid."),
        Field("best", "BIGINT", "Best rating."),
        Field("unit", "VARCHAR", "Unit of a measured criterion; empty for one that is rated."),
    ),
)
DIM_CHECK = Model(
    "dim_check",
    "Checks by their stable names: what must hold, in words.",
    ("check_id",),
    (Field("check_id", "VARCHAR", "Stable name of the check."), *LABELS),
)
DIMENSIONS = (DIM_CHANNEL, DIM_CRITERION, DIM_CHECK)


def fill_dims(con: "duckdb.DuckDBPyConnection", standing: Sequence[Release]) -> None:
    """Make the dimensions in schema `analytics` of the current database."""
    rules = {
        release.record.edition: strictyaml.parse(release.bytes_of(RULEBOOK_FILE), str(release.folder)).value
        for release in standing
    }
    for dimension, rows in (
        (DIM_CHANNEL, _channels(rules)),
        (DIM_CRITERION, _criteria(rules)),
        (DIM_CHECK, _checks(con)),
    ):
        table = f'"{SCHEMA}"."{dimension.name}"'
        create_table(con, table, dimension.comment, fields=dimension.columns, key=dimension.key)
        for row in sorted(rows, key=lambda row: [str(value) for value in row[: len(dimension.key)]]):
            con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def _channels(rules: dict[str, Any]) -> Iterator[Row]:
    for edition, rulebook in rules.items():
        for channel, rule in rulebook.get("channels", {}).items():
            labels = [Words(lang).code("channel", channel) for lang in LANGUAGES]
            yield edition, channel, *labels, rule["weight"], rule["planned_tests"], rule["grid"]


def _criteria(rules: dict[str, Any]) -> Iterator[Row]:
    for edition, rulebook in rules.items():
        for channel, rule in rulebook.get("channels", {}).items():
            for criterion in rulebook["grids"][rule["grid"]]:
                unit = (criterion.get("measured") or {}).get("unit")
                labels = [criterion["label"].get(lang) for lang in LANGUAGES]
                what = criterion["family"], criterion["weight"], criterion["max"]
                yield edition, channel, criterion["id"], *labels, *what, unit


def _checks(con: "duckdb.DuckDBPyConnection") -> Iterable[Row]:
    """Those of the published releases; one that this program no longer has is named by its name."""
    known = {check.id: (check.fr, check.en, check.ar) for check in all_checks()}
    rows = con.execute("SELECT DISTINCT check_id FROM main.quality_check").fetchall()
    return [(check, *known.get(check, (check,) * len(LANGUAGES))) for (check,) in rows]
