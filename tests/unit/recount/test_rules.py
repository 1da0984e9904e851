"""The rulebook and YAML as the recount reads them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.recount import yamltext
from orchestration.recount.errors import CannotRecount
from orchestration.recount.rules import read_rules
from tests.fixtures.tiny import TinyEdition, to_yaml


def rules_of(tmp_path: Path, book: dict[str, Any]) -> Any:
    place = tmp_path / "rulebook.yml"
    place.write_bytes(to_yaml(book))
    return read_rules(place)


def test_the_values_that_decide(tmp_path: Path, tiny: TinyEdition) -> None:
    rules = rules_of(tmp_path, tiny.rulebook)
    assert rules.weights == {"audit": 7000, "survey": 2000, "vote": 1000}
    assert rules.components == ("audit", "survey", "vote")
    assert (rules.start, rules.end) == (date(2025, 9, 1), date(2025, 10, 31))
    assert rules.min_mark == 12_500_000
    assert rules.channels["phone"].planned_tests == 4
    assert [line.weight for line in rules.channels["phone"].grid] == [1, 2, 1, 1]
    assert rules.survey.weights == (5000, 2000, 3000)
    assert rules.survey.tolerance == (1, 1_000_000)
    assert rules.vote.max_per_ip_hour == 3
    assert rules.conflicts == {("S04", "cedre")}
    assert rules.categories["hotels"].label == {"fr": "Hôtels", "en": "Hotels", "ar": "فنادق"}


def test_what_is_not_used_is_not_asked_for(tmp_path: Path, tiny: TinyEdition) -> None:
    book = tiny.audits_only().rulebook
    del book["independence"], book["tie_break"]
    book["categories"][0]["label"] = {"fr": "Hôtels"}
    rules = rules_of(tmp_path, book)
    assert (rules.survey, rules.vote, rules.components) == (None, None, ("audit",))
    assert rules.categories["hotels"].label == {"fr": "Hôtels", "en": "Hôtels", "ar": "Hôtels"}
    book["components"] = {"audit": 0, "survey": 0, "vote": 10000}
    book["vote"] = TinyEdition().rulebook["vote"]
    del book["channels"], book["grids"], book["vote"]["burst"]
    rules = rules_of(tmp_path, book)
    assert rules.channels == {} and rules.vote.max_per_ip_hour is None


def test_a_burst_that_is_only_flagged_excludes_nothing(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["vote"]["burst"]["action"] = "flag"
    assert rules_of(tmp_path, tiny.rulebook).vote.max_per_ip_hour is None


@pytest.mark.parametrize(("text", "micro"), [("12.50", 12_500_000), ("0", 0), ("20.000001", 20_000_001)])
def test_the_minimum_is_exact(tmp_path: Path, tiny: TinyEdition, text: str, micro: int) -> None:
    tiny.rulebook["eligibility"]["min_mark"] = text
    assert rules_of(tmp_path, tiny.rulebook).min_mark == micro


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("timezone",), "Mars/Olympus", "timezone"),
        (("timezone",), "../../etc/passwd", "timezone"),
        (("components", "audit"), 6999, "components"),
        (("components",), [], "components"),
        (("fieldwork", "start"), "2025-02-30", "fieldwork.start"),
        (("fieldwork",), None, "fieldwork"),
        (("eligibility", "min_mark"), "12,50", "eligibility.min_mark"),
        (("eligibility", "min_candidates"), "two", "eligibility.min_candidates"),
        (("unresolved_tie",), "toss", "unresolved_tie"),
        (("tie_break",), "audit", "tie_break"),
        (("edition",), ["2026"], "edition"),
        (("channels", "phone", "grid"), "visit", "grids.visit"),
        (("channels", "phone", "unanswered"), "maybe", "channels.phone.unanswered"),
        (("survey", "keep"), "best", "survey.keep"),
        (("survey", "raking", "tolerance"), "1e-6", "survey.raking.tolerance"),
        (("vote", "window", "opens"), "soon", "vote.window.opens"),
        (("vote", "one_per"), [], "vote.one_per"),
        (("vote", "one_per"), ["vote_id"], "vote.one_per"),
        (("vote", "mark"), "share", "vote.mark"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_by_its_path(
    tmp_path: Path, tiny: TinyEdition, path: tuple[str, ...], value: Any, named: str
) -> None:
    section = tiny.rulebook
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value
    with pytest.raises(CannotRecount, match=named.replace(".", r"\.")):
        rules_of(tmp_path, tiny.rulebook)


def yaml_of(tmp_path: Path, text: str | bytes) -> Any:
    place = tmp_path / "x.yml"
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return yamltext.load(place)


def test_yaml_is_read_as_text_without_types(tmp_path: Path) -> None:
    text = 'a: 2025-08-25\nb: [1, "2", ~, null, "null", yes, 0x1F]\nc:\n  d: 12.50\n  "": x\ne:\n'
    assert yaml_of(tmp_path, text) == {
        "a": "2025-08-25",
        "b": ["1", "2", None, None, "null", "yes", "0x1F"],
        "c": {"d": "12.50", "": "x"},
        "e": None,
    }
    assert yaml_of(tmp_path, "") is None


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: *x\n",
        "a: !!int 1\n",
        "!!python/object:os.system {}\n",
        "a: 1\na: 2\n",
        "? [a]\n: 1\n",
        "a: 1\n---\nb: 2\n",
        "a: [1, 2\n",
        "a: \x07\n",
        b"a: \xff\n",
        "[" * 60 + "]" * 60,
        "a: " + "x" * 2**20,
    ],
)
def test_yaml_beyond_maps_lists_and_text_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(CannotRecount, match=r"x\.yml"):
        yaml_of(tmp_path, text)
