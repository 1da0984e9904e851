"""Grids of the rulebook: measured criteria and their bands."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.recount.errors import CannotRecount
from orchestration.recount.grids import Criterion, thousandths
from orchestration.recount.rules import read_rules
from tests.fixtures.tiny import TinyEdition, to_yaml


def criterion_of(tmp_path: Path, tiny: TinyEdition, measure: Any) -> Criterion:
    """The first criterion of the phone's grid, 0 to 4, with this section `measured`."""
    tiny.rulebook["grids"]["phone"][0]["measured"] = measure
    place = tmp_path / "rulebook.yml"
    place.write_bytes(to_yaml(tiny.rulebook))
    return read_rules(place).channels["phone"].grid[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("7", 7_000),
        ("007", 7_000),
        ("19.9", 19_900),
        ("19.900", 19_900),
        ("0.001", 1),
        ("999999.999", 999_999_999),
        *((text, None) for text in ("", "NA", "1000000", "1.", ".5", "1.2345", "-1", "+1", "1,5", "1e3", " 1", "1\n")),
        *((text, None) for text in ("٣", "１", "0x10", "1_0", "nan")),
    ],
)
def test_a_measured_number_in_thousandths(text: str, value: int | None) -> None:
    assert thousandths(text) == value


BANDS = [{"below": "20", "points": 4}, {"below": "60.5", "points": 1}, {"points": 0}]


def test_a_value_gets_the_points_of_the_first_band_whose_bound_it_does_not_reach(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    criterion = criterion_of(tmp_path, tiny, {"unit": "second", "bands": BANDS})
    assert (criterion.unit, criterion.bands) == ("second", ((20_000, 4), (60_500, 1), (None, 0)))
    given = {0: 4, 19_999: 4, 20_000: 1, 60_499: 1, 60_500: 0, 999_999_999: 0}
    assert {value: criterion.points(value) for value in given} == given


def test_points_need_not_fall_and_one_band_is_enough(tmp_path: Path, tiny: TinyEdition) -> None:
    rising = [{"below": "0.001", "points": 0}, {"points": 4}]
    criterion = criterion_of(tmp_path, tiny, {"unit": "step", "bands": rising})
    assert (criterion.points(0), criterion.points(1)) == (0, 4)
    assert criterion_of(tmp_path, tiny, {"unit": "step", "bands": [{"points": 3}]}).points(5) == 3
    assert criterion_of(tmp_path, tiny, None).bands == ()


@pytest.mark.parametrize(
    ("measure", "named"),
    [
        ([], "measured: a map"),
        ({"bands": BANDS}, "measured.unit: missing"),
        ({"unit": "second"}, "measured.bands: missing"),
        ({"unit": "second", "bands": []}, "at least one band"),
        ({"unit": "second", "bands": [{"points": 1}, {"points": 0}]}, r"bands\[0\].below: missing"),
        ({"unit": "second", "bands": [{"below": "20", "points": 1}]}, "the last band has none"),
        ({"unit": "second", "bands": [{"below": "x", "points": 1}, {"points": 0}]}, r"bands\[0\].below"),
        ({"unit": "second", "bands": [BANDS[0], BANDS[0], BANDS[2]]}, r"bands\[1\].below"),
        ({"unit": "second", "bands": [BANDS[1], BANDS[0], BANDS[2]]}, r"bands\[1\].below"),
        ({"unit": "second", "bands": [{"points": 5}]}, r"bands\[0\].points: at most 4"),
        ({"unit": "second", "bands": [{"points": "-1"}]}, r"bands\[0\].points"),
    ],
)
def test_bands_that_leave_a_value_without_points_are_refused(
    tmp_path: Path, tiny: TinyEdition, measure: Any, named: str
) -> None:
    with pytest.raises(CannotRecount, match=named):
        criterion_of(tmp_path, tiny, measure)


def test_the_window_of_contests_and_the_names_of_firms(tmp_path: Path, tiny: TinyEdition) -> None:
    place = tmp_path / "rulebook.yml"
    place.write_bytes(to_yaml(tiny.rulebook))
    assert (read_rules(place).contest, read_rules(place).firms) == (None, {})
    tiny.rulebook["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    tiny.rulebook["field_firms"] = {"north": "Nord", "nowhere": "Absent"}
    del tiny.rulebook["title"]["en"]
    place.write_bytes(to_yaml(tiny.rulebook))
    rules = read_rules(place)
    assert [day.isoformat() for day in rules.contest or ()] == ["2025-11-17", "2025-11-28"]
    assert rules.firms == {"north": "Nord", "nowhere": "Absent"}
    assert set(rules.title.values()) == {"Élu Service Client de l'Année Maroc 2026"}
    for key, value in (("contest", {"opens": "2025-11-17"}), ("field_firms", {"north": ["x"]}), ("field_firms", "x")):
        place.write_bytes(to_yaml({**tiny.rulebook, key: value}))
        with pytest.raises(CannotRecount, match=key):
            read_rules(place)
