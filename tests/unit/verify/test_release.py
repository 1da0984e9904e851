"""A release is verified from itself alone: what is whole is conform, any change is named with its file."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import InputError
from orchestration.release.catalogue import TABLES
from orchestration.release.manifest import MANIFEST
from orchestration.release.record import Corrects
from orchestration.storage.files import canonical_json, sha256_file
from orchestration.verify.run import verify
from orchestration.verify.verdict import Verdict
from tests.fixtures.little_release import TrueHouse, reseal, writable_copy
from tests.fixtures.release_attacks import ATTACKS, Attack, edit, record_with
from tests.fixtures.tries import tries

PROJECT = Path(__file__).parents[3]
Copy = Callable[[], Path]


def codes(folder: Path, **given: object) -> set[tuple[str, str]]:
    """(code, path) of every finding."""
    return {(one.code, one.path) for one in verify(folder, **given).findings}  # type: ignore[arg-type]


# ---------------------------------------------------------------- what is whole


def test_a_release_alone_is_coherent_but_not_anchored(sealed: Path) -> None:
    report = verify(sealed)
    assert (report.verdict, report.exit_code, report.findings) == (Verdict.NOT_ANCHORED, 4, ())
    assert report.release == "2026/1" and "--fingerprint" in report.as_text()


@pytest.mark.parametrize("name", ["results_sha256", "custody_head", "dossier_sha256", "manifest_sha256"])
def test_a_fingerprint_kept_outside_anchors_it_however_it_is_grouped(sealed: Path, name: str) -> None:
    digest = verify(sealed).digests[name]
    paper = " ".join(digest[start : start + 4] for start in range(0, 64, 4)).upper()
    report = verify(sealed, fingerprint=paper)
    assert (report.verdict, report.exit_code) == (Verdict.CONFORM, 0)
    assert report.anchored_by == (f"the fingerprint given ({name})",)


def test_the_signed_file_s_own_fingerprint_anchors_it_too(sealed: Path) -> None:
    assert verify(sealed, fingerprint=sha256_file(sealed / "dossier-signed-1.pdf")).verdict is Verdict.CONFORM


def test_the_fingerprint_of_the_rulebook_vouches_for_no_result(sealed: Path) -> None:
    report = verify(sealed, fingerprint=sha256_file(sealed / "rulebook.yml"))
    assert report.verdict is Verdict.NOT_ANCHORED and "vouches for the rules" in report.as_text()


def test_another_fingerprint_means_another_release(sealed: Path) -> None:
    report = verify(sealed, fingerprint="ab" * 32)
    assert report.verdict is Verdict.ALTERED and codes(sealed, fingerprint="ab" * 32) == {("fingerprint", MANIFEST)}


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "a" * 63, "a" * 65])
def test_a_fingerprint_that_is_none_is_wrong_use(sealed: Path, text: str) -> None:
    with pytest.raises(InputError, match="64 hexadecimal digits"):
        verify(sealed, fingerprint=text)


def test_neither_its_own_house_nor_its_deposits_vouch_for_a_release(true_house: TrueHouse, sealed: Path) -> None:
    """SPEC 9: the organiser's own files vouch for nothing; only a fingerprint from outside does."""
    for raw in (None, true_house.raw):
        report = verify(sealed, raw=raw)
        assert (report.verdict, report.exit_code, report.anchored_by) == (Verdict.NOT_ANCHORED, 4, ())
    paper = report.digests["results_sha256"]
    assert verify(sealed, raw=true_house.raw, fingerprint=paper).verdict is Verdict.CONFORM


def test_an_altered_release_shows_what_its_files_give_and_not_what_it_declares(copy: Copy) -> None:
    folder = copy()
    declared = verify(folder).digests
    assert verify(folder).recomputed == {}
    for name, path in (("results_sha256", "results/fct_ranking.csv"), ("custody_head", "deposits.jsonl")):
        with (folder / path).open("ab") as stream:
            stream.write(b"x\n")
        report = verify(folder)
        assert report.verdict is Verdict.ALTERED
        assert report.recomputed[name] != declared[name]
        shown = report.as_text()
        assert f"  {name}: {report.recomputed[name]}" in shown
        assert f"  {name}: {declared[name]} (as the release declares it" in shown


