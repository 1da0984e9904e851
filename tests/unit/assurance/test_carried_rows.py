"""Which rows may be carried over: those on which the second count agreed, by this code and with these packages."""

import pytest

from expectations import RECOUNT_AGREES
from orchestration.assurance.intake import _standing
from orchestration.evidence import Fingerprints, Record
from orchestration.run import Now, Run, note_rows
from orchestration.settings import Settings
from tests.fixtures.records import AT, record

HEAD, RULES, CODE, ROWS, RESULTS = (digit * 64 for digit in "12345")


def counted(seq: int, outcome: str, check: str = RECOUNT_AGREES, code: str = CODE, rows: str | None = ROWS) -> Record:
    """A record of a check."""
    body = {
        **{"check_id": check, "outcome": outcome, "expected": "as recounted", "observed": "so"},
        **{"failing_count": int(outcome == "failed"), "failing_keys": []},
    }
    return record(
        seq,
        "check",
        at=AT,
        run_id="run-1",
        fingerprints=Fingerprints(HEAD, RULES, code_sha256=code, results_sha256=RESULTS, intake_sha256=rows),
        body=body,
    )


@pytest.mark.parametrize(
    ("records", "agreed"),
    [
        ((), set()),
        ((counted(1, "passed"),), {ROWS}),
        ((counted(1, "failed"),), set()),
        ((counted(1, "passed"), counted(2, "error")), set()),
        ((counted(1, "failed"), counted(2, "passed")), {ROWS}),
        ((counted(1, "passed", check="intake.custody_chained"),), set()),
        ((counted(1, "passed", code=RULES),), set()),
        ((counted(1, "passed", rows=None),), set()),
        ((counted(1, "passed"), counted(2, "failed", rows=HEAD)), {ROWS}),
    ],
)
def test_only_rows_on_which_the_second_count_agreed_last_are_carried_over(
    settings: Settings, records: tuple[Record, ...], agreed: set[str]
) -> None:
    now = Now(Run(settings, "2026", "test"))
    now.records, now.code_sha256 = records, CODE
    assert _standing(now, frozenset()) is None, "nobody knows with which packages they were made"
    settings.work_db("2026").parent.mkdir(parents=True)
    note_rows(now.run, {})
    found = _standing(now, frozenset({"votes"}))
    assert found is not None and (found.vouched, found.again) == (agreed, {"votes"})
