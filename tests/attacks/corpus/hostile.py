"""Hostile input: what is sent to break, blind or take the machine, or whoever opens what it makes.

Belongs here: texts with a meaning elsewhere (HTML, SQL, Typst, formulas, paths), files that unfold without bound or are
not what they say, numbers and times in every disguise. Hostile rulebooks are `rulebook.py`, paths that `deposit` does
not take `custody.py`, personal data `personal.py`.
"""

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import custody
from orchestration.errors import PalmaresError
from tests.attacks.attack import Expect, Family, blocked, broken, harmless, quarantined, unread
from tests.attacks.bench import Bench
from tests.attacks.corpus.candidates import spare
from tests.attacks.corpus.custody import sha
from tests.attacks.corpus.making import EMAIL, PHONE, VOTES, correction, raw_line, roomy, spare_test, spare_vote
from tests.fixtures.tiny import TinyEdition, encode

FAMILY = Family("hostile")

SCRIPT = "<script>alert(1)</script>"
QUERY = "'; DROP TABLE intake.vote; --"
TYPST = '#panic("x") #read("/etc/passwd")'
FORMULA = '=HYPERLINK("http://example.ma";"Atlas")'
BACKWARDS = "T\u202e100"


def custody_deposit(bench: Bench, path: str, data: bytes, supplier: str) -> None:
    """The command `deposit` of a new version, by a supplier of any name."""
    source = bench.folder / "received.csv"
    source.write_bytes(data)
    custody.deposit(bench.raw, [source], supplier, "Nadia Clerk", as_path=path, replaces=sha(bench, path))


# ---- texts with a meaning elsewhere, where an id is due ----------------------------------------------------------------
for name, text in (
    ("html", SCRIPT),
    ("sql", QUERY),
    ("typst", TYPST),
    ("a-formula", FORMULA),
    ("a-formula-that-adds", "+1+1"),
    ("a-formula-that-subtracts", "-1+1"),
    ("a-path", "../../etc/passwd"),
    ("a-path-in-the-middle", "T..001"),
    ("a-reading-order", BACKWARDS),
    ("a-look-alike", "\u0422001"),
    ("a-template", "{{ 7*7 }}"),
    ("a-nul", "T\x00001"),
    ("a-new-line", "T001\nT002"),
    ("a-null-of-another-language", "None "),
    ("ten-thousand-signs", "T" * 10_001),
):
    reason = "unreadable_row" if "\n" in text else "malformed_value"
    FAMILY.add(
        f"test-id-of-{name}",
        lambda edition, text=text: spare_test(edition, text) and None,
        quarantined(reason, f"{PHONE},12", rows=text.count("\n") + 1),
    )

for name, text in (("html", SCRIPT), ("sql", QUERY), ("a-formula", FORMULA), ("a-path", "../banks")):
    FAMILY.add(
        f"vote-id-of-{name}",
        lambda edition, text=text: spare_vote(edition, text) and None,
        quarantined("malformed_value", f"{VOTES},42"),
    )
    FAMILY.add(
        f"candidate-id-of-{name}",
        lambda edition, text=text: spare(edition, candidate_id=text),
        blocked(
            "intake.candidates_accepted", names=("malformed_value,candidates.csv,6",), aside={"malformed_value": 1}
        ),
    )

for name, text in (
    ("a-formula", FORMULA),
    ("a-formula-that-adds", "+Atlas"),
    ("at", "@Atlas"),
    ("control", "At\x07las"),
):
    FAMILY.add(
        f"company-named-like-{name}",
        lambda edition, text=text: spare(edition, company=text),
        blocked(
            "intake.candidates_accepted", names=("malformed_value,candidates.csv,6",), aside={"malformed_value": 1}
        ),
    )


@FAMILY.attack("ten-megabytes-in-one-cell", quarantined("malformed_value", f"{PHONE},12"))
def _(edition: TinyEdition) -> None:
    spare_test(edition, language="x" * (10 << 20))


@FAMILY.attack("column-named-in-sql", harmless(infos=frozenset({"intake.columns_known"})))
def _(edition: TinyEdition) -> None:
    for row in edition.votes or ():
        row[f'x" {QUERY}'] = SCRIPT