def test_a_release_carried_away_on_its_own_stays_coherent(copy: Copy) -> None:
    assert verify(copy()).verdict is Verdict.NOT_ANCHORED


@pytest.mark.parametrize("data", [None, b"{}\n"])
def test_without_its_chain_as_listed_a_release_has_no_place(copy: Copy, data: bytes | None) -> None:
    chain = copy() / "chain.jsonl"
    chain.unlink()
    if data is not None:
        chain.write_bytes(data)
    assert {path for _, path in codes(chain.parent)} == {"chain.jsonl"}


def test_it_needs_neither_dagster_nor_dbt_nor_duckdb_nor_data_frames_nor_a_network(sealed: Path) -> None:
    script = """
import socket, sys
def refuse(*arguments): raise AssertionError("network")
socket.socket.connect = refuse
from pathlib import Path
from orchestration.verify.run import verify
print(verify(Path(sys.argv[1])).verdict.word)
heavy = {"dagster", "dbt", "duckdb", "great_expectations", "pandas", "polars"}
print({name.split(".")[0] for name in sys.modules} & heavy)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(sealed)], capture_output=True, text=True, cwd=PROJECT, check=False
    )
    assert done.stdout == "coherent-not-anchored\nset()\n", done.stderr


def test_the_answer_for_programs_says_the_same(copy: Copy) -> None:
    folder = edit(copy(), "rulebook.yml", "hotels", "hotelz")
    report = verify(folder)
    told = json.loads(json.dumps(report.as_json()))
    assert (told["verdict"], told["exit_code"], told["recount"]) == ("altered", 1, None)
    assert told["findings"][0]["path"] == "rulebook.yml" and "- rulebook.yml: its bytes" in report.as_text()


# ---------------------------------------------------------------- any byte


@pytest.mark.sampled
def test_a_flip_of_any_bit_of_any_file_is_found_and_the_file_named(copy: Copy) -> None:
    folder, chance = copy(), random.Random(20310201)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    each = [path for path in files if path.stat().st_size for _ in range(tries(5, 2))]
    flips = [(path, chance.randrange(path.stat().st_size * 8)) for path in each]
    bits = range((folder / MANIFEST).stat().st_size * 8)
    flips += [(folder / MANIFEST, bit) for bit in chance.sample(bits, tries(150, 20))]
    for path, bit in flips:
        data = path.read_bytes()
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        report = verify(folder)
        named = {one.path for one in report.findings}
        assert report.verdict in (Verdict.ALTERED, Verdict.INCOMPLETE), (path, bit)
        if path.name != MANIFEST:
            assert path.relative_to(folder).as_posix() in named, (path, bit)
        path.write_bytes(data)
    assert verify(folder).verdict is Verdict.NOT_ANCHORED


@pytest.mark.sampled
def test_a_forger_who_writes_the_manifest_anew_is_found_by_what_was_signed(copy: Copy) -> None:
    folder, chance = copy(), random.Random(20310202)
    decisive = [f"results/{name}.csv" for name in TABLES if name != "quality_check"]
    decisive += ["rulebook.yml", "deposits.jsonl", "bailiff.pem", "dossier.pdf", "dossier-signed-1.pdf"]
    for name in decisive:
        path = folder / name
        data = path.read_bytes()
        for bit in chance.sample(range(len(data) * 8), tries(6, 2)):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            path.write_bytes(changed)
            report = verify(reseal(folder))
            assert report.verdict is Verdict.ALTERED, (name, bit)
        path.write_bytes(data)
    assert verify(reseal(folder)).verdict is Verdict.NOT_ANCHORED


PARTS = [
    "release.json", "chain.jsonl", "deposits.jsonl", "rulebook.yml", "bailiff.pem", "dossier.pdf",
    "dossier-signed-1.pdf", "results/fct_ranking.csv", "results/laureates.parquet", "results/quality_check.csv",
    "results/dim_edition.csv",
]  # fmt: skip


@pytest.mark.sampled
@settings(max_examples=tries(40, 10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=400), st.sampled_from(PARTS))
def test_garbage_in_any_file_is_a_finding_and_never_an_error(sealed: Path, noise: bytes, name: str) -> None:
    folder = sealed.parents[3] / "garbage"
    shutil.rmtree(folder, ignore_errors=True)
    writable_copy(sealed, folder)
    (folder / name).write_bytes(noise)
    assert verify(folder).verdict is Verdict.ALTERED
    assert verify(reseal(folder)).verdict is Verdict.ALTERED


@pytest.mark.sampled
@settings(max_examples=tries(80, 20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_garbage_as_a_manifest_is_a_finding(sealed: Path, noise: bytes) -> None:
    folder = sealed.parents[3] / "garbage-manifest"
    if not folder.exists():
        writable_copy(sealed, folder)
    (folder / MANIFEST).write_bytes(noise)
    assert verify(folder).verdict is Verdict.ALTERED


# ---------------------------------------------------------------- attacks by name


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_attack_is_named_with_its_file(copy: Copy, attack: Attack) -> None:
    folder = attack.made_on(copy())
    report = verify(folder, fingerprint=attack.fingerprint)
    assert (attack.code, attack.path) in {(one.code, one.path) for one in report.findings}, report.as_text()
    assert report.verdict is attack.verdict, report.as_text()


def test_what_is_no_release_cannot_be_verified(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    for folder, code in (("empty", "not_a_release"), ("file", "unreadable"), ("nowhere", "unreadable")):
        report = verify(tmp_path / folder)
        assert (report.verdict, report.exit_code) == (Verdict.UNVERIFIABLE, 5)
        assert report.findings[0].code == code and report.release is None
        assert report.as_text().splitlines()[0] == "UNVERIFIABLE: This cannot be verified."


def test_a_release_published_before_it_was_signed_is_told(tmp_path: Path) -> None:
    report = verify(TrueHouse(tmp_path).release(published_at="2026-01-15T10:29:59Z"))
    assert "compare the clocks" in report.as_text() and report.verdict is Verdict.NOT_ANCHORED


def test_a_file_of_a_size_no_release_has_is_not_read(copy: Copy) -> None:
    folder = copy()
    with (folder / "rulebook.yml").open("r+b") as stream:
        stream.truncate((1 << 31) + 1)
    assert ("file_too_large", "rulebook.yml") in codes(folder)


def test_a_file_that_changes_while_it_is_verified_is_not_believed(copy: Copy) -> None:
    from orchestration.verify.folder import open_folder
    from orchestration.verify.verdict import Findings

    folder = copy()
    release = open_folder(folder, Findings())
    assert release is not None and release.bytes_of("rulebook.yml")
    (folder / "rulebook.yml").write_bytes(b"x")
    assert release.bytes_of("rulebook.yml") is None


def test_many_findings_of_one_kind_are_counted_rather_than_told(copy: Copy) -> None:
    folder = copy()
    path = folder / "results" / "fct_test_mark.csv"
    path.write_bytes(path.read_bytes().replace(b",true,,", b",false,,"))
    text = verify(reseal(folder)).as_text()
    assert text.count("contradict each other") == 20 and "more of this kind [test_row]" in text


# ---------------------------------------------------------------- releases among each other


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> TrueHouse:
    """A house with two releases of the tiny edition: a vote was withdrawn between them."""
    house = TrueHouse(tmp_path_factory.mktemp("two"))
    house.release()
    assert house.tiny.votes is not None
    house.tiny.votes.pop()
    house.tiny.write(house.raw.parent)
    house.marts({})
    house.release(Corrects(number=1, asked_by="Direction", reason="un vote retiré"))
    return house


def _houses_copy(house: TrueHouse, target: Path) -> Path:
    shutil.copytree(house.settings.releases, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def test_a_replaced_release_is_still_conform_and_says_so(two: TrueHouse) -> None:
    first, second = (two.settings.releases / "2026" / number for number in "12")
    assert verify(first, fingerprint=verify(first).digests["results_sha256"]).verdict is Verdict.CONFORM
    assert "replaced by release 2" in verify(first).as_text()
    assert verify(second).findings == () and "replaced" not in verify(second).as_text()


def test_swapped_releases_are_found(two: TrueHouse, tmp_path: Path) -> None:
    home = _houses_copy(two, tmp_path / "releases")
    edition = home / "2026"
    (edition / "1").rename(edition / "x")
    (edition / "2").rename(edition / "1")
    (edition / "x").rename(edition / "2")
    # Each calls itself by another number than its folder: as if it had been carried there alone.
    assert verify(edition / "1").release == "2026/2"
    assert verify(edition / "1", fingerprint=sha256_file(edition / "2" / MANIFEST)).verdict is Verdict.ALTERED


def test_a_forged_release_in_the_place_of_a_true_one_is_not_in_the_chain(two: TrueHouse, tmp_path: Path) -> None:
    home = _houses_copy(two, tmp_path / "releases")
    reseal(edit(home / "2026" / "1", "VERIFY.txt", "VERIFY", "VERIFI"))
    assert codes(home / "2026" / "1") == {("chain_place", "../../chain.jsonl")}
    assert codes(home / "2026" / "2") == {("neighbour_changed", f"../../2026/1/{MANIFEST}")}


def test_a_chain_beside_the_release_that_is_broken_or_shorter_is_found(two: TrueHouse, tmp_path: Path) -> None:
    home = _houses_copy(two, tmp_path / "releases")
    chain = home / "chain.jsonl"
    lines = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(lines[0])
    assert codes(home / "2026" / "2") == {("chain_place", "../../chain.jsonl")}
    chain.write_bytes(lines[0] + lines[1][:-5])
    assert codes(home / "2026" / "2") == {("chain_broken", "../../chain.jsonl")}
    chain.write_bytes(b"")
    assert codes(home / "2026" / "1") == {("chain_place", "../../chain.jsonl")}


def test_a_release_s_own_chain_agrees_with_the_one_beside_it(two: TrueHouse, tmp_path: Path) -> None:
    home = _houses_copy(two, tmp_path / "releases")
    folder = home / "2026" / "2"
    own = json.loads((folder / "chain.jsonl").read_bytes())
    own["manifest_sha256"] = "b" * 64
    (folder / "chain.jsonl").write_bytes(canonical_json(own) + b"\n")
    record_with(previous="b" * 64)(folder)
    reseal(folder)
    chain = [json.loads(line) for line in (home / "chain.jsonl").read_bytes().splitlines()]
    chain[1]["manifest_sha256"] = sha256_file(folder / MANIFEST)
    (home / "chain.jsonl").write_bytes(b"".join(canonical_json(line) + b"\n" for line in chain))
    assert ("chain_place", "chain.jsonl") in codes(folder)


def test_what_is_missing_has_no_fingerprint_of_its_own(copy: Copy) -> None:
    folder = copy()
    (folder / "deposits.jsonl").unlink()
    report = verify(folder)
    assert report.verdict is Verdict.INCOMPLETE
    assert "custody_head" not in report.recomputed


def test_a_candidate_of_no_category_of_the_rulebook_stands_in_no_ranking() -> None:
    from orchestration.verify.outcomes import _places

    rules = SimpleNamespace(
        categories=(), components=(), channels=(), weights={}
    )  # of nobody, the ranking needs no more
    empty: dict[str, Any] = {"fct_component_mark": {}, "fct_channel_mark": {}}
    assert _places(empty, rules, {"C-1": {"category_id": "nowhere"}}) == {}  # type: ignore[arg-type]
