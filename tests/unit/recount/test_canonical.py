"""The canonical CSV as the recount reads it: one spelling, NULL and an empty text told apart."""

from pathlib import Path

import pytest

from orchestration.recount import CannotRecount, compare, read_results, read_survey_weights
from orchestration.recount.canonical import cell_text, field
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import as_declared, count_again, full, write_results


@pytest.mark.parametrize(
    ("value", "text"), [(None, None), (True, "true"), (False, "false"), (-3, "-3"), ("x", "x"), (0, "0"), ("", "")]
)
def test_a_value_as_text(value: str | int | bool | None, text: str | None) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("text", "spelled"),
    [(None, ""), ("", '""'), ("a b", "a b"), ("a,b", '"a,b"'), ('a"b', '"a""b"'), ("a\nb", '"a\nb"'), ("\r", '"\r"')],
)
def test_a_cell_in_its_file_and_back(tmp_path: Path, text: str | None, spelled: str) -> None:
    assert field(text) == spelled
    (tmp_path / "t.csv").write_bytes(f"x,y\n{spelled},1\n2,{spelled}\n".encode())
    assert read_results(tmp_path) == {"t": [{"x": text, "y": "1"}, {"x": "2", "y": text}]}


def test_results_are_read_from_their_folder(tmp_path: Path) -> None:
    found = count_again(full(TinyEdition()), tmp_path)
    folder = write_results(as_declared(found), tmp_path / "results")
    assert compare(found, read_results(folder)) == []
    weights = read_survey_weights(folder / "fct_survey_weight.csv")
    assert weights == {one["respondent_id"]: one["weight_micro"] for one in found.tables["fct_survey_weight"]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a,b\n1\n",
        b"a,b\n1,2,3\n",
        b"a,a\n1,2\n",
        b'a,b\n"1,2\n',
        b"a,\xff\n",
        b"a,b\n1,2",
        b"a,b\n1,",
        b"a,b\r\n1,2\r\n",
        b'a,b\n"1",2\n',
        b'a,b\n1"2,3\n',
        b'a,b\n"1,2"3,4\n',
        b"\xef\xbb\xbfa,b\n1,2\n\n",
    ],
)
def test_a_table_that_is_not_canonical_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "fct_ranking.csv").write_bytes(data)
    with pytest.raises(CannotRecount, match=r"fct_ranking\.csv"):
        read_results(tmp_path)


@pytest.mark.parametrize(
    "line", ["2026,,1", "2026,R1,-1", "2026,R1,1.5", "2026,R1,", '2026,"",1', "2026,R1,٣", "2026,R0,1"]
)
def test_weights_that_are_no_weights_are_refused(tmp_path: Path, line: str) -> None:
    place = tmp_path / "w.csv"
    place.write_text(f"edition,respondent_id,weight_micro\n2026,R0,1000000\n{line}\n")
    with pytest.raises(CannotRecount, match="line 3"):
        read_survey_weights(place)
