"""docs/format.md is true: its test vectors, its tables and its commands are those of the program."""

import re
import subprocess
from pathlib import Path

import pytest

from orchestration.custody.log import head_of, parse_log
from orchestration.release.catalogue import TABLES
from orchestration.release.csvform import encode, parse
from orchestration.release.manifest import format_manifest, parse_manifest
from orchestration.release.record import parse_chain, parse_record, spell_chain
from orchestration.storage.files import sha256_bytes
from orchestration.verify.run import verify
from orchestration.verify.verdict import Verdict
from tests.fixtures.release_attacks import ATTACKS, COMMAND_ONLY

PAGE = (Path(__file__).parents[3] / "docs" / "format.md").read_text("utf-8")


def block(kind: str) -> bytes:
    """The bytes of a fenced example."""
    found = re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None, kind
    return found[1].encode()


def stated(before: str) -> str:
    """The digest that the page states behind some words."""
    found = re.search(rf"{before} `([0-9a-f]{{64}})`", PAGE)
    assert found is not None, before
    return found[1]


def test_the_manifest_of_the_page_is_a_manifest() -> None:
    data = block("text manifest")
    assert format_manifest(parse_manifest(data)) == data


def test_the_chain_of_the_page_is_a_chain() -> None:
    data = block("text chain")
    assert spell_chain(parse_chain(data)) == data


def test_the_custody_log_of_the_page_has_the_head_that_it_states() -> None:
    data = block("text custody")
    assert parse_log(data, Path("edition"))[1] == []
    assert head_of(data) == stated("Custody head of this log:")


def test_the_csv_of_the_page_is_canonical_and_has_the_digest_that_it_states() -> None:
    data, table = block("csv category_outcome"), TABLES["category_outcome"]
    assert b"".join(encode(table, [tuple(row.values()) for row in parse(table, data)])) == data
    assert sha256_bytes(data) == stated("SHA-256 of this file:")
    assert sha256_bytes(block("text digest")) == stated("the digest would be")
    assert sha256_bytes(data) in block("text digest").decode()


def test_the_tables_of_the_page_are_those_of_the_program() -> None:
    told = re.findall(r"^\| `(\w+)` \| (edition\* .*) \|$", PAGE, re.MULTILINE)
    due = [
        (table.name, ", ".join(f"{one.name}{'*' if one.key else ''} {one.type}" for one in table.columns))
        for table in TABLES.values()
    ]
    assert told == due


def test_the_command_of_the_page_gives_the_results_digest_of_a_release(sealed: Path) -> None:
    command = block("sh digest").decode()
    told = subprocess.run(["bash", "-c", command], cwd=sealed, capture_output=True, text=True, check=True).stdout
    assert told[:64] == parse_record((sealed / "release.json").read_bytes()).digests.results_sha256


def test_the_keys_and_files_of_the_page_are_those_of_a_release(sealed: Path) -> None:
    section = PAGE.split("## 4.")[1].split("## 5.")[0]
    keys = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert keys == list(type(parse_record((sealed / "release.json").read_bytes())).model_fields)
    names = PAGE.split("## 1.")[1].split("## 2.")[0]
    for path in sealed.rglob("*.*"):
        shown = path.name.replace("bailiff", "<signer>").replace("signed-1", "signed-<n>")
        assert f"`{shown}`" in names or path.parent.name == "results", path


def test_the_verdicts_and_codes_of_the_page_are_those_of_the_verifier(sealed: Path) -> None:
    for verdict in Verdict:
        assert f"{verdict.word} {verdict.exit_code}" in PAGE
    codes = re.findall(r"`(\w+)\*?`", PAGE.split("## 10.")[1].split("Without a finding")[0])
    folder = Path(verify.__code__.co_filename).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    made = set(re.findall(r"(?:altered|incomplete|unverifiable|recount_differs)\(\s*f?\"([a-z_]+)", source))
    made |= {"deposits_"}
    for code in made - {"stopped"}:
        assert any(code.startswith(one) for one in codes), code


ELSEWHERE = {
    "unreadable": "test_release.py::test_what_is_no_release_cannot_be_verified",
    "file_too_large": "test_release.py::test_a_file_of_a_size_no_release_has_is_not_read",
    "neighbour_changed": "test_release.py::test_a_forged_release_in_the_place_of_a_true_one_is_not_in_the_chain",
    "deposits_": "test_deposits.py::test_a_changed_a_missing_and_an_extra_deposit_are_named",
    "recount_": "test_deposits.py::test_results_that_the_deposits_do_not_give_differ_cell_by_cell",
}
"""Codes that need more than one folder, or a disk: each by the test that provokes it."""


def test_every_code_of_the_page_is_provoked_by_an_attack_or_by_a_test_that_is_named_here() -> None:
    codes = set(re.findall(r"`(\w+)\*?`", PAGE.split("## 10.")[1].split("Every code is")[0]))
    assert len(codes) > 30
    attacked = {attack.code for attack in ATTACKS}
    rest = {code for code in codes if not any(one == code or one.startswith(f"{code}") for one in attacked)}
    assert rest == set(ELSEWHERE)
    for code, place in ELSEWHERE.items():
        name, _, test = place.partition("::")
        body = (Path(__file__).parent / name).read_text("utf-8").split(f"def {test}(")[1].split("\ndef ")[0]
        assert f'"{code}' in body, place


def test_what_the_page_does_not_find_is_what_the_document_says() -> None:
    told = set(re.findall(r"`([a-z_]+)\*?`", PAGE.split("gives the same code")[1].split("what needs the deposits")[0]))
    told -= {"edition", "bailiff"}
    assert told == {*COMMAND_ONLY, "file_odd", "file_too_large", "unreadable", "neighbour_changed"}


@pytest.mark.parametrize("word", ["ZEROS", "LF", "custody head", "results digest"])
def test_the_words_that_it_uses_are_explained(word: str) -> None:
    assert re.search(rf"\*\*{word}\*\*|`{word}` is|{word} is|## \d+\. The {word}", PAGE)
