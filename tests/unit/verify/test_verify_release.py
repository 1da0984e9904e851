"""A release is verified from itself alone: what is whole is conform, any change is named with its file."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import InputError
from orchestration.files import canonical_json, sha256_bytes, sha256_file
from orchestration.release.canonical import results_digest
from orchestration.release.chain import known_manifests
from orchestration.release.manifest import MANIFEST
from orchestration.release.parquet import write_parquet
from orchestration.release.record import Corrects
from orchestration.release.schema import TABLES
from orchestration.verify.report import Verdict
from orchestration.verify.run import verify
from orchestration.verify.signed import read_marks
from tests.fixtures.little_release import TrueHouse, bailiff, reseal, writable_copy

PROJECT = Path(__file__).parents[3]
Copy = Callable[[], Path]


def codes(folder: Path, **given: object) -> set[tuple[str, str]]:
    """(code, path) of every finding."""
    return {(one.code, one.path) for one in verify(folder, **given).findings}  # type: ignore[arg-type]


def edit(folder: Path, name: str, old: str, new: str) -> Path:
    """Change a text in a file; it must be there."""
    path = folder / name
    text = path.read_bytes()
    assert old.encode() in text, (name, old)
    path.write_bytes(text.replace(old.encode(), new.encode(), 1))
    return folder


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


def test_the_house_that_published_it_knows_it(true_house: TrueHouse, sealed: Path) -> None:
    assert verify(sealed, anchors=known_manifests(true_house.settings.releases)).verdict is Verdict.CONFORM


def test_a_release_carried_away_on_its_own_stays_coherent(copy: Copy) -> None:
    assert verify(copy()).verdict is Verdict.NOT_ANCHORED


def test_it_needs_neither_dagster_nor_dbt_nor_duckdb_nor_a_network(sealed: Path) -> None:
    script = """
import socket, sys
def refuse(*arguments): raise AssertionError("network")
socket.socket.connect = refuse
from pathlib import Path
from orchestration.verify.run import verify
print(verify(Path(sys.argv[1])).verdict.word)
print({name.split(".")[0] for name in sys.modules} & {"dagster", "dbt", "duckdb", "great_expectations"})
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


def test_a_flip_of_any_bit_of_any_file_is_found_and_the_file_named(copy: Copy) -> None:
    folder, chance = copy(), random.Random(20310201)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    flips = [
        (path, chance.randrange(path.stat().st_size * 8)) for path in files if path.stat().st_size for _ in range(5)
    ]
    flips += [(folder / MANIFEST, bit) for bit in chance.sample(range((folder / MANIFEST).stat().st_size * 8), 150)]
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


def test_a_forger_who_writes_the_manifest_anew_is_found_by_what_was_signed(copy: Copy) -> None:
    folder, chance = copy(), random.Random(20310202)
    decisive = [f"results/{name}.csv" for name in TABLES if name != "quality_check"]
    decisive += ["rulebook.yml", "deposits.jsonl", "bailiff.pem", "dossier.pdf", "dossier-signed-1.pdf"]
    for name in decisive:
        path = folder / name
        data = path.read_bytes()
        for bit in chance.sample(range(len(data) * 8), 6):
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=400), st.sampled_from(PARTS))
def test_garbage_in_any_file_is_a_finding_and_never_an_error(sealed: Path, noise: bytes, name: str) -> None:
    folder = sealed.parents[3] / "garbage"
    shutil.rmtree(folder, ignore_errors=True)
    writable_copy(sealed, folder)
    (folder / name).write_bytes(noise)
    assert verify(folder).verdict is Verdict.ALTERED
    assert verify(reseal(folder)).verdict is Verdict.ALTERED


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_garbage_as_a_manifest_is_a_finding(sealed: Path, noise: bytes) -> None:
    folder = sealed.parents[3] / "garbage-manifest"
    if not folder.exists():
        writable_copy(sealed, folder)
    (folder / MANIFEST).write_bytes(noise)
    assert verify(folder).verdict is Verdict.ALTERED


# ---------------------------------------------------------------- attacks by name


@dataclass
class Attack:
    """A change, whether the forger writes the manifest anew, and what must be said."""

    name: str
    change: Callable[[Path], object]
    verdict: Verdict
    code: str
    path: str
    sealed: bool = False
    also: dict[str, str] = field(default_factory=dict)


def _remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def _write(name: str, data: bytes) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)

    return change


