"""Rows told by columns: words and names are remembered, and none is taken for plain that the rules would not accept."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import personal
from orchestration.intake.patterns import NAME, is_like
from orchestration.intake.readers.parts import Part
from orchestration.intake.sources import sifting
from orchestration.intake.sources.plain_responses import TakenResponses
from orchestration.intake.sources.sifting import CheckedTexts, Seen, Sifted, is_plain_name, is_plain_word
from orchestration.intake.times import Clock
from orchestration.rulebook import load_rulebook
from tests.fixtures.tiny import TinyEdition

CON = duckdb.connect()


def rows(**columns: list[str]) -> Sifted:
    """A block of these columns."""
    count = len(next(iter(columns.values())))
    cells = [pa.array(texts, pa.string()) for texts in columns.values()]
    return Sifted(list(columns), Part(pa.array(range(count), pa.int64()), cells), Seen())


@settings(max_examples=300)
@given(st.text(max_size=64))
def test_a_plain_name_is_a_name_and_nobody_is_in_it(text: str) -> None:
    if is_plain_name(text):
        assert CON.execute(f"SELECT {is_like('x', NAME)} FROM (SELECT ? AS x)", [text]).fetchone() == (True,)
        assert not personal.looks_personal(text)


@pytest.mark.parametrize("text", ["Fès", "Hay Riad", "طنجة", "7e", "Aïn Diab 2"])
def test_places_as_people_write_them_are_plain(text: str) -> None:
    assert is_plain_name(text)


def test_a_word_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "REMEMBERED", 2)
    asked: list[str] = []
    words = CheckedTexts(lambda text: asked.append(text) or is_plain_word(text))
    for texts in (["fr", "ar", "x y", "fr"], ["fr", "ar"], ["en"], ["fr"]):
        assert words.mask(pa.array(texts)).tolist() == [text != "x y" for text in texts]
    assert asked == ["fr", "ar", "x y", "fr", "ar", "en", "fr"]  # forgotten when too many were remembered


def test_measures_are_whole_thousandths() -> None:
    cells = ["19.9", "19.900", "0", "999999.999", "", "NA", "1e3", "3.0001", "-1"]
    block = rows(wait=cells)
    assert block.measures("wait", ("", "NA")).tolist() == [True] * 4 + [False] * 5
    assert block.plain.tolist() == [True] * 6 + [False] * 3
    assert block.typed["wait"].to_pylist() == [19_900, 19_900, 0, 999_999_999, *[None] * 5]


@pytest.mark.parametrize("zone", ["UTC", "Africa/Casablanca", "+05:30"])
def test_instants_finer_than_a_microsecond_are_cut(zone: str) -> None:
    nanos = pa.array([1, 2_999, -1, 10_999, None], pa.int64()).cast(pa.timestamp("ns", zone))
    block = Sifted(["x"], Part(pa.array(range(5), pa.int64()), [nanos]), Seen())
    bounds = [pa.scalar(value, pa.int64()).cast(pa.timestamp("us")) for value in (0, 10)]
    assert block.instants("x", None, *bounds)[[0, 1, 3]].tolist() == [0, 2, 10]
    assert block.plain.tolist() == [True, True, False, True, False]


def test_instants_that_microseconds_cannot_tell_are_not_plain() -> None:
    times = pa.array([2**62, 0], pa.int64()).cast(pa.timestamp("ms", "UTC"))
    block = Sifted(["x"], Part(pa.array([1, 2], pa.int64()), [times]), Seen())
    bounds = [pa.scalar(value, pa.int64()).cast(pa.timestamp("us")) for value in (0, 10)]
    block.instants("x", None, *bounds)
    assert block.plain.tolist() == [False, False]


def test_a_column_that_is_not_there_is_empty() -> None:
    block = rows(x=["a", "b"])
    block.ids("rechecks", empty=True)
    assert block.numbers("step", {"": sifting.NOTHING}, pa.int32()).tolist() == [sifting.NOTHING] * 2
    assert block.filled("rechecks").tolist() == [False, False] and block.plain.all()
    assert block.typed["step"].to_pylist() == block.typed["rechecks"].to_pylist() == [None, None]


def test_an_edition_without_a_survey_has_no_plain_responses(tmp_path: Path) -> None:
    raw = TinyEdition().audits_only().write(tmp_path)
    rulebook = load_rulebook(raw / "rulebook.yml", "2026")
    with pytest.raises(ValueError, match="survey"):
        TakenResponses(CON, rulebook, clock=Clock(rulebook.zone, 2024, 2026), candidates=(), profile={})


def test_all_columns_of_one_name_are_looked_at() -> None:
    for cells in (("ana@example.ma", "calm"), ("calm", "ana@example.ma")):
        part = Part(pa.array([1], pa.int64()), [pa.array([cell], pa.string()) for cell in cells])
        block = Sifted(["note", "note"], part, Seen())
        block.others()
        assert block.plain.tolist() == [False]
