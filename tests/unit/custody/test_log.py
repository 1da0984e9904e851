"""The custody log is parsed strictly: whatever was done to a line, its chain or its order is named."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.custody import custody_head, read_log
from orchestration.custody.log import FIELDS, MAX_LINE_BYTES, head_of, line_of, parse_log
from orchestration.errors import InputError
from orchestration.storage import GENESIS

Line = dict[str, Any]


def line(**changes: Any) -> Line:
    fields: Line = {
        "seq": 1,
        "path": "rulebook.yml",
        "sha256": "a" * 64,
        "bytes": 12,
        "supplier": "Baromètre",
        "received_at": "2025-08-15T10:00:00+01:00",
        "received_by": "Nadia Clerk",
        "replaces": None,
        "previous": GENESIS,
    }
    return {**fields, **changes}


def chained(*lines: Line) -> bytes:
    """Lines as a log: numbered and chained as they should be."""
    written: list[bytes] = []
    for number, fields in enumerate(lines, 1):
        previous = hashlib.sha256(written[-1]).hexdigest() if written else GENESIS
        written.append(json.dumps({**fields, "seq": number, "previous": previous}).encode())
    return b"".join(text + b"\n" for text in written)


LOG = chained(
    line(),
    line(path="votes/a.csv", sha256="b" * 64),
    line(path="votes/c.csv", sha256="c" * 64),
    line(path="votes/a.csv", sha256="d" * 64, replaces="b" * 64),
)


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in parse_log(data, Path("raw/2026"))[1]]


def test_a_whole_log_gives_deposits_with_what_is_current() -> None:
    deposits, problems = parse_log(LOG, Path("raw/2026"))
    assert problems == []
    assert [(d.seq, d.current) for d in deposits] == [(1, True), (2, False), (3, True), (4, True)]
    assert deposits[1].stored == Path("raw/2026/superseded") / ("b" * 64)
    assert deposits[3].stored == Path("raw/2026/votes/a.csv") and deposits[3].source == "votes"


def test_a_deposit_is_written_as_it_is_read() -> None:
    deposits, _ = parse_log(LOG, Path("raw/2026"))
    rewritten = b"".join(line_of(deposit) + b"\n" for deposit in deposits)
    assert json.loads(line_of(deposits[0])) == json.loads(LOG.splitlines()[0])
    assert rewritten != LOG, "the log above has blanks between keys, as other programs write it; both are accepted"


def test_the_head_is_the_digest_of_the_last_line_without_its_newline(tmp_path: Path) -> None:
    (tmp_path / "deposits.jsonl").write_bytes(LOG)
    assert custody_head(tmp_path) == hashlib.sha256(LOG.splitlines()[-1]).hexdigest()
    assert head_of(b"") == GENESIS


def test_an_empty_or_missing_log_has_no_head(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        custody_head(tmp_path)
    (tmp_path / "deposits.jsonl").write_bytes(b"")
    with pytest.raises(InputError, match="empty"):
        custody_head(tmp_path)


def test_reading_a_broken_log_names_every_problem(tmp_path: Path) -> None:
    first, second, *rest = LOG.splitlines(keepends=True)
    (tmp_path / "deposits.jsonl").write_bytes(first.replace(b"Nadia", b"Nadja") + b"nonsense\n" + b"".join(rest))
    with pytest.raises(InputError) as caught:
        read_log(tmp_path)
    assert "line 2 is not one JSON object" in str(caught.value) and "line 3 does not continue" in str(caught.value)
    (tmp_path / "deposits.jsonl").write_bytes(LOG)
    assert len(read_log(tmp_path)) == 4 and second


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda log: b"", "log_empty"),
        (lambda log: log.removesuffix(b"\n"), "log_torn"),
        (lambda log: log[:-20], "log_torn"),
        (lambda log: log + b"\n", "log_malformed"),
        (lambda log: log.replace(b"\n", b"\r\n"), "log_malformed"),
        (lambda log: b"\xef\xbb\xbf" + log, "log_malformed"),
        (lambda log: log.replace(b"Barom\\u00e8tre", b"Barom\xff", 1), "log_malformed"),
        (lambda log: b"".join(log.splitlines(keepends=True)[1:]), "seq_wrong"),
        (lambda log: b"".join(log.splitlines(keepends=True)[i] for i in (0, 2, 1, 3)), "chain_broken"),
        (lambda log: b"".join(log.splitlines(keepends=True)[i] for i in (0, 2, 3)), "seq_wrong"),
        (lambda log: log + log.splitlines(keepends=True)[-1], "seq_wrong"),
        (lambda log: log.replace(b"Nadia", b"Karim", 1), "chain_broken"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": 2.0'), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": true'), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": "2"'), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": 1, "seq": 2'), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": NaN'), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": 2, "note": 1'), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2, ', b""), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": ' + b"9" * 30), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": ' + b"9" * 5000), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": ' + b"[" * 20000 + b"]" * 20000), "log_malformed"),
        (lambda log: log.replace(b'"seq": 2', b'"seq": ' + b"[" * MAX_LINE_BYTES), "log_malformed"),
        (lambda log: log.replace(b'"bytes": 12', b'"bytes": -1', 1), "log_malformed"),
        (lambda log: log.replace(b"a" * 64, b"A" * 64), "log_malformed"),
        (lambda log: log.replace(b"a" * 64, b"a" * 63), "log_malformed"),
        (lambda log: log.replace(b"votes/c.csv", b"votes/../c.csv"), "log_malformed"),
        (lambda log: log.replace(b"votes/c.csv", b"/etc/passwd"), "log_malformed"),
        (lambda log: log.replace(b"votes/c.csv", b"notes/c.csv"), "log_malformed"),
        (lambda log: log.replace(b"10:00:00+01:00", b"10:00:00", 1), "log_malformed"),
        (lambda log: log.replace(b"2025-08-15", b"2025-02-30", 1), "log_malformed"),
        (lambda log: log.replace(b"2025-08-15T", b"20250815T", 1), "log_malformed"),
        (lambda log: log.replace(b"Nadia Clerk", b"", 1), "log_malformed"),
        (lambda log: log.replace(b"Nadia Clerk", b"Nadia\\u0000", 1), "log_malformed"),
        (lambda log: log.replace(b'"replaces": null', b'"replaces": "x"', 1), "log_malformed"),
    ],
)
def test_a_damaged_log_is_named(change: Callable[[bytes], bytes], code: str) -> None:
    damaged = change(LOG)
    assert damaged != LOG
    assert code in codes(damaged)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line(), line()], "path_taken"),
        ([line(path="votes/a.csv"), line(path="votes/b.csv", replaces="e" * 64)], "replaces_unknown"),
        ([line(path="votes/a.csv"), line(path="candidates.csv", replaces="a" * 64)], "replaces_other_kind"),
        (
            [
                line(path="votes/a.csv", sha256="b" * 64),
                line(path="votes/a.csv", sha256="c" * 64, replaces="b" * 64),
                line(path="votes/a.csv", sha256="d" * 64, replaces="b" * 64),
            ],
            "replaces_unknown",
        ),
        (
            # two current deposits have the digest: which one is meant cannot be told
            [line(path="votes/a.csv"), line(path="votes/b.csv"), line(path="votes/c.csv", replaces="a" * 64)],
            "replaces_unknown",
        ),
    ],
)
def test_lines_that_contradict_each_other_are_named(lines: list[Line], code: str) -> None:
    assert code in codes(chained(*lines))


def test_of_two_deposits_with_one_digest_the_one_at_the_same_path_is_replaced() -> None:
    log = chained(
        line(path="votes/a.csv"), line(path="votes/b.csv"), line(path="votes/b.csv", sha256="c" * 64, replaces="a" * 64)
    )
    deposits, problems = parse_log(log, Path("raw/2026"))
    assert problems == [] and [deposit.current for deposit in deposits] == [True, False, True]


@settings(max_examples=300)
@given(st.integers(0, 8 * len(LOG) - 1))
def test_a_flipped_bit_changes_a_verdict_or_the_head(bit: int) -> None:
    flipped = bytearray(LOG)
    flipped[bit // 8] ^= 1 << (bit % 8)
    assert codes(bytes(flipped)) or head_of(bytes(flipped)) != head_of(LOG)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_crash(data: bytes) -> None:
    assert parse_log(data, Path("raw/2026"))[1]


def test_the_fields_are_those_of_the_contract() -> None:
    assert set(line()) == set(FIELDS)
