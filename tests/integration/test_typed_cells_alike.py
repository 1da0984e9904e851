"""A typed cell is the same text to intake and to the recount, whatever its type; or both refuse its column."""

import datetime as dt
import io
import json
import struct
from collections.abc import Callable
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.intake.headers import check_types
from orchestration.intake.problems import FileProblem
from orchestration.intake.readers.ndjson_rows import read_carefully
from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.typed_cells import value_text
from orchestration.intake.sources.votes import expected
from orchestration.recount import CannotRecount, tablefiles, typedcells, votelines
from orchestration.rulebook import VOTE_COLUMNS
from tests.fixtures.tiny import Row, TinyEdition, encode
from tests.integration.intake_ground import take_in
from tests.integration.test_intake_recount_agree import by_intake, by_recount

Texts = list[str]


def by_both(column: pa.Array, place: Path, flag: bool = False) -> tuple[Texts | None, Texts | None, Texts | None]:
    """The texts of a column as intake, the recount of the survey and the recount of votes read it; None: refused."""
    path = place / "x.parquet"
    pq.write_table(pa.table(dict.fromkeys(VOTE_COLUMNS, column)), path)
    flags = VOTE_COLUMNS[:1] if flag else ()

    def intake() -> Texts:
        rows = ParquetRows(path, flags)
        check_types(rows.opaque, expected())
        return [text for part in rows.parts() for text in part.cells[0].to_pylist()]

    def survey() -> Texts:
        wanted = tablefiles.Wanted(VOTE_COLUMNS, VOTE_COLUMNS, (), flags)
        return [text for piece, _ in tablefiles.table_pieces(path, "x.parquet", wanted)[1] for text in piece["vote_id"]]

    def votes() -> Texts:
        pieces = votelines.pieces(path, "x.parquet", (), lambda done: None)
        return [text for _, piece, _ in pieces for text in piece["vote_id"]]

    return told(intake), told(survey), told(votes)


def told(read: Callable[[], Texts]) -> Texts | None:
    """What a reader says of a column; None if it refuses it with a sentence."""
    try:
        return read()
    except FileProblem as problem:
        said, due = problem.code, problem.code == "column_type"
    except CannotRecount as error:
        said, due = str(error), "flat text" in str(error)
    assert due, said
    return None


DAY = 86_400_000
HALVES = np.arange(2**16, dtype=np.uint16).view(np.float16)
DECIMALS = [Decimal("0"), Decimal("-1"), None]
KINDS = {
    "every number of 16 bits": pa.array(HALVES),
    "powers of two": pa.array([2.0**power for power in range(-1074, 1024)]),
    "powers of two in 32 bits": pa.array([2.0**power for power in range(-149, 128)], pa.float32()),
    "decimals of 256 bits": pa.array(DECIMALS, pa.decimal256(38, 20)),
    "decimals of 32 bits": pa.array(DECIMALS, pa.decimal32(5, 2)),
    "decimals of 64 bits": pa.array(DECIMALS, pa.decimal64(12, 8)),
    "booleans": pa.array([True, False, None]),
    "nothing": pa.nulls(2),
    "large text": pa.array(["a", None], pa.large_string()),
    "text by view": pa.array(["a", None], pa.string_view()),
    "whole numbers": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "days": pa.array([0, 19_000, 2**31 - 1, -(2**31), 2_932_896, 2_932_897, -719_528, -719_529, None], pa.date32()),
    "days in milliseconds": pa.array([0, 19_000 * DAY, None], pa.date64()),
    "times of day in seconds": pa.array([3600, None], pa.time32("s")),
    "times of day in nanoseconds": pa.array([3_600_500_000_001, 0, None], pa.time64("ns")),
    "a zone by its offset": pa.array([0, 1500, None], pa.timestamp("us", "+01:00")),
    "a zone by an odd offset": pa.array([0, 1500, None], pa.timestamp("ms", "-03:30")),
    "a zone that nobody knows": pa.array([0, 1500, None], pa.timestamp("ms", "Nowhere/Land")),
    "chosen words": pa.array(["a", "b", None, "a"]).dictionary_encode(),
    "chosen decimals": pa.array([Decimal("1.50"), None]).dictionary_encode(),
    "chosen times": pa.array([dt.datetime(2025, 1, 1), None]).dictionary_encode(),
    "chosen days in milliseconds": pa.array([DAY], pa.date64()).dictionary_encode(),
    "chosen numbers": pa.array([0.1, None], pa.float32()).dictionary_encode(),
}
REFUSED = {
    "wide decimals": pa.array([Decimal("1.50")], pa.decimal256(39, 2)),
    "durations": pa.array([1], pa.duration("s")),
    "bytes": pa.array([b"a"]),
    "bytes of one length": pa.array([b"ab"], pa.binary(2)),
    "chosen bytes": pa.array([b"a"]).dictionary_encode(),
    "lists": pa.array([[1]]),
    "structures": pa.array([{"a": 1}]),
    "maps": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    "identifiers": pa.array([b"0123456789abcdef"], pa.uuid()),
    "JSON": pa.array(["{}"], pa.json_()),
    "small booleans": pa.array([1], pa.int8()).cast(pa.bool8()),
}


