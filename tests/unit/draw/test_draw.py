"""The draw: its order, what is chosen, what is read back, and what the trace sheets say."""

import hashlib
import io
import itertools
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from expectations import own
from orchestration.dossier.build import build_content
from orchestration.dossier.changes import changes, snapshot
from orchestration.dossier.compose import compose
from orchestration.draw.facts import DrawnTest, RatingFact, choose
from orchestration.draw.form import empty_form, read_form
from orchestration.draw.lines import raw_rows
from orchestration.draw.order import drawn, rank, read_seed
from orchestration.draw.selection import close, leaders, select
from orchestration.draw.sheets import MANY, Sheets, render_sheets
from orchestration.errors import InputError, Refused
from orchestration.evidence.draws import Draw, Selection, read_draws
from orchestration.evidence.records import (
    EvidenceBroken,
    Fingerprints,
    Record,
)
from orchestration.scoring.model import CategoryFact
from orchestration.settings import PROJECT_DIR
from orchestration.storage import GENESIS
from orchestration.storage.warehouse import connect
from orchestration.typesetting import place_name
from tests.fixtures.dossier_ground import candidate, inputs, rulebook
from tests.fixtures.pdf_checkers import barriers
from tests.fixtures.records import record
from tests.fixtures.tiny import encode

SEEDS = st.text("0123456789", min_size=5, max_size=12)
IDS = st.lists(st.text("ABC0123:/é", min_size=1, max_size=6), min_size=1, max_size=40, unique=True)
PAGE = (PROJECT_DIR / "docs" / "format.md").read_text("utf-8")


# --- the order -------------------------------------------------------------------------------------------------------


def test_the_page_s_test_vector_is_the_program_s_order() -> None:
    block = re.search(r"^```text draw\n(.*?)^```", PAGE, re.S | re.M)
    assert block is not None
    vector = [line.split("  ") for line in block[1].splitlines()]
    for digest, text in vector:
        seed, test = text.split(":")
        assert rank(seed, test) == digest == hashlib.sha256(text.encode()).hexdigest()
    assert drawn("46132", ["T003", "T001", "T002"], 3) == ["T001", "T002", "T003"]


