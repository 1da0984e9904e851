"""The dossier as a PDF: the same bytes for the same content, archivable, signable, and never fooled by its data."""

import datetime as dt
import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pypdf import PdfReader

from orchestration.dossier import build_content, render_pdf
from orchestration.dossier.model import Content
from orchestration.dossier.pdf import BOXES_TOP, part_pages
from orchestration.errors import InputError
from orchestration.release import attached_annex, read_marks
from orchestration.signoff import judge_signoffs, sign_pdf
from orchestration.signoff.uses import used_as_due
from orchestration.storage import sha256_bytes
from orchestration.typesetting.fonts import characters, legible
from tests.fixtures.dossier_ground import HOSTILE, inputs, rulebook
from tests.fixtures.pdf_checkers import barriers
from tests.fixtures.signing_ground import PASSWORD, SIGNED_AT, Holder, put

pytestmark = pytest.mark.slow
LANGUAGES = ("fr", "en", "ar")
BAILIFF = Holder()


def content(**changed: Any) -> Content:
    return build_content(inputs(**changed))


@pytest.fixture(scope="module")
def french() -> bytes:
    return render_pdf(content())


def text_of(pdf: bytes) -> str:
    """The words of a PDF, without line breaks and the spaces that break lines."""
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_content_gives_the_same_bytes(lang: str) -> None:
    assert render_pdf(content(), lang) == render_pdf(content(), lang)


def test_two_checkers_find_no_barrier(tmp_path: Path) -> None:
    content = build_content(inputs())
    made = {f"{lang}.pdf": render_pdf(content, lang) for lang in ("fr", "ar")}
    assert barriers(made, tmp_path) == []


def test_another_content_gives_other_bytes(french: bytes) -> None:
    assert render_pdf(content(left_out=(), reasons=())) != french


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_that_it_is_a_tagged_pdf_a_in_its_language(lang: str) -> None:
    reader = PdfFileReader(BytesIO(render_pdf(content(), lang)))
    xmp = reader.root["/Metadata"].data.decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp and "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert reader.root["/MarkInfo"]["/Marked"]
    assert str(reader.root["/Lang"]).startswith(lang)
    assert "/StructTreeRoot" in reader.root and "/OutputIntents" in reader.root


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_depends_on_no_font_of_the_machine(lang: str) -> None:
    fonts = set()
    for page in PdfReader(BytesIO(render_pdf(content(), lang))).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
            fonts.add(str(inner["/BaseFont"]).split("+")[1])
    assert fonts == {"IBMPlexSansArabic-Regular", "IBMPlexSansArabic-Bold", "IBMPlexMono-Regular"}


def test_pictures_have_words_for_who_cannot_see_them(french: bytes) -> None:
    sources, candidates, suppliers = 5, 6, 2  # one bar each and their sum, one interval each, one line of dots each
    assert french.count(b"/Alt") == sources + candidates + suppliers


def test_hostile_names_are_printed_and_nothing_else_happens(french: bytes) -> None:
    text = text_of(french)
    for name in HOSTILE[:3]:
        assert name in text
    assert "Taxis <i>#strike[x]</i>" in text
    assert "/JavaScript" not in french.decode("latin-1") and "/Launch" not in french.decode("latin-1")


def test_it_has_contents_page_numbers_and_the_fingerprints_on_each_page(french: bytes) -> None:
    reader = PdfReader(BytesIO(french))
    pages = len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        text = re.sub(r"\s+", " ", page.extract_text())
        assert f"page {number} sur {pages}" in text
        assert "aa0faa0f" in text and "bb1fbb1f" in text and "2031" in text
    assert "Sommaire" in reader.pages[1].extract_text()
    assert len(reader.outline) >= 11


def test_the_first_page_is_one_page_in_every_language() -> None:
    for lang in LANGUAGES:
        second = PdfReader(BytesIO(render_pdf(content(), lang))).pages[1].extract_text()
        assert any(word in second for word in ("Sommaire", "Contents", "المحتويات"))


def test_a_demonstration_is_marked_on_every_page() -> None:
    from dataclasses import replace

    pdf = render_pdf(content(signers=(replace(inputs().signers[0], demonstration=True),)))
    for page in PdfReader(BytesIO(pdf)).pages:
        assert page.extract_text().count("DÉMONSTRATION") >= 2


# --- marks ---------------------------------------------------------------------------------------------------------


def test_it_bears_its_digests_for_machines(french: bytes) -> None:
    digests = inputs().digests
    assert read_marks(french) == {
        "edition": "2031",
        "results-sha256": digests.results,
        "custody-head": digests.custody_head,
        "rulebook-sha256": digests.rulebook,
    }


