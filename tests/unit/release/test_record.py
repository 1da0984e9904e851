"""The chain of releases is read strictly: each line in its one spelling, each in its turn."""

import pytest

from orchestration.release.record import RecordError, next_line, parse_chain, spell_chain
from orchestration.storage.chain import GENESIS


def test_a_chain_is_read_as_it_was_spelt() -> None:
    first = next_line([], "2030", 1, "a" * 64)
    chain = [first, next_line([first], "2031", 1, "b" * 64)]
    assert parse_chain(spell_chain(chain)) == chain
    assert parse_chain(b"") == []


def test_a_line_that_does_not_follow_is_named() -> None:
    first = next_line([], "2030", 1, "a" * 64)
    second = next_line([first], "2030", 2, "b" * 64)
    for wrong in ([second], [first, first], [first, second.model_copy(update={"previous": GENESIS})]):
        with pytest.raises(RecordError, match=f"line {len(wrong)} does not follow"):
            parse_chain(spell_chain(wrong))


def test_a_release_out_of_turn_is_named() -> None:
    first = next_line([], "2030", 1, "a" * 64)
    with pytest.raises(RecordError, match="line 2: release 3 of 2030 is out of turn"):
        parse_chain(spell_chain([first, next_line([first], "2030", 3, "b" * 64)]))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{}", "does not end with LF"),
        (b"{}\n", "line 1: seq"),
        (spell_chain([next_line([], "2030", 1, "a" * 64)]).replace(b":1,", b": 1,"), "line 1: not spelt"),
    ],
)
def test_another_spelling_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(RecordError, match=told):
        parse_chain(data)