@given(SEEDS, IDS, st.integers(1, 50), st.randoms())
def test_the_order_of_rows_changes_nothing(seed: str, ids: list[str], size: int, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(ids)
    chance.shuffle(shuffled)
    assert drawn(seed, shuffled, size) == drawn(seed, ids, size)
    assert drawn(seed, [*ids, *shuffled], size) == drawn(seed, ids, size)


@given(SEEDS, IDS, st.integers(1, 50), st.integers(1, 50))
def test_a_larger_sample_begins_with_the_smaller_one(seed: str, ids: list[str], one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert drawn(seed, ids, many)[:few] == drawn(seed, ids, few)
    assert set(drawn(seed, ids, many)) <= set(ids) and len(drawn(seed, ids, many)) == min(many, len(ids))


@given(SEEDS, IDS)
def test_a_test_that_is_added_moves_no_other(seed: str, ids: list[str]) -> None:
    before, after = drawn(seed, ids, 99), drawn(seed, [*ids, "one more"], 99)
    assert [test for test in after if test != "one more"] == before


def test_the_dice_decide() -> None:
    ids = [f"T{number:03d}" for number in range(100)]
    assert drawn("46132", ids, 10) != drawn("46133", ids, 10)


@pytest.mark.parametrize("text", ["", "1234", "46a32", "4 6 1 3", "-46132", "４６１３２", "1" * 41, "46,132"])
def test_a_seed_that_is_no_row_of_dice_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(InputError, match=r"roll at least 5 dice|--seed 46132"):
        read_seed(text)


def test_spaces_between_the_dice_do_not_matter() -> None:
    assert read_seed(" 4 6 1 3 2 ") == read_seed("46132") == "46132"


# --- what is chosen --------------------------------------------------------------------------------------------------


def category(name: str, *ranks: int, false_tests: int | None) -> CategoryFact:
    candidates = tuple(candidate(f"{name}-{n}", "X", 15.0, rank) for n, rank in enumerate(ranks))
    return CategoryFact(name, "elected", candidates, false_tests=false_tests)


@pytest.mark.parametrize(
    ("ranks", "whose"),
    [((1, 2, 3), ("c-0", "c-1")), ((1, 1, 3), ("c-0", "c-1")), ((1, 2, 2, 4), ("c-0", "c-1", "c-2")), ((1,), ("c-0",))],
)
def test_the_first_candidates_are_the_holder_and_whoever_comes_next(ranks: tuple, whose: tuple) -> None:
    assert leaders(category("c", *ranks, false_tests=1)) == whose
    assert leaders(CategoryFact("c", "no_award_too_few_candidates", ())) == ()


def test_a_category_is_close_when_few_false_tests_would_move_it() -> None:
    assert close(category("c", 1, 2, false_tests=1), 1)
    assert not close(category("c", 1, 2, false_tests=2), 1)
    assert not close(category("c", 1, 2, false_tests=1), 0)
    assert not close(category("c", 1, false_tests=None), 9)


COUNTED = [(f"{name}{n}", f"{name}-{n % 3}") for name in ("banks", "hotels") for n in range(30)]
BOTH = [category("banks", 1, 2, 3, false_tests=1), category("hotels", 1, 2, 3, false_tests=7)]


def test_a_close_category_is_drawn_wholly_and_no_test_twice() -> None:
    chosen = select("46132", 12, at_most=1, counted=COUNTED, categories=BOTH)
    assert chosen.tests == tuple(drawn("46132", [test for test, _ in COUNTED], 12))
    expected = {test for test, whose in COUNTED if whose in ("banks-0", "banks-1")}
    assert list(chosen.whole) == ["banks"]
    assert set(chosen.whole["banks"]) == expected - set(chosen.tests)
    assert 0 < len(chosen.whole["banks"]) < len(expected)
    assert select("46132", 12, at_most=0, counted=COUNTED, categories=BOTH).whole == {}
    assert select("46132", 12, at_most=1, counted=COUNTED[::-1], categories=BOTH[::-1]) == chosen


def test_a_category_that_is_named_is_traced_wholly_without_dice() -> None:
    named = select("00001", 0, at_most=0, counted=COUNTED, categories=BOTH, named=("hotels",))
    assert named.tests == () and list(named.whole) == ["hotels"], "whether close or not"
    assert set(named.whole["hotels"]) == {test for test, whose in COUNTED if whose in ("hotels-0", "hotels-1")}
    assert select("99999", 0, at_most=0, counted=COUNTED, categories=BOTH, named=("hotels",)) == named, (
        "its number chooses nothing"
    )


def test_results_without_a_counted_test_are_nothing_to_draw_from() -> None:
    with connect(":memory:") as con:
        con.execute("CREATE SCHEMA marts")
        con.execute("CREATE TABLE marts.fct_test_mark AS SELECT 'T1' AS test_id, 'c' AS candidate_id, false AS counted")
        with pytest.raises(Refused, match="no test is counted"):
            choose(con, rulebook(), seed="46132", size=30, at_most=1)


def test_the_rule_of_the_sample_s_size_is_what_its_reason_says() -> None:
    assert 0.9**29 < 0.05 < 0.9**28 and 0.95**59 < 0.05


# --- the records -----------------------------------------------------------------------------------------------------

NOW = Fingerprints("a" * 64, "b" * 64, code_sha256="c" * 64, results_sha256="d" * 64, intake_sha256="e" * 64)
DRAW = {"seed": "46132", "size": 2, "close_at_most": 1, "tests": ["T1", "T2"], "whole": {"banks": ["T3"]}}
FOUND = {"T1": "conform", "T2": "conform", "T3": "conform"}


def chain(*events: tuple[str, dict]) -> tuple[Record, ...]:
    made: list[Record] = []
    for seq, (kind, body) in enumerate(events, 1):
        previous = made[-1].sha256 if made else GENESIS
        whole = {**body, "draw": made[0].sha256} if kind == "trace" and body.get("draw") is None else body
        made.append(
            record(
                seq, kind, at=f"2026-01-0{seq}T10:00:00Z", run_id="r", fingerprints=NOW, body=whole, previous=previous
            )
        )
    return tuple(made)


def trace(outcomes: dict, corrects: str | None = None, **changes: object) -> tuple[str, dict]:
    body = {"seed": "46132", "by": "Me Essai", "corrects": corrects, "outcomes": outcomes, "sheet_sha256": "f" * 64}
    return ("trace", {"draw": None, **body, **changes})


def test_a_draw_is_read_with_its_results_and_the_last_one_counts() -> None:
    bad = {**FOUND, "T3": "not_found"}
    [opened] = read_draws(chain(("draw", DRAW)))
    assert (opened.all_tests, opened.traced, opened.odd, opened.outcomes) == (("T1", "T2", "T3"), False, (), {})
    [found] = read_draws(chain(("draw", DRAW), trace(bad)))
    assert found.odd == (("T3", "not_found"),)
    [again] = read_draws(chain(("draw", DRAW), trace(bad), trace(FOUND, "it was in the other cupboard")))
    assert again.odd == () and [t.corrects for t in again.traces] == [None, "it was in the other cupboard"]
    assert again.results_sha256 == "d" * 64
    assert len({str(draw.says()) for draw in (opened, found, again)}) == 3


WHOLE = {"seed": "00001", "size": 0, "close_at_most": 0, "tests": [], "whole": {"banks": ["T1", "T3"]}}


def test_a_full_trace_is_a_draw_without_dice() -> None:
    [asked] = read_draws(chain(("draw", WHOLE)))
    assert (asked.size, asked.all_tests, asked.traced) == (0, ("T1", "T3"), False)
    faults: list[dict[str, object]] = [{"tests": ["T9"]}, {"whole": {}}, {"size": 2}, {"whole": {"banks": []}}]
    for changed in faults:
        with pytest.raises(ValueError, match="a draw lists"):
            chain(("draw", WHOLE | changed))


@pytest.mark.parametrize(
    "events",
    [
        (("draw", DRAW), ("draw", DRAW)),
        (("draw", DRAW), trace({**FOUND, "T4": "conform"})),
        (("draw", DRAW), trace({"T1": "conform", "T2": "conform"})),
        (("draw", DRAW), trace(FOUND, draw="9" * 64)),
        (("draw", DRAW), trace(FOUND, seed="99999")),
        (("draw", DRAW), trace(FOUND, "nothing was entered yet")),
        (("draw", DRAW), trace(FOUND), trace(FOUND)),
    ],
)
def test_records_that_no_command_would_have_written_break_the_evidence(events: tuple) -> None:
    with pytest.raises(EvidenceBroken):
        read_draws(chain(*events))


def test_the_check_warns_of_open_draws_and_of_every_test_that_does_not_conform() -> None:
    check = own.traces_conform_result
    assert check(()).outcome == "not_applicable"
    opened = check(chain(("draw", DRAW)))
    assert (opened.outcome, opened.failing_keys, opened.observed) == ("failed", ("46132 [open] 3",), "0 / 3")
    bad = check(chain(("draw", DRAW), trace({"T1": "conform", "T2": "not_conform", "T3": "not_found"})))
    assert bad.failing_keys == ("46132 T2 [not_conform]", "46132 T3 [not_found]")
    assert (bad.expected, bad.observed) == ("3 / 3", "1 / 3")
    good = check(chain(("draw", DRAW), trace(FOUND)))
    assert (good.outcome, good.expected, good.observed) == ("passed", "3 / 3", "3 / 3")


def test_a_draw_that_was_made_again_until_it_pleased_is_still_seen() -> None:
    other = {**DRAW, "seed": "11111"}
    result = own.traces_conform_result(chain(("draw", DRAW), trace(FOUND), ("draw", other)))
    assert result.failing_keys == ("11111 [open] 3",)


def test_a_list_that_is_not_the_one_of_the_dice_is_blocked() -> None:
    check, events = own.draws_repeated_result, chain(("draw", DRAW))
    same = Selection(("T1", "T2"), {"banks": ("T3",)})
    assert check(events, {}).outcome == check((), {"46132": same}).outcome == "not_applicable"
    assert check(events, {"46132": same}).outcome == "passed"
    for other in (
        Selection(("T1", "T4"), {"banks": ("T3",)}),
        Selection(("T2", "T1"), {"banks": ("T3",)}),
        Selection(("T1", "T2"), {}),
        Selection(("T1", "T2"), {"hotels": ("T3",)}),
    ):
        assert check(events, {"46132": other}).outcome == "failed"
    assert check(events, {"46132": Selection(("T1", "T4"), {})}).failing_keys == ("46132 2 / 3",)


# --- the form --------------------------------------------------------------------------------------------------------


def test_the_empty_form_is_refused_and_the_filled_one_read_in_three_languages() -> None:
    form = empty_form(["T1", "T2", "T3"])
    assert form == b"test_id,outcome,remark\nT1,,\nT2,,\nT3,,\n"
    with pytest.raises(InputError, match=r"form\.csv: line 2: T1: '' is not an outcome; line 3"):
        read_form(form, ["T1", "T2", "T3"], "form.csv")
    for one, two, three in (
        ("conform", "not_conform", "not_found"),
        (" Conforme ", "NON  CONFORME", "introuvable"),
        ("مطابق", "غير مطابق", "غير موجود"),
    ):
        told = f'\ufefftest_id;outcome;remark\r\nT2;{two};rien\r\n\r\nT1;{one};\r\nT3;{three};"a;b"\r\n'
        found = read_form(told.encode(), ["T1", "T2", "T3"], "x")
        assert list(found.items()) == [("T1", "conform"), ("T2", "not_conform"), ("T3", "not_found")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is empty"),
        ('"T1\n",conform,\nT1,conform,\nT2,conform,\n', "line 1: the header is not test_id,outcome,remark"),
        ("test_id,outcome\nT1,conform\n", "line 1: the header is not test_id,outcome,remark"),
        ("test_id,outcome,remark\nT1,conform,\nT1,conform,\n", "line 3: T1 stands there twice"),
        ("test_id,outcome,remark\nT1,conform,\nT9,conform,\n", "line 3: 'T9' was not drawn"),
        ("test_id,outcome,remark\nT1,fine,\n", "line 2: T1: 'fine' is not an outcome"),
        ("test_id,outcome,remark\nT1,conform\n", "line 2: 2 cells, not 3"),
        ("test_id,outcome,remark\nT1,conform,a,b\n", "line 2: 4 cells, not 3"),
        ("test_id,outcome,remark\nT1,conform,\n", "the drawn test T2 is missing"),
        ('test_id,outcome,remark\nT1,conform,"open\n', "line 2"),
    ],
)
def test_a_form_that_is_not_filled_in_right_is_told_by_line(text: str, fault: str) -> None:
    with pytest.raises(InputError, match=re.escape(fault)):
        read_form(text.encode(), ["T1", "T2"], "form.csv")


def test_a_form_of_another_encoding_or_size_is_refused() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        read_form("test_id,outcome,remark\nT1,conform,à\n".encode("cp1252"), ["T1"], "form.csv")
    with pytest.raises(InputError, match="too large"):
        read_form(b"x" * (5 << 20), ["T1"], "form.csv")
    with pytest.raises(InputError, match="and 10 more"):
        read_form(empty_form([f"T{n}" for n in range(30)]), [f"T{n}" for n in range(30)], "form.csv")


@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_form_by_accident(data: bytes) -> None:
    with pytest.raises(InputError):
        read_form(data, ["T1"], "form.csv")


# --- rows as received ------------------------------------------------------------------------------------------------


def test_a_row_is_shown_to_the_last_sign_as_it_came(tmp_path: Path) -> None:
    text = '\ufefftest_id;note\r\nT1;"a ""quoted"" one"\r\n\r\nT2;"two\nlines"\r\nT3; é \r\n'
    (tmp_path / "a.csv").write_bytes(text.encode())
    assert raw_rows(tmp_path / "a.csv", [2, 4, 6]) == {
        2: 'T1;"a ""quoted"" one"',
        4: 'T2;"two\nlines"',
        6: "T3; é ",
    }


def test_rows_of_cells_are_shown_by_their_columns(tmp_path: Path) -> None:
    rows = [{"test_id": "T1", "greeting": "4"}, {"test_id": "T2", "greeting": ""}]
    for form in ("parquet", "xlsx"):
        (tmp_path / f"a.{form}").write_bytes(encode(rows, form))
    assert raw_rows(tmp_path / "a.parquet", [2]) == {2: "test_id=T2; greeting="}
    assert raw_rows(tmp_path / "a.xlsx", [2, 3]) == {2: "test_id=T1; greeting=4", 3: "test_id=T2; greeting="}


# --- the sheets ------------------------------------------------------------------------------------------------------


def fact(name: str, **changes: object) -> DrawnTest:
    made = DrawnTest(
        name,
        "C-1",
        company="#panic(1) <b>",
        category_id="banks",
        channel="phone",
        field_firm="field_firm_north",
        scenario="after_sale",
        started_at="2025-09-01T23:30:00+00:00",
        outcome="completed",
        file="audits/north/phone.csv",
        line=1042,
        raw=f"{name},#strike[x],S017",
        evidence_sha256="0123456789abcdef" * 4,
        ratings=(RatingFact("waiting_time", 1, 2, 3),),
        points=3,
        points_max=6,
        mark=10_000_000,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


DRAWN = read_draws(chain(("draw", DRAW)))[0]
FACTS = (
    fact("T1"),
    fact("T2", outcome="unanswered", ratings=(), points=None, points_max=None, mark=0, evidence_sha256=None),
    fact("T3", ratings=(RatingFact("waiting_time", None, 2, 3),), corrected=(("waiting_time", "9", "NA", "COR-7"),)),
)


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "s.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(folder / "s.pdf"), "-"]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return re.sub(r"\s+", " ", told)


@pytest.mark.parametrize(("lang", "told"), [("fr", "35,5 s : 1 sur 2"), ("en", "35.5 secs: 1 of 2")])
def test_a_sheet_says_what_was_measured_and_its_points(tmp_path: Path, lang: str, told: str) -> None:
    measured = fact("T1", ratings=(RatingFact("waiting_time", 1, max=2, weight=3, measured=("35.5", "second")),))
    pdf = render_sheets(Sheets("2031", rulebook(), draw=DRAWN, tests=(measured, *FACTS[1:]), demonstration=False), lang)
    assert told in re.sub("[\u00a0\u202f]", " ", text_of(pdf, tmp_path))


def test_a_sheet_leads_from_the_row_as_received_to_the_mark(tmp_path: Path) -> None:
    pdf = render_sheets(Sheets("2031", rulebook(), draw=DRAWN, tests=FACTS, demonstration=False))
    told = text_of(pdf, tmp_path)
    assert pdf == render_sheets(Sheets("2031", rulebook(), draw=DRAWN, tests=FACTS, demonstration=False))
    for expected in (
        "T1,#strike[x],S017", "audits/north/phone.csv, ligne 1 042", "1 sur 2", "3 / 6", "10,00 sur 20",
        "10 000 000 millionièmes", "20 × 3 ÷ 6", "0123 4567 89ab cdef", "#panic(1) <b>",
        "2 septembre 2025 à 0 h 30 (UTC+1)", "après la vente", "Contact sans réponse", "aucune pièce annoncée",
        "sans objet", "Corrigé : waiting_time, reçu 9, compté NA (correction COR-7)", "catégorie serrée : Banques",
        "3 / 3", "3 tests à vérifier = 2 tirés au sort + 1 de catégories serrées",
        "ne sont jamais publiées", "46132",
    ):  # fmt: skip
        assert expected.replace(" ", "") in told.replace(" ", ""), expected
    assert [told.count(word) >= 3 for word in ("non conforme", "introuvable")] == [True, True]


def test_a_long_row_breaks_and_is_shown_to_its_end(tmp_path: Path) -> None:
    row = "T1," + ",".join(f"field-{n}" for n in range(60)) + "," + "ab" * 32 + ",4,3"
    pdf = render_sheets(
        Sheets("2031", rulebook(), draw=DRAWN, tests=(fact("T1", raw=row), *FACTS[1:]), demonstration=False)
    )
    assert row in text_of(pdf, tmp_path).replace(" ", "")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_sheets_are_made_in_every_language(lang: str, tmp_path: Path) -> None:
    told = text_of(
        render_sheets(Sheets("2031", rulebook(), draw=DRAWN, tests=FACTS, demonstration=True), lang), tmp_path
    )
    assert "T1,#strike[x],S017" in told and "COR-7" in told


# --- the sheets as a form --------------------------------------------------------------------------------------------

ODD = "T.1/é x"


@pytest.fixture(scope="module")
def sheets() -> bytes:
    draw = replace(DRAWN, tests=("T1", ODD))
    return render_sheets(Sheets("2031", rulebook(), draw, tests=(FACTS[0], fact(ODD), FACTS[2]), demonstration=False))


def filled_in(pdf: bytes, values: dict[str, str]) -> bytes:
    """The form as another program fills it in: each page of the sheets with what belongs to it."""
    writer = PdfWriter(io.BytesIO(pdf))
    for page in writer.pages:
        writer.update_page_form_field_values(page, values, auto_regenerate=False)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_sheets_are_a_form_with_a_field_for_each_thing_to_say(sheets: bytes) -> None:
    form = PdfReader(io.BytesIO(sheets))
    fields = form.get_fields() or {}
    assert set(fields) == {"traced_by", "traced_on"} | {
        place_name(kind, test) for kind in ("outcome", "remark") for test in ("T1", ODD, "T3")
    }
    widgets = [note.get_object() for page in form.pages for note in page.get("/Annots", [])]  # type: ignore[attr-defined]
    assert {widget["/Subtype"] for widget in widgets} == {"/Widget"} and len(widgets) == 2 + 3 * 4
    assert [str(widget["/TU"]).replace("\u00a0", " ") for widget in widgets].count("Test T3 : non conforme") == 1
    assert all("/N" in widget["/AP"] and widget["/F"] == 4 for widget in widgets)
    assert "/NeedAppearances" not in form.root_object["/AcroForm"], "PDF/A: what is shown stands in the file"  # type: ignore[operator]


def test_filled_sheets_are_read_as_the_same_form_in_csv(sheets: bytes) -> None:
    tests = ("T1", ODD, "T3")
    ticks = dict(zip(tests, ("/conform", "/not_found", "/not_conform"), strict=True))
    told = {place_name("outcome", test): tick for test, tick in ticks.items()}
    told |= {"traced_by": "Me Essai", place_name("remark", "T1"): "vu"}
    assert read_form(filled_in(sheets, told), tests, "x") == {t: tick[1:] for t, tick in ticks.items()}
    with pytest.raises(InputError, match=r"the drawn test T1 is missing; the drawn test T\.1/é x is missing"):
        read_form(sheets, tests, "x")
    with pytest.raises(InputError, match="the test 'T3' of the form was not drawn"):
        read_form(filled_in(sheets, told), tests[:2], "x")
    with pytest.raises(InputError, match="T1: 'fine' is not an outcome"):
        read_form(filled_in(sheets, told | {"outcome/T1": "/fine"}), tests, "x")


@given(st.binary(max_size=200))
def test_no_pdf_of_strangers_is_taken_for_filled_sheets(data: bytes) -> None:
    with pytest.raises(InputError, match="no readable PDF"):
        read_form(b"%PDF-1.7\n" + data, ["T1"], "x")


def test_sheets_that_are_too_large_are_not_read() -> None:
    with pytest.raises(InputError, match="too large"):
        read_form(b"%PDF-" + bytes(64 << 20), ["T1"], "x")


def test_two_checkers_find_no_barrier_in_the_sheets(tmp_path: Path) -> None:
    sheets = Sheets("2031", rulebook(), draw=DRAWN, tests=FACTS, demonstration=True)
    assert barriers({f"{lang}.pdf": render_sheets(sheets, lang) for lang in ("fr", "ar")}, tmp_path) == []


def test_the_sheets_say_honestly_how_much_there_is_to_do(tmp_path: Path) -> None:
    many = tuple(f"T{n:04d}" for n in range(3, 3 + MANY))
    draw = replace(DRAWN, whole={"banks": many})
    facts = tuple(fact(test) for test in draw.all_tests)
    told = text_of(render_sheets(Sheets("2031", rulebook(), draw, tests=facts, demonstration=False)), tmp_path)
    assert "152 tests à vérifier" in told and "environ 13 h" in told and "C’est beaucoup" in told
    few = text_of(render_sheets(Sheets("2031", rulebook(), draw=DRAWN, tests=FACTS, demonstration=False)), tmp_path)
    assert "environ 1 h" in few and "C’est beaucoup" not in few
    [full] = read_draws(chain(("draw", WHOLE)))
    said = text_of(
        render_sheets(Sheets("2031", rulebook(), draw=full, tests=(fact("T1"), fact("T3")), demonstration=False)),
        tmp_path,
    )
    assert "2 tests à vérifier, de catégories prises en entier" in said and "Traçage entier 00001" in said
    assert "dés" not in said and "Demandé le" in said and "--" not in said
    plain = replace(DRAWN, whole={}, close_at_most=0)
    assert "tous tirés au sort" in text_of(
        render_sheets(Sheets("2031", rulebook(), draw=plain, tests=FACTS[:2], demonstration=False)), tmp_path
    )


# --- in the dossier --------------------------------------------------------------------------------------------------


def told(lang: str = "fr", *draws: Draw) -> str:
    document = compose(build_content(inputs(draws=draws)), lang)
    parts = {part.key: part.blocks for part in (*document.sections, *document.annexes)}
    return str([parts["witnessed"], parts["draw"], document.front])


def test_the_dossier_prints_dice_rule_tests_and_outcomes() -> None:
    bad = {"T1": "conform", "T2": "not_conform", "T3": "not_found"}
    [draw] = read_draws(chain(("draw", DRAW), trace(bad), trace(bad | {"T2": "conform"}, "autre enregistrement")))
    for lang in ("fr", "en", "ar"):
        assert all(word in told(lang, draw) for word in ("46132", "T1", "T2", "T3", "autre enregistrement")), lang
    said = told("fr", draw).replace("\\xa0", " ").replace("\\u202f", " ")
    assert "chiffres:identifiant du test" in said and "Tests qui ne sont pas conformes : T3 (INTROUVABLE)" in said
    assert "motif : « autre enregistrement »" in said and "résultats remplacés depuis" in said
    assert "tirés au sort 2 ; de catégories tracées en entier 1" in said
    assert "Résultat saisi pour 3 de ces tests : conformes 2, non conformes 0, introuvables 1" in said
    [opened] = read_draws(chain(("draw", DRAW)))
    assert "n’est pas encore saisi" in told("fr", opened) and "Résultat saisi" not in told("fr", opened)
    assert "n’a été tiré au sort" in told("fr")
    assert "le sort seul a choisi" in told("fr", replace(opened, close_at_most=0, whole={}))


def test_a_draw_and_its_result_are_changes_since_the_last_dossier() -> None:
    [opened] = read_draws(chain(("draw", DRAW)))
    [found] = read_draws(chain(("draw", DRAW), trace(FOUND)))
    steps = [inputs(), inputs(draws=(opened,)), inputs(draws=(found,))]
    moved = [changes(snapshot(before), now) for before, now in itertools.pairwise(steps)]
    assert [(c.kind, c.what, c.before, c.after) for one in moved for c in one] == [
        ("draw", "46132", None, "0 / 3"),
        ("draw", "46132", "0 / 3", "3 / 3"),
    ]