def test_it_bears_the_fingerprint_of_its_annex_where_there_is_one() -> None:
    assert read_marks(render_pdf(content(annex_sha256="ee" * 32)))["annex-sha256"] == "ee" * 32
    both = read_marks(render_pdf(content(annex_sha256="ee" * 32, palmares_sha256="ab" * 32)))
    assert (both["annex-sha256"], both["palmares-sha256"]) == ("ee" * 32, "ab" * 32)


ROWS = "source,outcome,reason,file,line,key,column_name\nvotes,excluded,burst,votes/é.csv,2,'=V-1,\n".encode()
CARRYING = {"annex": ROWS, "annex_sha256": sha256_bytes(ROWS)}


@pytest.fixture(scope="module")
def carrying() -> bytes:
    return render_pdf(content(**CARRYING))


def test_every_row_left_out_is_attached_and_signed_with_it(carrying: bytes, tmp_path: Path) -> None:
    signed = sign_pdf(carrying, BAILIFF.p12, PASSWORD, SIGNED_AT)
    assert attached_annex(carrying) == attached_annex(signed) == ROWS
    assert judge_signoffs(put(tmp_path, signed), carrying, [BAILIFF.pem], 1).satisfied
    reader = PdfReader(BytesIO(signed))
    (attached,) = reader.attachment_list
    assert (attached.name, attached.content, attached.subtype) == ("annex.csv", ROWS, "/text/csv")
    assert attached.description.startswith("Toutes les lignes mises de côté")
    assert "pièces jointes" not in text_of(render_pdf(content(annex_sha256="ee" * 32)))


def test_a_long_list_is_packed_and_read_again() -> None:
    rows = ROWS + b"votes,excluded,burst,votes/a.csv,3,V-2,\n" * 100_000
    pdf = render_pdf(content(annex=rows, annex_sha256=sha256_bytes(rows)))
    assert attached_annex(pdf) == rows and len(pdf) < len(rows) / 5


@pytest.mark.parametrize("otherwise", ["annex.tsv", "annex.csv twice", "packed in another way", "no PDF"])
def test_what_is_attached_in_another_form_is_no_list_of_a_dossier(carrying: bytes, otherwise: str) -> None:
    def change(writer: IncrementalPdfFileWriter, names: Any) -> None:
        if otherwise == "annex.tsv":
            names[0] = generic.pdf_string(otherwise)
        elif otherwise == "annex.csv twice":
            names.extend([*names])
        else:
            _other_rows(writer, names)
            names[1]["/EF"]["/F"][generic.pdf_name("/Filter")] = generic.pdf_name("/ASCIIHexDecode")

    with pytest.raises(InputError, match="not the list of a dossier"):
        attached_annex(b"%PDF-" if otherwise == "no PDF" else _attached_otherwise(carrying, change))


def test_a_dossier_that_carries_a_file_is_pdf_a_3_and_two_checkers_find_no_barrier(
    carrying: bytes, tmp_path: Path
) -> None:
    xmp = PdfFileReader(BytesIO(carrying)).root["/Metadata"].data.decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp and "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert barriers({"carrying.pdf": carrying}, tmp_path) == []


