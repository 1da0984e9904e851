"""What was written stays valid, byte for byte: old logs, every kind of record, whatever else may stand in a line."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.evidence.bodies import (
    MAX_KEYS,
    OUTCOMES,
    SEALS,
    TRACE_OUTCOMES,
    AcceptanceBody,
    CheckResult,
    DossierBody,
    DrawBody,
    PublicationBody,
    RefusalBody,
    ReservationBody,
    RevocationBody,
    RunBody,
    SealBody,
    TraceBody,
)
from orchestration.evidence.draws import read_draws
from orchestration.evidence.log import EvidenceLog
from orchestration.evidence.records import Fingerprints, Record, parse_record, record_of
from orchestration.evidence.seals import read_seals
from orchestration.storage import GENESIS
from tests.fixtures.records import AT

OLD = Path(__file__).parents[2] / "fixtures" / "chains" / "evidence.jsonl"
"""A record of each kind, as the program wrote them when a body was a dictionary; dossiers with and without `files`,
revocations with and without `release`."""
KINDS = {
    *("run", "check", "acceptance", "dossier", "refusal", "revocation", "reservation", "seal", "draw", "trace"),
    "publication",
}


def test_an_old_log_is_read_and_would_be_written_again_byte_for_byte() -> None:
    records = EvidenceLog(OLD).records()
    assert {record.kind for record in records} == KINDS
    assert b"".join(record.line() + b"\n" for record in records) == OLD.read_bytes()
    assert [parse_record(record.line()) for record in records] == list(records)
    assert [seal.number for seal in read_seals(records)] == [1, 2, 3, 4]
    assert [len(draw.traces) for draw in read_draws(records)] == [2]


# --- any record -------------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)
NUMBER = st.integers(1, 10**12)
SEED = st.text("0123456789", min_size=5, max_size=40)
PRINTS = st.builds(Fingerprints, SHA256, SHA256, SHA256, SHA256, st.none() | SHA256)


@st.composite
def results(draw: st.DrawFn) -> CheckResult:
    """Of any outcome; keys of it, if there are rows that fail."""
    outcome = draw(st.sampled_from(OUTCOMES))
    count = draw(st.integers(0, 50)) if outcome in ("failed", "error") else 0
    keys = draw(st.lists(st.text(st.characters(codec="utf-8")), max_size=min(count, MAX_KEYS)))
    return CheckResult(
        draw(TEXT),
        outcome,
        expected=draw(st.text()),
        observed=draw(st.text()),
        failing_count=count,
        failing_keys=tuple(keys),
    )


@st.composite
def draws(draw: st.DrawFn) -> DrawBody:
    """Some tests, and some others of close categories."""
    tests = draw(st.lists(TEXT, min_size=1, max_size=6, unique=True))
    drawn = draw(st.integers(1, len(tests)))
    whole = {draw(TEXT): tuple(tests[drawn:])}
    size, close = draw(st.integers(drawn, 100)), draw(st.integers(0, 9))
    return DrawBody(seed=draw(SEED), size=size, close_at_most=close, tests=tuple(tests[:drawn]), whole=whole)


SAID = {"reason": TEXT, "by": TEXT}
BODIES = st.one_of(
    st.builds(RunBody, recount_sha256=SHA256, engine=st.none() | st.dictionaries(TEXT, TEXT, min_size=1, max_size=3)),
    results(),
    st.builds(AcceptanceBody, check_id=TEXT, **SAID),
    st.builds(
        DossierBody,
        dossier_sha256=SHA256,
        identity=SHA256,
        files=st.none() | st.dictionaries(TEXT, SHA256, max_size=3),
    ),
    st.builds(RefusalBody, dossier_sha256=SHA256, **SAID),
    st.builds(RevocationBody, dossier_sha256=SHA256, release=st.none() | NUMBER, **SAID),
    st.builds(ReservationBody, **SAID),
    draws(),
    st.builds(
        TraceBody,
        draw=SHA256,
        seed=SEED,
        by=TEXT,
        corrects=st.none() | TEXT,
        outcomes=st.dictionaries(TEXT, st.sampled_from(TRACE_OUTCOMES), min_size=1, max_size=4),
        sheet_sha256=SHA256,
    ),
    st.builds(PublicationBody, release=NUMBER, dossier_sha256=SHA256, manifest_sha256=st.none() | SHA256),
)


@st.composite
def any_record(draw: st.DrawFn) -> Record:
    """A record of any kind; a seal bears the fingerprint that its record is tied to."""
    prints, stage = draw(PRINTS), draw(st.sampled_from(sorted(SEALS)))
    seal = SealBody(
        number=draw(NUMBER),
        stage=stage,  # type: ignore[arg-type]
        fingerprint=getattr(prints, SEALS[stage]),
        by=draw(TEXT),
        corrects=draw(st.none() | TEXT),
    )
    return record_of(
        draw(BODIES | st.just(seal)),
        seq=draw(NUMBER),
        at=AT,
        run_id=draw(st.text(st.characters(codec="utf-8"))),
        fingerprints=prints,
        previous=draw(SHA256 | st.just(GENESIS)),
    )


@settings(max_examples=300)
@given(any_record())
def test_whatever_is_written_is_read_as_it_was(record: Record) -> None:
    line = record.line()
    assert parse_record(line) == record
    assert parse_record(line).line() == line


@settings(max_examples=300)
@given(st.data())
def test_whatever_is_read_would_be_written_so(data: st.DataObject) -> None:
    """A line that somebody edited is refused, or it is the one spelling of what it now says."""
    lines = OLD.read_bytes().splitlines()
    line = bytearray(data.draw(st.sampled_from(lines)))
    at = data.draw(st.integers(0, len(line)))
    line[at : at + data.draw(st.integers(0, 3))] = data.draw(
        st.binary(max_size=3) | st.sampled_from([b" ", b"null", b"1.0", b"01", b"\\u0061", b'"":0,'])
    )
    try:
        record = parse_record(bytes(line))
    except ValueError:
        return
    assert record.line() == bytes(line)
