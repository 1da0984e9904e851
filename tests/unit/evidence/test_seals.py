"""Seals read from the evidence, compared with the present, judged by their checks, and printed on a sheet."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import segno
from pypdf import PdfReader

from expectations import own
from orchestration.bailiff.acceptance import check_sentence
from orchestration.bailiff.seal_sheet import (
    Fiche,
    grouped,
    qr_code,
    render_fiche,
)
from orchestration.custody import CustodyReport, Deposit
from orchestration.dossier.seals import seal_facts
from orchestration.errors import InputError
from orchestration.evidence.records import (
    EvidenceBroken,
    Fingerprints,
    Record,
)
from orchestration.evidence.seals import (
    STAGES,
    Seal,
    in_force,
    read_seals,
    reseal_command,
    unkept,
)
from orchestration.storage import GENESIS
from orchestration.verify.run import read_fingerprint
from tests.fixtures.dossier_ground import rulebook
from tests.fixtures.records import record

PRINTS = Fingerprints("a" * 64, "b" * 64, code_sha256="c" * 64, results_sha256="d" * 64, intake_sha256="e" * 64)
OF = {"rules": "b" * 64, "collection": "a" * 64, "results": "d" * 64}


def records(*seals: tuple[str, str | None], prints: Sequence[Fingerprints] | None = None) -> tuple[Record, ...]:
    """A record for each (stage, reason), numbered as they come, chained."""
    made: list[Record] = []
    for number, (stage, corrects) in enumerate(seals, 1):
        now = prints[number - 1] if prints else PRINTS
        of = {"rules": now.rulebook_sha256, "collection": now.custody_head, "results": now.results_sha256}
        body = {"stage": stage, "fingerprint": of[stage], "by": "Me Essai", "corrects": corrects, "number": number}
        previous = made[-1].sha256 if made else GENESIS
        made.append(
            record(
                number, "seal", at="2026-01-01T23:30:05Z", run_id="r", fingerprints=now, body=body, previous=previous
            )
        )
    return tuple(made)


def test_seals_are_read_in_order_with_the_place_they_are_chained_to() -> None:
    found = records(("rules", None), ("collection", None))
    first, second = read_seals(
        (
            record(
                9, "run", at="2026-01-01T00:00:00Z", run_id="", fingerprints=None, body={"recount_sha256": "4" * 64}
            ),
            *found,
        )
    )
    assert [(s.number, s.stage, s.fingerprint) for s in (first, second)] == [
        (1, "rules", OF["rules"]),
        (2, "collection", OF["collection"]),
    ]
    assert (first.chained_to, second.chained_to) == (GENESIS, first.record)
    assert second.record == found[1].sha256
    assert read_seals(()) == ()


def test_a_seal_says_all_but_the_clock_and_a_change_is_explained_by_another() -> None:
    [found] = read_seals(records(("rules", None)))
    assert found.says() == [1, "rules", OF["rules"], "Me Essai", None]
    assert replace(found, at="2027-01-01T00:00:00Z").says() == found.says()
    assert reseal_command("2031", "rules") == 'palmares seal 2031 rules --corrects "REASON" --by "NAME"'


OTHER = Fingerprints("1" * 64, "2" * 64, code_sha256="c" * 64, results_sha256="3" * 64, intake_sha256="e" * 64)


def test_the_last_seal_of_a_stage_is_the_one_in_force() -> None:
    seals = read_seals(
        records(("rules", None), ("collection", None), ("rules", "typo"), prints=(PRINTS, PRINTS, OTHER))
    )
    assert [(stage, seal.number) for stage, seal in in_force(seals).items()] == [("rules", 3), ("collection", 2)]
    assert unkept(seals, {"rules": OTHER.rulebook_sha256, "collection": OF["collection"]}) == ()
    assert [s.number for s in unkept(seals, {"rules": OF["rules"], "collection": "0" * 64})] == [3, 2]
    assert unkept(seals, {"results": None}) == ()


@pytest.mark.parametrize(
    "seals",
    [
        (("rules", None), ("rules", None)),  # a second one that gives no reason
        (("rules", "nothing to correct"),),  # a first one that corrects
        (("rules", None), ("rules", "no change")),  # the same fingerprint again
    ],
)
def test_seals_that_no_command_would_have_written_break_the_evidence(seals: tuple) -> None:
    prints = (PRINTS, PRINTS) if seals[-1][1] == "no change" else (PRINTS, OTHER)
    with pytest.raises(EvidenceBroken, match="does not follow"):
        read_seals(records(*seals, prints=prints))


def test_a_seal_that_is_missing_from_its_numbers_breaks_the_evidence() -> None:
    with pytest.raises(EvidenceBroken, match="record 2"):
        read_seals(records(("rules", None), ("collection", None))[1:])


# --- the checks ------------------------------------------------------------------------------------------------------


def report(rules: str = OF["rules"], head: str = OF["collection"]) -> CustodyReport:
    def deposit(seq: int, sha256: str, current: bool) -> Deposit:
        at = "2025-09-15T10:00:00+01:00"
        return Deposit(
            seq,
            "rulebook.yml",
            sha256,
            bytes=1,
            supplier="S",
            received_at=at,
            received_by="N",
            replaces=None,
            previous=GENESIS,
            current=current,
            stored=Path("x"),
        )

    return CustodyReport((deposit(1, "9" * 64, False), deposit(2, rules, True)), head, ())


def test_where_nothing_was_sealed_the_checks_have_no_object() -> None:
    assert own.seals_kept_result(report(), ()).outcome == "not_applicable"
    assert own.results_seal_kept_result((), "d" * 64).outcome == "not_applicable"
    only_results = records(("results", None))
    assert own.seals_kept_result(report(), only_results).outcome == "not_applicable"


def test_a_seal_that_holds_passes_and_a_change_of_each_stage_fails_by_name() -> None:
    sealed = records(("rules", None), ("collection", None), ("results", None))
    kept = own.seals_kept_result(report(), sealed)
    assert (kept.outcome, kept.expected, kept.observed) == ("passed", "2 / 2", "2 / 2")
    for changed, key in (
        (report(rules="7" * 64), "rules [1] bbbbbbbb → 77777777"),
        (report(head="7" * 64), "collection [2] aaaaaaaa → 77777777"),
    ):
        result = own.seals_kept_result(changed, sealed)
        assert (result.outcome, result.observed, result.failing_keys) == ("failed", "1 / 2", (key,))
    gone = CustodyReport(report().deposits[:1], OF["collection"], ())
    assert own.seals_kept_result(gone, sealed).failing_keys == ("rules [1] bbbbbbbb → –",)
    assert own.results_seal_kept_result(sealed, "d" * 64).outcome == "passed"
    assert own.results_seal_kept_result(sealed, "7" * 64).failing_keys == ("results [3] dddddddd → 77777777",)
    assert own.results_seal_kept_result(sealed, None).outcome == "failed"


def test_a_corrected_seal_explains_the_change_and_only_that_change() -> None:
    sealed = records(("rules", None), ("rules", "a date was wrong"), prints=(PRINTS, OTHER))
    assert own.seals_kept_result(report(rules=OTHER.rulebook_sha256), sealed).outcome == "passed"
    back = own.seals_kept_result(report(), sealed)
    assert (back.outcome, back.failing_keys) == ("failed", ("rules [2] 22222222 → bbbbbbbb",))


# --- the sheet -------------------------------------------------------------------------------------------------------


def seal(stage: str = "rules", **changes: object) -> Seal:
    made = Seal(
        1,
        stage,
        fingerprint="0123456789abcdef" * 4,
        by="Maître #panic(1) <b>",
        corrects=None,
        at="2026-01-31T23:30:05Z",
        chained_to="a" * 64,
        record="b" * 64,
    )
    return Seal(**{**vars(made), **changes})  # type: ignore[arg-type]


WHAT: dict[str, dict[str, str | int]] = {
    "rules": {"number": 1, "path": "rulebook.yml", "supplier": "#strike[x]", "at": "2030-08-01T09:00:00+01:00"},
    "collection": {"count": 1200, "current": 11, "number": 12, "path": "votes/a_b.csv", "at": "2030-12-01T09:00:00Z"},
    "results": {"categories": 23, "candidates": 60, "tests": 11274},
}


def fiche(stage: str = "rules", **changes: object) -> Fiche:
    return Fiche(
        "2031",
        rulebook(),
        seal=seal(stage, **changes),
        what=WHAT[stage],
        before=4 if changes.get("corrects") else None,
        demonstration=False,
    )


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "fiche.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    return re.sub(r"\s+", " ", told)


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_sheet_is_one_page_and_bears_the_fingerprint_in_groups_of_four(stage: str, lang: str, tmp_path: Path) -> None:
    pdf = render_fiche(fiche(stage, corrects="x" * 500), lang)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    told = text_of(pdf, tmp_path)
    for line in grouped(seal().fingerprint):
        assert line == "0123 4567 89ab cdef" and told.count(line) >= 4
    assert "#panic(1)" in told and "2026-01-31 23:30:05 UTC" in told
    assert pdf == render_fiche(fiche(stage, corrects="x" * 500), lang)


def test_a_sheet_says_what_when_by_whom_and_what_it_is_chained_to(tmp_path: Path) -> None:
    told = text_of(render_fiche(fiche("collection", corrects="Un fichier était incomplet")), tmp_path)
    assert "1 200 dépôts inscrits au registre, dont 11 en vigueur" in told
    assert "1er février 2026 à 0 h 30 (UTC+1)" in told, "the rulebook's local time is the next day"
    assert "scellé nº 4" in told and "« Un fichier était incomplet »" in told
    for digest in ("bbbb bbbb", "aaaa aaaa"):
        assert digest in told
    assert "Cachet de l’étude" in told and "signature de l’huissier" in told


def test_what_is_printed_is_what_the_verifier_takes() -> None:
    assert read_fingerprint("\n".join(grouped(seal().fingerprint))) == seal().fingerprint


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_qr_code_on_the_page_is_that_of_the_fingerprint(lang: str, tmp_path: Path) -> None:
    """Read back from the page as a picture: every module of the code, in black and white."""
    (tmp_path / "f.pdf").write_bytes(render_fiche(fiche(), lang))
    subprocess.run(
        ["pdftoppm", "-gray", "-r", "300", "-singlefile", str(tmp_path / "f.pdf"), str(tmp_path / "f")], check=True
    )
    rows = _pgm(tmp_path / "f.pgm")
    matrix = [list(row) for row in segno.make(seal().fingerprint, error="q", micro=False).matrix]
    assert len(qr_code(seal().fingerprint).matrix) == len(matrix)
    top, left, size = _square(rows, len(matrix))
    module = size / len(matrix)
    seen = [
        [int(rows[int(top + (y + 0.5) * module)][int(left + (x + 0.5) * module)] < 128) for x in range(len(matrix))]
        for y in range(len(matrix))
    ]
    assert seen == matrix


def _pgm(path: Path) -> list[bytes]:
    magic, size, depth, data = path.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert (magic, depth) == (b"P5", b"255")
    return [data[y * width : (y + 1) * width] for y in range(height)]


RUN = re.compile(rb"[\x00-\x7f]+|[\x80-\xff]+")
SHAPE = (1, 1, 3, 1, 1)


def _square(rows: list[bytes], modules: int) -> tuple[float, float, float]:
    """The code's place, as a reader finds it: a row that crosses two finder patterns, dark and light as 1:1:3:1:1."""
    for y, row in enumerate(rows):
        runs = [(match.start(), match.end() - match.start()) for match in RUN.finditer(row)]
        starts = {}
        for at in range(len(runs) - 4):
            five = runs[at : at + 5]
            unit = sum(length for _, length in five) / 7
            shaped = all(abs(length - part * unit) <= 2 for (_, length), part in zip(five, SHAPE, strict=True))
            if row[five[0][0]] < 128 and unit > 5 and shaped:
                starts[five[0][0]] = five[4][0] + five[4][1]
        for left, first in starts.items():
            size = max(starts.values()) - left
            if abs(size / modules - (first - left) / 7) < 0.3:
                return y - 2 * size / modules, left, size
    raise AssertionError("no QR code on the page")


