"""What `palmares run` starts: the job, in which each step says whether it is skipped, or nothing; and what it says."""

import pytest

from orchestration.evidence import CheckResult
from orchestration.instance import launch
from orchestration.progress import listening
from orchestration.run import Now, Run
from orchestration.settings import Settings
from orchestration.status import Freshness
from orchestration.status.say import say
from tests.fixtures.tiny import TinyEdition, relog


@pytest.mark.parametrize(
    ("found", "starts"),
    [
        (Freshness(False, False, (say("fresh.not_run"),)), True),
        (Freshness(True, False, (say("fresh.rows"), say("fresh.marks"))), True),
        (Freshness(True, True, (say("fresh.rows"), say("fresh.dossier"))), False),
    ],
)
def test_only_what_is_due_is_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, found: Freshness, starts: bool
) -> None:
    done: list[str] = []
    told: list[str] = []
    judged: list[str] = []
    monkeypatch.setattr(launch, "freshness", lambda _, engine: judged.append(engine) or found)
    monkeypatch.setattr(launch, "prepare", lambda *_, engine: done.append(f"prepare {engine}"))
    for engine in ("duckdb", "spark"):
        with listening(lambda what, *_: told.append(what)):
            launch.bring_up_to_date(settings, "2026", engine)
        # A job tells for itself what it skips, and why: nobody says it twice.
        assert (done, told) == (([f"prepare {engine}"], []) if starts else ([], list(found.lines)))
        done.clear()
        told.clear()
    assert judged == ["duckdb", "spark"]


def test_rows_are_not_digested_to_know_that_new_deposits_ask_for_a_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tiny: TinyEdition
) -> None:
    tiny.write(settings.raw)
    now = Now(Run(settings, tiny.edition, "before"))
    passed = CheckResult("intake.files_readable", "passed", "as due", "as found")
    now.run.log.append(passed, fingerprints=now.deposited, run_id="before")
    done: list[str] = []
    asked: list[str] = []

    def digest(_: Now, engine: str) -> Freshness:
        assert engine == "duckdb", "unless it is told otherwise"
        asked.append("rows")
        return Freshness(True, True, ())

    monkeypatch.setattr(launch, "freshness", digest)
    monkeypatch.setattr(launch, "prepare", lambda *_, engine: done.append("prepare"))
    launch.bring_up_to_date(settings, tiny.edition)
    assert (asked, done) == (["rows"], [])
    tests = settings.raw / tiny.edition / "audits/north/phone.csv"
    tests.write_bytes(tests.read_bytes() + b"\n")
    relog(settings.raw / tiny.edition)
    launch.bring_up_to_date(settings, tiny.edition)
    assert (asked, done) == (["rows"], ["prepare"])
