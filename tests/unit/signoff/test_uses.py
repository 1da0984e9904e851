"""Where a dossier uses what an update replaces: found in its bytes, all that pyHanko's walk finds (decision 22)."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.diff_analysis.rules_api import Context
from pyhanko.sign.fields import enumerate_sig_fields

from orchestration.signoff import judge_signoffs, sign_pdf
from orchestration.signoff.updates import Later
from orchestration.signoff.uses import _is_whole, used_as_due, uses_of
from orchestration.signoff.verdicts import Rejected
from tests.fixtures.signing_ground import PASSWORD, SIGNED_AT, Holder, dossier, put

BAILIFF, SECOND = Holder(), Holder("Maître Deux", "ec")
Change = Callable[[IncrementalPdfFileWriter], object]


@lru_cache
def ground() -> bytes:
    """A dossier with one field, as the house makes it."""
    return dossier(required=1)


def updated(document: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(document))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def spelled(document: bytes, **objects: bytes) -> bytes:
    """The document with objects appended as they are spelled here: `n7=b"<<>>"` is object 7."""
    reader = PdfFileReader(BytesIO(document))
    out, table = document + b"\n", b""
    for name, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (int(name[1:]), len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (int(name[1:]), body)
    size = max(int(reader.trailer["/Size"]), *(int(name[1:]) + 1 for name in objects))
    root, facts = (reader.trailer.raw_get(key).idnum for key in ("/Root", "/Info"))
    end = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/Prev %d/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n"
    return out + b"xref\n" + table + end % (size, root, facts, int(reader.last_startxref or 0), len(out))


def signed(document: bytes) -> bytes:
    return sign_pdf(document, BAILIFF.p12, PASSWORD, SIGNED_AT)


def verdict(folder: Path, data: bytes, document: bytes) -> str:
    judged = judge_signoffs(put(folder, data), document, [BAILIFF.pem], 1)
    return judged.rejected[0].code if judged.rejected else "accepted"


def numbers_of(document: bytes) -> dict[str, int]:
    reader = PdfFileReader(BytesIO(document))
    page = reader.root["/Pages"]["/Kids"].raw_get(0)
    ((_, _, field),) = enumerate_sig_fields(reader)
    return {
        "catalogue": reader.root_ref.idnum,
        "facts": reader.trailer.raw_get("/Info").idnum,
        "metadata": reader.root.raw_get("/Metadata").idnum,
        "form": reader.root.raw_get("/AcroForm").idnum,
        "field": field.idnum,
        "page": page.idnum,
        "new": int(reader.trailer["/Size"]) + 7,
    }


def as_due(document: bytes, what: str) -> bool:
    numbers = numbers_of(document)
    return used_as_due(PdfFileReader(BytesIO(document)), document, {numbers[what]}, {numbers["field"]})


def test_ordinary_signatures_are_judged_without_walking_through_the_dossier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk(_: HistoricalResolver) -> None:
        raise AssertionError("walked")

    one, two = signed(ground()), sign_pdf(signed(dossier()), SECOND.p12, PASSWORD, SIGNED_AT)
    monkeypatch.setattr(HistoricalResolver, "_load_reverse_xref_cache", walk)
    assert verdict(tmp_path, one, ground()) == "accepted"
    judged = judge_signoffs(put(tmp_path, two), dossier(), [BAILIFF.pem, SECOND.pem], 2)
    assert judged.satisfied and not judged.rejected


def restamp(writer: IncrementalPdfFileWriter) -> None:
    """The second signer's tool draws something else where the first one signed."""
    first = writer.root["/AcroForm"]["/Fields"][0]
    first["/AP"] = writer.root["/AcroForm"]["/Fields"][1].raw_get("/AP")
    writer.update_container(first)


def test_a_second_signature_that_touches_the_first_breaks_it(tmp_path: Path) -> None:
    two = sign_pdf(updated(signed(dossier()), restamp), SECOND.p12, PASSWORD, SIGNED_AT)
    judged = judge_signoffs(put(tmp_path, two), dossier(), [BAILIFF.pem, SECOND.pem], 2)
    assert [one.code for one in judged.rejected] == ["broken_signature"]