# ---- numbers and times in disguise -------------------------------------------------------------------------------------
for name, text in (
    ("in-powers", "1e0"),
    ("in-arabic", "\u0663"),
    ("in-full-width", "\uff12"),
    ("minus-nought", "-0"),
    ("in-hexadecimal", "0x1"),
    ("with-an-underscore", "1_0"),
    ("behind-a-blank", " 1"),
    ("before-a-blank", "1\u00a0"),
    ("that-is-none", "NaN"),
    ("without-end", "Infinity"),
    ("with-a-plus", "+1"),
    ("of-thirty-digits", "1" * 30),
    ("true", "true"),
    ("of-a-roman", "\u2163"),
):
    FAMILY.add(
        f"rating-{name}",
        lambda edition, text=text: spare_test(edition, greeting=text) and None,
        quarantined("malformed_value", f"{PHONE},12,X900", "greeting"),
    )
for name, text in (
    ("in-the-year-9999", "9999-12-31T23:59:59"),
    ("in-the-year-1", "0001-01-01T00:00:00"),
    ("in-a-leap-second", "2025-10-27T11:00:60"),
    ("with-an-offset-of-a-hundred-hours", "2025-10-27T11:00:00+99:99"),
    ("in-words", "now"),
    ("as-a-number", "1761559200"),
    ("in-arabic", "\u0662\u0660\u0662\u0665-10-27T11:00:00"),
    ("with-a-week", "2025-W44-1T11:00:00"),
):
    reason = "outside_window" if "9999" in text or "0001-" in text else "malformed_value"
    FAMILY.add(
        f"start-{name}",
        lambda edition, text=text: spare_test(edition, started_at=text) and None,
        quarantined(reason, f"{PHONE},12,X900", "started_at"),
    )


