"""The keys of what fails, as the UI lists them: lines of a file by number, not as texts."""

from expectations import all_checks
from orchestration.defs.assurance import as_asset_checks, by_number
from orchestration.evidence import CheckResult


def test_lines_stand_in_the_order_of_their_numbers() -> None:
    spec = next(one for one in all_checks() if one.id == "intake.quarantine_share")
    keys = ("phone.csv:18", "phone.csv:34", "phone.csv:6", "email.csv:7", "phone.csv")
    result = CheckResult(spec.id, "failed", "2 %", "3 %", failing_count=5, failing_keys=keys)
    [shown] = as_asset_checks([spec], [result])
    listed = str(shown.metadata["failing keys"].value).split("\n")
    assert listed == ["email.csv:7", "phone.csv", "phone.csv:6", "phone.csv:18", "phone.csv:34"]


def test_any_key_has_its_place() -> None:
    assert sorted(["T10", "T9", "", "9", "a", "10", "٣"], key=by_number)[0] == ""