@pytest.mark.parametrize("flag", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_both_read_the_same_text(kind: str, flag: bool, tmp_path: Path) -> None:
    intake, survey, votes = by_both(KINDS[kind], tmp_path, flag)
    assert intake is not None and intake == survey
    assert flag or intake == votes


@pytest.mark.parametrize("kind", REFUSED)
def test_both_refuse_what_is_no_text(kind: str, tmp_path: Path) -> None:
    assert by_both(REFUSED[kind], tmp_path) == (None, None, None)


BITS = st.binary(min_size=8, max_size=8)
NUMBERS = [*(0.1, 1e-7, 1e15, 1e16, 1e20, 1e22, 1e39, 1e40, 1e-40, 9e-41), 2.0**53, 2.0**53 + 2, float("inf")]


@settings(max_examples=60)
@given(st.lists(BITS.map(lambda bits: struct.unpack("d", bits)[0]) | st.floats(), min_size=1, max_size=200))
@example(NUMBERS)
def test_both_read_the_same_floats(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    place = tmp_path_factory.mktemp("floats")
    for kind in (pa.float64(), pa.float32()):
        with np.errstate(over="ignore"):
            column = pa.array(np.array(values).astype(kind.to_pandas_dtype()), kind)
        intake, survey, votes = by_both(column, place)
        assert intake is not None and intake == survey == votes
    assert [value_text(value) for value in values] == [typedcells.cell_text(value) for value in values]


@settings(max_examples=60)
@given(st.integers(1, 38).flatmap(lambda width: st.tuples(st.just(width), st.integers(0, width))), st.data())
def test_both_read_the_same_decimals(
    tmp_path_factory: pytest.TempPathFactory, form: tuple[int, int], data: st.DataObject
) -> None:
    width, places = form
    values = data.draw(st.lists(st.integers(-(10**width) + 1, 10**width - 1) | st.integers(0, 9), max_size=20))
    exact = Context(prec=40)
    column = pa.array([Decimal(value).scaleb(-places, exact) for value in values] + [None], pa.decimal128(*form))
    intake, survey, votes = by_both(column, tmp_path_factory.mktemp("decimals"))
    assert intake is not None and intake == survey == votes
    assert [Decimal(text) for text in intake if text] == [Decimal(value).scaleb(-places, exact) for value in values]
    assert "E" not in "".join(intake)


@settings(max_examples=60)
@given(
    st.sampled_from(["ms", "us", "ns"]),
    st.sampled_from([None, "UTC", "Africa/Casablanca"]),
    st.lists(st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(0, 2 * 10**15) | st.none(), min_size=1),
)
def test_both_read_the_same_times(
    tmp_path_factory: pytest.TempPathFactory, unit: str, zone: str | None, values: list[int | None]
) -> None:
    intake, survey, votes = by_both(pa.array(values, pa.timestamp(unit, zone)), tmp_path_factory.mktemp("times"))
    assert intake is not None and intake == survey == votes


JSON_NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,45})?([eE][+-]?[0-9]{1,25})?", fullmatch=True)


@settings(max_examples=300)
@given(JSON_NUMBERS)
@example("1e999999999")
@example("-0.0e-999999999999999999999")
def test_both_read_the_same_numbers_of_json(number: str) -> None:
    line = f'{{"vote_id": {number}}}'
    cells = read_carefully(line, ("vote_id",))
    assert cells == [votelines._json_cells(line)["vote_id"]]  # type: ignore[index]