# ---- files that are not what they say ----------------------------------------------------------------------------------
def workbook(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A workbook of which a part was changed behind the spreadsheet's back."""
    book = openpyxl.load_workbook(io.BytesIO(encode(TinyEdition().audits["north/phone"][:1], "xlsx")))
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    change(parts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def parquet(columns: dict[str, Any], names: list[str] | None = None) -> bytes:
    """A Parquet file of these columns."""
    sink = pa.BufferOutputStream()
    table = pa.table(list(columns.values()), names=names or list(columns))
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def book_of_two_sheets() -> bytes:
    """Rows hidden on a second sheet."""
    book = openpyxl.load_workbook(io.BytesIO(encode(TinyEdition().audits["north/phone"][:1], "xlsx")))
    book.create_sheet("more").append(["X900"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


XLSX, PARQUET, GZ, CSV, NDJSON = (
    *("audits/north/late.xlsx", "votes/late.parquet", "votes/late.csv.gz", "votes/late.csv", "votes/late.ndjson"),
)
HEADER = b"vote_id,voter_key,category_id,candidate_id,cast_at,channel,ip_hash\n"
for name, path, make, problem, said in (
    ("workbook-that-unfolds-a-thousandfold", XLSX, lambda: workbook(lambda parts: parts.update({"xl/media/a.bin": b"\0" * (17 << 20)})), "too_large", "unfolds to more"),
    ("workbook-of-two-thousand-parts", XLSX, lambda: workbook(lambda parts: parts.update({f"xl/media/{n}.bin": b"" for n in range(2000)})), "too_large", "unfolds to more"),
    ("workbook-that-reads-a-file", XLSX, lambda: workbook(lambda parts: parts.update({SHEET: ENTITY + parts[SHEET]})), "unreadable_file", "XML that no spreadsheet writes"),
    ("workbook-with-rows-on-a-second-sheet", XLSX, book_of_two_sheets, "several_sheets", "more than one sheet"),
    ("workbook-of-broken-xml", XLSX, lambda: workbook(lambda parts: parts.update({SHEET: parts[SHEET][:-30]})), "unreadable_file", "the workbook is damaged"),
    ("workbook-that-is-a-page", XLSX, lambda: b"<html><table></table></html>", "unreadable_file", "the workbook is damaged"),
    ("gzip-that-unfolds-a-thousandfold", GZ, lambda: gzip.compress(HEADER + (b"0" * 1_048_575 + b"\n") * 66, 9, mtime=0), "too_large", "unfolds to more"),
    ("gzip-cut-short", GZ, lambda: gzip.compress(HEADER, mtime=0)[:-5], "unreadable_file", "damaged or incomplete"),
    ("gzip-with-something-behind-it", GZ, lambda: gzip.compress(HEADER, mtime=0) + b"trailer", "unreadable_file", "damaged or incomplete"),
    ("gzip-that-is-none", GZ, lambda: HEADER, "unreadable_file", "damaged or incomplete"),
    ("parquet-of-lists", PARQUET, lambda: parquet({"vote_id": pa.array([["V900"]])}), "column_type", "deposit flat text"),
    ("parquet-of-bytes", PARQUET, lambda: parquet({"vote_id": pa.array([b"V900"])}), "column_type", "deposit flat text"),
    ("parquet-with-a-column-twice", PARQUET, lambda: parquet({"a": pa.array(["x"]), "b": pa.array(["y"])}, ["vote_id", "vote_id"]), "duplicate_column", "stand twice"),
    ("parquet-cut-short", PARQUET, lambda: encode((TinyEdition().votes or [])[:1], "parquet")[:-9], "unreadable_file", "Parquet file is damaged"),
    ("line-of-seventeen-megabytes", CSV, lambda: HEADER + b"x" * (33 << 20), "too_large", "longer than 16 MiB"),
    ("first-line-without-end", CSV, lambda: b"x" * (33 << 20), "too_large", "longer than 16 MiB"),
    ("csv-in-utf-16", CSV, lambda: HEADER.decode().encode("utf-16"), "no_header", "UTF-8"),
    ("csv-with-a-nul-in-its-header", CSV, lambda: HEADER.replace(b"vote_id", b"vote\0id"), "header_name", "control characters"),
    ("csv-whose-lines-end-in-cr-alone", CSV, lambda: HEADER.replace(b"\n", b"\r") + b"V900,a,hotels\r", "header_name", "control characters"),
    ("csv-with-a-thousand-columns", CSV, lambda: b",".join(b"c%d" % n for n in range(1000)) + b"\n", "too_large", "1000 columns"),
    ("ndjson-of-one-list", NDJSON, lambda: b'{"vote_id": "V900"}\n', "missing_column", "columns"),
):  # fmt: skip
    FAMILY.add(
        name,
        lambda edition, path=path, make=make: edition.extra.update({path: make()}),
        unread(problem, names=(path, said)),
    )


@FAMILY.attack("gzip-of-several-members-is-one-file", harmless())
def _(edition: TinyEdition) -> None:
    lines = encode(edition.votes or [], "csv").splitlines(keepends=True)
    edition.votes = None
    edition.extra["votes/votes.csv.gz"] = b"".join(gzip.compress(line, mtime=0) for line in lines)


@FAMILY.attack("formula-in-a-workbook", quarantined("malformed_value", "audits/north/late.xlsx,2,X900", "greeting"))
def _(edition: TinyEdition) -> None:
    row = spare_test(edition, greeting="=1+1")
    edition.audits["north/phone"].remove(row)
    edition.extra["audits/north/late.xlsx"] = encode([row], "xlsx")


for name, line in (
    ("of-a-key-twice", '{"vote_id":"X900","vote_id":"X901"}'),
    ("of-half-a-character", '{"vote_id":"\\ud800"}'),
    ("of-not-a-number", '{"vote_id":NaN}'),
    ("cut-short", '{"vote_id":"X900"'),
    ("nested-a-thousand-deep", '{"vote_id":' + "[" * 1000 + "]" * 1000 + "}"),
):

    @FAMILY.attack(
        f"ndjson-line-{name}", Expect("quarantined", 0, "intake", aside=None, names=("votes/more.ndjson,2",), same=True)
    )
    def _(edition: TinyEdition, line: str = line) -> None:
        roomy(edition)
        assert edition.votes is not None
        [first] = [vote for vote in edition.votes if vote["vote_id"] == "V001"]
        edition.votes.remove(first)
        edition.extra["votes/more.ndjson"] = encode([first], "ndjson") + line.encode() + b"\n"


@FAMILY.attack("ndjson-number-beyond-any-machine", quarantined("unknown_category", "votes/more.ndjson,2"))
def _(edition: TinyEdition) -> None:
    row = spare_vote(edition)
    assert edition.votes is not None
    edition.votes.remove(row)
    [first] = [vote for vote in edition.votes if vote["vote_id"] == "V001"]
    edition.votes.remove(first)
    text = json.dumps({**row, "category_id": 0}).replace('"category_id": 0', '"category_id": ' + "9" * 400)
    edition.extra["votes/more.ndjson"] = encode([first], "ndjson") + text.encode() + b"\n"


for name, damaged in (
    ("with-a-nul", b"X900,a\0b,hotels,atlas-hotels,2025-10-30T15:00:00+01:00,web,abc\n"),
    ("with-bytes-too-long-for-their-sign", b"X900,\xc0\xaf,hotels,atlas-hotels,2025-10-30T15:00:00+01:00,web,abc\n"),
    ("with-a-quote-that-never-closes", b'X900,"abc,hotels,atlas-hotels,2025-10-30T15:00:00+01:00,web,abc\n'),
):
    reason = "malformed_value" if b"\0" in damaged else "unreadable_row"

    @FAMILY.attack(f"csv-line-{name}", quarantined(reason, f"{VOTES},42"))
    def _(edition: TinyEdition, damaged: bytes = damaged) -> None:
        roomy(edition)
        raw_line(edition, VOTES, damaged)


# ---- names and kinds of files ------------------------------------------------------------------------------------------
for name, path in (
    ("of-256-bytes", "votes/" + "v" * 252 + ".csv"),
    ("of-many-bytes-and-few-signs", "votes/" + "\u0639" * 120 + ".csv"),
    ("read-backwards", "votes/a\u202egnp.csv"),
    ("of-a-hidden-file", "votes/.late.csv"),
    ("with-a-new-line", "votes/a\nb.csv"),
    ("with-markup", "votes/<b>a.csv"),
    ("with-a-variable", "votes/$HOME.csv"),
    ("that-ends-in-a-point", "votes/late.csv."),
    ("in-pieces", "votes/cafe\u0301.csv"),
    ("of-a-firm-above", "audits/../north/late.csv"),
    ("of-a-firm-with-blanks", "audits/north west/late.csv"),
    ("of-a-firm-of-look-alikes", "audits/n\u043erth/late.csv"),
    ("of-folders-without-end", "votes/" + "a/" * 200 + "late.csv"),
):

    @FAMILY.attack(f"file-name-{name}", Expect("refused", 2, "custody", names=("How to mend it",)), "deposited", ())
    def _(bench: Bench, path: str = path) -> None:
        bench.step = "deposit"
        source = bench.folder / "late.csv"
        source.write_bytes(HEADER)
        try:
            custody.deposit(bench.raw, [source], "South", "Nadia Clerk", as_path=path)
        except PalmaresError:
            assert not custody.audit(bench.raw).problems, "a deposit that was refused left something behind"
            raise


@FAMILY.attack("file-that-is-a-pipe", broken("file_not_ordinary", "file_missing", names=(PHONE,)), "deposited")
def _(bench: Bench) -> None:
    (bench.raw / PHONE).unlink()
    os.mkfifo(bench.raw / PHONE)


@FAMILY.attack(
    "file-that-has-a-second-name-outside", harmless(), "deposited", ("read", "build", "test", "judge", "decide")
)
def _(bench: Bench) -> None:
    """A hard link: whoever changes it from outside changes a byte, which custody sees."""
    os.link(bench.raw / PHONE, bench.folder / "phone.csv")


# ---- what reaches a page -----------------------------------------------------------------------------------------------
IMAGE = '"><img src=x onerror=alert(1)>'


@FAMILY.attack(
    "markup-in-every-text-that-reaches-a-page",
    Expect(
        "harmless", 0, "intake", frozenset({"intake.durations_plausible"}), names=("a page quotes alert(1)", "CONFORM")
    ),
    "deposited",
    ("shown", "pages", "verify"),
)
def _(bench: Bench) -> None:
    """Names, labels, title, organiser, supplier, correction, acceptance: printed as they are, in HTML and in Typst."""
    edition = TinyEdition()
    edition.rulebook |= {"title": {"fr": f"Titre {SCRIPT}", "en": IMAGE, "ar": IMAGE}, "organiser": f"{TYPST} {SCRIPT}"}
    for category in edition.rulebook["categories"]:
        category["label"] = {"fr": f"{category['id']} {SCRIPT}", "en": IMAGE, "ar": IMAGE}
    names = {"atlas": f"Atlas {SCRIPT}", "bahia": f"Bahia {IMAGE}", "cedre": f"C {TYPST}"}
    for row in edition.candidates:
        row["company"] = names[row["company_id"]]
    edition.test("T001").update(ended_at="2025-09-01T09:00:02")
    edition.corrections = [correction("T001", column="language", expect="fr", value="en", reason=SCRIPT, by=IMAGE)]
    bench.redeposit(edition)
    mail = edition.render()[EMAIL]
    custody_deposit(bench, EMAIL, mail + b"\n", f"South {SCRIPT}")
    for step in ("read", "build", "test", "judge"):
        bench.take(step)
    bench.accept("intake.durations_plausible", reason=f"{SCRIPT} {TYPST}")
    for step in ("document", "sign", "publish", "show"):
        bench.take(step)
