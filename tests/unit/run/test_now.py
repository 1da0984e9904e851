"""What is true now: looked at when asked for, kept, looked at again only where that is said."""

from pathlib import Path

import pytest

from orchestration.errors import Refused
from orchestration.evidence import ReservationBody
from orchestration.run import Now, Run
from orchestration.run import now as now_module
from orchestration.settings import Settings
from orchestration.storage import connect
from tests.fixtures.tiny import TinyEdition

SAID = ReservationBody(reason="Two tests were not seen.", by="Me Essai")
OTHER = ReservationBody(reason="Three tests were not seen.", by="Me Essai")


@pytest.fixture
def now(settings: Settings, tiny: TinyEdition, monkeypatch: pytest.MonkeyPatch) -> Now:
    """The tiny edition, deposited; hashing the program is not what is tested."""
    tiny.write(settings.raw)
    codes = iter("0123456789")
    monkeypatch.setattr(now_module, "code_sha256", lambda: 64 * next(codes))
    return Now(Run(settings, tiny.edition, "run-1"))


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"# a comment\n")


def test_what_was_looked_at_is_kept(now: Now) -> None:
    before = now.deposited, now.custody, now.records
    edit(now.run.rulebook_path)
    now.run.log.append(SAID, fingerprints=now.deposited)
    assert (now.deposited, now.custody, now.records) == before


def test_again_is_a_new_look_at_all_but_the_code(now: Now) -> None:
    before, audit = now.deposited, now.custody
    edit(now.run.rulebook_path)
    now.run.log.append(SAID, fingerprints=before)
    again = now.again()
    assert again.deposited.rulebook_sha256 != before.rulebook_sha256
    assert again.deposited.code_sha256 == before.code_sha256 == 64 * "0"
    assert len(again.records) == 1 and again.custody.problems and not audit.problems


def test_rows_that_were_not_read_are_not_imagined(now: Now) -> None:
    for look in ("received", "scored"):
        with pytest.raises(Refused, match="has not been scored: palmares run 2026"):
            getattr(now, look)


def test_rows_are_hashed_before_there_are_results(now: Now) -> None:
    path = now.run.settings.work_db("2026")
    path.parent.mkdir(parents=True)
    with connect(path) as con:
        con.execute("CREATE SCHEMA intake; CREATE TABLE intake.vote AS SELECT 1 AS n")
    assert now.received.intake_sha256 is not None and now.received.results_sha256 is None
    assert now.received.custody_head == now.deposited.custody_head


def test_what_is_entered_is_known_without_reading_it_back(now: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    now.enter([SAID], now.deposited)
    monkeypatch.setattr(type(now.run.log), "records", lambda _: pytest.fail("read again"))
    now.enter([OTHER], now.deposited)
    assert [record.body for record in now.records] == [SAID, OTHER]
    assert {record.run_id for record in now.records} == {"run-1"}
    now.enter([], now.deposited)
    assert len(now.records) == 2


def test_what_somebody_else_entered_in_between_is_read(now: Now) -> None:
    assert now.records == ()
    now.run.log.append(OTHER, fingerprints=now.deposited)
    now.enter([SAID], now.deposited)
    assert [record.body for record in now.records] == [OTHER, SAID]
