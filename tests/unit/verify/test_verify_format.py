"""docs/format.md is true: its test vectors, its tables and its commands are those of the program."""

import re
import subprocess
from pathlib import Path

import pytest

from orchestration.custody.log import head_of, parse_log
from orchestration.files import sha256_bytes
from orchestration.release.csvform import encode, parse
from orchestration.release.manifest import format_manifest, parse_manifest
from orchestration.release.record import parse_chain, parse_record, spell_chain
from orchestration.release.schema import TABLES
from orchestration.verify.report import Verdict
from orchestration.verify.run import verify

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
    for code in made - {"stopped", "file_too_large", "rulebook_broken", "rulebook_edition", "demonstration"}:
        assert any(code.startswith(one) for one in codes), code


@pytest.mark.parametrize("word", ["ZEROS", "LF", "custody head", "results digest"])
def test_the_words_that_it_uses_are_explained(word: str) -> None:
    assert re.search(rf"\*\*{word}\*\*|`{word}` is|{word} is|## \d+\. The {word}", PAGE)
