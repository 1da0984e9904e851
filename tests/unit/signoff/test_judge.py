"""Attacks on the sign-off, each by its name, and what must be accepted all the same (SPEC 7)."""

import datetime as dt
import gc
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import cms, x509
from asn1crypto import parser as der
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.stamp import StaticStampStyle

from orchestration.errors import InputError
from orchestration.signoff import judge_signoffs, sign_pdf, without_earlier_states
from orchestration.signoff.judge import MARGIN
from orchestration.signoff.say import say
from orchestration.signoff.updates import _covered
from orchestration.signoff.verdicts import Rejected
from tests.fixtures.signing_ground import PASSWORD, SIGNED_AT, YEAR, Holder, dossier, put
from tests.fixtures.tries import FULL

BAILIFF = Holder(end=SIGNED_AT + 30 * YEAR)
SECOND = Holder("Maître Deux", "ec")
CONTENTS = re.compile(rb"<([0-9a-fA-F]{4000,})>")


def signed(holder: Holder = BAILIFF, document: bytes | None = None, at: dt.datetime = SIGNED_AT) -> bytes:
    return sign_pdf(document or dossier(), holder.p12, PASSWORD, at)


def verdict(folder: Path, data: bytes, *holders: Holder) -> str:
    """Reason code of the one file, or "accepted"."""
    judged = judge_signoffs(put(folder, data), dossier(), [h.pem for h in holders or (BAILIFF,)], 1)
    assert judged.satisfied == bool(judged.accepted)
    return judged.rejected[0].code if judged.rejected else "accepted"


def pyhanko_sign(document: bytes, holder: Holder = BAILIFF, spec: SigFieldSpec | None = None, **metadata: Any) -> bytes:
    """Sign as another tool would, with its own ideas of fields and options."""
    signer = SimpleSigner.load_pkcs12_data(holder.p12, [], PASSWORD.encode())
    settings = {"field_name": "Huissier-1", "subfilter": SigSeedSubFilter.PADES, **metadata}
    pdf_signer = PdfSigner(PdfSignatureMetadata(**settings), signer, new_field_spec=spec)
    return bytes(pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(document))).getvalue())


def updated(document: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The document with one more revision appended, as any PDF editor can make it."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def replace_first_page_content(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def cover_with_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.find_page_for_modification(0)[0]
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 600, 800)])
    note = {"/Type": "/Annot", "/Subtype": "/Square"}
    annotation = generic.DictionaryObject({generic.pdf_name(k): generic.pdf_name(v) for k, v in note.items()})
    annotation["/Rect"] = rect
    writer.register_annotation(page, writer.add_object(annotation))


def test_a_signature_by_the_listed_bailiff_is_accepted_with_its_name_time_and_field(tmp_path: Path) -> None:
    judged = judge_signoffs(put(tmp_path, signed()), dossier(), [BAILIFF.pem], 1)
    (signature,) = judged.accepted
    assert judged.satisfied and not judged.rejected
    assert signature.subject == "Maître Essai, Étude Essai"
    assert signature.signed_at == SIGNED_AT
    assert (signature.file, signature.field, signature.demonstration) == ("signed.pdf", "Huissier-1", False)


def test_an_elliptic_curve_key_signs_as_well(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(SECOND), SECOND) == "accepted"


def test_the_throw_away_certificate_marks_a_demonstration(tmp_path: Path) -> None:
    throw_away = Holder("Test", organisation="Throw-away test key")
    judged = judge_signoffs(put(tmp_path, signed(throw_away)), dossier(), [throw_away.pem], 1)
    assert judged.accepted[0].demonstration


def test_two_bailiffs_may_sign_one_file_one_after_the_other(tmp_path: Path) -> None:
    both = signed(SECOND, signed())
    judged = judge_signoffs(put(tmp_path, both), dossier(), [BAILIFF.pem, SECOND.pem], 2)
    assert judged.satisfied
    assert [s.field for s in judged.accepted] == ["Huissier-1", "Huissier-2"]


def test_two_bailiffs_may_sign_a_file_each(tmp_path: Path) -> None:
    files = put(tmp_path, signed(), "a.pdf") + put(tmp_path, signed(SECOND), "b.pdf")
    assert judge_signoffs(files, dossier(), [BAILIFF.pem, SECOND.pem], 2).satisfied


def test_one_bailiff_who_signs_twice_counts_once(tmp_path: Path) -> None:
    files = put(tmp_path, signed(), "a.pdf") + put(tmp_path, signed(document=signed()), "b.pdf")
    judged = judge_signoffs(files, dossier(), [BAILIFF.pem, SECOND.pem], 2)
    assert len(judged.accepted) == 3
    assert not judged.satisfied


