"""What looks like a person to the recount; the table of cases (tests/fixtures) holds it to what intake sees."""

from orchestration.recount.persons import as_read, is_personal


def test_a_keyed_hash_is_nobody() -> None:
    assert not is_personal("a1" * 20)
    assert is_personal("nadia@example.ma")


def test_encodings_within_encodings_are_undone_four_times_and_no_more() -> None:
    once, often = "%40", "%2525252540"
    assert as_read(once) == "@"
    assert as_read(often) == "%40", "what nobody reads as an address is none"
    assert is_personal("nadia%2540example.ma")