def test_both_read_the_same_cells_of_a_workbook(tmp_path: Path) -> None:
    cells: list[Any] = [
        *(1e20, 1e300, 1e-7, 9007199254740994.0, 4.0, 0.1, True, None, "1.0", 12),
        *(dt.datetime(2025, 10, 1, 9, 30, 0, 500_000), dt.datetime(2025, 10, 1), dt.time(9, 30), dt.timedelta(1)),
    ]
    book = openpyxl.Workbook()
    book.active.append([f"c{place}" for place, _ in enumerate(cells)])
    book.active.append(cells)
    saved = io.BytesIO()
    book.save(saved)
    (row,) = list(openpyxl.load_workbook(saved).active.iter_rows(min_row=2, values_only=True))
    assert [value_text(cell) for cell in row] == [typedcells.cell_text(cell) for cell in row]


def typed(rows: list[Row], **kinds: pa.Array) -> bytes:
    """Rows as Parquet, some columns of which have types of their own."""
    table = pq.read_table(io.BytesIO(encode(rows, "parquet")))
    for name, column in kinds.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    saved = io.BytesIO()
    pq.write_table(table, saved)
    return saved.getvalue()


def nanoseconds(rows: list[Row], name: str, zone: str | None = None) -> pa.Array:
    """A column of times, 123 456 789 nanoseconds later."""
    times = [dt.datetime.fromisoformat(row[name]) if row[name] else None for row in rows]
    seconds = [time and int((time if time.tzinfo else time.replace(tzinfo=dt.UTC)).timestamp()) for time in times]
    whole = [None if second is None else second * 10**9 + 123_456_789 for second in seconds]
    return pa.array(whole, pa.timestamp("ns", zone))


def decimals(rows: list[Row], name: str) -> pa.Array:
    """A column of whole numbers with ten places."""
    return pa.array([Decimal(row[name]) if row[name] else None for row in rows], pa.decimal128(38, 10))


def test_votes_numbered_by_decimals_and_times_to_the_nanosecond_are_accepted_by_both(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    numbers = pa.array([Decimal(place) for place in range(1, len(tiny.votes) + 1)], pa.decimal128(18, 0))
    times = nanoseconds(tiny.votes, "cast_at", "UTC")
    tiny.extra = {"votes/votes.parquet": typed(tiny.votes, vote_id=numbers, cast_at=times)}
    count, tiny.votes = len(tiny.votes), None
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)
    assert taken.report.problems == () and taken.report.quarantined == {}
    assert taken.rows("SELECT count(*), min(vote_id), min(right(cast_at::VARCHAR, 7)) FROM intake.vote") == [
        (count, "1", ".123456")
    ]


def test_facts_of_seven_places_and_times_to_the_nanosecond_are_accepted_by_both(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.survey is not None
    tests, responses = tiny.audits["north/email"], tiny.survey
    times = {name: nanoseconds(tests, name) for name in ("started_at", "ended_at")}
    rated = {name: decimals(tests, name) for name in ("solution", "tone")}
    answered = nanoseconds(responses, "answered_at")
    asked = {name: decimals(responses, name) for name in ("satisfaction", "repeated")}
    tiny.extra = {
        **{"audits/north/email.csv": None, "audits/north/email.parquet": typed(tests, **times, **rated)},
        "survey/responses.csv": None,
        "survey/responses.parquet": typed(responses, answered_at=answered, **asked),
    }
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)
    assert taken.report.problems == () and taken.report.quarantined == {}


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_votes_with_seven_digits_of_a_second_are_accepted_by_both_and_cut(
    form: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    for place, row in enumerate(tiny.votes):
        row["cast_at"] = row["cast_at"].replace("+01:00", f".123456{'9' * (1 + place % 3)}+01:00")
    tiny.votes.append({**tiny.votes[0], "cast_at": tiny.votes[0]["cast_at"].replace(".1234569+", ".123456+")})
    tiny.extra = {f"votes/votes.{form}": encode(tiny.votes, form)}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)
    assert taken.reasons() == {"duplicate_row": 1}
    assert taken.rows("SELECT DISTINCT right(cast_at::VARCHAR, 7) FROM intake.vote") == [(".123456",)]


def test_a_number_of_json_is_one_id_however_it_is_written(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    lines = [json.dumps(row) for row in tiny.votes]
    named = json.dumps(tiny.votes[0]["vote_id"])
    lines += [lines[0].replace(named, number) for number in ("1", "1.0", "10e-1", '"1"', "2e0", "1e999999999")]
    tiny.extra = {"votes/votes.ndjson": "\n".join(lines).encode()}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)
    assert taken.reasons() == {"duplicate_row": 3}
    assert taken.rows("SELECT vote_id FROM intake.vote WHERE line > 40 ORDER BY line") == [
        ("1",), ("2",), ("1e999999999",)
    ]  # fmt: skip
