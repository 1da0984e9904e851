"""A clock that steps back, or years ahead: order is that of the records, never that of their times.

The clocks of this house date evidence and releases and decide nothing. Where a time does mean something (the years of a
certificate, the order of deposits, a signature older than what it signs), somebody is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from orchestration import custody
from orchestration.errors import Refused
from orchestration.evidence import log as evidence
from orchestration.publication import publish as publication
from orchestration.release.chain import read_record
from orchestration.run import context
from orchestration.signoff import sign, sign_pdf
from orchestration.verify.run import verify
from tests.faults import truth
from tests.faults.line import FaultBench, Stages
from tests.fixtures.tiny import EDITION, TinyEdition

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The machine's clock, wherever this program reads it."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return moment.astimezone(tz)

    with (
        patch.object(evidence, "datetime", Clock),
        patch.object(sign, "datetime", Clock),
        patch.object(context, "datetime", Clock),
    ):
        yield


@pytest.fixture
def bench(stages: Stages, place: Path) -> Iterator[FaultBench]:
    """The line before its second run."""
    with stages.means.bench(stages.copy("read", place)) as bench:
        yield bench


def take(bench: FaultBench, *steps: str) -> None:
    for step in steps:
        getattr(bench, step)()


def told(bench: FaultBench, check: str) -> str:
    """The outcome of a check in the newest release."""
    with duckdb.connect(str(bench.settings.published / "palmares.duckdb"), read_only=True) as con:
        found = con.execute("SELECT outcome FROM quality_check WHERE check_id = ?", [check]).fetchone()
    return str(found[0]) if found else "missing"


def test_a_clock_that_steps_back_between_all_acts_changes_no_outcome(bench: FaultBench, stages: Stages) -> None:
    """A year at each act: what was recorded later stands, whatever its date."""
    due = truth.dossier(stages.folder / "before-end").identity
    for back, steps in enumerate((("read", "build"), ("test", "judge"), ("document",), ("sign",), ("publish", "show"))):
        with at(NOW - back * YEAR):
            take(bench, *steps)
    records = bench.records()
    times = [record.at for record in records]
    assert times != sorted(times), "the clock did step back"
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert bench.dossier.identity == due
    assert truth.readers_see(bench.settings) == 2
    assert verify(bench.release, raw=bench.settings.raw).findings == ()
    assert told(bench, "publication.signature_dated") == "failed", "the signature is older than what it signs"


def test_a_clock_that_is_right_raises_no_question(bench: FaultBench) -> None:
    take(bench, "read", "build", "test", "judge", "document", "sign", "publish", "show")
    assert told(bench, "publication.signature_dated") == "passed"


def test_a_refusal_entered_after_the_dossier_with_an_earlier_date_still_stops_it(bench: FaultBench) -> None:
    take(bench, "read", "build", "test", "judge", "document", "sign")
    with at(NOW - 3 * YEAR):
        bench.object("refusal")
    with pytest.raises(Refused, match="refused to sign"):
        bench.publish()


def test_checks_that_ran_later_count_even_with_an_earlier_date(bench: FaultBench) -> None:
    """The newest record of a check is the one with the highest number."""
    take(bench, "read", "build", "test", "judge")
    bench.sql("UPDATE marts.fct_ranking SET final_micro = final_micro + 1 WHERE candidate_id = 'atlas-hotels'")
    with at(NOW - 5 * YEAR):
        bench.judge()
    with pytest.raises(Refused, match="scoring"):
        bench.document()


@pytest.mark.parametrize(
    ("moment", "why"),
    [(datetime(2019, 6, 1, tzinfo=UTC), "not yet valid"), (datetime(2049, 6, 1, tzinfo=UTC), "had expired")],
)
def test_a_signature_dated_outside_the_certificates_years_is_not_made(
    bench: FaultBench, moment: datetime, why: str
) -> None:
    take(bench, "read", "build", "test", "judge", "document")
    before = list((bench.raw / "signoffs").iterdir())
    with at(moment), pytest.raises(Refused, match=why):
        bench.sign()
    assert list((bench.raw / "signoffs").iterdir()) == before


def test_years_ahead_the_line_ends_the_same(bench: FaultBench, stages: Stages) -> None:
    with at(NOW + 8 * YEAR):
        take(bench, "read", "build", "test", "judge", "document", "sign", "publish", "show")
    assert bench.dossier.identity == truth.dossier(stages.folder / "before-end").identity
    assert read_record(bench.release).published_at.startswith(str((NOW + 8 * YEAR).year))
    assert verify(bench.release, raw=bench.settings.raw).findings == ()


def test_deposits_whose_times_go_backwards_are_taken_in_order_and_told(bench: FaultBench) -> None:
    """The log's order is what counts; that its times disagree is a warning, which somebody must accept."""
    old = next(one for one in custody.read_log(bench.raw) if one.path == "votes/votes.csv")
    fresh = bench.folder / "votes.csv"
    fresh.write_bytes(TinyEdition().render()["votes/votes.csv"] + b"\n")
    long_ago = datetime(2025, 11, 1, tzinfo=UTC)
    custody.deposit(
        bench.raw, [fresh], "Platform", "Nadia Clerk", as_path=old.path, replaces=old.sha256, received_at=long_ago
    )
    assert custody.audit(bench.raw).problems == ()
    take(bench, "read", "build", "test", "judge", "document")
    with pytest.raises(Refused, match=r"intake\.deposits_ordered"):
        bench.sign()


def test_a_signature_made_elsewhere_and_dated_before_its_dossier_counts_and_is_told(bench: FaultBench) -> None:
    """The bailiff is trusted with the date of his act; that it cannot be right stands in the published checks."""
    take(bench, "read", "build", "test", "judge", "document")
    signed = sign_pdf(bench.dossier.pdf.read_bytes(), _key(bench), TinyEdition.password, NOW - YEAR)
    (bench.raw / "signoffs" / "elsewhere.pdf").write_bytes(signed)
    take(bench, "publish", "show")
    assert told(bench, "publication.signature_dated") == "failed"
    result = next(
        one.body
        for one in reversed(bench.records())
        if one.kind == "check" and one.body.check_id == "publication.signature_dated"
    )
    assert str((NOW - YEAR).date()) in " ".join(result.failing_keys), result
    assert publication and EDITION


def _key(bench: FaultBench) -> bytes:
    from tests.faults.line import KEY

    return (bench.folder / KEY).read_bytes()
