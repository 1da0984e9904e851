"""The report as a PDF: the same bytes for the same release, archivable, and never fooled by a name."""

import os
import re
import shutil
import subprocess
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from orchestration.report.facts import report_of
from orchestration.report.load import Published
from orchestration.report.pdf import render_pdf
from orchestration.report.write import write_reports
from tests.fixtures.award import ENTRIES, LONG, Award
from tests.fixtures.marts import Entry
from tests.fixtures.pdf_checkers import barriers
from tests.unit.report.report_ground import printed

pytestmark = pytest.mark.slow
LANGUAGES = ("fr", "en", "ar")
EVERY = [(one.key, lang) for one in ENTRIES for lang in LANGUAGES]
SOME = EVERY if os.environ.get("PALMARES_ATTACKS") == "full" else EVERY[:: len(LANGUAGES) + 1]
"""Candidates and languages whose pages are read: one in four pairs, all of them under PALMARES_ATTACKS=full."""


@lru_cache
def rendered(published: Published, key: str, lang: str) -> bytes:
    """A report's PDF, made once for all tests that look at it."""
    return render_pdf(report_of(published, key), lang)


@pytest.mark.parametrize(("key", "lang"), SOME)
def test_the_pages_hold_no_other_company_candidate_or_test(
    published: Published, tmp_path: Path, key: str, lang: str
) -> None:
    pdf = rendered(published, key, lang)
    own = next(one for one in ENTRIES if one.key == key)
    read = printed(pdf, tmp_path) + " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    inside = read + str(PdfReader(BytesIO(pdf)).metadata) + PdfFileReader(BytesIO(pdf)).root["/Metadata"].data.decode()
    assert own.key in inside
    for place, other in enumerate(ENTRIES):
        if other.key != key:
            kept_from = [other.key, *(f"T{place:02d}{n}" for n in ("00", "11", "8", "9"))]
            kept_from += [other.firm, other.company] if other.firm != own.firm else []
            assert [name for name in kept_from if name in inside] == []
    assert "S-SECRET" not in inside


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_release_gives_the_same_bytes_as_a_tagged_pdf_a_in_its_language(
    published: Published, lang: str
) -> None:
    pdf = rendered(published, "bank-d", lang)
    assert render_pdf(report_of(Published(published.settings, "2031"), "bank-d"), lang) == pdf
    reader = PdfFileReader(BytesIO(pdf))
    xmp = reader.root["/Metadata"].data.decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp and "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert reader.root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in reader.root
    assert str(reader.root["/Lang"]).startswith(lang)
    information = PdfReader(BytesIO(pdf)).metadata
    assert information is not None and "شركة الأطلس" in str(information.title)
    assert f"results-sha256={published.release.record.digests.results_sha256}" in str(information["/Keywords"])
    assert str(information.creation_date) == "2031-02-01 10:00:00+00:00", "the only clock is that of the release"


def test_hostile_names_are_printed_and_nothing_else_happens(published: Published, tmp_path: Path) -> None:
    for key, shown in (
        ("bank-a", "#panic(1)"),
        ("bank-b", "<script>alert(1)</script>"),
        ("taxi-a", "Taxis<U+202E>gnorW<U+202C> Émeraude"),
    ):
        for lang in ("fr", "en"):
            pdf = rendered(published, key, lang)
            assert shown in printed(pdf, tmp_path)
            assert b"/JavaScript" not in pdf and b"/Launch" not in pdf
    assert "Baromètre <b> #strike[x]" in printed(rendered(published, "bank-a", "en"), tmp_path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_long_name_stays_within_the_margins(published: Published, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered(published, "bank-c", lang))
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, encoding="utf-8").stdout
    found = re.findall(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">', boxes)
    assert len(found) > 500
    for left, top, right, bottom in (map(float, box) for box in found):
        assert left >= 50 and right <= 595 - 50 and top >= 15 and bottom <= 842 - 15
    assert LONG in " ".join(PdfReader(BytesIO(path.read_bytes())).pages[0].extract_text().split())


def test_french_writes_its_decimals_with_a_comma_and_the_others_with_a_point(
    published: Published, tmp_path: Path
) -> None:
    french, english = (printed(rendered(published, "bank-b", lang), tmp_path) for lang in ("fr", "en"))
    assert "14,87" in french and "12,50" in french and "12.50" not in french
    assert "14.87" in english and "12.50" in english and "12,50" not in english


def test_a_real_release_is_no_demonstration_and_a_demonstration_is_marked_on_every_page(published: Published) -> None:
    from dataclasses import replace

    report = report_of(published, "bank-b")
    assert "DÉMONSTRATION" not in PdfReader(BytesIO(render_pdf(report))).pages[0].extract_text()
    shown = render_pdf(replace(report, release=replace(report.release, demonstration=True)))
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(shown)).pages]
    assert all(text.count("DÉMONSTRATION") >= 2 for text in pages) and "n’a aucune valeur" in pages[0]


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not on this machine")
def test_qpdf_finds_no_fault_in_it(published: Published, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered(published, "bank-d", "ar"))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_two_checkers_find_no_barrier(published: Published, tmp_path: Path) -> None:
    made = {
        f"{key}.{lang}.pdf": rendered(published, key, lang) for key in ("bank-a", "shop-b") for lang in ("fr", "ar")
    }
    assert barriers(made, tmp_path) == []


def test_reports_lie_by_edition_release_and_candidate(tmp_path: Path) -> None:
    few = (
        Entry("a", "Alpha", category="banks", final=15_000_000, rank=1),
        Entry("b", "Beta", category="banks", final=14_000_000, rank=2),
    )
    house = Award(tmp_path, few, {"banks": "elected"})
    house.release()
    written = list(write_reports(house.settings, "2031", None, lang="en"))
    folder = house.settings.home / "reports" / "2031" / "1"
    assert [one.path for one in written] == [folder / "a.en.pdf", folder / "b.en.pdf"]
    assert sorted(path.name for path in folder.iterdir()) == ["a.en.pdf", "b.en.pdf"]
    again = list(write_reports(house.settings, "2031", candidate_id="b", number=1, lang="en"))
    assert [one.sha256 for one in again] == [written[1].sha256] and again[0].data["path"] == str(folder / "b.en.pdf")
