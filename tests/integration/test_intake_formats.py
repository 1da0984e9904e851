"""One edition in every format and order gives the same rows."""

import random
from pathlib import Path
from typing import Any

import pytest

from orchestration.evidence.fingerprints import intake_sha256
from orchestration.intake import scanned
from tests.fixtures.tiny import TinyEdition, encode
from tests.integration.intake_ground import take_in

FORMS: dict[str, dict[str, Any]] = {
    "semicolons and a BOM": {"delimiter": ";", "bom": True},
    "workbooks": {"audits": "xlsx"},
    "Parquet": {"audits": "parquet", "survey": "parquet", "votes": "parquet"},
    "packed CSV": {"votes": "csv.gz"},
    "NDJSON": {"votes": "ndjson"},
    "packed NDJSON": {"votes": "ndjson.gz"},
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the edition as plain CSV."""
    taken = take_in(TinyEdition(), tmp_path_factory.mktemp("plain"))
    assert taken.report.problems == ()
    assert taken.report.quarantined == {}
    return taken.typed()


def test_a_clean_edition_is_taken_in_whole(tiny: TinyEdition, tmp_path: Path) -> None:
    taken = take_in(tiny, tmp_path)
    read = {file.source: 0 for file in taken.report.files}
    for file in taken.report.files:
        assert file.read == file.accepted
        read[file.source] += file.read
    assert read == {"candidates": 4, "audits": 28, "survey": 32, "votes": 40}
    assert taken.rows("SELECT count(*), min(weight_micro) > 0 FROM intake.survey_weight") == [(32, True)]
    assert taken.rows("SELECT converged FROM intake.raking") == [(True,)]


@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_same_rows(
    form: str, tiny: TinyEdition, tmp_path: Path, plain: dict[str, list[tuple[Any, ...]]]
) -> None:
    taken = take_in(tiny, tmp_path, **FORMS[form])
    assert taken.report.problems == ()
    assert taken.typed() == plain


def test_rows_in_another_order_columns_in_another_order_and_more_threads_change_nothing(
    tiny: TinyEdition, tmp_path: Path, plain: dict[str, list[tuple[Any, ...]]]
) -> None:
    chance = random.Random(7)
    for rows in (*tiny.audits.values(), tiny.survey, tiny.votes, tiny.candidates, tiny.targets):
        assert rows is not None
        chance.shuffle(rows)
        columns = list(rows[0])
        chance.shuffle(columns)
        rows[:] = [{column: row[column] for column in columns} for row in rows]
    assert take_in(tiny, tmp_path, threads=4).typed() == plain


def test_rows_spread_over_several_files_give_the_same_rows(
    tiny: TinyEdition, tmp_path: Path, plain: dict[str, list[tuple[Any, ...]]]
) -> None:
    assert tiny.votes is not None
    first, second, third = tiny.votes[:10], tiny.votes[10:25], tiny.votes[25:]
    tiny.extra = {"votes/b.parquet": encode(second, "parquet"), "votes/a.ndjson.gz": encode(third, "ndjson.gz")}
    tiny.votes = first
    assert take_in(tiny, tmp_path).typed() == plain


def test_the_digest_is_the_same_for_the_same_deposits_and_not_for_others(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    tiny.votes[0]["cast_at"] = "yesterday"
    one, two = take_in(tiny, tmp_path / "1"), take_in(tiny, tmp_path / "2", threads=3)
    assert intake_sha256(one.con) == intake_sha256(two.con)
    tiny.votes[0]["cast_at"] = "tomorrow"
    assert intake_sha256(take_in(tiny, tmp_path / "3").con) != intake_sha256(one.con)


def test_scan_reports_the_same_and_leaves_nothing(tiny: TinyEdition, tmp_path: Path) -> None:
    taken = take_in(tiny, tmp_path)
    work = taken.settings.work_db(tiny.edition)
    before = work.read_bytes()
    with scanned(taken.settings, tiny.edition) as (report, made):
        assert report == taken.report
        assert made != work
    assert work.read_bytes() == before
    assert [path.name for path in work.parent.iterdir()] == [work.name]


def test_a_new_intake_replaces_the_warehouse_and_a_log_left_by_a_crash(tiny: TinyEdition, tmp_path: Path) -> None:
    first = take_in(tiny, tmp_path)
    first.con.close()
    work = first.settings.work_db(tiny.edition)
    work.with_name(work.name + ".wal").write_bytes(b"left by a crash")
    again = take_in(tiny, tmp_path)
    assert again.report == first.report
    assert [path.name for path in work.parent.iterdir()] == [work.name]


def test_an_edition_with_audits_alone_reads_nothing_else(tiny: TinyEdition, tmp_path: Path) -> None:
    votes = encode([{"anything": "ana@example.ma"}], "csv")
    tiny.audits_only().extra = {"votes/votes.csv": votes}
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert {file.source for file in taken.report.files} == {"candidates", "audits"}
    assert taken.rows("SELECT count(*) FROM rulebook.survey") == [(0,)]


def test_progress_is_told_file_by_file_up_to_the_end(tiny: TinyEdition, tmp_path: Path) -> None:
    taken = take_in(tiny, tmp_path)
    told: list[tuple[str, int, int | None]] = []
    with scanned(taken.settings, tiny.edition, lambda what, done, total: told.append((what, done, total))):
        pass
    files = {file.file for file in taken.report.files} | {"survey/targets.csv"}
    assert files <= {what for what, _, _ in told}
    shares = [(done, total) for _, done, total in told if total]
    assert shares[-1][0] == shares[-1][1]
    assert [done for done, _ in shares] == sorted(done for done, _ in shares)


def test_the_rulebook_stands_in_tables(tiny: TinyEdition, tmp_path: Path) -> None:
    taken = take_in(tiny, tmp_path)
    assert taken.rows("SELECT label_fr, label_en, label_ar FROM rulebook.criterion WHERE criterion_id = 'tone'") == [
        ("Tone", "Tone", "Tone")
    ]
    assert taken.rows("SELECT count(*), count(DISTINCT channel) FROM rulebook.criterion") == [(7, 2)]
    assert taken.rows("SELECT key FROM rulebook.tie_break ORDER BY position") == [
        ("audit",), ("channel:phone",), ("survey",), ("vote",)
    ]  # fmt: skip
    assert taken.rows("SELECT opens::VARCHAR, max_per_ip_hour, burst_action FROM rulebook.vote") == [
        ("2025-10-01 08:00:00", 3, "exclude")
    ]
    assert taken.rows("SELECT min_mark_micro FROM rulebook.edition") == [(12_500_000,)]
    assert taken.rows("SELECT * FROM rulebook.conflict") == [("S04", "cedre")]


def test_without_raking_and_bursts_their_tables_say_so(tiny: TinyEdition, tmp_path: Path) -> None:
    del tiny.rulebook["survey"]["raking"], tiny.rulebook["vote"]["burst"]
    tiny.targets = None
    taken = take_in(tiny, tmp_path)
    assert taken.rows("SELECT count(*), min(weight_micro), max(weight_micro) FROM intake.survey_weight") == [
        (32, 1_000_000, 1_000_000)
    ]
    assert taken.rows("SELECT count(*) FROM intake.raking") == [(0,)]
    assert taken.rows("SELECT max_per_ip_hour, burst_action FROM rulebook.vote") == [(None, None)]
    assert sorted(column for _, column in taken.report.unknown_columns) == ["gender", "region"]
