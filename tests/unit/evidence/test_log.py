"""The evidence log: append-only, chained, strict, and honest after a crash."""

import errno
import json
import multiprocessing
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.evidence import log as evidence
from orchestration.evidence.bodies import (
    AcceptanceBody,
    CheckResult,
    DossierBody,
    PublicationBody,
    RunBody,
    clean_text,
)
from orchestration.evidence.log import EvidenceLog
from orchestration.evidence.records import EvidenceBroken, Fingerprints, parse_record
from orchestration.evidence.standing import scored_by
from orchestration.storage import GENESIS, write_atomic
from orchestration.words import in_language, told
from tests.fixtures.records import AT, enter, record

PRINTS = Fingerprints("a" * 64, "b" * 64, code_sha256="c" * 64, results_sha256="d" * 64, intake_sha256="e" * 64)
RAN = RunBody(recount_sha256="4" * 64)


def _log(tmp_path: Path) -> EvidenceLog:
    return EvidenceLog(tmp_path / "evidence" / "2026.jsonl")


def _filled(tmp_path: Path) -> EvidenceLog:
    log = _log(tmp_path)
    log.append(RAN, run_id="r1")
    log.append_all(
        [CheckResult("intake.a_b", "failed", expected="0", observed="2", failing_count=2, failing_keys=("T1", "T2"))],
        fingerprints=PRINTS,
        run_id="r1",
    )
    log.append(AcceptanceBody(check_id="intake.a_b", reason="seen", by="Clerk"), fingerprints=PRINTS)
    log.append(DossierBody(dossier_sha256="f" * 64, identity="1" * 64), fingerprints=PRINTS)
    return log


def test_an_absent_log_is_empty(tmp_path: Path) -> None:
    assert _log(tmp_path).records() == ()


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    records = EvidenceLog(log.path).records()
    assert [record.kind for record in records] == ["run", "check", "acceptance", "dossier"]
    assert [record.seq for record in records] == [1, 2, 3, 4]
    assert records[1].body == CheckResult(
        "intake.a_b", "failed", expected="0", observed="2", failing_count=2, failing_keys=("T1", "T2")
    )
    assert records[1].fingerprints == PRINTS
    assert records[1].previous == records[0].sha256


def test_nothing_to_add_adds_nothing(tmp_path: Path) -> None:
    log = _log(tmp_path)
    assert log.append_all([]) == ()
    assert not log.path.exists()


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize("change", ["byte", "removed", "doubled", "swapped", "blank", "spaced"])
def test_a_changed_line_is_noticed(tmp_path: Path, line: int, change: str) -> None:
    log = _filled(tmp_path)
    lines = log.path.read_bytes().splitlines()
    if change == "byte":
        lines[line] = lines[line].replace(b'"seq"', b'"sEq"')
    elif change == "removed":
        del lines[line]
    elif change == "doubled":
        lines.insert(line, lines[line])
    elif change == "swapped":
        lines[line], lines[line - 1] = lines[line - 1], lines[line]
    elif change == "blank":
        lines.insert(line, b"")
    else:
        lines[line] = lines[line].replace(b":", b": ", 1)
    log.path.write_bytes(b"".join(item + b"\n" for item in lines))
    with pytest.raises(EvidenceBroken):
        log.records()
    with pytest.raises(EvidenceBroken):
        log.append(RAN)