def test_a_file_that_another_begins_with_is_left_out_and_no_signer_is_lost(tmp_path: Path) -> None:
    first = signed()
    files = put(tmp_path, first, "z.pdf") + put(tmp_path, signed(SECOND, first), "a.pdf")
    files += put(tmp_path, signed(SECOND), "apart.pdf")
    judged = judge_signoffs(files, dossier(), [BAILIFF.pem, SECOND.pem], 2)
    kept = without_earlier_states(judged, files)
    assert [one.file for one in kept.accepted] == ["a.pdf", "a.pdf", "apart.pdf"] and kept.satisfied
    assert {one.cert_sha256 for one in kept.accepted} == {one.cert_sha256 for one in judged.accepted}


def test_one_of_two_required_signatures_is_not_enough(tmp_path: Path) -> None:
    assert not judge_signoffs(put(tmp_path, signed()), dossier(), [BAILIFF.pem, SECOND.pem], 2).satisfied


def test_no_file_and_no_listed_certificate_satisfy_nothing(tmp_path: Path) -> None:
    assert not judge_signoffs([], dossier(), [BAILIFF.pem], 1).satisfied
    assert not judge_signoffs(put(tmp_path, signed()), dossier(), [], 1).satisfied


def test_a_threshold_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="publish itself"):
        judge_signoffs([], dossier(), [BAILIFF.pem], 0)


def test_a_listed_certificate_that_cannot_be_read_is_an_error_of_the_rulebook() -> None:
    with pytest.raises(InputError, match="signer 1"):
        judge_signoffs([], dossier(), [b"not a certificate"], 1)