def _edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: edit(folder, name, old, new)


def _manifest(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
    def apply(folder: Path) -> None:
        lines = (folder / MANIFEST).read_bytes().splitlines(keepends=True)
        (folder / MANIFEST).write_bytes(b"".join(change(lines)))

    return apply


def _link(name: str) -> Callable[[Path], object]:
    def apply(folder: Path) -> None:
        target = folder.with_name(f"{folder.name}-kept")
        (folder / name).rename(target)
        (folder / name).symlink_to(target)

    return apply


def _fifo(folder: Path) -> None:
    (folder / "rulebook.yml").unlink()
    os.mkfifo(folder / "rulebook.yml")


def _record(**changes: object) -> Callable[[Path], object]:
    def apply(folder: Path) -> None:
        record = json.loads((folder / "release.json").read_bytes())
        for key, value in changes.items():
            if isinstance(value, dict) and isinstance(record[key], dict):
                record[key].update(value)
            else:
                record[key] = value
        (folder / "release.json").write_bytes(canonical_json(record) + b"\n")

    return apply


def _retable(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Change a table, its Parquet and every digest that a forger can write: all but the signed dossier."""

    def apply(folder: Path) -> None:
        edit(folder, f"results/{name}.csv", old, new)
        (folder / f"results/{name}.parquet").unlink()
        data = (folder / f"results/{name}.csv").read_bytes()
        write_parquet(folder / f"results/{name}.parquet", TABLES[name], data)
        digests = {path.name: sha256_file(path) for path in (folder / "results").glob("*.csv")}
        record = json.loads((folder / "release.json").read_bytes())
        before = record["digests"]["results_sha256"]
        after = results_digest(digests, (folder / "rulebook.yml").read_bytes())
        record["digests"]["results_sha256"] = after
        (folder / "release.json").write_bytes(canonical_json(record) + b"\n")
        if before != after:
            edit(folder, "results/dim_edition.csv", before, after)

    return apply


def _empty(name: str) -> Callable[[Path], object]:
    return _write(f"results/{name}.csv", (",".join(TABLES[name].names) + "\n").encode())


def _cut_log(folder: Path) -> None:
    lines = (folder / "deposits.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "deposits.jsonl").write_bytes(b"".join(lines[:-1]))
    _record(digests={"custody_head": sha256_bytes(lines[-2].rstrip(b"\n"))})(folder)


def _unsign(folder: Path) -> None:
    (folder / "dossier-signed-1.pdf").write_bytes((folder / "dossier.pdf").read_bytes())


def _other_signer(folder: Path) -> None:
    (folder / "bailiff.pem").write_bytes(bailiff("Autre").pem)


def _other_dossier(folder: Path) -> None:
    for name in ("dossier.pdf", "dossier-signed-1.pdf"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data.replace(b"results-sha256", b"results-sha255"))
    _record(digests={"dossier_sha256": sha256_file(folder / "dossier.pdf")})(folder)


A, GONE = Verdict.ALTERED, Verdict.INCOMPLETE
SIGNATURE = {"signer": "X", "certificate_sha256": "a" * 64, "signed_at": "2026-01-15T10:30:00Z"}
RANKING = "2026,bahia-hotels,hotels,15901364,15.90,2,true,,"
ATTACKS = [
    Attack("a file dropped", _remove("results/laureates.csv"), GONE, "file_missing", "results/laureates.csv"),
    Attack("a file dropped, resealed", _remove("dossier.pdf"), GONE, "file_dropped", "dossier.pdf", True),
    Attack("the signature dropped", _remove("dossier-signed-1.pdf"), GONE, "file_dropped", "dossier-signed-1.pdf",
           True),
    Attack("the certificate dropped", _remove("bailiff.pem"), GONE, "file_dropped", "bailiff.pem", True),
    Attack("parquet dropped", _remove("results/laureates.parquet"), GONE, "file_missing", "results/laureates.parquet"),
    Attack("the manifest dropped", _remove(MANIFEST), GONE, "manifest_missing", MANIFEST),
    Attack("the record dropped", _remove("release.json"), GONE, "file_missing", "release.json"),
    Attack("an extra file", _write("note.txt", b"x"), A, "file_extra", "note.txt"),
    Attack("a hidden file", _write(".note", b"x"), A, "file_extra", ".note"),
    Attack("an odd name", _write("n\u202eot\ne", b"x"), A, "file_extra", "n\\u202eot\\ne"),
    Attack("an extra folder", lambda folder: (folder / "more").mkdir(), A, "file_extra", "more"),
    Attack("a file in an extra folder", _write("more/x.txt", b"x"), A, "file_extra", "more/x.txt"),
    Attack("an unknown file, resealed", _write("note.txt", b"x"), A, "file_unknown", "note.txt", True),
    Attack("a link in place of a file", _link("rulebook.yml"), A, "file_odd", "rulebook.yml"),
    Attack("a pipe in place of a file", _fifo, A, "file_odd", "rulebook.yml"),
    Attack("a link in place of the manifest", _link(MANIFEST), A, "manifest_broken", MANIFEST),
    Attack("manifest out of order", _manifest(lambda x: [x[1], x[0], *x[2:]]), A, "manifest_broken", MANIFEST),
    Attack("manifest line twice", _manifest(lambda x: [x[0], *x]), A, "manifest_broken", MANIFEST),
    Attack("manifest with CRLF", _manifest(lambda x: [y[:-1] + b"\r\n" for y in x]), A, "manifest_broken", MANIFEST),
    Attack("manifest in capitals", _manifest(lambda x: [y.upper() for y in x]), A, "manifest_broken", MANIFEST),
    Attack("manifest cut", _manifest(lambda x: [*x[:-1], x[-1][:-1]]), A, "manifest_broken", MANIFEST),
    Attack("manifest empty", _manifest(lambda x: []), A, "manifest_broken", MANIFEST),
    Attack("manifest huge", _manifest(lambda x: x * 2000), A, "manifest_broken", MANIFEST),
    Attack("manifest not ASCII", _manifest(lambda x: [b"\xff", *x]), A, "manifest_broken", MANIFEST),
    Attack("manifest leads out", _manifest(lambda x: [b"0" * 64 + b"  ../x\n", *x]), A, "manifest_broken", MANIFEST),
    Attack("manifest lists itself", _manifest(lambda x: [b"0" * 64 + b"  " + MANIFEST.encode() + b"\n"]), A,
           "manifest_broken", MANIFEST),
    Attack("record with blanks", _edit("release.json", '"corrects":null', '"corrects": null'), A, "record_broken",
           "release.json", True),
    Attack("record with another key", _record(extra=1), A, "record_broken", "release.json", True),
    Attack("record of another edition", _record(edition="2025"), A, "csv_edition", "results/laureates.csv", True),
    Attack("record of another number", _record(number=2), A, "chain_place", "release.json", True),
    Attack("record that follows nothing", _record(previous="a" * 64), A, "chain_place", "release.json", True),
    Attack("record that corrects itself", _record(corrects={"number": 1, "asked_by": "x", "reason": "y"}), A,
           "chain_place", "release.json", True),
    Attack("a later number without changes", _record(number=2), GONE, "file_dropped", "changes.json", True,
           {"verdict": "altered"}),
    Attack("a chain that is none", _write("chain.jsonl", b"{}\n"), A, "chain_broken", "chain.jsonl", True),
    Attack("another dossier digest", _record(digests={"dossier_sha256": "a" * 64}), A, "digest_dossier", "dossier.pdf",
           True),
    Attack("another rulebook digest", _record(digests={"rulebook_sha256": "a" * 64}), A, "digest_rulebook",
           "rulebook.yml", True),
    Attack("another results digest", _record(digests={"results_sha256": "a" * 64}), A, "digest_results", "results",
           True),
    Attack("another custody head", _record(digests={"custody_head": "a" * 64}), A, "digest_custody", "deposits.jsonl",
           True),
    Attack("a rulebook that is none", _write("rulebook.yml", b"edition: 2026\n"), A, "rulebook_broken", "rulebook.yml",
           True),
    Attack("a rulebook of another edition", _edit("rulebook.yml", "edition: '2026'", "edition: '2027'"), A,
           "rulebook_edition", "rulebook.yml", True),
    Attack("a rulebook changed after the deposits", _edit("rulebook.yml", "min_votes: 20", "min_votes: 21"), A,
           "not_in_custody", "rulebook.yml", True),
    Attack("a log cut at its end", _cut_log, A, "dossier_mark", "dossier.pdf", True),
    Attack("a log whose line is edited", _edit("deposits.jsonl", "Nadia", "Nadja"), A, "custody_chain_broken",
           "deposits.jsonl", True),
    Attack("the dossier instead of the signed one", _unsign, A, "signature_not_signed", "dossier-signed-1.pdf", True),
    Attack("no signature counts", _unsign, A, "signature_missing", "release.json", True),
    Attack("another certificate", _other_signer, A, "signature_other_signer", "dossier-signed-1.pdf", True),
    Attack("a certificate that is none", _write("bailiff.pem", b"x"), A, "certificate_broken", "bailiff.pem", True),
    Attack("something behind the signature", lambda folder: (folder / "dossier-signed-1.pdf").open("ab").write(b"\n"),
           A,
           "signature_changed_after", "dossier-signed-1.pdf", True),
    Attack("a dossier for other results", _other_dossier, A, "dossier_mark", "dossier.pdf", True),
    Attack("other names signed", _record(signatures=[{**SIGNATURE, "file": "dossier-signed-1.pdf"}]), A,
           "signature_named", "release.json", True),
    Attack("a demonstration that is none", _record(demonstration=True), A, "demonstration", "release.json", True),
    Attack("a mark raised", _retable("fct_ranking", RANKING, RANKING.replace("15901364,15.90", "19901364,19.90")), A,
           "dossier_mark", "dossier.pdf", True),
    Attack("a mark raised, derived again", _retable("fct_ranking", "15901364,15.90,2", "19901364,19.90,1"), A,
           "not_derived", "results/fct_ranking.csv", True),
    Attack("a laureate replaced", _retable("laureates", "banks,atlas-banks,Atlas", "banks,cedre-banks,Cèdre"), A,
           "not_derived", "results/laureates.csv", True),
    Attack("an outcome changed", _retable("category_outcome", "banks,elected", "banks,joint"), A, "not_derived",
           "results/category_outcome.csv", True),
    Attack("a test that counts for nothing", _retable("fct_test_mark", ",true,,", ",false,,"), A, "test_row",
           "results/fct_test_mark.csv", True),
    Attack("an empty rank", _retable("fct_ranking", "15901364,15.90,2", "15901364,15.90,"), A, "mark_empty",
           "results/fct_ranking.csv", True),
    Attack("a csv spelt otherwise", _edit("results/laureates.csv", "2026,banks", '2026,"banks"'), A, "csv_form",
           "results/laureates.csv", True),
    Attack("a parquet of other rows", _edit("results/laureates.csv", "Atlas", "Atlaz"), A, "parquet_differs",
           "results/laureates.parquet", True),
    Attack("a parquet that is none", _write("results/laureates.parquet", b"PAR1"), A, "parquet_broken",
           "results/laureates.parquet", True),
    Attack("another publication date", _retable("dim_edition", "2031-02-01T", "2031-02-02T"), A, "edition_row",
           "results/dim_edition.csv", True),
    Attack("no row for the edition", _empty("dim_edition"), A, "edition_row", "results/dim_edition.csv", True),
    Attack("no checks", _empty("quality_check"), A, "check_none", "results/quality_check.csv", True),
    Attack("a failed check", _retable("quality_check", "blocking,passed", "blocking,failed"), A, "check_failed",
           "results/quality_check.csv", True),
    Attack("a warning nobody accepted", _retable("quality_check", "H. Bennani", ""), A, "check_failed",
           "results/quality_check.csv", True),
    Attack("a check of another gate", _retable("quality_check", "intake,blocking", "outtake,blocking"), A, "check_row",
           "results/quality_check.csv", True),
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_attack_is_named_with_its_file(copy: Copy, attack: Attack) -> None:
    folder = copy()
    attack.change(folder)
    if attack.sealed:
        reseal(folder)
    report = verify(folder)
    assert (attack.code, attack.path) in {(one.code, one.path) for one in report.findings}, report.as_text()
    assert report.verdict.word == attack.also.get("verdict", attack.verdict.word), report.as_text()


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
    from orchestration.verify.report import Findings

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


def test_marks_that_differ_within_a_dossier_are_none() -> None:
    assert read_marks(b"%PDF-1.7 nothing") == {}


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
    _record(previous="b" * 64)(folder)
    reseal(folder)
    chain = [json.loads(line) for line in (home / "chain.jsonl").read_bytes().splitlines()]
    chain[1]["manifest_sha256"] = sha256_file(folder / MANIFEST)
    (home / "chain.jsonl").write_bytes(b"".join(canonical_json(line) + b"\n" for line in chain))
    assert ("chain_place", "chain.jsonl") in codes(folder)
