"""Plain votes: at the edges of what is told by columns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.parts import Part, gathered
from orchestration.intake.sources import sifting
from orchestration.intake.sources.plain_votes import TakenVotes
from orchestration.rulebook import VOTE_COLUMNS, Rulebook, load_rulebook
from tests.fixtures.tiny import CATEGORY, TinyEdition

CON = duckdb.connect()
"""Nothing is written to it."""
TIME = datetime(2025, 10, 20, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The rules of the tiny edition."""
    return load_rulebook(TinyEdition().write(tmp_path_factory.mktemp("raw")) / "rulebook.yml", "2026")


def part(rows: int = 3, **columns: pa.Array) -> Part:
    """Honest votes with some columns in place of theirs."""
    cells: dict[str, Any] = {
        "vote_id": [f"V{row}" for row in range(rows)],
        "voter_key": [f"{row:032x}" for row in range(rows)],
        "category_id": ["hotels"] * rows,
        "candidate_id": ["atlas-hotels"] * rows,
        "cast_at": ["2025-10-20T10:00:00Z"] * rows,
        "channel": ["site"] * rows,
        "ip_hash": [f"{row:024x}" for row in range(rows)],
    }
    arrays = [columns.get(name, pa.array(cells[name])) for name in VOTE_COLUMNS]
    return Part(pa.array(range(1, rows + 1), pa.int64()), arrays + [columns[n] for n in columns if n not in cells])


def plain_lines(plain: TakenVotes, given: Part, *more: str) -> list[int]:
    """The lines that are plain; the others must be all the others, as text."""
    table, others = plain.split("votes.csv", (*VOTE_COLUMNS, *more), given)
    assert sorted(table["line"].to_pylist() + others.lines.to_pylist()) == given.lines.to_pylist()
    assert all(pa.types.is_string(column.type) for column in others.cells)
    return [int(line) for line in table["line"].to_pylist()]


def test_instants_of_a_typed_file_are_taken_as_they_are(rulebook: Rulebook) -> None:
    plain = TakenVotes(CON, rulebook, CATEGORY)
    times = pa.array([TIME, None, TIME.replace(year=1999)], pa.timestamp("ms", "UTC"))
    assert plain_lines(plain, part(cast_at=times)) == [1]


def test_instants_finer_than_a_microsecond_are_plain(rulebook: Rulebook) -> None:
    plain = TakenVotes(CON, rulebook, CATEGORY)
    nanos = pa.array([int(TIME.timestamp()) * 10**9 + 1] * 3, pa.int64()).cast(pa.timestamp("ns", "UTC"))
    assert plain_lines(plain, part(cast_at=nanos)) == [1, 2, 3]


def test_instants_of_no_calendar_are_looked_at_as_text(rulebook: Rulebook) -> None:
    plain = TakenVotes(CON, rulebook, CATEGORY)
    far = pa.array([2**62] * 3, pa.int64()).cast(pa.timestamp("ms", "UTC"))
    assert plain_lines(plain, part(cast_at=far)) == []


def test_words_of_too_many_kinds_are_left_to_the_rules(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "MOST_WORDS", 2)
    plain = TakenVotes(CON, rulebook, CATEGORY)
    assert plain_lines(plain, part(channel=pa.array(["a", "b", "c"]))) == []
    assert plain_lines(plain, part(note=pa.array(["1", "2", "word"])), "note") == [3]
    assert plain_lines(plain, part(note=pa.array(["1", "1", "0612345678"])), "note") == [1, 2]


def test_a_candidate_or_category_that_looks_like_a_person_is_no_short_cut(rulebook: Rulebook) -> None:
    plain = TakenVotes(CON, rulebook, {**CATEGORY, "0612345678": "hotels", "elsewhere": "nowhere"})
    names = pa.array(["0612345678", "elsewhere", "atlas-hotels"])
    assert plain_lines(plain, part(candidate_id=names)) == [3]


def test_an_edition_without_a_vote_has_no_plain_votes(rulebook: Rulebook) -> None:
    with pytest.raises(ValueError, match="vote"):
        TakenVotes(CON, rulebook.model_copy(update={"vote": None}), CATEGORY)


def test_chosen_rows_of_a_parquet_file_are_read_by_groups(tmp_path: Path) -> None:
    place = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [str(number) for number in range(1, 11)]}), place, row_group_size=3)
    parts = list(ParquetRows(place, ()).parts(np.array([2, 3, 10])))
    assert [(part.lines.to_pylist(), part.cells[0].to_pylist()) for part in parts] == [
        ([2, 3], ["2", "3"]),
        ([10], ["10"]),
    ]


def test_small_parts_are_gathered_and_lose_nothing() -> None:
    parts = [Part(pa.array([line], pa.int64()), [pa.array([str(line)])], [(90 + line, "lost")]) for line in range(5)]
    found = list(gathered(parts, rows=2))
    assert [part.lines.to_pylist() for part in found] == [[0, 1], [2, 3], [4]]
    assert [line for part in found for line, _ in part.unreadable] == [90, 91, 92, 93, 94]


def test_a_part_that_is_all_plain_leaves_nothing_behind_in_memory(rulebook: Rulebook) -> None:
    _, others = TakenVotes(CON, rulebook, CATEGORY).split("votes.csv", VOTE_COLUMNS, part(rows=1_000))
    assert len(others) == 0
    assert sum(array.get_total_buffer_size() for array in (others.lines, *others.cells)) < 100