def test_a_signature_that_covers_another_state_than_its_own_is_broken() -> None:
    reader = PdfFileReader(BytesIO(signed(ground())))
    with pytest.raises(Rejected, match="broken_signature"):
        Later(ground()).review_file(reader, 0)


@pytest.mark.parametrize("what", ["catalogue", "facts", "metadata", "form", "field", "new"])
def test_what_a_signature_replaces_or_adds_is_used_as_is_due(what: str) -> None:
    assert as_due(ground(), what)


def test_a_page_is_used_in_so_many_ways_that_it_is_left_to_the_walk() -> None:
    assert not as_due(ground(), "page")


def test_nothing_that_the_walk_finds_is_missed() -> None:
    """All objects of a tagged dossier: each use that pyHanko comes upon is among those found in the bytes."""
    document = ground()
    reader = PdfFileReader(BytesIO(document))
    old = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    old._load_reverse_xref_cache()
    walked = set()
    for ref, paths in old._indirect_object_access_cache.items():
        for path in paths:
            place = Context.from_absolute(old, path).relative_view
            holder = place.anchor.idnum if isinstance(place.anchor, generic.Reference) else 0
            keys = tuple("#" if isinstance(key, int) else key for key in place.relative_path.path)
            walked.add((ref.idnum, holder, keys))
    uses = uses_of(PdfFileReader(BytesIO(document)), document, {number for number, _, _ in walked})
    assert uses is not None and len(walked) > 40
    assert walked <= {(number, use.holder, use.keys) for number, found in uses.items() for use in found}


# --- an object with a second life: what the signature may replace is shown somewhere else ---------------------------


def facts_as_part_of_a_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/PieceInfo"] = writer.trailer.raw_get("/Info")
    writer.update_container(page)


def metadata_as_what_a_page_shows(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.root.raw_get("/Metadata")])
    writer.update_container(page)


def metadata_as_a_fact_too(writer: IncrementalPdfFileWriter) -> None:
    writer.trailer["/Info"]["/Own"] = writer.root.raw_get("/Metadata")
    writer.update_container(writer.trailer["/Info"])


