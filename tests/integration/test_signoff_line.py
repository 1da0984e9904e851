"""Two bailiffs of four listed must sign: from the command line, with reservations, a time stamp, a revocation.

One edition goes through all of it; each test takes up where the last one ended. One signer has an RSA key, the other an
elliptic curve; two more certificates are listed that are no longer, or not yet, valid.
"""

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from pypdf import PdfReader

from orchestration.release.guide import WEB
from tests.fixtures.signing_ground import PASSWORD, Holder
from tests.fixtures.stamp_server import nonsense_server, stamp_server
from tests.fixtures.tiny import TinyEdition
from tests.integration.command import Palmares

pytestmark = pytest.mark.slow

EDITION = "2026"
DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
FIRST = Holder("Maître Alaoui", start=NOW - 400 * DAY, end=NOW + 400 * DAY, number=11)
SECOND = Holder("Maître Bennani", "ec", start=NOW - 400 * DAY, end=NOW + 400 * DAY, number=12)
OLD = Holder("Maître Hier", "ec", start=NOW - 400 * DAY, end=NOW - 2 * DAY, number=13)
YOUNG = Holder("Maître Demain", "ec", start=NOW + 2 * DAY, end=NOW + 400 * DAY, number=14)
SIGNERS = {"a.pem": FIRST, "b.pem": SECOND, "old.pem": OLD, "young.pem": YOUNG}
RESERVE = "Je n’ai pas entendu les enregistrements du 12 septembre."