@settings(max_examples=150)
@given(st.data())
def test_any_flipped_bit_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    log = _filled(tmp_path_factory.mktemp("flip"))
    content = bytearray(log.path.read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= 1 << data.draw(st.integers(0, 7))
    log.path.write_bytes(bytes(content))
    with pytest.raises(EvidenceBroken):
        log.records()


def test_a_log_cut_at_its_end_is_noticed(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(EvidenceBroken, match="acknowledged"):
        log.records()


@pytest.mark.parametrize(
    ("change", "french"),
    [
        (lambda lines: lines[:-1], "des enregistrements dont il a été pris acte n’y sont plus"),
        (
            lambda lines: lines[1:],
            "enregistrement 1 du journal des preuves\N{NO-BREAK SPACE}: la chaîne est rompue ici",
        ),
        (lambda lines: [b"{}\n", *lines[1:]], "la ligne 1 n’est pas un enregistrement du journal des preuves"),
    ],
)
def test_what_is_noticed_is_told_in_french_too(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], french: str
) -> None:
    log = _filled(tmp_path)
    log.path.write_bytes(b"".join(change(log.path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(EvidenceBroken) as broken:
        log.records()
    assert in_language(told(broken.value), "fr").startswith(str(log.path))
    assert french in in_language(told(broken.value), "fr")


def test_a_deleted_log_is_noticed(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    log.path.unlink()
    with pytest.raises(EvidenceBroken):
        log.records()


@pytest.mark.parametrize("content", [None, b"", b"4 " + b"0" * 64 + b"\n", b"99 x\n", b"0 " + b"1" * 64 + b"\n"])
def test_a_lost_or_forged_companion_is_noticed(tmp_path: Path, content: bytes | None) -> None:
    log = _filled(tmp_path)
    head = log.path.with_name("2026.jsonl.head")
    head.unlink() if content is None else head.write_bytes(content)
    with pytest.raises(EvidenceBroken):
        log.records()


def test_a_line_torn_by_a_crash_is_dropped_by_the_next_append(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    before = log.records()
    with log.path.open("ab") as stream:
        stream.write(b'{"at":"2026-01-01T00:0')
    assert log.records() == before
    log.append(RAN)
    assert [record.seq for record in log.records()] == [1, 2, 3, 4, 5]


def test_a_crash_before_the_companion_was_written_loses_nothing(tmp_path: Path) -> None:
    log = _filled(tmp_path)
    head = log.path.with_name("2026.jsonl.head")
    earlier = head.read_bytes()
    log.append(RAN)
    head.write_bytes(earlier)
    assert len(log.records()) == 5
    log.path.unlink()
    head.write_bytes(f"0 {GENESIS}\n".encode())
    assert log.records() == ()


def _append_many(path: Path) -> None:
    for _ in range(20):
        EvidenceLog(path).append(RAN)


def test_processes_that_append_at_once_make_one_chain(tmp_path: Path) -> None:
    log = _log(tmp_path)
    workers = [multiprocessing.get_context("fork").Process(target=_append_many, args=(log.path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [record.seq for record in log.records()] == list(range(1, 61))


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "fine"},
        {"failing_count": -1},
        {"failing_count": True},
        {"outcome": "passed", "failing_count": 1},
        {"outcome": "not_applicable", "failing_count": 1},
        {"outcome": "failed", "failing_count": 1, "failing_keys": ("a", "b")},
        {"outcome": "failed", "failing_count": 90, "failing_keys": tuple(map(str, range(21)))},
    ],
)
def test_a_result_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    good = {"check_id": "intake.a_b", "outcome": "passed", "expected": "0", "observed": "0"}
    with pytest.raises(ValueError, match=r"intake\.a_b"):
        CheckResult(**{**good, **changes})


@pytest.mark.parametrize(
    ("kind", "body", "prints", "wrong"),
    [
        ("gossip", {}, PRINTS, "gossip"),
        ("check", {"check_id": "intake.a_b"}, PRINTS, "check.body.outcome"),
        ("check", asdict(CheckResult("intake.a_b", "passed", "0", "0")), None, "check.fingerprints"),
        ("acceptance", {"check_id": "intake.a_b", "reason": " ", "by": "Clerk"}, PRINTS, "acceptance.body.reason"),
        ("acceptance", {"check_id": "intake.a_b", "reason": "seen"}, PRINTS, "acceptance.body.by"),
        ("acceptance", {"check_id": "intake.a_b", "reason": "seen", "by": "Clerk"}, None, "acceptance.fingerprints"),
        ("dossier", {}, PRINTS, "dossier.body.dossier_sha256"),
        ("dossier", {"dossier_sha256": "f" * 64, "identity": "1" * 63}, PRINTS, "dossier.body.identity"),
        ("dossier", {"dossier_sha256": "f" * 64, "identity": "1" * 64, "files": None}, PRINTS, "not spelt"),
        (
            "dossier",
            {"dossier_sha256": "f" * 64, "identity": "1" * 64, "files": {"annex.csv": "1"}},
            PRINTS,
            "dossier.body.files",
        ),
        ("publication", {"dossier_sha256": "f" * 64, "release": 0}, PRINTS, "publication.body.release"),
        ("publication", {"dossier_sha256": "f" * 64}, PRINTS, "publication.body.release"),
        ("run", {"status": "started"}, PRINTS, "run.body.recount_sha256"),
        ("refusal", {"by": "Bailiff", "reason": 3, "dossier_sha256": "f" * 64}, None, "refusal.body.reason"),
        (
            "refusal",
            {"by": "Bailiff", "reason": "r", "dossier_sha256": "f" * 64, "release": 1},
            None,
            "refusal.body.release",
        ),
        (
            "revocation",
            {"by": "Bailiff", "reason": "r", "dossier_sha256": "f" * 64, "release": 0},
            None,
            "revocation.body.release",
        ),
        (
            "revocation",
            {"by": "Bailiff", "reason": "r", "dossier_sha256": "f" * 64, "release": "1"},
            None,
            "revocation.body.release",
        ),
        (
            "revocation",
            {"by": "Bailiff", "reason": "r", "dossier_sha256": "f" * 64, "release": None},
            None,
            "not spelt",
        ),
        ("reservation", {"by": "Bailiff", "reason": "r"}, None, "reservation.fingerprints"),
        ("reservation", {"by": "Bailiff"}, PRINTS, "reservation.body.reason"),
        ("reservation", {"by": "Bailiff", "reason": "r", "withdrawn": True}, PRINTS, "reservation.body.withdrawn"),
    ],
)
def test_a_record_that_lacks_what_its_kind_needs_is_not_written(
    tmp_path: Path, kind: str, body: dict[str, Any], prints: Fingerprints | None, wrong: str
) -> None:
    log = _log(tmp_path)
    with pytest.raises(ValueError, match=re.escape(wrong)):
        enter(log, kind, body, fingerprints=prints)
    assert log.records() == ()


SEAL = {"stage": "rules", "fingerprint": "b" * 64, "by": "Me Essai", "corrects": None, "number": 1}
DRAW = {"seed": "46132", "size": 2, "close_at_most": 1, "tests": ["T1", "T2"], "whole": {"banks": ["T3"]}}
TRACE = {
    "draw": "a" * 64,
    "seed": "46132",
    "by": "Me Essai",
    "corrects": None,
    "outcomes": {"T1": "conform", "T2": "not_found", "T3": "not_conform"},
    "sheet_sha256": "b" * 64,
}
WITNESSED: dict[str, dict[str, Any]] = {"seal": SEAL, "draw": DRAW, "trace": TRACE}


@pytest.mark.parametrize("kind", WITNESSED)
def test_the_acts_of_a_bailiff_come_back_as_they_were_written(tmp_path: Path, kind: str) -> None:
    log = _log(tmp_path)
    enter(log, kind, WITNESSED[kind], fingerprints=PRINTS)
    [line] = EvidenceLog(log.path).records()
    assert (line.kind, json.loads(line.line())["body"]) == (kind, WITNESSED[kind])


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("seal", {"stage": "mood"}),
        ("seal", {"stage": ["rules"]}),
        ("seal", {"fingerprint": "a" * 64}),  # the custody head, where the rulebook's is due
        ("seal", {"fingerprint": None}),
        ("seal", {"stage": "collection"}),
        ("seal", {"by": " "}),
        ("seal", {"corrects": ""}),
        ("seal", {"corrects": 3}),
        ("seal", {"number": 0}),
        ("seal", {"number": True}),
        ("seal", {"extra": 1}),
        ("seal", {"by": ...}),
        ("draw", {"seed": "1234"}),
        ("draw", {"seed": "4613x"}),
        ("draw", {"seed": 46132}),
        ("draw", {"size": 0}),
        ("draw", {"size": True}),
        ("draw", {"close_at_most": -1}),
        ("draw", {"tests": []}),
        ("draw", {"tests": "T1"}),
        ("draw", {"tests": ["T1", "T1"]}),
        ("draw", {"tests": ["T1", "T3"]}),
        ("draw", {"tests": ["T1", ""]}),
        ("draw", {"tests": ["T1", "T2", "T4"]}),
        ("draw", {"whole": {"": ["T3"]}}),
        ("draw", {"whole": []}),
        ("draw", {"whole": {"banks": [3]}}),
        ("draw", {"whole": ...}),
        ("trace", {"draw": "A" * 64}),
        ("trace", {"seed": "12"}),
        ("trace", {"by": ""}),
        ("trace", {"corrects": " "}),
        ("trace", {"outcomes": {}}),
        ("trace", {"outcomes": {"T1": "fine"}}),
        ("trace", {"outcomes": [["T1", "conform"]]}),
        ("trace", {"sheet_sha256": None}),
        ("trace", {"remark": "seen"}),
    ],
)
def test_an_act_of_a_bailiff_that_is_not_whole_is_not_written(
    tmp_path: Path, kind: str, changes: dict[str, Any]
) -> None:
    log = _log(tmp_path)
    body = {name: value for name, value in {**WITNESSED[kind], **changes}.items() if value is not ...}
    with pytest.raises((ValueError, TypeError, AttributeError)):
        enter(log, kind, body, fingerprints=PRINTS)
    assert log.records() == ()


def test_a_draw_is_made_from_results_and_every_act_is_tied_to_what_it_speaks_of(tmp_path: Path) -> None:
    log = _log(tmp_path)
    with pytest.raises(ValueError, match="made from results"):
        enter(log, "draw", DRAW, fingerprints=Fingerprints("a" * 64, "b" * 64, "c" * 64))
    for kind, data in WITNESSED.items():
        with pytest.raises(ValueError, match="needs fingerprints"):
            enter(log, kind, data)
        body = record(1, kind, at=AT, run_id="", fingerprints=PRINTS, body=data).body
        with pytest.raises(ValueError, match="needs fingerprints"):
            log.append(body)
    with pytest.raises(ValueError, match="that its record is tied to"):
        log.append(
            record(1, "seal", at=AT, run_id="", fingerprints=PRINTS, body=SEAL).body,
            fingerprints=replace(PRINTS, rulebook_sha256="a" * 64),
        )
    assert log.records() == ()


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"expected": 3}, r"check\.body\.expected"),
        ({"note": ""}, r"check\.body\.note"),
        ({"failing_keys": [3], "failing_count": 1, "outcome": "failed"}, r"check\.body\.failing_keys\.0"),
    ],
)
def test_a_check_whose_texts_are_not_texts_is_refused(body: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        record(
            1,
            "check",
            at=AT,
            run_id="",
            fingerprints=PRINTS,
            body={**asdict(CheckResult("intake.a_b", "passed", "0", "0")), **body},
        )


@pytest.mark.parametrize(
    "changes", [{"seq": True}, {"seq": "1"}, {"seq": 0}, {"at": "yesterday"}, {"at": f"{AT}\n"}, {"run_id": 3}]
)
def test_a_record_has_a_number_a_time_and_a_run(changes: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "seq": 1,
        "kind": "run",
        "at": AT,
        "run_id": "",
        "fingerprints": None,
        "body": RAN.model_dump(),
    }
    assert record(**good).body == RAN
    (changed,) = changes
    with pytest.raises(ValueError, match=rf"\nrun\.{changed}\n"):
        record(**{**good, **changes})


@pytest.mark.parametrize("field", ["custody_head", "rulebook_sha256", "code_sha256", "results_sha256"])
@pytest.mark.parametrize("value", ["", "A" * 64, "a" * 63, 3])
def test_a_fingerprint_is_a_sha256(field: str, value: object) -> None:
    good: dict[str, Any] = {"custody_head": "a" * 64, "rulebook_sha256": "b" * 64, "code_sha256": "c" * 64}
    with pytest.raises(ValueError, match=field):
        Fingerprints(**{**good, field: value})


def test_only_results_and_intake_may_not_exist_yet() -> None:
    assert Fingerprints("a" * 64, "b" * 64, "c" * 64).results_sha256 is None
    with pytest.raises(ValueError, match="custody_head"):
        Fingerprints(None, "b" * 64, "c" * 64)  # type: ignore[arg-type]


def test_a_line_with_a_key_twice_or_a_nan_is_not_canonical() -> None:
    body = {"dossier_sha256": "f" * 64, "release": 1}
    line = record(1, "publication", at=AT, run_id="", fingerprints=None, body=body).line()
    assert parse_record(line).body == PublicationBody(dossier_sha256="f" * 64, release=1)
    with pytest.raises(ValueError, match="not spelt as canonical JSON"):
        parse_record(line.replace(b'"release":1', b'"release":1,"release":1'))
    with pytest.raises(ValueError, match=r"publication\.body\.release"):
        parse_record(line.replace(b'"release":1', b'"release":NaN'))
    with pytest.raises(ValueError, match="not spelt as canonical JSON"):
        parse_record(json.dumps(json.loads(line)).encode())


def test_texts_of_a_deposit_become_one_short_printable_line() -> None:
    assert clean_text("a\nb\x00\u2028\ud800c") == "a\ufffdb\ufffd\ufffd\ufffdc"
    assert len(clean_text("x" * 10_000)) == 200
    assert CheckResult(
        "intake.a_b", "failed", expected="0", observed="1", failing_count=1, failing_keys=("T\r\n1",)
    ).failing_keys == ("T\ufffd\ufffd1",)


def test_a_record_whose_end_could_not_be_remembered_was_not_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line still fitted on a full disk, the file that remembers the end did not: the caller is told so."""
    log = _filled(tmp_path)
    before = log.records()

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "write_atomic", full)
        with pytest.raises(OSError, match="No space"):
            log.append(RAN, run_id="r9")
    assert log.records() == before
    assert log.append(RAN, run_id="r9").seq == len(before) + 1


def test_a_record_whose_end_was_remembered_stands_whatever_failed_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _filled(tmp_path)
    number, write = len(log.records()), write_atomic

    def late(path: Path, data: bytes) -> None:
        write(path, data)
        raise OSError(errno.EIO, "Input/output error", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "write_atomic", late)
        with pytest.raises(OSError, match="Input/output"):
            log.append(RAN, run_id="r9")
    assert len(log.records()) == number + 1


def test_the_engine_is_told_where_it_was_not_duckdb_and_by_the_last_count() -> None:
    spark = {"java": "17.0.15", "pyspark": "4.1.4"}
    bodies: list[dict[str, Any]] = [{}, {"engine": spark}, {}, {"engine": spark}]
    told = [
        record(1, "run", at=AT, run_id="r", fingerprints=PRINTS, body={"recount_sha256": "4" * 64, **more})
        for more in bodies
    ]
    assert scored_by([]) == scored_by(told[:1]) == scored_by(told[:3]) == {}
    assert scored_by(told[:2]) == scored_by(told) == spark
    assert b"engine" not in told[0].line(), "a log of DuckDB alone is spelt as it always was"


@pytest.mark.parametrize(
    ("engine", "wrong"),
    [
        ({}, r"run\.body\.engine\n"),
        ({"pyspark": " "}, r"run\.body\.engine\.pyspark"),
        ({"pyspark": 4}, r"run\.body\.engine\.pyspark"),
        ("spark", r"run\.body\.engine\n"),
        (None, "not spelt as canonical JSON"),
    ],
)
def test_an_engine_without_a_version_is_none(engine: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        record(1, "run", at=AT, run_id="r", fingerprints=PRINTS, body={"recount_sha256": "4" * 64, "engine": engine})
