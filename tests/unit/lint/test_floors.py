"""The floors of coverage: what decides is covered whole, the rest by nine tenths, and nothing drops out unseen."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import PROJECT_DIR
from tests.lint.floors import (
    DECIDES,
    Covered,
    below,
    main,
    read,
)

WHOLE = [Covered(place if place.endswith(".py") else f"{place}/one.py", 10, 10) for place in DECIDES]


def measured(ran: int, of: int, lines: list[int], branches: list[list[int]]) -> dict[str, Any]:
    """One file as SlipCover reports it: here half of what counts are branches."""
    missed = of - ran
    summary = {"covered_lines": ran, "missing_lines": missed, "covered_branches": ran, "missing_branches": missed}
    return {"summary": summary, "missing_lines": lines, "missing_branches": branches}


def test_lines_and_branches_count_alike() -> None:
    (found,) = read({"files": {"orchestration/gate/decision.py": measured(4, 5, [7], [[3, 9]])}})
    assert found == Covered("orchestration/gate/decision.py", 8, 10, (3, 7)) and found.decides


def test_one_line_that_decides_and_did_not_run_is_told_with_its_number() -> None:
    modules = [*WHOLE, Covered("orchestration/verify/run.py", 99, 100, (12,))]
    assert below(WHOLE) == []
    assert below(modules) == ["orchestration/verify/run.py decides: 99 of 100 lines and branches ran; see line 12"]


def test_a_place_that_decides_cannot_drop_out_of_the_measure() -> None:
    assert below(WHOLE[1:]) == [f"{DECIDES[0]} decides, and was not measured"]


def test_the_rest_is_measured_together() -> None:
    low = Covered("orchestration/cli/running.py", 0, 10)
    assert below([*WHOLE, low, Covered("orchestration/cli/demo.py", 90, 90)]) == []
    (told,) = below([*WHOLE, low, Covered("orchestration/cli/demo.py", 89, 90)])
    assert "89 of 100" in told and "orchestration/cli/running.py (10)" in told


def test_a_neighbour_whose_name_begins_alike_does_not_decide() -> None:
    assert not Covered("orchestration/gate/reasons.py", 0, 1).decides
    assert not Covered("orchestration/verifying.py", 0, 1).decides


@pytest.mark.parametrize("place", DECIDES)
def test_each_place_that_decides_is_there(place: str) -> None:
    assert (PROJECT_DIR / place).exists()


def test_the_command_says_what_is_below_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "coverage.json"
    assert main([]) == main([str(path)]) == 2
    path.write_text("[]")
    assert main([str(path)]) == 2
    files = {one.path: measured(5, 5, [], []) for one in WHOLE}
    path.write_text(json.dumps({"files": files}))
    assert main([str(path)]) == 0
    path.write_text(json.dumps({"files": files | {"orchestration/gate/decision.py": measured(4, 5, [7], [])}}))
    capsys.readouterr()
    assert main([str(path)]) == 1
    assert "see line 7" in capsys.readouterr().out