def on_paper(release: Path) -> str:
    """The fingerprint of the results that the bailiff noted when he signed."""
    return json.loads((release / "release.json").read_bytes())["digests"]["results_sha256"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that all tests of this module share, with an edition that asks for two signatures of four."""
    folder = tmp_path_factory.mktemp("two-bailiffs")
    edition = TinyEdition().audits_only()
    edition.rulebook["bailiff"] = {"signers": list(SIGNERS), "required": 2}
    edition.extra = {"bailiff.pem": None, **{name: holder.pem for name, holder in SIGNERS.items()}}
    edition.write(folder / "raw")
    for name, holder in {**SIGNERS, "other.pem": Holder("Maître Autre", "ec", number=15, end=NOW + DAY)}.items():
        (folder / name).with_suffix(".p12").write_bytes(holder.p12)
    return folder


@pytest.fixture
def palmares(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    command = Palmares(place / "var", place / "raw", capsys, monkeypatch)
    monkeypatch.setenv("PALMARES_KEY_PASSWORD", PASSWORD)
    return command


def handed_back(place: Path) -> list[Path]:
    """The signed files."""
    return sorted((place / "raw" / EDITION / "signoffs").glob("*.pdf"))


def evidence(place: Path) -> list[str]:
    """Kinds of all records."""
    lines = (place / "var" / "evidence" / f"{EDITION}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["kind"] for line in lines]


def test_the_dossier_waits_for_two_of_the_listed_signers(palmares: Palmares) -> None:
    said = palmares("run", EDITION, "--json")
    assert said.code == 0, said.err
    assert (said.data["signatures"], said.data["required"]) == (0, 2)
    assert len(said.data["waiting_for"]) == 4


@pytest.mark.parametrize(
    ("key", "words"), [("old", "expired on"), ("young", "not valid before"), ("other", "not made with a certificate")]
)
def test_a_key_that_may_not_sign_today_signs_nothing_and_enters_nothing(
    palmares: Palmares, place: Path, key: str, words: str
) -> None:
    before = evidence(place)
    said = palmares("sign", EDITION, "--key", place / f"{key}.p12", "--reserve", "said by somebody else")
    assert said.code == 1 and words in said.err, said.err
    assert handed_back(place) == [] and evidence(place) == before


def test_a_reservation_is_printed_in_three_languages_and_makes_another_dossier(palmares: Palmares, place: Path) -> None:
    before = palmares("status", EDITION, "--json").data["dossier"]
    assert palmares("reserve", EDITION, "--reason", "two\nlines", "--by", "Maître Alaoui").code == 2
    said = palmares("reserve", EDITION, "--reason", RESERVE, "--by", "Maître Alaoui", "--json")
    assert said.code == 0, said.err
    assert said.data["dossier"]["sha256"] != before["sha256"]
    assert said.data["dossier"]["results_sha256"] == before["results_sha256"]
    assert [one["reason"] for one in said.data["reservations"]] == [RESERVE]
    folder = Path(said.data["dossier"]["pdf"]).parent
    for name in ("dossier.pdf", "dossier.en.pdf", "dossier.ar.pdf"):
        pages = "".join(page.extract_text() for page in PdfReader(folder / name).pages)
        assert "du 12 septembre" in " ".join(pages.split()), name
    assert RESERVE in (folder / "dossier.html").read_text("utf-8")
    assert palmares("reserve", EDITION, "--reason", RESERVE, "--by", "Maître Alaoui").code == 1
    assert f"reserved  Maître Alaoui, {NOW:%Y}" in palmares("status", EDITION).out


def test_a_time_stamp_server_that_is_down_or_answers_nonsense_leaves_nothing_signed(
    palmares: Palmares, place: Path
) -> None:
    with nonsense_server() as nonsense, nonsense_server(b"<html>") as page:
        for url in ("http://127.0.0.1:1", nonsense, page, "ftp://tsa.example", "tsa.example"):
            said = palmares("sign", EDITION, "--key", place / "a.p12", "--timestamp", url)
            assert said.code == 2 and url in said.err and "How to mend it" in said.err, said.err
            assert "Traceback" not in said.err
    assert handed_back(place) == []


def test_the_first_signs_with_a_time_stamp_and_the_command_says_who_still_must(palmares: Palmares, place: Path) -> None:
    with stamp_server() as url:
        said = palmares("sign", EDITION, "--key", place / "a.p12", "--timestamp", url, "--json")
    assert said.code == 0, said.err
    assert (said.data["signatures"], said.data["required"]) == (1, 2)
    assert dt.datetime.fromisoformat(said.data["timestamp"]) >= NOW
    assert "Maître Alaoui, Étude Essai" not in said.data["waiting_for"]
    told = palmares("status", EDITION).out
    assert "1 of 2 signatures" in told and "waiting for Maître Bennani" in told


def test_status_says_why_a_file_that_was_handed_back_does_not_count(palmares: Palmares, place: Path) -> None:
    strange = place / "raw" / EDITION / "signoffs" / "SIGNE.PDF"
    strange.write_bytes(b"%PDF-1.7 of somebody else")
    try:
        assert "SIGNE.PDF: This document is not the dossier" in palmares("status", EDITION).out
        (why,) = palmares("status", EDITION, "--json").data["not_counted"]
        assert why.startswith("SIGNE.PDF: ")
    finally:
        strange.unlink()
    assert palmares("status", EDITION, "--json").data["not_counted"] == []


def test_the_same_signer_twice_is_refused_and_one_of_two_publishes_nothing(palmares: Palmares, place: Path) -> None:
    said = palmares("sign", EDITION, "--key", place / "a.p12")
    assert said.code == 1 and "each signer signs once" in said.err
    refused = palmares("publish", EDITION)
    assert refused.code == 1 and "1 / 2" in refused.err
    assert len(handed_back(place)) == 1 and not list((place / "var" / "releases").rglob("release.json"))


def test_the_second_adds_to_the_file_of_the_first(palmares: Palmares, place: Path) -> None:
    (first,) = handed_back(place)
    said = palmares("sign", EDITION, "--key", place / "b.p12")
    assert said.code == 0, said.err
    assert "Signatures of this dossier: 2 of 2." in said.out and f"palmares publish {EDITION}" in said.out
    both = next(path for path in handed_back(place) if path != first)
    assert both.read_bytes().startswith(first.read_bytes())
    third = palmares("sign", EDITION, "--key", place / "b.p12")
    assert third.code == 1 and "signed this dossier already" in third.err


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not on this machine")
def test_pdfsig_finds_both_signatures_valid_and_the_whole_document_signed(place: Path) -> None:
    both = max(handed_back(place), key=lambda path: path.stat().st_size)
    shown = subprocess.run(["pdfsig", "-nocert", both], capture_output=True, encoding="utf-8", check=False).stdout
    assert shown.count("Signature is Valid") == 2 and "Signature Type: ETSI.CAdES.detached" in shown
    assert shown.rstrip().endswith("Signature Validation: Signature is Valid.")
    assert "Total document signed" in shown.split("Signature #2")[1]


def test_two_of_two_is_published_as_one_signed_document_that_both_verifiers_take(
    palmares: Palmares, place: Path
) -> None:
    said = palmares("publish", EDITION, "--json")
    assert said.code == 0, said.err
    release = Path(said.data["folder"])
    record = json.loads((release / "release.json").read_bytes())
    assert [one["file"] for one in record["signatures"]] == ["dossier-signed-1.pdf"] * 2
    assert len(list(release.glob("dossier-signed-*.pdf"))) == 1
    verified = palmares("verify", release, "--raw", palmares.raw, "--fingerprint", on_paper(release), "--json")
    assert (verified.code, verified.data["verdict"]) == (0, "conform")
    assert [remark.split()[:4] for remark in verified.data["remarks"]] == [
        ["The", "deposits", "given", "are"],
        ["That", "fingerprint", "vouches", "for"],
    ]
    if node := shutil.which("node"):
        custody = verified.data["digests"]["custody_head"]
        done = subprocess.run([node, WEB / "verify.mjs", release, custody], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_what_is_published_is_revoked_not_refused(palmares: Palmares, place: Path) -> None:
    refused = palmares("refuse", EDITION, "--reason", "too late", "--by", "Maître Alaoui")
    assert refused.code == 1 and "--revoke" in refused.err
    assert palmares("refuse", EDITION, "--reason", "r", "--by", "b", "--release", "1").code == 2
    missing = palmares("refuse", EDITION, "--reason", "r", "--by", "b", "--revoke", "--release", "7")
    assert missing.code == 2 and "no release 7" in missing.err


def test_a_revocation_after_publication_is_seen_everywhere_and_deletes_nothing(palmares: Palmares, place: Path) -> None:
    release = place / "var" / "releases" / EDITION / "1"
    before = {path: path.read_bytes() for path in release.rglob("*") if path.is_file()}
    said = palmares(
        "refuse", EDITION, "--revoke", "--reason", "On m’a montré un autre registre.", "--by", "Maître Alaoui", "--json"
    )
    assert (said.code, said.data["release"]) == (0, 1), said.err
    assert {path: path.read_bytes() for path in release.rglob("*") if path.is_file()} == before
    status = palmares("status", EDITION, "--json").data
    assert status["stage"].startswith("published as release 1, then revoked") and status["who"] == "organiser"
    assert status["releases"][0]["revoked"]["reason"] == "On m’a montré un autre registre."
    (shown,) = json.loads((place / "var" / "published" / "index.json").read_bytes())["editions"]
    assert (shown["releases"][0]["revoked"]["by"], shown["palmares"]) == ("Maître Alaoui", None)
    assert list((place / "var" / "published" / "current").glob("editions/*")) == []
    for lang in ("fr", "en", "ar"):
        page = (place / "var" / "published" / lang / "index.html").read_text("utf-8")
        assert page.count("On m’a montré un autre registre.") == 1 and "Atlas" not in page
    with duckdb.connect(place / "var" / "published" / "palmares.duckdb", read_only=True) as con:
        assert con.execute("select count(*) from laureates").fetchall() == [(0,)]
        assert con.execute("select count(*) from title_history where source like 'release%'").fetchall() == [(0,)]
        assert con.execute("select release, revoked_by from archive.release").fetchall() == [(1, "Maître Alaoui")]
        assert con.execute("select count(*) > 0 from archive.laureates").fetchall() == [(True,)]
    assert "revoked by Maître Alaoui" in palmares("results", EDITION).out
    assert palmares("results", EDITION, "--json").data["signed"] is False
    assert palmares("explain", EDITION, "atlas-hotels", "--json").data["signed"] is False
    verified = palmares("verify", release, "--fingerprint", on_paper(release), "--json")
    assert verified.code == 0 and any("revoked by Maître Alaoui" in remark for remark in verified.data["remarks"])
    again = palmares("publish", EDITION)
    assert again.code == 1 and "The sign-off was revoked" in again.err
    signed = palmares("sign", EDITION, "--key", place / "b.p12")
    assert signed.code == 1 and "objected to this dossier" in signed.err


def test_a_correction_signed_anew_stands_and_the_first_release_is_marked(palmares: Palmares, place: Path) -> None:
    said = palmares("sign", EDITION, "--key", place / "a.p12", "--reserve", "Le registre m’a été montré de nouveau.")
    assert said.code == 0, said.err
    assert palmares("sign", EDITION, "--key", place / "b.p12").code == 0
    revoked = palmares("refuse", EDITION, "--revoke", "--release", "1", "--reason", "encore", "--by", "Maître Bennani")
    assert revoked.code == 0, "revoked before: it is recorded, and speaks of release 1 alone"
    done = palmares("publish", EDITION, "--reason", "Registre montré", "--by", "Maître Alaoui", "--json")
    assert (done.code, done.data["release"]) == (0, 2), done.err
    dossier = Path(palmares("status", EDITION, "--json").data["dossier"]["page"]).read_text("utf-8")
    assert "Depuis la publication nº" in dossier and "Réserve de Maître Alaoui" in dossier
    told = palmares("status", EDITION).out
    assert "1: This release was replaced by release 2." in told and "revoked by Maître Alaoui" in told
    assert "published as release 2" in told
    (shown,) = json.loads((place / "var" / "published" / "index.json").read_bytes())["editions"]
    assert [bool(one["revoked"]) for one in shown["releases"]] == [True, False]
    assert json.loads((place / "var" / "published" / shown["palmares"]).read_bytes())["categories"]
    first = palmares("results", EDITION, "--release", "1").out
    assert "replaced by release 2" in first and "Asked by Maître Alaoui: Registre montré" in first
    copy = place / "usb"
    shutil.copytree(place / "var" / "releases" / EDITION / "1", copy)
    verified = palmares("verify", copy, "--fingerprint", on_paper(copy), "--json")
    assert verified.code == 0 and "This release was replaced by release 2." in verified.data["remarks"]