def test_a_signature_in_acrobat_s_older_form_is_accepted(tmp_path: Path) -> None:
    data = pyhanko_sign(dossier(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    assert verdict(tmp_path, data) == "accepted"


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig (poppler-utils) is not on this machine")
def test_pdfsig_agrees_that_the_whole_document_is_signed_and_valid(tmp_path: Path) -> None:
    (path,) = put(tmp_path, signed(SECOND, signed()))
    shown = subprocess.run(["pdfsig", path], capture_output=True, encoding="utf-8", check=False).stdout
    assert shown.count("Signature is Valid") == 2
    assert "Total document signed" in shown
    assert shown.count("ETSI.CAdES.detached") == 2


# --- not the dossier -------------------------------------------------------------------------------------


def test_the_dossier_itself_is_not_signed(tmp_path: Path) -> None:
    assert verdict(tmp_path, dossier()) == "not_signed"


def test_a_signed_file_cut_back_to_its_first_revision_is_not_signed(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed()[: len(dossier())]) == "not_signed"


def test_a_second_signature_cut_off_leaves_the_first_alone(tmp_path: Path) -> None:
    first = signed()
    both = signed(SECOND, first)
    judged = judge_signoffs(put(tmp_path, both[: len(first)]), dossier(), [BAILIFF.pem, SECOND.pem], 2)
    assert len(judged.accepted) == 1 and not judged.satisfied


def test_a_file_cut_inside_the_signature_is_rejected(tmp_path: Path) -> None:
    data = signed()
    assert verdict(tmp_path, data[: len(dossier()) + (len(data) - len(dossier())) // 2]) in {"damaged", "not_signed"}


def test_the_signed_dossier_of_other_results_is_another_document(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(document=dossier("D’autres résultats"))) == "other_document"


def test_a_dossier_saved_anew_by_a_pdf_tool_is_another_document(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    out = BytesIO()
    PdfWriter(clone_from=BytesIO(dossier())).write(out)
    assert verdict(tmp_path, pyhanko_sign(out.getvalue())) == "other_document"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<script>alert(1)</script>"])
def test_what_is_no_pdf_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    assert verdict(tmp_path, data) == "not_pdf"


def test_garbage_behind_a_pdf_header_is_another_document(tmp_path: Path) -> None:
    assert verdict(tmp_path, b"%PDF-1.7\n" + bytes(range(256)) * 40) == "other_document"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (path,) = put(tmp_path, b"%PDF-1.7")
    os.truncate(path, len(dossier()) + MARGIN + 1)
    assert judge_signoffs([path], dossier(), [BAILIFF.pem], 1).rejected[0].code == "too_large"


def test_a_folder_a_missing_file_and_a_pipe_are_unreadable_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    files = [tmp_path / "pipe.pdf", tmp_path / "folder.pdf", tmp_path / "missing.pdf"]
    rejected = judge_signoffs(files, dossier(), [BAILIFF.pem], 1).rejected
    assert {r.code for r in rejected} == {"unreadable_file"}


def test_a_name_too_long_for_the_file_system_is_an_unreadable_file(tmp_path: Path) -> None:
    assert judge_signoffs([tmp_path / ("x" * 5000)], dossier(), [BAILIFF.pem], 1).rejected[0].code == "unreadable_file"


# --- shadow attacks: something hidden or replaced before the signature ------------------------------------


def test_a_page_replaced_before_the_signature_is_seen(tmp_path: Path) -> None:
    doctored = updated(dossier(), replace_first_page_content)
    assert doctored.startswith(dossier())
    assert verdict(tmp_path, signed(document=doctored)) == "content_changed"


def test_an_annotation_that_covers_a_mark_before_the_signature_is_seen(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(document=updated(dossier(), cover_with_annotation))) == "content_changed"


def test_a_catalogue_that_shows_other_pages_is_seen(tmp_path: Path) -> None:
    def swap(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"] = generic.ArrayObject(reversed(pages["/Kids"]))
        writer.update_container(pages)

    assert verdict(tmp_path, signed(document=updated(dossier(), swap))) == "content_changed"


def test_a_second_signed_document_put_behind_the_dossier_is_seen(tmp_path: Path) -> None:
    """The prefix is the dossier, what a reader shows is the other document: offsets moved so that it opens."""
    front = dossier()
    other = signed(document=dossier("D’autres résultats"))
    moved = _shift_offsets(other, len(front) + 1)
    assert verdict(tmp_path, front + b"\n" + moved) in {"content_changed", "damaged"}


def _shift_offsets(pdf: bytes, by: int) -> bytes:
    pdf = re.sub(rb"(\d{10}) (\d{5}) n", lambda m: b"%010d %s n" % (int(m[1]) + by, m[2]), pdf)
    pdf = re.sub(rb"startxref\n(\d+)", lambda m: b"startxref\n%d" % (int(m[1]) + by), pdf)
    return re.sub(rb"/Prev (\d+)", lambda m: b"/Prev %d" % (int(m[1]) + by), pdf)


def test_an_unsigned_second_document_behind_the_dossier_is_no_signature(tmp_path: Path) -> None:
    front = dossier()
    behind = _shift_offsets(dossier("D’autres résultats"), len(front) + 1)
    assert verdict(tmp_path, front + b"\n" + behind) in {"content_changed", "not_signed"}


# --- what pyHanko's documentation warns of, each before and after the signature --------------------------------------


def _dictionary(**entries: object) -> generic.DictionaryObject:
    return generic.DictionaryObject({generic.pdf_name(f"/{key}"): value for key, value in entries.items()})


def _action() -> generic.DictionaryObject:
    return _dictionary(S=generic.pdf_name("/JavaScript"), JS=generic.pdf_string("this.getField('x')"))


def open_with_a_script(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/OpenAction"] = writer.add_object(_action())
    writer.update_root()


def name_a_script(writer: IncrementalPdfFileWriter) -> None:
    scripts = _dictionary(Names=generic.ArrayObject([generic.pdf_string("x"), writer.add_object(_action())]))
    writer.root["/Names"] = _dictionary(JavaScript=scripts)
    writer.update_root()


def act_on_a_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/AA"] = _dictionary(O=_action())
    writer.update_container(page)


def embed_a_file(writer: IncrementalPdfFileWriter) -> None:
    stream = writer.add_object(generic.StreamObject(stream_data=b"other results"))
    name = generic.pdf_string("r.csv")
    spec = writer.add_object(_dictionary(Type=generic.pdf_name("/Filespec"), F=name, EF=_dictionary(F=stream)))
    writer.root["/Names"] = _dictionary(EmbeddedFiles=_dictionary(Names=generic.ArrayObject([name, spec])))
    writer.update_root()


def add_an_xfa_form(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form["/XFA"] = writer.add_object(generic.StreamObject(stream_data=b"<xdp:xdp/>"))
    writer.update_container(form)


def draw_a_field_over_the_page(writer: IncrementalPdfFileWriter) -> None:
    """The prepared field itself made as large as the page, with an appearance that says something else."""
    field = writer.root["/AcroForm"]["/Fields"][1]
    field["/Rect"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 600, 800)])
    drawn = generic.StreamObject(stream_data=b"1 1 1 rg 0 0 600 800 re f")
    drawn["/BBox"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 600, 800)])
    field["/AP"] = _dictionary(N=writer.add_object(drawn))
    writer.update_container(field)


def write_in_a_text_field(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    corners = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 600, 800)])
    field = _dictionary(
        Type=generic.pdf_name("/Annot"), Subtype=generic.pdf_name("/Widget"), FT=generic.pdf_name("/Tx"),
        T=generic.pdf_string("mark"), V=generic.pdf_string("20,00"), Rect=corners,
    )  # fmt: skip
    added = writer.add_object(field)
    page["/Annots"] = generic.ArrayObject([added])
    writer.update_container(page)
    form = writer.root["/AcroForm"]
    form["/Fields"] = generic.ArrayObject([*form["/Fields"], added])
    writer.update_container(form)


def redefine_a_font(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack by font: the same codes show other signs."""
    fonts = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    font = fonts[next(iter(fonts))]
    font["/ToUnicode"] = writer.add_object(generic.StreamObject(stream_data=b"begincmap endcmap"))
    writer.update_container(font)


def hide_a_layer(writer: IncrementalPdfFileWriter) -> None:
    layer = writer.add_object(_dictionary(Type=generic.pdf_name("/OCG"), Name=generic.pdf_string("shadow")))
    hidden = _dictionary(OFF=generic.ArrayObject([layer]))
    writer.root["/OCProperties"] = _dictionary(OCGs=generic.ArrayObject([layer]), D=hidden)
    writer.update_root()


def certify_for_others(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Perms"] = _dictionary(DocMDP=generic.NullObject())
    writer.update_root()


def rename_the_pages(writer: IncrementalPdfFileWriter) -> None:
    label = _dictionary(P=generic.pdf_string("Projet "))
    writer.root["/PageLabels"] = _dictionary(Nums=generic.ArrayObject([generic.NumberObject(0), label]))
    writer.update_root()


WARNED = [
    open_with_a_script, name_a_script, act_on_a_page, embed_a_file, add_an_xfa_form, draw_a_field_over_the_page,
    write_in_a_text_field, redefine_a_font, hide_a_layer, certify_for_others, rename_the_pages,
]  # fmt: skip


@pytest.mark.parametrize("change", WARNED, ids=lambda change: change.__name__)
def test_what_is_slipped_in_before_the_signature_is_seen(
    tmp_path: Path, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    doctored = updated(dossier(), change)
    assert doctored.startswith(dossier()) and len(doctored) > len(dossier())
    assert verdict(tmp_path, signed(document=doctored)) in {"content_changed", "certified", "other_field"}


@pytest.mark.parametrize("change", WARNED, ids=lambda change: change.__name__)
def test_what_is_added_after_the_signature_is_seen(
    tmp_path: Path, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    data = updated(signed(), change)
    assert verdict(tmp_path, data) in {"content_changed", "changed_after", "certified", "other_field"}


def test_a_store_of_certificates_added_after_the_signature_is_an_addition_too(tmp_path: Path) -> None:
    """A DSS is the one update that pyHanko allows under any permission; here nothing follows the signature."""

    def add_store(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/DSS"] = writer.add_object(_dictionary(Certs=generic.ArrayObject()))
        writer.update_root()

    assert verdict(tmp_path, updated(signed(), add_store)) == "changed_after"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/ByteRange [", b"/ByteRangX ["),
        (b"/ByteRange [0 ", b"/ByteRange [9 "),
        (b"/Contents <", b"/Contentz <"),
        (b"/Contents <30", b"/Contents <00"),
        (b"/Filter /Adobe.PPKLite", b"/Filter /Adobe.PPKLitX"),
        (b"/Type /Sig", b"/Type /Sjg"),
    ],
)
def test_a_universal_forgery_that_leaves_a_part_of_the_signature_out_is_never_accepted(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    data = signed()
    assert data.count(old, len(dossier())) >= 1
    place = data.index(old, len(dossier()))
    assert verdict(tmp_path, data[:place] + new + data[place + len(old) :]) != "accepted"


def test_a_wrapped_signature_that_moves_the_signed_end_away_is_broken(tmp_path: Path) -> None:
    """Signature wrapping: the second signed part stands further back, the room between holds something else."""
    data = signed()
    start, length, resume, rest = (int(n) for n in re.findall(rb"ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", data)[-1])
    planted = b"\n99 0 obj\n<< /Planted true >>\nendobj\n"
    moved = data[:resume] + planted + data[resume:]
    old, new = f"[{start} {length} {resume} {rest}]", f"[{start} {length} {resume + len(planted)} {rest}]"
    assert len(old) == len(new)
    assert verdict(tmp_path, moved.replace(old.encode(), new.encode())) in {"broken_signature", "damaged"}


def test_a_hybrid_table_of_objects_is_never_accepted(tmp_path: Path) -> None:
    """Old readers see the table, new ones the stream that the trailer names beside it: two documents in one."""
    data = signed()
    reader = PdfFileReader(BytesIO(data))
    number, root = int(reader.trailer["/Size"]), reader.trailer.raw_get("/Root").idnum
    page = reader.root["/Pages"]["/Kids"].raw_get(0).idnum
    body = b"%d 0 obj\n<</Length 5>>stream\nBT ET\nendstream\nendobj\n" % number
    entries = (2).to_bytes(1) + bytes(8)
    stream_at = len(data) + len(body)
    stream = (
        b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 4]/Index[%d 1]/Root %d 0 R/Length %d>>stream\n"
        % (number + 1, number + 2, page, root, len(entries))
        + entries
        + b"\nendstream\nendobj\n"
    )
    table_at = stream_at + len(stream)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d/XRefStm %d>>" % (
        number, len(data), number + 2, root, int(reader.last_startxref or 0), stream_at,
    )  # fmt: skip
    hybrid = data + body + stream + table + b"\nstartxref\n%d\n%%%%EOF\n" % table_at
    assert verdict(tmp_path, hybrid) != "accepted"


# --- after the signature ------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [replace_first_page_content, cover_with_annotation])
def test_a_change_after_the_signature_is_seen(
    tmp_path: Path, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    assert verdict(tmp_path, updated(signed(), change)) == "content_changed"


def test_even_a_harmless_update_of_the_document_s_dates_after_the_signature_is_seen(tmp_path: Path) -> None:
    def touch(writer: IncrementalPdfFileWriter) -> None:
        writer.trailer["/Info"]["/ModDate"] = generic.pdf_date(SIGNED_AT)
        writer.update_container(writer.trailer["/Info"])

    assert verdict(tmp_path, updated(signed(), touch)) == "changed_after"


@pytest.mark.parametrize("tail", [b"\n", b"\n% a remark", b"\0" * 5000])
def test_bytes_appended_after_the_signature_are_seen(tmp_path: Path, tail: bytes) -> None:
    assert verdict(tmp_path, signed() + tail) in {"changed_after", "damaged"}


def test_a_signature_that_is_removed_again_is_no_signature(tmp_path: Path) -> None:
    def remove(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        del field["/V"]
        writer.update_container(field)

    assert verdict(tmp_path, updated(signed(), remove)) == "not_signed"


def test_one_signature_shown_in_two_fields_is_seen(tmp_path: Path) -> None:
    def share(writer: IncrementalPdfFileWriter) -> None:
        first, second = (field.get_object() for field in writer.root["/AcroForm"]["/Fields"])
        second["/V"] = first.raw_get("/V")
        writer.update_container(second)

    assert verdict(tmp_path, updated(signed(), share)) in {"changed_after", "content_changed"}


# --- the signature itself -----------------------------------------------------------------------------------


@pytest.mark.sampled
def test_a_flipped_bit_anywhere_behind_the_dossier_is_never_accepted(tmp_path: Path) -> None:
    data = signed()
    spots = range(len(dossier()), len(data), 97 if FULL else 389)
    missed = [spot for n, spot in enumerate(spots) if verdict(tmp_path, _flip(data, spot, n % 8)) == "accepted"]
    assert missed == []


def test_a_flipped_bit_inside_the_dossier_makes_another_document(tmp_path: Path) -> None:
    assert verdict(tmp_path, _flip(signed(), len(dossier()) // 2, 0)) == "other_document"


def _flip(data: bytes, spot: int, bit: int) -> bytes:
    return data[:spot] + bytes([data[spot] ^ 1 << bit]) + data[spot + 1 :]


def test_a_signature_moved_from_another_copy_does_not_fit(tmp_path: Path) -> None:
    """Contents of one signature pasted into another file of the same layout."""
    one, two = signed(), signed(at=SIGNED_AT + dt.timedelta(days=1))
    hexes = [CONTENTS.search(data) for data in (one, two)]
    assert hexes[0] and hexes[1]
    forged = one[: hexes[0].start(1)] + hexes[1][1] + one[hexes[0].end(1) :]
    assert verdict(tmp_path, forged) == "broken_signature"


def test_an_empty_signature_is_damaged(tmp_path: Path) -> None:
    data = signed()
    place = CONTENTS.search(data)
    assert place
    emptied = data[: place.start(1)] + b"0" * len(place[1]) + data[place.end(1) :]
    assert verdict(tmp_path, emptied) == "damaged"


@pytest.mark.parametrize(
    "byte_range",
    [[0, 12, 20, 12], [1, 12, 18, 14], [0, 8, 18, 14], [0, 12, 18, 99], [0, 12, 8, 14]],
    ids=["a wider gap", "a late start", "an early gap", "beyond the end", "an overlap"],
)
def test_a_byte_range_that_leaves_something_out_is_broken(byte_range: list[int]) -> None:
    content = b"\x30\x00"
    data = b"%PDF-dossier<3000>trailer......."[:32]
    good = SimpleNamespace(byte_range=[0, 12, 18, 14], pkcs7_content=content)
    assert _covered(good, data, 12) == 32  # type: ignore[arg-type]
    with pytest.raises(Rejected, match="broken_signature"):
        _covered(SimpleNamespace(byte_range=byte_range, pkcs7_content=content), data, 12)  # type: ignore[arg-type]


def test_something_hidden_in_the_padding_of_the_signature_is_broken() -> None:
    data = b"%PDF-dossier<3000ff>trailer"
    hidden = SimpleNamespace(byte_range=[0, 12, 20, 7], pkcs7_content=b"\x30\x00\xff")
    with pytest.raises(Rejected, match="broken_signature"):
        _covered(hidden, data, 12)  # type: ignore[arg-type]


def enveloped(change: Callable[[cms.SignedData, cms.SignerInfo], None], fill: int = 0) -> bytes:
    """A signed dossier in whose signature something was changed that nothing signs; `fill`: bytes that the outermost
    length claims too many."""
    data = signed()
    place = CONTENTS.search(data)
    assert place
    told = bytes.fromhex(place[1].decode())
    envelope = cms.ContentInfo.load(told[: der.peek(told)])
    change(envelope["content"], envelope["content"]["signer_infos"][0])
    made: bytes = envelope.dump(force=True)
    made = made[:2] + (int.from_bytes(made[2:4], "big") + fill).to_bytes(2, "big") + made[4:]
    return data.replace(place[1], made.hex().upper().encode().ljust(len(place[1]), b"0"))


def by_key(signed_data: cms.SignedData, signer: cms.SignerInfo, version: str = "v3") -> None:
    """Name the signer by his key, as some programs do."""
    key = x509.Certificate.load(BAILIFF.certificate.public_bytes(Encoding.DER)).key_identifier
    signer["sid"] = cms.SignerIdentifier("subject_key_identifier", key)
    signer["version"] = signed_data["version"] = version


def of_another(_: cms.SignedData, signer: cms.SignerInfo) -> None:
    other = x509.Certificate.load(SECOND.certificate.public_bytes(Encoding.DER))
    signer["sid"] = cms.SignerIdentifier(
        "issuer_and_serial_number", {"issuer": other.issuer, "serial_number": other.serial_number}
    )


def of_another_number(_: cms.SignedData, signer: cms.SignerInfo) -> None:
    named = signer["sid"].chosen
    number = named["serial_number"].native + 1
    signer["sid"] = cms.SignerIdentifier(
        "issuer_and_serial_number", {"issuer": named["issuer"], "serial_number": number}
    )


def other_version(signed_data: cms.SignedData, _: cms.SignerInfo) -> None:
    signed_data["version"] = "v3"


def other_version_of_the_signer(_: cms.SignedData, signer: cms.SignerInfo) -> None:
    signer["version"] = "v3"


def another_hash(signed_data: cms.SignedData, _: cms.SignerInfo) -> None:
    signed_data["digest_algorithms"] = [{"algorithm": "sha512"}]


def a_hash_more(signed_data: cms.SignedData, _: cms.SignerInfo) -> None:
    signed_data["digest_algorithms"] = [{"algorithm": "sha256"}, {"algorithm": "sha512"}]


def as_it_was(_: cms.SignedData, __: cms.SignerInfo) -> None:
    pass


@pytest.mark.parametrize("change", [as_it_was, by_key])
def test_the_envelope_of_a_signature_may_name_its_signer_by_certificate_or_by_key(
    tmp_path: Path, change: Callable[[cms.SignedData, cms.SignerInfo], None]
) -> None:
    assert verdict(tmp_path, enveloped(change)) == "accepted"


@pytest.mark.parametrize(
    "change",
    [
        *(of_another, of_another_number, other_version, other_version_of_the_signer, another_hash, a_hash_more),
        partial(by_key, version="v1"),
    ],
    ids=lambda change: getattr(change, "__name__", "by_key_in_another_form"),
)
def test_what_stands_around_a_signature_and_is_not_signed_is_judged_too(
    tmp_path: Path, change: Callable[[cms.SignedData, cms.SignerInfo], None]
) -> None:
    """Found by turning over every byte of a signed file: twenty-two of its bits counted for nothing."""
    assert verdict(tmp_path, enveloped(change)) in ("broken_signature", "damaged")


def test_a_hash_with_a_parameter_that_is_none_of_its_own_is_refused(tmp_path: Path) -> None:
    """An empty text where nothing is due: of the envelope, and of the signer."""
    data, nothing = signed(), re.compile(b"6086480165030402010500")
    places = [found.end() - 4 for found in nothing.finditer(data)]
    assert len(places) == 2
    for place in places:
        changed = data[:place] + b"0400" + data[place + 4 :]
        assert verdict(tmp_path, changed) in ("broken_signature", "damaged"), place


def test_an_envelope_that_claims_some_of_the_padding_is_broken(tmp_path: Path) -> None:
    assert verdict(tmp_path, enveloped(as_it_was, fill=512)) == "broken_signature"


def test_a_signature_in_a_field_of_one_s_own_is_refused(tmp_path: Path) -> None:
    data = pyhanko_sign(dossier(), field_name="Mine", spec=SigFieldSpec("Mine", box=(0, 0, 600, 800)))
    assert verdict(tmp_path, data) == "other_field"


def test_a_signature_in_a_field_that_was_already_signed_in_the_dossier_is_refused(tmp_path: Path) -> None:
    """A dossier that was handed over already signed leaves its filled field out of what may be signed."""
    already = signed()
    judged = judge_signoffs(put(tmp_path, signed(SECOND, already)), already, [BAILIFF.pem, SECOND.pem], 1)
    assert judged.rejected[0].code == "other_field"


@pytest.mark.parametrize("permission", list(MDPPerm))
def test_a_certified_document_is_refused_whatever_it_permits(tmp_path: Path, permission: MDPPerm) -> None:
    data = pyhanko_sign(dossier(), certify=True, docmdp_permissions=permission)
    assert verdict(tmp_path, data) == "certified"


def test_a_signature_with_a_hash_that_is_no_longer_safe_is_refused(tmp_path: Path) -> None:
    assert verdict(tmp_path, pyhanko_sign(dossier(), md_algorithm="sha1")) == "weak_signature"


def test_a_signature_that_names_its_hash_apart_as_acrobat_does_is_accepted(tmp_path: Path) -> None:
    plain = SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
    signer = SimpleSigner.load_pkcs12_data(BAILIFF.p12, [], PASSWORD.encode(), signature_mechanism=plain)
    metadata = PdfSignatureMetadata(field_name="Huissier-1", md_algorithm="sha256")
    out = PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(dossier())))
    assert verdict(tmp_path, out.getvalue()) == "accepted"


def test_a_key_that_is_too_short_is_refused(tmp_path: Path) -> None:
    short = Holder("Court", "short")
    assert verdict(tmp_path, signed(short), short) == "weak_signature"


def test_an_edwards_curve_key_is_refused_for_it_is_neither_rsa_nor_ecdsa(tmp_path: Path) -> None:
    edwards = Holder("Edwards", "ed25519")
    assert verdict(tmp_path, pyhanko_sign(dossier(), edwards, md_algorithm="sha512"), edwards) == "weak_signature"


def test_an_unknown_kind_of_signature_is_broken(tmp_path: Path) -> None:
    data = signed().replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detacheX")
    assert verdict(tmp_path, data) == "broken_signature"


def test_an_update_that_encrypts_the_file_is_refused(tmp_path: Path) -> None:
    data = signed()
    reader = PdfFileReader(BytesIO(data))
    number, root = int(reader.trailer["/Size"]), reader.trailer.raw_get("/Root").idnum
    settings = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"00" * 32, b"00" * 32)
    start = len(data)
    update = b"%d 0 obj\n%s\nendobj\n" % (number, settings)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, start)
    trailer = b"<</Size %d/Root %d 0 R/Prev %d/Encrypt %d 0 R/ID[<00><00>]>>" % (
        number + 1, root, int(reader.last_startxref or 0), number,
    )  # fmt: skip
    end = b"\nstartxref\n%d\n%%%%EOF\n" % (start + len(update))
    assert verdict(tmp_path, data + update + table + trailer + end) == "encrypted"


# --- the signer -----------------------------------------------------------------------------------------------


def test_a_certificate_with_the_bailiff_s_name_and_another_key_is_another_signer(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(Holder(number=1))) == "other_signer"


def test_a_certificate_with_the_bailiff_s_name_and_key_but_other_bytes_is_another_signer(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(Holder())) == "other_signer"


def test_a_certificate_issued_by_the_listed_one_is_another_signer(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(Holder("Clerk", number=1, issuer=BAILIFF))) == "other_signer"


def test_a_file_signed_by_a_listed_and_an_unlisted_signer_is_rejected_whole(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(SECOND, signed())) == "other_signer"


def test_a_certificate_that_had_expired_when_it_signed_is_refused(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(at=SIGNED_AT + 31 * YEAR)) == "expired"


def test_a_certificate_that_was_not_yet_valid_when_it_signed_is_refused(tmp_path: Path) -> None:
    assert verdict(tmp_path, signed(at=SIGNED_AT - 2 * YEAR)) == "not_yet_valid"


def test_a_certificate_that_expired_since_still_counts_for_what_it_signed_in_time(tmp_path: Path) -> None:
    past = dt.datetime(2016, 5, 1, tzinfo=dt.UTC)
    old = Holder("Maître Ancien", start=past - YEAR, end=past + YEAR)
    assert verdict(tmp_path, signed(old, at=past), old) == "accepted"


def test_a_certificate_made_for_encryption_does_not_sign(tmp_path: Path) -> None:
    reader = Holder("Cipher", usage="key_encipherment")
    assert verdict(tmp_path, pyhanko_sign(dossier(), reader), reader) == "not_for_signing"


def test_a_certificate_without_a_key_usage_is_not_restricted(tmp_path: Path) -> None:
    plain = Holder("Plain", usage=None)
    assert verdict(tmp_path, signed(plain), plain) == "accepted"


def test_a_signature_that_does_not_say_when_is_refused(tmp_path: Path) -> None:
    class Timeless(PdfSigner):
        def init_signing_session(self, pdf_out, existing_fields_only=False):  # type: ignore[no-untyped-def]
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = None  # type: ignore[assignment]
            return session

    signer = SimpleSigner.load_pkcs12_data(BAILIFF.p12, [], PASSWORD.encode())
    metadata = PdfSignatureMetadata(field_name="Huissier-1", subfilter=SigSeedSubFilter.PADES)
    mark = StaticStampStyle(background=RawContent(b""))
    data = (
        Timeless(metadata, signer, stamp_style=mark).sign_pdf(IncrementalPdfFileWriter(BytesIO(dossier()))).getvalue()
    )
    assert verdict(tmp_path, data) == "no_signing_time"


# --- time stamps (RFC 3161) ---------------------------------------------------------------------------------------

AUTHORITY = Holder("Time", number=2, extended=ExtendedKeyUsageOID.TIME_STAMPING)


def stamper(at: dt.datetime = SIGNED_AT) -> DummyTimeStamper:
    """A local time-stamping authority: it signs real tokens, without a server."""
    authority = SimpleSigner.load_pkcs12_data(AUTHORITY.p12, [], PASSWORD.encode())
    return DummyTimeStamper(authority.signing_cert, authority.signing_key, fixed_dt=at)


def test_a_time_stamp_is_shown_beside_the_stated_time(tmp_path: Path) -> None:
    stamped = SIGNED_AT + dt.timedelta(seconds=5)
    data = sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamper=stamper(stamped))
    judged = judge_signoffs(put(tmp_path, data), dossier(), [BAILIFF.pem], 1)
    assert judged.accepted[0].timestamp_at == stamped


def test_the_time_stamp_of_another_signature_is_refused(tmp_path: Path) -> None:
    one = sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT, timestamper=stamper())
    two = sign_pdf(dossier(), BAILIFF.p12, PASSWORD, SIGNED_AT + dt.timedelta(days=9), timestamper=stamper())
    forged = _with_stamp_of(one, two)
    assert verdict(tmp_path, forged) == "bad_timestamp"


def _with_stamp_of(pdf: bytes, donor: bytes) -> bytes:
    places = [place for data in (pdf, donor) if (place := CONTENTS.search(data))]
    mine, other = (cms.ContentInfo.load(bytes.fromhex(place[1].decode())) for place in places)
    mine["content"]["signer_infos"][0]["unsigned_attrs"] = other["content"]["signer_infos"][0]["unsigned_attrs"]
    spelled: bytes = mine.dump(force=True).hex().upper().encode()
    return pdf[: places[0].start(1)] + spelled.ljust(len(places[0][1]), b"0") + pdf[places[0].end(1) :]


# --- the words --------------------------------------------------------------------------------------------------


def test_every_rejection_explains_itself_in_french_and_english(tmp_path: Path) -> None:
    (rejection,) = judge_signoffs(put(tmp_path, dossier()), dossier(), [BAILIFF.pem], 1).rejected
    assert rejection.why == "This is the dossier, but it bears no signature."
    assert rejection.sentence.fr.endswith(": C’est bien le dossier, mais il ne porte aucune signature.")
    told = [say(f"rejected.{code}") for code in say.keys("rejected")]
    assert all(one.endswith(".") and one.fr.endswith(".") for one in told)


def test_a_file_signed_twice_still_shows_the_dossier_s_own_revision_first() -> None:
    base = PdfFileReader(BytesIO(dossier()))
    both = PdfFileReader(BytesIO(signed(SECOND, signed())))
    assert both.xrefs.total_revisions == base.xrefs.total_revisions + 2


@pytest.mark.parametrize("collecting", [True, False])
def test_judging_leaves_garbage_collection_as_it_was(tmp_path: Path, collecting: bool) -> None:
    (gc.enable if collecting else gc.disable)()
    try:
        assert verdict(tmp_path, signed()) == "accepted"
        assert gc.isenabled() is collecting
    finally:
        gc.enable()
