"""A bit flipped anywhere is noticed, and who notices says in which file.

`make test` turns over a seeded part, PALMARES_ATTACKS=full (make attacks) 4 000 bits of a release, and every byte of
what is small and seals the rest: manifest, record, chain, custody log, certificate, signature, evidence.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from orchestration import custody
from orchestration.errors import PalmaresError
from orchestration.evidence.log import EvidenceLog
from orchestration.evidence.records import EvidenceBroken
from orchestration.release.chain import recover
from orchestration.release.guide import WEB
from orchestration.release.manifest import MANIFEST
from orchestration.release.reading import Release
from orchestration.signoff import judge_signoffs, sign_pdf
from orchestration.verify.run import verify
from orchestration.verify.verdict import Report, Verdict
from tests.faults.flip import anywhere, every_byte, flipped
from tests.faults.line import Stages
from tests.fixtures.signing_ground import PASSWORD, SIGNED_AT, Holder, dossier
from tests.fixtures.tries import FULL

NODE = shutil.which("node")
SEALS = (MANIFEST, "release.json", "chain.jsonl", "deposits.jsonl", "bailiff.pem")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole line after two releases, every file of which may be written."""
    folder = tmp_path_factory.mktemp("flips") / "line"
    stages.copy("end", folder)
    for number in ("1", "2"):
        release = folder / "home" / "releases" / "2026" / number
        for path in (release, *release.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.fixture
def release(home: Path) -> Path:
    """Release 2, in its place among the releases."""
    return home / "home" / "releases" / "2026" / "2"


def unnoticed(
    flips: Iterable[tuple[Path, int]], release: Path, names: str | None = None, raw: Path | None = None
) -> list[str]:
    """Flips after which `verify` did not say that a file is altered, and which; `names` if not by the path within."""
    missed = []
    for path, bit in flips:
        with flipped(path, bit):
            report = verify(release, raw=raw)
        if not _names(report, names or path.relative_to(release).as_posix()):
            missed.append(f"{path.name} bit {bit}: {report.as_text()}")
    return missed


def _names(report: Report, name: str) -> bool:
    """Whether the report says that this file is not what it was.

    Where a digest in the manifest was hit, the two no longer agree: the file is named, and the manifest with it.
    """
    where = {one.path for one in report.findings}
    if name == MANIFEST:
        where |= {name for one in report.findings if "manifest" in one.message}
    return report.verdict in (Verdict.ALTERED, Verdict.INCOMPLETE) and report.exit_code != 0 and name in where


def test_the_release_is_coherent_before_any_flip(release: Path, home: Path) -> None:
    report = verify(release)
    assert report.verdict is Verdict.NOT_ANCHORED
    paper = report.digests["results_sha256"]
    assert verify(release, raw=home / "raw", fingerprint=paper).verdict is Verdict.CONFORM


def test_verify_notices_a_flip_in_any_file_of_a_release_and_names_the_file(release: Path) -> None:
    files = [path for path in release.rglob("*") if path.is_file()]
    assert unnoticed(anywhere(files, 4000 if FULL else 80), release) == []


@pytest.mark.parametrize("name", SEALS)
def test_verify_notices_a_flip_in_every_byte_of_what_seals_a_release(release: Path, name: str) -> None:
    assert unnoticed(every_byte(release / name, None if FULL else 8), release) == []


def test_verify_notices_a_flip_in_every_byte_of_the_chain_of_all_releases(release: Path, home: Path) -> None:
    chain = home / "home" / "releases" / "chain.jsonl"
    assert unnoticed(every_byte(chain, None if FULL else 30), release, "../../chain.jsonl") == []


def test_verify_notices_a_flip_in_every_byte_of_the_custody_log_beside_the_deposits(release: Path, home: Path) -> None:
    log = home / "raw" / "2026" / custody.LOG_NAME
    assert unnoticed(every_byte(log, None if FULL else 30), release, custody.LOG_NAME, raw=home / "raw") == []


def test_verify_notices_a_flip_in_any_deposit_and_names_it(release: Path, home: Path) -> None:
    raw = home / "raw" / "2026"
    deposits = [one.stored for one in custody.read_log(raw)]
    for path, bit in anywhere(deposits, 400 if FULL else 12):
        name = path.relative_to(raw).as_posix()
        assert unnoticed([(path, bit)], release, name, raw=home / "raw") == []


def test_custody_notices_a_flip_in_the_log_or_the_evidence_knows_that_its_head_is_another(home: Path) -> None:
    """The chain holds every line but the last, whose digest is the custody head that evidence and dossier bear."""
    raw = home / "raw" / "2026"
    log, head = raw / custody.LOG_NAME, custody.custody_head(raw)
    for path, bit in every_byte(log, None if FULL else 200):
        with flipped(path, bit):
            assert custody.audit(raw).problems or custody.custody_head(raw) != head, bit


def test_no_flip_in_the_evidence_is_read_as_evidence_and_the_file_is_named(home: Path) -> None:
    path = home / "home" / "evidence" / "2026.jsonl"
    head = path.with_name(path.name + ".head")
    for place, bit in (*every_byte(path, 4000 if FULL else 40), *every_byte(head)):
        with flipped(place, bit), pytest.raises(EvidenceBroken) as broken:
            EvidenceLog(path).records()
        assert path.name in str(broken.value), (place.name, bit)


def test_no_flip_in_a_signed_dossier_leaves_it_signed(tmp_path: Path) -> None:
    """A small document, so that every byte of what the signature added can be tried, and a part of what was signed."""
    holder = Holder("Maître Essai")
    document = dossier(required=1)
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(sign_pdf(document, holder.p12, PASSWORD, SIGNED_AT))
    assert judge_signoffs([signed], document, [holder.pem], 1).satisfied
    body = [(path, bit) for path, bit in every_byte(signed, 200 if FULL else 10) if bit // 8 < len(document)]
    for path, bit in (*every_byte(signed, None if FULL else 60, len(document)), *body):
        with flipped(path, bit):
            judged = judge_signoffs([path], document, [holder.pem], 1)
        assert not judged.accepted and [one.file for one in judged.rejected] == ["signed.pdf"], bit


def test_a_flip_in_the_signed_dossier_of_the_line_is_refused_by_name(home: Path, stages: Stages) -> None:
    signed = next(path for path in sorted((home / "raw" / "2026" / "signoffs").iterdir()))
    document = next(
        pdf.read_bytes()
        for pdf in (home / "home" / "dossiers").rglob("dossier.pdf")
        if signed.read_bytes().startswith(pdf.read_bytes())
    )
    pem = (home / "raw" / "2026" / "bailiff.pem").read_bytes()
    assert judge_signoffs([signed], document, [pem], 1).satisfied
    for path, bit in every_byte(signed, 400 if FULL else 5, len(document)):
        with flipped(path, bit):
            judged = judge_signoffs([path], document, [pem], 1)
        assert not judged.accepted and [one.file for one in judged.rejected] == [signed.name], bit


SCRIPT = """
import { readFileSync, readdirSync } from "node:fs";
const { root, flips } = JSON.parse(readFileSync(0));
const files = new Map();
for (const path of readdirSync(root, { recursive: true })) {
  try { files.set(path, new Uint8Array(readFileSync(`${root}/${path}`))); } catch { /* a folder */ }
}
const missed = [];
for (const [path, bit] of flips) {
  const changed = files.get(path).slice();
  changed[bit >> 3] ^= 1 << (bit & 7);
  const { verdict, findings } = await PalmaresVerifier.verify(new Map([...files, [path, changed]]));
  const inManifest = path === "manifest-sha256.txt";
  const named = findings.some((one) => one.path === path || (inManifest && /^(file|manifest)_/.test(one.code)));
  if (!named || !["altered", "incomplete"].includes(verdict)) missed.push([path, bit, verdict, findings]);
}
console.log(JSON.stringify(missed));
"""


@pytest.mark.skipif(not NODE, reason="node is not installed: the verifier in JavaScript is not tried")
def test_the_verifier_in_javascript_notices_a_flip_anywhere_and_names_the_file(release: Path) -> None:
    files = [path for path in release.rglob("*") if path.is_file()]
    flips = anywhere(files, 2000 if FULL else 50)
    asked = {"root": str(release), "flips": [(path.relative_to(release).as_posix(), bit) for path, bit in flips]}
    source = (
        f"import {json.dumps((WEB / 'verifier.js').as_uri())};\nconst {{ PalmaresVerifier }} = globalThis;\n{SCRIPT}"
    )
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", source],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_nothing_is_shown_or_built_on_a_release_with_a_flip(release: Path) -> None:
    with flipped(release / "results" / "laureates.csv", 800), pytest.raises(PalmaresError, match=r"laureates\.csv"):
        Release(release).rows("laureates")
    with flipped(release / "release.json", 80), pytest.raises(PalmaresError, match=r"release\.json"):
        _ = Release(release).record
    for _, bit in every_byte(release / MANIFEST, 40):
        with flipped(release / MANIFEST, bit), pytest.raises(PalmaresError, match=f"{release}.*altered"):
            recover(release.parents[1])