def test_a_demonstration_is_marked_on_the_sheet(tmp_path: Path) -> None:
    plain = Fiche("2031", rulebook(), seal=seal(), what=WHAT["rules"], before=None, demonstration=True)
    assert "DÉMONSTRATION" in text_of(render_fiche(plain), tmp_path)
    assert "DÉMONSTRATION" not in text_of(render_fiche(fiche()), tmp_path)


# --- in the dossier --------------------------------------------------------------------------------------------------


def test_a_dossier_says_of_each_seal_whether_it_holds_and_what_replaced_it() -> None:
    sealed = records(("rules", None), ("collection", None), ("rules", "a date"), prints=(PRINTS, PRINTS, OTHER))
    facts = seal_facts(read_seals(sealed), Fingerprints("0" * 64, OTHER.rulebook_sha256, "c" * 64, "d" * 64))
    assert [(f.number, f.before, f.replaced_by, f.kept) for f in facts] == [
        (1, None, 3, True),
        (2, None, None, False),
        (3, 1, None, True),
    ]


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "x" * 501, "a\x1b[31m", "a\u202eb", "=1+1", " @a"])
def test_words_that_are_printed_for_others_are_one_line_of_some_length(text: str) -> None:
    with pytest.raises(InputError, match="the reason"):
        check_sentence(text, "the reason")
    assert check_sentence("  un motif  ", "the reason") == "un motif"
