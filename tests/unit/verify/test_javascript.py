"""Another language reads the same format: the JavaScript verifier, run by node on releases and on test vectors."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.release.catalogue import TABLES
from orchestration.release.guide import WEB, verify_page
from orchestration.storage.files import canonical_json
from orchestration.verify.run import verify
from tests.fixtures.little_release import TrueHouse
from tests.fixtures.release_attacks import ATTACKS, Attack
from tests.fixtures.signing_ground import Holder

Copy = Callable[[], Path]
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE and not os.environ.get("CI"), reason="needs node"),
]


def node(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Run verify.mjs; its exit code and its answer."""
    done = subprocess.run(
        [str(NODE), str(WEB / "verify.mjs"), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {"error": done.stderr}


def run(script: str, *arguments: str) -> Any:
    """Run a line of JavaScript with the verifier at hand; the JSON it prints."""
    source = f"import {json.dumps((WEB / 'verifier.js').as_uri())};\nconst V = PalmaresVerifier;\n{script}"
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", source, *arguments], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_it_agrees_on_a_whole_release_and_its_fingerprints(sealed: Path) -> None:
    code, told = node(sealed)
    assert (code, told["verdict"], told["findings"]) == (4, "coherent-not-anchored", [])
    report = verify(sealed)
    assert told["digests"] == report.digests and told["release"] == report.release
    assert node(sealed, report.digests["custody_head"].upper())[0] == 0
    assert node(sealed, "ab" * 32)[0] == 1


def test_wrong_use_and_what_is_no_release_have_their_exit_codes(sealed: Path, tmp_path: Path) -> None:
    assert node(sealed, "abc")[0] == 2
    assert node(tmp_path)[0] == 5
    assert node(tmp_path / "nowhere")[0] == 5


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.for_page], ids=lambda attack: attack.name)
def test_it_names_the_attack_as_the_command_does(copy: Copy, attack: Attack) -> None:
    code, told = node(attack.made_on(copy()), *filter(None, [attack.fingerprint]))
    assert (code, told["verdict"]) == (attack.verdict.exit_code, attack.verdict.word)
    assert (attack.code, attack.shown_path) in {(one["code"], one["path"]) for one in told["findings"]}


@pytest.mark.parametrize("name", [one.name for one in ATTACKS if not one.in_content])
def test_links_pipes_and_folders_on_disk_are_no_files_of_a_release(copy: Copy, name: str) -> None:
    folder = copy()
    next(one for one in ATTACKS if one.name == name).change(folder)
    assert node(folder)[0] == 1


def test_it_checks_signatures_of_elliptic_curves_too(tmp_path: Path) -> None:
    folder = TrueHouse(tmp_path, holder=Holder("Maître Courbe", "ec")).release()
    assert node(folder)[0] == 4


FLIPS = """
import { readFileSync, readdirSync } from "node:fs";
const root = process.argv[1], files = new Map();
for (const path of readdirSync(root, { recursive: true })) {
  try { files.set(path, new Uint8Array(readFileSync(`${root}/${path}`))); } catch { /* a folder */ }
}
let seed = 20310203;
const chance = (below) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor(seed / 2147483648 * below);
};
const missed = [], paths = [...files.keys()].sort();
for (let turn = 0; turn < 300; turn++) {
  const path = turn % 2 ? "manifest-sha256.txt" : paths[chance(paths.length)];
  const whole = files.get(path);
  if (!whole.length) continue;
  const changed = whole.slice(), at = chance(whole.length);
  changed[at] ^= 1 << chance(8);
  const { verdict } = await V.verify(new Map([...files, [path, changed]]));
  if (!["altered", "incomplete"].includes(verdict)) missed.push([path, at]);
}
console.log(JSON.stringify(missed));
"""


def test_it_misses_no_flipped_bit(sealed: Path) -> None:
    assert run(FLIPS, str(sealed)) == []


def test_its_tables_are_those_of_the_contract() -> None:
    letters = {"text": "t", "integer": "i", "date": "d", "time": "u", "boolean": "b"}
    due = {
        name: [
            {
                "name": column.name,
                "key": column.key,
                "type": letters.get(column.type, column.type.removeprefix("decimal(").rstrip(")").replace(",", ".")),
            }
            for column in table.columns
        ]
        for name, table in TABLES.items()
    }
    assert run("console.log(JSON.stringify(V.TABLES))") == due


def test_plain_sha256_gives_the_known_digests() -> None:
    texts = [
        "",
        "abc",
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "a" * 55,
        "a" * 56,
        "a" * 64,
        "é" * 1000,
    ]
    script = """
    const texts = JSON.parse(process.argv[1]), bytes = (text) => new TextEncoder().encode(text);
    const both = async (one) => [V.sha256Plain(bytes(one)), await V.sha256(bytes(one))];
    console.log(JSON.stringify(await Promise.all(texts.map(both))));
    """
    due = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert run(script, json.dumps(texts)) == [[one, one] for one in due]


def test_its_canonical_json_is_ours() -> None:
    values = [{"b": 1, "a": [True, None, 'é\u2028\u0001"\\/']}, {"\U0001f600": 1, "\uffff": 2, "z": {}}, [], "x"]
    script = "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(V.canonical)))"
    assert run(script, json.dumps(values)) == [canonical_json(value).decode() for value in values]


def test_the_page_holds_the_verifier_and_fetches_nothing() -> None:
    page = verify_page().decode()
    assert (WEB / "verifier.js").read_text("utf-8") in page and "@VERIFIER@" not in page
    assert "default-src 'none'" in page and "http" not in page.replace("http-equiv", "")
