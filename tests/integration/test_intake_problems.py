"""What blocks an edition: whole files, personal data, corrections, targets. Everything is told at once."""

import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import custody
from orchestration.errors import InputError
from orchestration.intake import load_edition
from orchestration.settings import Settings
from tests.fixtures.tiny import TinyEdition, encode
from tests.integration.intake_ground import take_in


def correction(**changes: Any) -> dict[str, Any]:
    """A correction of the first phone test, with changes."""
    return {
        "id": "C1",
        "file": "audits/north/phone.csv",
        "key": "T001",
        "column": "solution",
        "expect": "3",
        "value": "4",
        "reason": "the recording says otherwise",
        "by": "Nadia Clerk",
        "on": "2025-11-20",
    } | changes


def test_several_problems_are_told_at_once(tiny: TinyEdition, tmp_path: Path) -> None:
    for row in tiny.audits["north/phone"]:
        del row["courtesy"]
    tiny.audits["south/email"][0]["channel"] = "phone"
    assert tiny.votes is not None and tiny.survey is not None
    tiny.votes[4]["ip_hash"] = "10.0.0.7"
    tiny.extra = {
        "audits/south/phone.xlsx": b"no workbook",
        "survey/more.parquet": b"PAR1",
        "votes/a.csv.gz": b"no gzip",
    }
    taken = take_in(tiny, tmp_path)
    assert sorted(set(taken.codes())) == ["missing_column", "personal_data", "several_channels", "unreadable_file"]
    assert {problem.file for problem in taken.report.problems} == {
        *("audits/north/phone.csv", "audits/south/email.csv", "audits/south/phone.xlsx"),
        *("survey/more.parquet", "votes/a.csv.gz", "votes/votes.csv"),
    }
    assert taken.report.problems
    assert taken.rows("SELECT count(*) FROM intake.problem") == [(len(taken.report.problems),)]
    assert taken.rows("SELECT count(*) FROM intake.test WHERE file LIKE '%south/phone.csv'") != [(0,)]