def field_as_state_of_graphics(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    states = generic.DictionaryObject({generic.pdf_name("/G9"): writer.root["/AcroForm"]["/Fields"].raw_get(0)})
    page["/Resources"]["/ExtGState"] = states
    writer.update_container(page["/Resources"])


def field_in_a_second_form(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    form = generic.DictionaryObject(
        {generic.pdf_name("/Fields"): generic.ArrayObject(writer.root["/AcroForm"]["/Fields"])}
    )
    page["/PieceInfo"] = writer.add_object(form)
    writer.update_container(page)


def retitle(writer: IncrementalPdfFileWriter) -> None:
    writer.trailer["/Info"]["/Subject"] = generic.pdf_string("Autre chose")
    writer.update_container(writer.trailer["/Info"])


SECOND_LIVES = [
    (facts_as_part_of_a_page, "facts"), (metadata_as_what_a_page_shows, "metadata"),
    (metadata_as_a_fact_too, "metadata"), (field_as_state_of_graphics, "field"), (field_in_a_second_form, "field"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "what"), SECOND_LIVES, ids=lambda one: getattr(one, "__name__", one))
def test_an_object_that_is_used_elsewhere_too_is_left_to_the_walk_which_sees_it(
    tmp_path: Path, change: Change, what: str
) -> None:
    document = updated(ground(), change)
    assert as_due(ground(), what) and not as_due(document, what)
    assert verdict(tmp_path, signed(updated(document, retitle)), document) == "content_changed"


@pytest.mark.parametrize(
    "spelling", [b"%d 0 R", b"000%d 0 R", b"%d\r\n\t0  R", b"[%d 0 R]", b"<</Deep[[<</A %d 0 R>>]]>>"]
)
def test_what_a_page_names_before_it_is_there_is_not_added_unseen(tmp_path: Path, spelling: bytes) -> None:
    """Shadow attack by a dangling name: the page shows an object that only the update brings."""
    number = numbers_of(ground())["new"]
    holder = number + 1
    document = spelled(ground(), **{f"n{holder}": b"<</Shows %s>>" % (spelling % number)})

    def show(writer: IncrementalPdfFileWriter) -> None:
        shown = writer.root["/Pages"]["/Kids"][0]
        shown["/PieceInfo"] = generic.IndirectObject(holder, 0, writer)
        writer.update_container(shown)

    document = updated(document, show)
    assert not used_as_due(PdfFileReader(BytesIO(document)), document, {number}, set())
    filled = spelled(document, **{f"n{number}": b"<</Filled true>>"})
    assert verdict(tmp_path, signed(filled), document) in {"content_changed", "damaged"}


# --- files that are not spelled plainly are left to the walk ----------------------------------------------------------


def test_an_object_that_reaches_into_the_next_one_is_left_to_the_walk() -> None:
    """Two objects share the bytes that name the metadata: found in one of them, it would be missed in the other."""
    numbers = numbers_of(ground())
    outer, inner = numbers["new"], numbers["new"] + 1
    body = b"[(endobj\n%d 0 obj\n[1 %%)\n%d 0 R]" % (inner, numbers["metadata"])
    document = spelled(ground(), **{f"n{outer}": body, f"n{inner}": b"<<>>"})
    within, behind = document.index(b"%d 0 obj" % inner), document.rindex(b"%d 0 obj" % inner)
    document = document.replace(b"%010d 00000 n" % behind, b"%010d 00000 n" % within)
    base = PdfFileReader(BytesIO(document))
    for number in (outer, inner):
        held = base.get_object(generic.Reference(number, 0, base))
        assert held.raw_get(1).idnum == numbers["metadata"]
    assert uses_of(base, document, {numbers["metadata"]}) is None


@pytest.mark.parametrize(
    "piece",
    [
        b"7 0 obj\n<</A 1>>\nendobj\n",
        b"7 0 obj<</A(\\)%)/B<28>>>endobj",
        b"7 0 obj\n<</Length 3>>\nstream\n(%s\nendstream\nendobj\n",
        b"7 0 obj\n(stream)\nendobj\n",
    ],
)
def test_plain_objects_are_whole(piece: bytes) -> None:
    assert _is_whole(piece, 7)


@pytest.mark.parametrize(
    "piece",
    [
        b"8 0 obj\n<<>>\nendobj\n", b"7 1 obj\n<<>>\nendobj\n", b"endobj", b"7 0 obj\n<</A(>>\nendobj\n",
        b"7 0 obj\n<</A((a))>>\nendobj\n", b"7 0 obj\n<<%\n>>\nendobj\n", b"7 0 obj\n<</A(a)>>\n",
        b"7 0 obj\n<</A)>>\nendobj\n", b"7 0 obj\n<</Length 3>>\nstream\nabc\nendstream\n/A(endstream\nendobj\n",
        b"7 0 obj\n<</Length 3>>\nstream\nabc\nendobj\n", b"7 0 obj\n<</Mystream 3>>\nendobj\n",
        b"7 0 obj\n<</A/B stream\nendstream\nendobj\n",
    ],
)  # fmt: skip
def test_objects_that_may_go_on_behind_their_end_are_not(piece: bytes) -> None:
    assert not _is_whole(piece, 7)


def test_a_dossier_whose_table_is_packed_is_judged_by_the_walk(tmp_path: Path) -> None:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(ground())), writer_kwargs={"stream_xrefs": True})
    out = BytesIO()
    writer.write(out)
    document = out.getvalue()
    assert not as_due(document, "facts")
    assert verdict(tmp_path, signed(document), document) == "accepted"


def test_what_cannot_be_read_and_is_used_nowhere_hinders_no_signature(tmp_path: Path) -> None:
    numbers = numbers_of(ground())
    document = spelled(ground(), **{f"n{numbers['new']}": b"<</A %d 0 R ]>>" % numbers["facts"]})
    assert not as_due(document, "facts")
    assert verdict(tmp_path, signed(document), document) == "accepted"
