"""YAML is read narrowly: what two readers could understand differently is refused, with its line and column."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestration.errors import InputError
from orchestration.settings import PROJECT_DIR
from orchestration.storage.strictyaml import (
    MAX_BYTES,
    MAX_DEPTH,
    load,
    load_document,
    load_shipped,
    parse,
    plain_value,
)
from orchestration.words import in_language, told


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("12", 12),
        ("-3", -3),
        ("12.50", Decimal("12.50")),
        ("-0.5", Decimal("-0.5")),
        ("-0", "-0"),
        ("007", "007"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e9", "1e9"),
        (".5", ".5"),
        ("5.", "5."),
        ("+1", "+1"),
        (".inf", ".inf"),
        ("1:30", "1:30"),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("2025-08-25", "2025-08-25"),
        ("2025-10-01T09:00:00+01:00", "2025-10-01T09:00:00+01:00"),
        ("٣", "٣"),
        ("２", "２"),
        ("9" * 19, "9" * 19),
    ],
)
def test_only_what_cannot_be_misread_gets_a_type(text: str, value: object) -> None:
    found = plain_value(text)
    assert found == value and type(found) is type(value)


@given(st.integers(-(10**18) + 1, 10**18 - 1) | st.decimals(-9999, 9999, places=4))
def test_the_text_of_a_number_is_what_stands_in_the_file(number: int | Decimal) -> None:
    text = str(number)
    assert str(plain_value(text)) == text


def test_quoted_values_stay_text_and_keys_are_always_text() -> None:
    document = parse(b"on: \"12\"\n2026: 'true'\ntrue: 1\nlist:\n- |\n  a\n  b\n", "f")
    assert document.value == {"on": "12", "2026": "true", "true": 1, "list": ["a\nb\n"]}


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse(b"\xef\xbb\xbfa: 1", "f").value == {"a": 1}


def test_each_key_knows_its_line() -> None:
    document = parse(b"a: 1\nb:\n  - x: 2\n  - y: 3\n", "f")
    assert document.line_of(("b", 1, "y")) == 4
    assert document.line_of(("b", 1, "missing")) == 4
    assert document.line_of(("missing", 0)) == 1


@pytest.mark.parametrize(
    ("data", "place", "what"),
    [
        (b"", "f: ", "empty"),
        (b"# only a comment\n", "f: ", "empty"),
        (b"a: 1\nb: 2\na: 3", "line 3, column 1", "'a' stands twice"),
        (b"a: &x 1", "line 1, column 4", "anchors"),
        (b"a: [1]\nb: *x", "line 2, column 4", "aliases"),
        (b"&x a: 1", "line 1, column 1", "not plain text"),
        (b"a: !!python/object:os.system 1", "line 1, column 4", "tags"),
        (b"!t a: 1", "line 1, column 1", "not plain text"),
        (b"a: ! b", "line 1, column 4", "tags"),
        (b"? [a]\n: 1", "line 1, column 3", "not plain text"),
        (b"a: 1\n---\nb: 2", "line 2, column 1", "second document"),
        (b"%YAML 1.1\n---\na: 1", "line 1, column 1", "directives"),
        (b"%TAG ! tag:x,2000:\n---\na: 1", "line 1, column 1", "directives"),
        (b"a: [1, 2", "line 1, column 9", "not YAML"),
        (b"a: b: c", "line 1, column 5", "not YAML"),
        (b"a: 'open", "line 1", "not YAML"),
        (b"a: 1\nb: \x00", "line 2", "U+0000"),
        (b"a: \xff", "f: ", "byte 4 is not UTF-8"),
        ("a: 1".encode("utf-16"), "f: ", "byte 1 is not UTF-8"),
        (b'a: "\\UFFFFFFFF"', "f: ", "escape"),
        (b'a: "\\ud800"', "line 1, column 4", "surrogate"),
        (b'"\\ud800": a', "line 1, column 1", "surrogate"),
        (b"[" * (MAX_DEPTH + 2), f"line 1, column {MAX_DEPTH + 2}", "nested"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_plain_yaml_is_refused_with_its_place(data: bytes, place: str, what: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(data, "f")
    assert place in str(caught.value) and what in str(caught.value) and caught.value.mend


def test_a_refusal_knows_its_french() -> None:
    with pytest.raises(InputError) as caught:
        parse(b"a: 1\nb: 2\na: 3", "f")
    french = in_language(told(caught.value), "fr").replace("\u00a0", " ")
    assert french == "f, ligne 3, colonne 1 : la clé 'a' figure deux fois\n  Remède : n’en garder qu’une"


def test_a_billion_laughs_are_refused_before_they_unfold() -> None:
    bomb = b"a: &a [l, l]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (98 + i, 98 + i, 97 + i, 97 + i) for i in range(20))
    with pytest.raises(InputError, match="anchors"):
        parse(bomb, "f")


def test_a_merge_key_is_a_key_like_another() -> None:
    assert parse(b"<<: {a: 1}", "f").value == {"<<": {"a": 1}}


def test_a_file_over_one_mebibyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yml"
    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(InputError, match="larger than"):
        load(path)


def test_a_file_is_read_with_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text("- {on: 2025-11-20, expect: 4, value: 3}\n", encoding="utf-8")
    assert load(path) == [{"on": "2025-11-20", "expect": 4, "value": 3}]


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        load_document(tmp_path / "rulebook.yml")
    assert caught.value.where == str(tmp_path / "rulebook.yml")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdé_", max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN.filter(lambda value: not isinstance(value, str) or value.strip()))
def test_what_a_dumper_writes_is_read_back(value: object) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    dumped = yaml.dump(value, Dumper=Plain, allow_unicode=True, default_style=None)
    if "\x85" in dumped:
        return  # the dumper writes this line break in a form that YAML folds
    assert parse(dumped.encode(), "f").value == value


@given(st.binary(max_size=60) | st.text(alphabet="ab:-[]{}&*!%|>\"'#?,\\ \n0", max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_an_input_error(data: bytes) -> None:
    refusal = "f"
    try:
        parse(data, "f")
    except InputError as error:
        refusal = str(error)
    assert refusal.startswith("f")


@pytest.mark.parametrize("path", sorted((PROJECT_DIR / "expectations").glob("*.yml")), ids=lambda path: path.stem)
def test_libyaml_reads_a_shipped_file_as_the_strict_reader_does(path: Path) -> None:
    assert load_shipped(path) == load(path)


@pytest.mark.parametrize("text", ["a: [1", "a: 1\na: 2", "a: &b 1", "\x01", "a: 'caf\xe9"])
def test_what_libyaml_cannot_read_is_told_by_the_strict_reader(tmp_path: Path, text: str) -> None:
    path = tmp_path / "shipped.yml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as strict:
        load(path)
    with pytest.raises(InputError) as shipped:
        load_shipped(path)
    assert shipped.value.where == strict.value.where and shipped.value.what == strict.value.what


def test_a_shipped_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_shipped(tmp_path / "nothing.yml")
