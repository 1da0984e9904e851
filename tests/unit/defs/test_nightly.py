"""The nightly look: silent while all is whole, and by name when a deposit or a release is not what it was."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import build_defs
from orchestration.defs.jobs import every_night
from orchestration.defs.nightly import look_at_everything
from orchestration.release import RECORD
from tests.fixtures.little_release import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.release()
    return house


def test_what_is_whole_is_said_so(house: House) -> None:
    found, wrong = look_at_everything(house.settings)
    assert [name for name in found] == [f"custody {house.edition}", f"release {house.edition}/1"]
    assert not [line for line in wrong if line.startswith("custody")]


def test_a_deposit_and_a_release_that_were_touched_are_named(house: House) -> None:
    (house.raw / "candidates.csv").write_text("candidate_id\nC-2\n", encoding="utf-8")
    record = house.settings.releases / house.edition / "1" / RECORD
    record.chmod(0o644)
    record.write_bytes(record.read_bytes() + b" ")
    _, wrong = look_at_everything(house.settings)
    assert any(line.startswith(f"custody of {house.edition}") and "candidates.csv" in line for line in wrong)
    assert any(line.startswith(f"release {house.edition}/1: ALTERED") for line in wrong)
    here = build_defs({"settings": house.settings})
    ended = here.resolve_job_def("verify_everything").execute_in_process(raise_on_error=False)
    assert not ended.success


def test_nobody_is_woken_unasked() -> None:
    assert every_night.default_status == dg.DefaultScheduleStatus.STOPPED