def _attached_otherwise(pdf: bytes, change: Callable[[IncrementalPdfFileWriter, Any], None]) -> bytes:
    """What is attached is changed behind the document, as a tool does that appends to it."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer, writer.root["/Names"]["/EmbeddedFiles"]["/Names"])
    writer.update_container(writer.root["/Names"]["/EmbeddedFiles"]["/Names"])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _other_rows(writer: IncrementalPdfFileWriter, names: Any) -> None:
    file = generic.DictionaryObject({generic.pdf_name("/F"): writer.add_object(generic.StreamObject(stream_data=b"x"))})
    names[1][generic.pdf_name("/EF")] = file
    writer.update_container(names[1])


@pytest.mark.parametrize("first", [True, False], ids=["before the signature", "after it"])
def test_rows_attached_otherwise_are_not_what_was_signed(carrying: bytes, tmp_path: Path, first: bool) -> None:
    signed = carrying if first else sign_pdf(carrying, BAILIFF.p12, PASSWORD, SIGNED_AT)
    forged = _attached_otherwise(signed, _other_rows)
    assert PdfReader(BytesIO(forged)).attachments == {"annex.csv": [b"x"]}, "this is what a reader would be shown"
    forged = sign_pdf(forged, BAILIFF.p12, PASSWORD, SIGNED_AT) if first else forged
    judged = judge_signoffs(put(tmp_path, forged), carrying, [BAILIFF.pem], 1)
    assert not judged.satisfied
    assert [rejected.code for rejected in judged.rejected] == ["content_changed"]
    assert attached_annex(forged) == b"x"


def test_marks_are_those_of_the_document_whatever_was_appended(french: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sign_pdf(french, BAILIFF.p12, PASSWORD, SIGNED_AT)))
    writer.trailer["/Info"]["/Keywords"] = type(writer.trailer["/Info"]["/Keywords"])("results-sha256=" + "0" * 64)
    writer.update_container(writer.trailer["/Info"])
    out = BytesIO()
    writer.write(out)
    assert read_marks(out.getvalue()) == read_marks(french)


def test_a_file_that_is_no_dossier_has_no_marks() -> None:
    import typst

    with pytest.raises(InputError, match="not a readable dossier"):
        read_marks(b"nothing")
    other = typst.compile(b'#set document(keywords: ("edition=2031",))\nText', format="pdf")
    with pytest.raises(InputError, match="does not bear the digests"):
        read_marks(other)


# --- signing -------------------------------------------------------------------------------------------------------


def fields(pdf: bytes) -> list[str]:
    return [name for name, _, _ in enumerate_sig_fields(PdfFileReader(BytesIO(pdf)), filled_status=False)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_can_be_signed_as_it_is_in_every_language(tmp_path: Path, lang: str) -> None:
    pdf = render_pdf(content(), lang)
    signed = sign_pdf(pdf, BAILIFF.p12, PASSWORD, SIGNED_AT)
    assert judge_signoffs(put(tmp_path, signed), pdf, [BAILIFF.pem], 1).satisfied


def test_what_a_signature_replaces_in_it_is_found_without_walking_through_it(french: bytes) -> None:
    """Its spelling is plain enough (decision 22); in another one judging a signature would take seconds."""
    base = PdfFileReader(BytesIO(french))
    replaced = [base.root_ref, base.trailer.raw_get("/Info"), base.root.raw_get("/Metadata")]
    empty = {ref.idnum for _, _, ref in enumerate_sig_fields(base, filled_status=False)}
    assert empty and used_as_due(base, french, {ref.idnum for ref in replaced} | empty, empty)


def test_each_required_signer_has_a_field_even_beyond_the_boxes_of_a_page() -> None:
    several = {"required: 1": "required: 12", "[bailiff.pem, second.pem]": str([f"s{n}.pem" for n in range(12)])}
    pdf = render_pdf(content(rulebook=rulebook(**several)))
    assert len(fields(pdf)) == 12


def test_signature_fields_lie_in_the_printed_boxes_and_say_what_they_are(french: bytes) -> None:
    page = PdfReader(BytesIO(french)).pages[part_pages(french)["signature"]]
    annotations: Any = page["/Annots"]
    (field,) = (note.get_object() for note in annotations if note.get_object()["/Subtype"] == "/Widget")
    left, bottom, right, top = (float(value) for value in field["/Rect"])
    assert 57 <= left < right <= 57 + 232
    assert 841.89 - BOXES_TOP - 62 <= bottom < top <= 841.89 - BOXES_TOP
    assert "constate que les faits rapportés" in re.sub(r"\s+", " ", page.extract_text())
    assert field["/TU"] == "Signature de l’huissier de justice (1)"


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not on this machine")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_qpdf_finds_no_fault_in_it(tmp_path: Path, lang: str) -> None:
    (path,) = put(tmp_path, render_pdf(content(), lang))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_date_of_the_document_is_that_of_the_computation(french: bytes) -> None:
    assert PdfReader(BytesIO(french)).metadata.creation_date == dt.datetime(2030, 12, 1, 8, 4, 9, tzinfo=dt.UTC)  # type: ignore[union-attr]


# --- letters -------------------------------------------------------------------------------------------------------


def test_letters_that_no_shipped_font_has_are_spelled_out() -> None:
    assert legible("ⵜ Co ☎") == "<U+2D5C> Co <U+260E>"
    assert legible({"text": ["Zêta ≥ 12 دلتا"], "svg": "☎"}) == {"text": ["Zêta ≥ 12 دلتا"], "svg": "☎"}
    assert legible(12) == 12


def test_a_name_in_letters_that_no_font_has_is_printed_spelled_out() -> None:
    from dataclasses import replace

    banks = inputs().categories[0]
    named = replace(banks, candidates=(replace(banks.candidates[0], company="ⵜⴰⵎ Bank"), *banks.candidates[1:]))
    assert "<U+2D5C><U+2D30><U+2D4E> Bank" in text_of(render_pdf(content(categories=(named, *inputs().categories[1:]))))


def test_the_fonts_have_the_letters_of_the_three_languages() -> None:
    from orchestration.words.catalogue import catalogue

    letters = {sign for lang in LANGUAGES for text in catalogue(lang).values() for sign in text}
    missing = {sign for sign in letters if legible(sign) != sign}
    assert missing == set()
    assert len(characters()) > 500
