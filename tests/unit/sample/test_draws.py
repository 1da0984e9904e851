"""The only source of chance in a sample: pure functions of seed, stream and index."""

import numpy as np

from orchestration.sample.draws import Draws, hex_keys


def test_single_and_array_draws_agree() -> None:
    draws = Draws(7)
    rows = np.arange(50)
    assert [draws.word("votes", 3, int(row)) for row in rows] == draws.words("votes", 3, rows).tolist()
    assert [draws.below(90, "votes", 3, int(row)) for row in rows] == draws.many_below(90, "votes", 3, rows).tolist()


def test_draws_are_the_same_for_ever() -> None:
    """A change of these numbers changes every sample that was ever committed."""
    assert Draws(2026).word("stream", 0) == 10_477_428_392_454_077_921
    assert Draws(2026).hex_digits(20, "evidence", 1, 2) == "9ef4c567a22576e546cb"


def test_streams_and_seeds_do_not_depend_on_each_other() -> None:
    first, second = Draws(1), Draws(2)
    words = {draws.word(stream, index) for draws in (first, second) for stream in "ab" for index in range(500)}
    assert len(words) == 2000


def test_draws_below_a_limit_reach_every_value_evenly() -> None:
    counts = np.bincount(Draws(1).many_below(10, "digits", np.arange(20_000)), minlength=10)
    assert counts.min() > 1_850 and counts.max() < 2_150


def test_pick_follows_its_shares_and_never_takes_an_empty_one() -> None:
    taken = [Draws(1).pick((30, 0, 70), "shares", index) for index in range(2_000)]
    assert 500 < taken.count(0) < 700
    assert taken.count(1) == 0


def test_shuffling_keeps_every_item() -> None:
    order = Draws(1).shuffled(100, "order")
    assert order != list(range(100))
    assert sorted(order) == list(range(100))


def test_keys_are_hexadecimal_distinct_and_longer_than_a_phone_number() -> None:
    draws = Draws(1)
    numbers = np.arange(10_000)
    keys = hex_keys(20, draws.words("voter", numbers), draws.words("tail", numbers)).astype(str)
    assert len(set(keys)) == 10_000
    assert all(len(key) == 20 and set(key) <= set("0123456789abcdef") for key in keys)
