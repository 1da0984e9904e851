"""The one hash chain: every fault of a line is found, and nothing that was written is half written."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from filelock import Timeout
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestration.custody.log import line_of, parse_log
from orchestration.release.record import parse_chain, spell_chain
from orchestration.settings import PROJECT_DIR
from orchestration.storage import (
    GENESIS,
    Link,
    add_lines,
    as_spelt,
    finding,
    first_break,
    follow,
    locked,
    sha256_bytes,
    split_lines,
)


class Word(Link):
    """A line of a log that is nobody's."""

    word: str


def read(line: bytes) -> Word:
    return as_spelt(Word.model_validate_json(line), line)


def words(*said: str) -> list[Word]:
    """Lines with these words, numbered and chained."""
    made: list[Word] = []
    for number, word in enumerate(said, 1):
        previous = sha256_bytes(made[-1].line()) if made else GENESIS
        made.append(Word(seq=number, word=word, previous=previous))
    return made


def faults_of(lines: list[bytes]) -> list[tuple[int, str]]:
    return [(fault.number, fault.kind) for fault in follow(lines, read)[1]]


LINES = [word.line() for word in words("a", "b", "c")]


def test_a_whole_chain_has_no_fault() -> None:
    assert follow(LINES, read) == (words("a", "b", "c"), [])
    assert first_break(words("a", "b", "c")) is None
    assert follow([], read) == ([], []) and first_break([]) is None


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (LINES[1:], [(1, "seq"), (1, "previous"), (2, "seq")]),
        ([LINES[0], LINES[0]], [(2, "seq"), (2, "previous")]),
        ([LINES[0], LINES[2], LINES[1]], [(2, "seq"), (2, "previous"), (3, "seq"), (3, "previous")]),
        ([LINES[0].replace(b'"a"', b'"x"'), *LINES[1:]], [(2, "previous")]),
        ([LINES[0].replace(b'"a"', b"1"), *LINES[1:]], [(1, "malformed"), (2, "previous")]),
        ([LINES[0].replace(b":", b": ", 1)], [(1, "malformed")]),
        ([b"", LINES[0]], [(1, "malformed"), (2, "seq"), (2, "previous")]),
    ],
)
def test_every_fault_is_found_and_reading_goes_on(lines: list[bytes], faults: list[tuple[int, str]]) -> None:
    assert faults_of(lines) == faults


@given(st.data())
def test_whatever_is_left_out_doubled_moved_or_changed_shows(data: st.DataObject) -> None:
    """Only a cut at the end leaves a whole chain: that is for each log's own head to notice."""
    chain = words(*data.draw(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=6)))
    picked = data.draw(st.lists(st.sampled_from(chain), max_size=8))
    changed = [
        one.model_copy(update={"word": one.word + "x"}) if data.draw(st.integers(0, 9)) == 0 else one for one in picked
    ]
    before = max(len(changed) - 1, 0)  # what the last line says is nobody's to vouch for, only where it stands
    places = [(one.seq, one.previous) for one in chain[: len(changed)]]
    sound = changed[:before] == chain[:before] and [(one.seq, one.previous) for one in changed] == places
    assert (first_break(changed) is None) == sound == (not faults_of([one.line() for one in changed]))


def test_what_is_wrong_is_said_without_the_value_or_a_hostile_key() -> None:
    def told(**fields: Any) -> str:
        with pytest.raises(ValidationError) as caught:
            Word.model_validate({"seq": 1, "previous": GENESIS, "word": "a", **fields})
        return finding(caught.value)

    assert told(word=3) == "word: Input should be a valid string"
    assert "secret" not in told(previous="secret")
    assert told(**{"\x1b[31m": 1}) == r"'\x1b[31m: Extra inputs are not permitted'"
    assert finding(ValueError("not spelt")) == "not spelt"


def test_lines_are_added_whole_behind_those_that_were_finished(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(LINES[0] + b"\n" + LINES[1][:7])
    lines, torn = split_lines(path.read_bytes())
    assert (lines, torn) == (LINES[:1], LINES[1][:7])
    add_lines(path, path.read_bytes().removesuffix(torn), words("a", "b", "c")[1:])
    assert path.read_bytes() == b"".join(line + b"\n" for line in LINES)
    assert [other.name for other in tmp_path.iterdir()] == ["log"]


def _hold(path: Path, held: Any, go: Any) -> None:
    with locked(path):
        held.set()
        go.wait(60)


def test_a_lock_is_held_by_one_process_and_free_when_that_ends(tmp_path: Path) -> None:
    fork, path = multiprocessing.get_context("fork"), tmp_path / "new" / "lock"
    held, go = fork.Event(), fork.Event()
    other = fork.Process(target=_hold, args=(path, held, go))
    other.start()
    assert held.wait(60)
    with pytest.raises(Timeout), locked(path, seconds=0):
        raise AssertionError("two hold it")
    other.kill()
    other.join()
    with locked(path, seconds=10):
        pass


def test_the_log_that_ships_and_a_chain_of_before_are_read_and_would_be_written_again_byte_for_byte() -> None:
    raw = PROJECT_DIR / "raw" / "2026"
    data = (raw / "deposits.jsonl").read_bytes()
    deposits, problems = parse_log(data, raw)
    assert problems == [] and b"".join(line_of(one) + b"\n" for one in deposits) == data
    chain = (Path(__file__).parents[2] / "fixtures" / "chains" / "chain.jsonl").read_bytes()
    assert spell_chain(parse_chain(chain)) == chain