@pytest.mark.parametrize("form", ["csv", "ndjson", "ndjson.gz", "parquet"])
def test_a_file_with_personal_data_is_refused_and_nothing_of_it_is_kept(
    form: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    tiny.votes[2]["voter_key"] = "fatima@example.ma"
    tiny.votes[7]["voter_key"] = "AB123456"
    taken = take_in(tiny, tmp_path, votes=form)
    (problem,) = taken.report.problems
    first = 4 if form == "csv" else 3
    assert (problem.code, problem.column, problem.line) == ("personal_data", "voter_key", first)
    assert f"{first}, {first + 5}" in problem.message
    assert "fatima" not in str(taken.report) and "AB123456" not in str(taken.report)
    assert taken.rows("SELECT count(*) FROM intake.vote") == [(0,)]
    assert "votes" not in {file.source for file in taken.report.files}
    taken.con.close()
    assert b"fatima" not in taken.settings.work_db(tiny.edition).read_bytes()


@pytest.mark.parametrize(
    ("source", "column", "cell"),
    [
        ("audits", "verbatim", "rappeler le 06 12 34 56 78"),
        ("audits", "shopper_id", "+212612345678"),
        ("survey", "comment", "write to a.b@example.ma please"),
        ("candidates", "company", "Chez Ana ana@example.ma"),
        ("votes", "note", "0612345678"),
    ],
)
def test_personal_data_is_found_in_any_column(
    source: str, column: str, cell: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    rows = {
        "audits": tiny.audits["north/phone"],
        "survey": tiny.survey,
        "votes": tiny.votes,
        "candidates": tiny.candidates,
    }
    found = rows[source]
    assert found is not None
    for row in found:
        row.setdefault(column, "")
    found[1][column] = cell
    taken = take_in(tiny, tmp_path)
    assert ("personal_data", column, 3) in [(p.code, p.column, p.line) for p in taken.report.problems]
    assert cell not in str(taken.report)


@pytest.mark.parametrize("place", [0, 1])
def test_personal_data_is_found_in_each_of_the_columns_of_one_name(
    place: int, tiny: TinyEdition, tmp_path: Path
) -> None:
    header, *rows = tiny.render()["votes/votes.csv"].decode().splitlines()
    cells = ["calm", "calm"]
    rows = [f"{row},{','.join(cells)}" for row in rows]
    cells[place] = "ana@example.ma"
    rows[4] = f"{rows[4].removesuffix(',calm,calm')},{','.join(cells)}"
    tiny.extra = {"votes/votes.csv": "\n".join([f"{header},,", *rows]).encode()}
    taken = take_in(tiny, tmp_path)
    (problem,) = taken.report.problems
    assert (problem.code, problem.column, problem.line) == ("personal_data", f"(column {8 + place})", 6)
    assert taken.rows("SELECT count(*) FROM intake.vote") == [(0,)]


@pytest.mark.parametrize("cells", [pa.array([["calm", "ana@example.ma"]]), pa.array([b"ana@example.ma\xff"])])
def test_personal_data_is_found_in_columns_that_are_no_flat_text(
    cells: pa.Array, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    table = pq.read_table(io.BytesIO(encode(tiny.votes, "parquet")))
    table = table.append_column("note", pa.array([None] * 39 + cells.to_pylist(), cells.type))
    data = io.BytesIO()
    pq.write_table(table, data)
    tiny.extra = {"votes/votes.csv": None, "votes/votes.parquet": data.getvalue()}
    taken = take_in(tiny, tmp_path)
    assert [(problem.code, problem.column, problem.line) for problem in taken.report.problems] == [
        ("personal_data", "note", 40)
    ]


@pytest.mark.parametrize(
    "escaped", [r"a\u0040b.ma", r"\u002B212612345678", r"call\n0612345678", r"call\t\u0030612345678"]
)
def test_personal_data_does_not_hide_in_the_escapes_of_json(escaped: str, tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    lines = encode(tiny.votes, "ndjson").decode().replace('"channel"', f'"who": "{escaped}", "channel"', 1)
    tiny.extra = {"votes/votes.csv": None, "votes/votes.ndjson": lines.encode()}
    assert take_in(tiny, tmp_path).codes() == ["personal_data"]


def test_personal_data_is_found_in_headers_unknown_keys_and_lines_that_make_no_row(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None and tiny.survey is not None
    lines = encode(tiny.votes, "ndjson").replace(b'"channel"', b'"who": "ana@example.ma", "channel"', 1)
    survey = encode(tiny.survey, "csv") + b"R999,ana@example.ma\n"
    for row in tiny.audits["north/phone"]:
        row["ana@example.ma"] = ""
    tiny.extra = {"votes/votes.ndjson": lines, "survey/responses.csv": survey}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    assert [(p.code, p.file, p.line) for p in taken.report.problems] == [
        ("personal_data", "survey/responses.csv", 34),
        ("personal_data", "votes/votes.ndjson", 1),
    ]
    assert taken.report.unknown_columns == (("audits/north/phone.csv", "(column 16)"),)


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("audits/north/phone.csv", b"", "no_header"),
        ("audits/north/phone.csv", "test_id,candidate_id\n".encode("utf-16"), "no_header"),
        ("audits/north/phone.csv", b"test_id,test_id\n", "duplicate_column"),
        ("audits/north/phone.csv", b"test_id,a,a\n", "missing_column"),
        ("audits/north/phone.csv", b'test_id,"a\tb"\n', "header_name"),
        ("audits/north/phone.csv", b",".join(b"c%d" % n for n in range(600)) + b"\n", "too_large"),
        ("audits/north/phone.csv", b"test_id,candidate_id\n", "missing_column"),
        ("votes/votes.csv.gz", gzip.compress(b"vote_id\n", mtime=0)[:-4], "unreadable_file"),
        ("votes/votes.ndjson", b'{"vote_id": "V1"}\n', "missing_column"),
        ("survey/responses.parquet", encode([{"respondent_id": "R1"}], "parquet"), "missing_column"),
    ],
)
def test_a_file_that_cannot_be_used_blocks(
    path: str, data: bytes, code: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    tiny.extra = {path: data}
    taken = take_in(tiny, tmp_path)
    assert [(problem.code, problem.file) for problem in taken.report.problems] == [(code, path)]


def test_a_known_parquet_column_of_lists_blocks(tiny: TinyEdition, tmp_path: Path) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"vote_id": pa.array([["V1"]])}), sink)
    tiny.extra = {"votes/more.parquet": sink.getvalue().to_pybytes()}
    assert take_in(tiny, tmp_path).codes() == ["column_type"]


def test_a_source_that_the_rulebook_uses_must_be_there(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.votes = tiny.targets = tiny.survey = None
    tiny.audits = {}
    tiny.extra = {"candidates.csv": None}
    taken = take_in(tiny, tmp_path)
    assert [(problem.code, problem.file) for problem in taken.report.problems] == [
        ("missing_file", "audits/"),
        ("missing_file", "candidates.csv"),
        ("missing_file", "survey/"),
        ("missing_file", "survey/targets.csv"),
        ("missing_file", "votes/"),
    ]


def test_a_file_of_an_unknown_channel_alone_is_quarantined_whole(tiny: TinyEdition, tmp_path: Path) -> None:
    for row in tiny.audits["north/email"]:
        row["channel"] = "telex"
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert taken.reasons() == {"unknown_channel": 4}


def test_broken_custody_is_told_and_the_changed_file_is_not_read(tiny: TinyEdition, tmp_path: Path) -> None:
    folder = tiny.write(tmp_path / "raw")
    votes = folder / "votes/votes.csv"
    votes.write_bytes(votes.read_bytes().replace(b"web", b"sms"))
    (folder / "votes/stranger.csv").write_bytes(b"x\n")
    settings = Settings(home=tmp_path / "home", raw=tmp_path / "raw")
    report = load_edition(settings, tiny.edition)
    assert [(problem.code, problem.file) for problem in report.problems] == [
        ("custody", "votes/stranger.csv"),
        ("custody", "votes/votes.csv"),
    ]
    assert "votes" not in {file.source for file in report.files}


def test_a_file_that_changes_while_it_is_read_blocks(
    tiny: TinyEdition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny.write(tmp_path / "raw")
    audit = custody.audit

    def audit_then_change(place: Path) -> custody.CustodyReport:
        report = audit(place)
        (folder / "votes/votes.csv").write_bytes(encode(tiny.votes or [], "csv").replace(b"web", b"sms"))
        return report

    monkeypatch.setattr(custody, "audit", audit_then_change)
    report = load_edition(Settings(home=tmp_path / "home", raw=tmp_path / "raw"), tiny.edition)
    assert [(problem.code, problem.file) for problem in report.problems] == [("changed_while_read", "votes/votes.csv")]


def test_a_rulebook_that_cannot_be_used_is_an_input_error_and_leaves_the_old_warehouse(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    taken = take_in(tiny, tmp_path)
    work = taken.settings.work_db(tiny.edition)
    before = work.read_bytes()
    tiny.rulebook["surprise"] = 1
    tiny.write(tmp_path / "raw")
    with pytest.raises(InputError):
        load_edition(taken.settings, tiny.edition)
    assert work.read_bytes() == before
    assert [path.name for path in work.parent.iterdir()] == [work.name]


def test_a_correction_changes_one_cell_and_the_row_is_kept_as_received(tiny: TinyEdition, tmp_path: Path) -> None:
    test = tiny.test("T001")
    was = test["solution"]
    tiny.corrections = [
        correction(expect=int(was), value=2),
        correction(id="C2", column="scenario", expect=test["scenario"], value="never"),
        correction(id="C3", file="survey/responses.csv", key={"respondent_id": "R002"}, column="contacts",
                   expect=tiny.survey[1]["contacts"] if tiny.survey else "", value=None),
    ]  # fmt: skip
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert taken.rows("SELECT id, key, expect, value, corrected_on::VARCHAR FROM intake.correction ORDER BY id")[0] == (
        *("C1", "T001", was, "2", "2025-11-20"),
    )
    ((raw, reason),) = taken.rows("SELECT raw, reason FROM intake.quarantine")
    assert reason == "malformed_value"
    assert f'"solution":"{was}"' in raw and test["scenario"] in raw
    assert taken.rows("SELECT contacts FROM intake.response WHERE respondent_id = 'R002'") == [(None,)]


def test_a_correction_saves_a_row_and_works_in_ndjson(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    good = tiny.votes[0]["cast_at"]
    tiny.votes[0]["cast_at"] = "le 2 octobre"
    tiny.corrections = [
        correction(
            file="votes/votes.ndjson", key=tiny.votes[0]["vote_id"], column="cast_at", expect="le 2 octobre", value=good
        )
    ]
    taken = take_in(tiny, tmp_path, votes="ndjson")
    assert (taken.report.problems, taken.report.quarantined) == ((), {})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "T999"}, "correction_no_row"),
        ({"key": {"channel": "phone"}}, "correction_several_rows"),
        ({"expect": "1"}, "correction_unexpected"),
        ({"column": "charm"}, "correction_column"),
        ({"key": {"charm": "x"}}, "correction_column"),
        ({"file": "audits/north/visit.csv"}, "correction_file"),
        ({"file": "rulebook.yml"}, "correction_file"),
        ({"file": "survey/targets.csv", "key": "gender"}, "correction_column"),
        ({"on": "soon"}, "correction_malformed"),
        ({"by": ""}, "correction_malformed"),
        ({"key": {}}, "correction_malformed"),
        ({"value": True}, "correction_malformed"),
        ({"value": [1]}, "correction_malformed"),
        ({"value": "3"}, "correction_malformed"),
        ({"id": "C 1"}, "correction_malformed"),
        ({"surprise": 1}, "correction_malformed"),
        ({"value": "ana@example.ma"}, "correction_malformed"),
        ({"key": {"test_id": "+212612345678"}}, "correction_malformed"),
        ({"key": {"ana@example.ma": "x"}}, "correction_malformed"),
    ],
)
def test_a_correction_that_does_not_fit_blocks(
    changes: dict[str, Any], code: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    tiny.test("T001")["solution"] = "3"
    tiny.corrections = [correction(**changes)]
    taken = take_in(tiny, tmp_path)
    assert taken.codes() == [code]
    assert taken.rows("SELECT count(*) FROM intake.correction") == [(0,)]
    assert "ana@" not in str(taken.report) and "+212" not in str(taken.report)


@pytest.mark.parametrize("data", [b"hello: 1\n", b"- [\n", b"- 1\n"])
def test_a_list_of_corrections_that_is_none_blocks(data: bytes, tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.extra = {"corrections.yml": data}
    assert take_in(tiny, tmp_path).codes() == ["correction_malformed"]


def test_a_correction_may_find_its_row_by_what_an_earlier_one_wrote(tiny: TinyEdition, tmp_path: Path) -> None:
    test, other = tiny.test("T001"), tiny.test("T002")
    was, language = test["scenario"], test["language"]
    tiny.corrections = [
        correction(id="C1", column="scenario", expect=was, value="moved"),
        correction(
            id="C2", key={"scenario": "moved", "channel": "phone"}, column="language", expect=language, value="x"
        ),
        correction(id="C3", key={"language": "x"}, column="test_id", expect="T001", value="T901"),
        correction(id="C4", key="T901", column="scenario", expect="moved", value=was),
        correction(id="C5", key={"test_id": "T901", "scenario": was}, column="language", expect="x", value="en"),
    ]
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    found = taken.rows("SELECT test_id, scenario, language FROM intake.test WHERE test_id IN ('T001', 'T901', 'T002')")
    assert sorted(found) == [("T002", other["scenario"], other["language"]), ("T901", was, "en")]
    assert taken.rows("SELECT count(DISTINCT line), count(*) FROM intake.correction") == [(1, 5)]


def test_two_corrections_with_one_id_block(tiny: TinyEdition, tmp_path: Path) -> None:
    was = tiny.test("T001")["solution"]
    tiny.corrections = [correction(expect=was, value="2"), correction(expect="2", value="1")]
    assert take_in(tiny, tmp_path).codes() == ["correction_malformed"]


def test_corrections_of_a_component_that_is_not_used_wait(tiny: TinyEdition, tmp_path: Path) -> None:
    votes = encode(tiny.votes or [], "csv")
    tiny.audits_only().extra = {"votes/votes.csv": votes}
    tiny.corrections = [correction(file="votes/votes.csv", key="V001", column="channel", expect="web", value="sms")]
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert taken.rows("SELECT count(*) FROM intake.correction") == [(0,)]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[0].update(share="0.53"),
        lambda rows: rows[0].update(share="0,52"),
        lambda rows: rows[0].update(share="5.2e-1"),
        lambda rows: rows[0].update(value=""),
        lambda rows: rows[0].update(variable="age"),
        lambda rows: rows.append(dict(rows[0])),
        lambda rows: rows.__delitem__(slice(2, 4)),
        lambda rows: rows.clear(),
    ],
)
def test_targets_that_are_no_margins_block(change: Any, tiny: TinyEdition, tmp_path: Path) -> None:
    header = encode(tiny.targets or [], "csv").split(b"\n")[0]
    change(tiny.targets)
    if not tiny.targets:
        tiny.extra = {"survey/targets.csv": header + b"\n"}
    taken = take_in(tiny, tmp_path)
    assert set(taken.codes()) == {"bad_target"}
    assert taken.rows("SELECT count(*) FROM intake.target") == [(0,)]


def test_a_target_that_nobody_meets_leaves_raking_unconverged(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.targets is not None
    tiny.targets[:2] = [
        {"variable": "gender", "value": "f", "share": "0.5"},
        {"variable": "gender", "value": "m", "share": "0.3"},
        {"variable": "gender", "value": "x", "share": "0.2"},
    ]
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert taken.rows("SELECT converged FROM intake.raking") == [(False,)]
